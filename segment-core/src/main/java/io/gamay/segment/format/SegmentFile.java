package io.gamay.segment.format;

import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.schema.TableSchema;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
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
    FileFrame frame = frameOf(path, file);
    this.footer = readFooter(frame);
    this.blocks = frame.map(footer.blocks());
    this.blockByKey = new HashMap<>();
    for (MappedBlock block : blocks) {
      BlockEntry entry = block.entry();
      if (!entry.encoding().isIn(frame.version())) {
        throw SegmentCorruptException.unequal(
            path,
            "directory entry of block " + entry.title(),
            frame.footerOffset(),
            "an encoding of version " + frame.version(),
            entry);
      }
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
    FileFrame frame = frameOf(path, file);
    readFooter(frame);
    frame.check(blocks);
    CRC32C dataCrc = new CRC32C();
    for (MappedBlock block : blocks) {
      BlockEntry entry = block.entry();
      if (entry.kind().isData()) {
        FileLayout.update(dataCrc, block.uncheckedBytes());
        dataCrc.update(frameOf(entry));
      }
    }
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

  private static FileFrame frameOf(Path path, MemorySegment file) {
    return FileFrame.of(
        path, file, FileLayout.MAGIC, FileLayout.OLDEST_VERSION, FileLayout.NEWEST_VERSION);
  }

  private static SegmentFooter readFooter(FileFrame frame) {
    SegmentFooter footer = frame.footer(in -> FooterCodec.read(in, frame.version()));
    if (footer.identity().encodings().formatVersion() != frame.version()) {
      throw SegmentCorruptException.unequal(
          frame.path(),
          "format version in the footer",
          frame.footerOffset(),
          frame.version(),
          footer.identity().encodings().formatVersion());
    }
    return footer;
  }

  private MappedBlock requiredBlock(BlockKind kind) {
    return block(BlockEntry.WHOLE_SEGMENT, kind)
        .orElseThrow(
            () -> SegmentCorruptException.unequal(path, "number of blocks " + kind, 0, 1, 0));
  }

  private <T> T readRecord(BlockKind kind, Function<RecordInput, T> codec) {
    MappedBlock block = requiredBlock(kind);
    BlockEntry entry = block.entry();
    return FileFrame.decode(path, entry.title(), entry.byteOffset(), block.bytes(), codec);
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
}
