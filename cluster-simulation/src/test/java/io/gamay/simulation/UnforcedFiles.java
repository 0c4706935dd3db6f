package io.gamay.simulation;

import io.gamay.segment.format.SegmentFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Local files that are not forced to the disk: a simulated crash loses memory, not the disk. */
final class UnforcedFiles implements SegmentFiles {

  private final SegmentFiles local = SegmentFiles.local();

  @Override
  public Output create(Path file) throws IOException {
    Output output = local.create(file);
    return new Output() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        output.write(bytes);
      }

      @Override
      public void force() {}

      @Override
      public void close() throws IOException {
        output.close();
      }
    };
  }

  @Override
  public void moveAtomically(Path from, Path to) throws IOException {
    local.moveAtomically(from, to);
  }

  @Override
  public void forceDirectory(Path directory) {}

  @Override
  public void deleteIfExists(Path file) throws IOException {
    local.deleteIfExists(file);
  }

  @Override
  public MemorySegment map(Path file, Arena arena) throws IOException {
    return local.map(file, arena);
  }
}
