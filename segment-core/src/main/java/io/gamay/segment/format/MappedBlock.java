package io.gamay.segment.format;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** One block of a mapped file; its checksum is verified when its bytes are first asked for. */
public final class MappedBlock {

  private final Path file;
  private final BlockEntry entry;
  private final MemorySegment bytes;
  private volatile boolean isChecked;

  MappedBlock(Path file, BlockEntry entry, MemorySegment bytes) {
    this.file = file;
    this.entry = entry;
    this.bytes = bytes;
  }

  public BlockEntry entry() {
    return entry;
  }

  /**
   * The block's bytes. Threads that ask first at the same time may each do the check.
   *
   * @throws SegmentCorruptException if they are not those that were written
   */
  public MemorySegment bytes() {
    if (!isChecked) {
      check();
      isChecked = true;
    }
    return bytes;
  }

  /**
   * For a reader that finds, behind a checksum that holds, what no writer writes.
   *
   * @param byteOffset of the place within the block
   */
  public SegmentCorruptException malformed(long byteOffset, String problem) {
    return SegmentCorruptException.malformed(
        file, entry.title(), entry.byteOffset() + byteOffset, problem);
  }

  /** Verifies the checksum, also if it has been before: what lies on the disk may have changed. */
  void check() {
    int found = FileLayout.crcOf(bytes);
    if (found != entry.crc()) {
      throw SegmentCorruptException.checksum(
          file, entry.title(), entry.byteOffset(), entry.crc(), found);
    }
  }

  MemorySegment uncheckedBytes() {
    return bytes;
  }
}
