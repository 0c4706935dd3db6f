package io.gamay.segment.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Indexes of a sealed segment that its own file lacks, in a file of their own beside it, mapped.
 * Every byte is checked on opening. Thread-safe. After {@link #close} reading throws {@link
 * IllegalStateException}.
 */
public final class SidecarFile implements AutoCloseable {

  /** "GAMAYIDX" as bytes in the file. */
  static final long MAGIC = 0x5844_4959_414d_4147L;

  static final int OLDEST_VERSION = 1;
  static final int NEWEST_VERSION = 1;

  private static final String SUFFIX = ".indexes";

  private record BlockKey(int column, BlockKind kind) {}

  /** What a footer says. */
  record Footer(SidecarIdentity identity, List<BlockEntry> blocks) {}

  private final Arena arena;
  private final long sizeBytes;
  private final SidecarIdentity identity;
  private final Map<BlockKey, MappedBlock> blockByKey = new HashMap<>();

  private SidecarFile(Path path, Arena arena, MemorySegment file) {
    this.arena = arena;
    this.sizeBytes = file.byteSize();
    FileFrame frame = FileFrame.of(path, file, MAGIC, OLDEST_VERSION, NEWEST_VERSION);
    Footer footer = frame.footer(FooterCodec::readSidecar);
    this.identity = footer.identity();
    List<MappedBlock> blocks = frame.map(footer.blocks());
    frame.check(blocks);
    for (MappedBlock block : blocks) {
      BlockEntry entry = block.entry();
      if (blockByKey.put(new BlockKey(entry.column(), entry.kind()), block) != null) {
        throw SegmentCorruptException.unequal(
            path, "number of blocks " + entry.title(), entry.byteOffset(), 1, 2);
      }
    }
  }

  /** The name of a sealed file's sidecar. */
  public static Path beside(Path segmentFile) {
    return segmentFile.resolveSibling(segmentFile.getFileName() + SUFFIX);
  }

  /**
   * @throws SegmentCorruptException if it is not a whole sidecar of a known version
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  public static SidecarFile open(SegmentFiles files, Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      return new SidecarFile(path, arena, files.map(path, arena));
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  public SidecarIdentity identity() {
    return identity;
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  public Optional<MappedBlock> block(int column, BlockKind kind) {
    return Optional.ofNullable(blockByKey.get(new BlockKey(column, kind)));
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
