package io.gamay.segment.seal;

import io.gamay.segment.format.SegmentFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A file system that is one file, which can only be mapped. */
record InMemorySegmentFiles(byte[] content) implements SegmentFiles {

  @Override
  public Output create(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void moveAtomically(Path from, Path to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void forceDirectory(Path directory) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void deleteIfExists(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MemorySegment map(Path file, Arena arena) {
    MemorySegment bytes = arena.allocate(Math.max(1, content.length)).asSlice(0, content.length);
    return bytes.copyFrom(MemorySegment.ofArray(content)).asReadOnly();
  }
}
