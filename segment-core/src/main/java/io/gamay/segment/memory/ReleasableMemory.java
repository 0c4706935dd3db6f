package io.gamay.segment.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One allocation that is given back on its own, through {@link MemoryAccount#release}. */
public final class ReleasableMemory {

  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;

  ReleasableMemory(long byteSize) {
    segment = arena.allocate(byteSize, Long.BYTES);
  }

  public MemorySegment segment() {
    return segment;
  }

  void close() {
    arena.close();
  }
}
