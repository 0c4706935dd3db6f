package io.gamay.segment.format;

import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.schema.TableSchema;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * A sealed file, mapped. Opening checks header, trailer, footer and the bounds of every block; a
 * block's own checksum is verified at its first read, the whole file by {@link #verify}.
 * Thread-safe. After {@link #close} reading throws {@link IllegalStateException}.
 */
public final class SegmentFile implements AutoCloseable {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private record BlockKey(int column, BlockKind kind) {}

  private final Path path;
  private final Arena arena;
  private final MemorySegment file;
  private final SegmentFooter footer;
  private final List<MappedBlock> blocks;
  private final Map<BlockKey, MappedBlock> blockByKey;

  private SegmentFile(Path path, Arena arena, MemorySegment file) {
    this.path = path;
    this.arena = arena;
    this.file = file;
    this.footer = readFooter(path, file);
    this.blocks = mapBlocks(path, file, footer);
    this.blockByKey = new HashMap<>();
    for (MappedBlock block : blocks) {
      BlockEntry entry = block.entry();
      if (blockByKey.put(new BlockKey(entry.column(), entry.kind()), block) != null) {
        throw SegmentCorruptException.unequal(
            path, "number of blocks " + entry.title(), entry.byteOffset(), 1, 2);
      }
    }
  }

  /**
   * @throws SegmentCorruptException if the file is not a whole sealed segment of a known version
   */
  public static SegmentFile open(SegmentFiles files, Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      return new SegmentFile(path, arena, files.map(path, arena));
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  public long sizeBytes() {
    return file.byteSize();
  }

  public SegmentFooter footer() {
    return footer;
  }

  public Optional<MappedBlock> block(int column, BlockKind kind) {
    return Optional.ofNullable(blockByKey.get(new BlockKey(column, kind)));
  }

  public TableSchema readSchema() {
    return readRecord(BlockKind.SCHEMA, SchemaCodec::read);
  }

  public LedgerRecord readLedger() {
    return readRecord(BlockKind.LEDGER, LedgerCodec::readLedger);
  }

  public List<RejectedRecord> readQuarantine() {
    long count = requiredBlock(BlockKind.QUARANTINE).entry().count();
    return readRecord(BlockKind.QUARANTINE, in -> LedgerCodec.readQuarantine(in, count));
  }

  /**
   * Reads the whole file and checks every byte of it: blocks, zeros between, footer, data CRC.
   *
   * @throws SegmentCorruptException at the first that is wrong
   */
  public void verify() {
    readFooter(path, file);
    CRC32C dataCrc = new CRC32C();
    long end = FileLayout.HEADER_BYTES;
    for (MappedBlock block : blocks) {
      BlockEntry entry = block.entry();
      checkZeros(end, entry.byteOffset());
      block.check();
      end = entry.byteOffset() + entry.lengthBytes();
      if (entry.kind().isData()) {
        FileLayout.update(dataCrc, block.uncheckedBytes());
        dataCrc.update(frameOf(entry));
      }
    }
    checkZeros(end, FileLayout.aligned(end));
    int found = (int) dataCrc.getValue();
    if (found != footer.dataCrc()) {
      throw SegmentCorruptException.checksum(path, "all data", 0, footer.dataCrc(), found);
    }
  }

  /**
   * @throws IllegalStateException if this was closed
   */
  public void ensureOpen() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("segment file %s is closed".formatted(path));
    }
  }

  /** Unmaps the file; a reader that comes later, or is at it, meets IllegalStateException. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static SegmentFooter readFooter(Path path, MemorySegment file) {
    long size = file.byteSize();
    if (size < FileLayout.HEADER_BYTES + FileLayout.TRAILER_BYTES) {
      throw SegmentCorruptException.unequal(
          path,
          "size",
          0,
          "at least " + (FileLayout.HEADER_BYTES + FileLayout.TRAILER_BYTES),
          size);
    }
    long trailer = size - FileLayout.TRAILER_BYTES;
    expectMagic(path, file, 0);
    expectMagic(path, file, size - Long.BYTES);
    int version = readVersion(path, file, Long.BYTES);
    if (readVersion(path, file, trailer + 2 * Long.BYTES) != version) {
      throw SegmentCorruptException.unequal(
          path,
          "format version in the trailer",
          trailer + 2 * Long.BYTES,
          version,
          file.get(INT, trailer + 2 * Long.BYTES));
    }
    checkZeros(path, file, Long.BYTES + Integer.BYTES, FileLayout.HEADER_BYTES);
    long footerOffset = file.get(LONG, trailer);
    long footerLength = file.get(LONG, trailer + Long.BYTES);
    if (footerOffset < FileLayout.HEADER_BYTES
        || footerOffset > trailer
        || footerLength != trailer - footerOffset) {
      throw SegmentCorruptException.unequal(
          path,
          "footer bounds",
          trailer,
          "the end at " + trailer,
          "%d bytes from %d".formatted(footerLength, footerOffset));
    }
    int expected = file.get(INT, trailer + FileLayout.TRAILER_CHECKED_BYTES);
    int found =
        FileLayout.crcOf(
            file.asSlice(footerOffset, footerLength + FileLayout.TRAILER_CHECKED_BYTES));
    if (found != expected) {
      throw SegmentCorruptException.checksum(path, "footer", footerOffset, expected, found);
    }
    SegmentFooter footer =
        decode(
            path,
            "footer",
            footerOffset,
            file.asSlice(footerOffset, footerLength),
            in -> FooterCodec.read(in, version));
    if (footer.identity().encodings().formatVersion() != version) {
      throw SegmentCorruptException.unequal(
          path,
          "format version in the footer",
          footerOffset,
          version,
          footer.identity().encodings().formatVersion());
    }
    return footer;
  }

  private static void expectMagic(Path path, MemorySegment file, long byteOffset) {
    long found = file.get(LONG, byteOffset);
    if (found != FileLayout.MAGIC) {
      throw SegmentCorruptException.unequal(
          path,
          "magic",
          byteOffset,
          FileLayout.magicText(FileLayout.MAGIC),
          "%016x".formatted(Long.reverseBytes(found)));
    }
  }

  private static int readVersion(Path path, MemorySegment file, long byteOffset) {
    int found = file.get(INT, byteOffset);
    if (!FileLayout.isKnown(found)) {
      throw SegmentCorruptException.unequal(
          path,
          "format version",
          byteOffset,
          "%d to %d".formatted(FileLayout.OLDEST_VERSION, FileLayout.NEWEST_VERSION),
          found);
    }
    return found;
  }

  private static List<MappedBlock> mapBlocks(Path path, MemorySegment file, SegmentFooter footer) {
    long footerOffset = file.get(LONG, file.byteSize() - FileLayout.TRAILER_BYTES);
    List<MappedBlock> blocks = new ArrayList<>(footer.blocks().size());
    long end = FileLayout.HEADER_BYTES;
    for (BlockEntry entry : footer.blocks()) {
      if (entry.byteOffset() != FileLayout.aligned(end)
          || entry.lengthBytes() < 0
          || entry.lengthBytes() > footerOffset - entry.byteOffset()
          || entry.count() < 0
          || !entry.encoding().accepts(entry.bitsPerValue(), entry.count(), entry.lengthBytes())) {
        throw SegmentCorruptException.unequal(
            path,
            "directory entry of block " + entry.title(),
            footerOffset,
            "a block from %d on, before %d".formatted(FileLayout.aligned(end), footerOffset),
            entry);
      }
      end = entry.byteOffset() + entry.lengthBytes();
      blocks.add(
          new MappedBlock(path, entry, file.asSlice(entry.byteOffset(), entry.lengthBytes())));
    }
    if (FileLayout.aligned(end) != footerOffset) {
      throw SegmentCorruptException.unequal(
          path, "end of blocks", footerOffset, footerOffset, FileLayout.aligned(end));
    }
    return blocks;
  }

  private MappedBlock requiredBlock(BlockKind kind) {
    return block(BlockEntry.WHOLE_SEGMENT, kind)
        .orElseThrow(
            () -> SegmentCorruptException.unequal(path, "number of blocks " + kind, 0, 1, 0));
  }

  private <T> T readRecord(BlockKind kind, Function<RecordInput, T> codec) {
    MappedBlock block = requiredBlock(kind);
    BlockEntry entry = block.entry();
    return decode(path, entry.title(), entry.byteOffset(), block.bytes(), codec);
  }

  private static <T> T decode(
      Path path,
      String block,
      long byteOffset,
      MemorySegment bytes,
      Function<RecordInput, T> codec) {
    RecordInput in = new RecordInput(bytes);
    try {
      T value = codec.apply(in);
      in.expectEnd();
      return value;
    } catch (RuntimeException e) {
      throw SegmentCorruptException.malformed(path, block, byteOffset, e);
    }
  }

  private static byte[] frameOf(BlockEntry entry) {
    RecordOutput frame = new RecordOutput();
    FooterCodec.writeFrame(
        entry.column(),
        entry.kind(),
        entry.encoding(),
        entry.bitsPerValue(),
        entry.count(),
        entry.lengthBytes(),
        frame);
    return frame.toByteArray();
  }

  private void checkZeros(long from, long to) {
    checkZeros(path, file, from, to);
  }

  private static void checkZeros(Path path, MemorySegment file, long from, long to) {
    for (long byteOffset = from; byteOffset < to; byteOffset++) {
      byte found = file.get(ValueLayout.JAVA_BYTE, byteOffset);
      if (found != 0) {
        throw SegmentCorruptException.unequal(path, "padding", byteOffset, 0, found & 0xff);
      }
    }
  }
}
