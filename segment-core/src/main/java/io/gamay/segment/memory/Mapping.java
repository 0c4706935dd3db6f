package io.gamay.segment.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One region of mapped memory, unmapped when its arena closes, whatever fails or closes meanwhile:
 * the arena knows of it before anything is mapped, and nothing is mapped after the arena's end.
 * Thread-safe.
 */
final class Mapping {

  private final MappingCalls calls;

  /** What is mapped: [start, end). */
  private long start;

  private long end;
  private boolean isOver;

  private Mapping(MappingCalls calls) {
    this.calls = calls;
  }

  /**
   * Maps zeroed memory that lives as long as the arena.
   *
   * @param alignment in bytes, a power of two and a multiple of a page
   * @throws IllegalStateException if the arena is closed
   * @throws OutOfMemoryError if the operating system refuses
   */
  @SuppressWarnings("restricted") // of what was mapped
  static MemorySegment open(MappingCalls calls, long byteSize, long alignment, Arena arena) {
    Mapping mapping = new Mapping(calls);
    MemorySegment.NULL.reinterpret(0, arena, _ -> mapping.close());
    long address = mapping.map(byteSize, alignment);
    return MemorySegment.ofAddress(address).reinterpret(byteSize, arena, null);
  }

  /** Maps more than asked for, so that an aligned part is in it, and gives back the rest. */
  private synchronized long map(long byteSize, long alignment) {
    if (isOver) {
      throw new IllegalStateException("the segment's memory is released");
    }
    long mappedBytes = byteSize + alignment;
    start = calls.map(mappedBytes);
    end = start + mappedBytes;
    long aligned = start + (-start & alignment - 1);
    trim(aligned, aligned + byteSize);
    return aligned;
  }

  /** What the system does not take back yet is unmapped at the end. */
  private void trim(long from, long to) {
    if (from > start && calls.unmap(start, from - start)) {
      start = from;
    }
    if (end > to && calls.unmap(to, end - to)) {
      end = to;
    }
  }

  private synchronized void close() {
    isOver = true;
    if (end > start) {
      boolean _ = calls.unmap(start, end - start);
    }
    end = start;
  }
}
