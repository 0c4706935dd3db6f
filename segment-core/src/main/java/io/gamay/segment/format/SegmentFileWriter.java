package io.gamay.segment.format;

import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Streams one sealed file: blocks one behind the other, then {@link #finish}. A file without its
 * trailer, left by a failure, is refused by every reader. One thread.
 */
public final class SegmentFileWriter implements BlockTarget, AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] ZEROS = new byte[64];

  private final SegmentFiles.Output output;
  private final long magic;
  private final int version;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C dataCrc = new CRC32C();
  private final List<BlockEntry> blocks = new ArrayList<>();
  private long flushedBytes;
  private boolean isBlockOpen;

  private SegmentFileWriter(SegmentFiles.Output output, long magic, int version) {
    this.output = output;
    this.magic = magic;
    this.version = version;
  }

  /**
   * @param version of the format
   * @throws IllegalArgumentException if files of this version cannot be written
   */
  public static SegmentFileWriter create(SegmentFiles files, Path file, int version)
      throws IOException {
    if (!FileLayout.isKnown(version)) {
      throw new IllegalArgumentException("cannot write format version " + version);
    }
    return create(files, file, FileLayout.MAGIC, version);
  }

  /** A file of the same frame under another magic. */
  static SegmentFileWriter create(SegmentFiles files, Path file, long magic, int version)
      throws IOException {
    SegmentFileWriter writer = new SegmentFileWriter(files.create(file), magic, version);
    writer.buffer.putLong(magic).putInt(version);
    writer.buffer.put(ZEROS, 0, FileLayout.HEADER_BYTES - writer.buffer.position());
    return writer;
  }

  /** Of the format. */
  public int version() {
    return version;
  }

  public void writeSchema(TableSchema schema) throws IOException {
    RecordOutput bytes = new RecordOutput();
    SchemaCodec.write(schema, bytes);
    writeRecord(BlockKind.SCHEMA, 1, bytes);
  }

  public void writeLedger(LedgerRecord ledger) throws IOException {
    RecordOutput bytes = new RecordOutput();
    LedgerCodec.write(ledger, bytes);
    writeRecord(BlockKind.LEDGER, 1, bytes);
  }

  public void writeQuarantine(List<RejectedRecord> samples) throws IOException {
    RecordOutput bytes = new RecordOutput();
    LedgerCodec.write(samples, bytes);
    writeRecord(BlockKind.QUARANTINE, samples.size(), bytes);
  }

  @Override
  public BlockOutput startBlock(
      int column, BlockKind kind, BlockEncoding encoding, int bitsPerValue, long count)
      throws IOException {
    if (isBlockOpen) {
      throw new IllegalStateException("the block before is still open");
    }
    padToAlignment();
    isBlockOpen = true;
    return new Block(column, kind, encoding, bitsPerValue, count);
  }

  /** Writes footer and trailer and makes the file durable. */
  public SegmentFooter finish(SegmentIdentity identity, List<ColumnStatistics> statistics)
      throws IOException {
    if (identity.encodings().formatVersion() != version) {
      throw new IllegalArgumentException(
          "a file of version %d cannot hold a segment of version %d"
              .formatted(version, identity.encodings().formatVersion()));
    }
    SegmentFooter footer =
        new SegmentFooter(identity, (int) dataCrc.getValue(), statistics, blocks);
    RecordOutput fields = new RecordOutput();
    FooterCodec.write(footer, fields);
    finish(fields);
    return footer;
  }

  /** The directory so far, in the order of the file. */
  List<BlockEntry> blocks() {
    return blocks;
  }

  /** Writes a footer of these fields and the trailer, and makes the file durable. */
  void finish(RecordOutput footer) throws IOException {
    padToAlignment();
    byte[] footerBytes = footer.toByteArray();
    ByteBuffer trailer =
        ByteBuffer.allocate(FileLayout.TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    trailer.putLong(position()).putLong(footerBytes.length).putInt(version);
    CRC32C crc = new CRC32C();
    crc.update(footerBytes);
    crc.update(trailer.array(), 0, FileLayout.TRAILER_CHECKED_BYTES);
    trailer.putInt((int) crc.getValue()).putLong(magic);
    flush();
    output.write(ByteBuffer.wrap(footerBytes));
    output.write(trailer.flip());
    flushedBytes += footerBytes.length + FileLayout.TRAILER_BYTES;
    output.force();
  }

  /** Bytes written so far; after {@link #finish}, the size of the file. */
  public long position() {
    return flushedBytes + buffer.position();
  }

  /** Closes the file, finished or not. */
  @Override
  public void close() throws IOException {
    output.close();
  }

  private void writeRecord(BlockKind kind, long count, RecordOutput bytes) throws IOException {
    byte[] content = bytes.toByteArray();
    try (BlockOutput block =
        startBlock(BlockEntry.WHOLE_SEGMENT, kind, BlockEncoding.RECORD, 0, count)) {
      block.putBytes(content, 0, content.length);
    }
  }

  private void padToAlignment() throws IOException {
    int padding = (int) (FileLayout.aligned(position()) - position());
    if (buffer.remaining() < padding) {
      flush();
    }
    buffer.put(ZEROS, 0, padding);
  }

  private void flush() throws IOException {
    buffer.flip();
    int length = buffer.remaining();
    output.write(buffer);
    buffer.clear();
    flushedBytes += length;
  }

  private final class Block implements BlockOutput {

    private final int column;
    private final BlockKind kind;
    private final BlockEncoding encoding;
    private final int bitsPerValue;
    private final long count;
    private final long startByteOffset = position();
    private final CRC32C crc = new CRC32C();

    /** Where in the buffer the bytes begin that no CRC has seen. */
    private int uncheckedFrom = buffer.position();

    private boolean isOpen = true;

    Block(int column, BlockKind kind, BlockEncoding encoding, int bitsPerValue, long count) {
      this.column = column;
      this.kind = kind;
      this.encoding = encoding;
      this.bitsPerValue = bitsPerValue;
      this.count = count;
    }

    @Override
    public void putInt(int value) throws IOException {
      ensure(Integer.BYTES);
      buffer.putInt(value);
    }

    @Override
    public void putLong(long value) throws IOException {
      ensure(Long.BYTES);
      buffer.putLong(value);
    }

    @Override
    public void putBytes(byte[] source, int from, int length) throws IOException {
      for (int done = 0; done < length; ) {
        ensure(1);
        int step = Math.min(length - done, buffer.remaining());
        buffer.put(source, from + done, step);
        done += step;
      }
    }

    @Override
    public void close() {
      if (!isOpen) {
        return;
      }
      isOpen = false;
      isBlockOpen = false;
      updateCrcs();
      long lengthBytes = position() - startByteOffset;
      if (!encoding.accepts(bitsPerValue, count, lengthBytes)) {
        throw new IllegalStateException(
            "block %s of column %d has %d bytes for %d values of %d bits"
                .formatted(kind, column, lengthBytes, count, bitsPerValue));
      }
      if (kind.isData()) {
        RecordOutput frame = new RecordOutput();
        FooterCodec.writeFrame(column, kind, encoding, bitsPerValue, count, lengthBytes, frame);
        dataCrc.update(frame.toByteArray());
      }
      blocks.add(
          new BlockEntry(
              column,
              kind,
              encoding,
              bitsPerValue,
              count,
              startByteOffset,
              lengthBytes,
              (int) crc.getValue()));
    }

    private void ensure(int length) throws IOException {
      if (!isOpen) {
        throw new IllegalStateException("block %s is closed".formatted(kind));
      }
      if (buffer.remaining() < length) {
        updateCrcs();
        flush();
        uncheckedFrom = 0;
      }
    }

    private void updateCrcs() {
      int length = buffer.position() - uncheckedFrom;
      crc.update(buffer.array(), uncheckedFrom, length);
      if (kind.isData()) {
        dataCrc.update(buffer.array(), uncheckedFrom, length);
      }
    }
  }
}
