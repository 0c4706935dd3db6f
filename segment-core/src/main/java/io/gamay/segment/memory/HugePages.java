package io.gamay.segment.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Zeroed memory that the operating system may back by pages of 2 MB: a random access then misses
 * the TLB seldom, and one page fault stands for 512. On Linux it is mapped and advised so, and is
 * taken from the machine page by page as it is written; elsewhere it is ordinary memory.
 *
 * @param calls to the operating system; empty where there are no huge pages
 */
record HugePages(Optional<MappingCalls> calls) {

  /** Size of a huge page, in bytes. */
  static final long BYTES = 1L << 21;

  /** Of a cache line. */
  static final long ALIGNMENT_BYTES = 64;

  static final HugePages OF_THIS_MACHINE = new HugePages(LinuxCalls.find());

  /**
   * @param byteSize a multiple of {@link #BYTES}
   * @return memory that lives as long as the arena, aligned to {@link #BYTES} if it was mapped,
   *     else to {@link #ALIGNMENT_BYTES}
   * @throws IllegalStateException if the arena is closed
   * @throws OutOfMemoryError if the operating system refuses
   */
  MemorySegment allocate(long byteSize, Arena arena) {
    if (calls.isEmpty()) {
      return arena.allocate(byteSize, ALIGNMENT_BYTES);
    }
    MemorySegment memory = Mapping.open(calls.get(), byteSize, BYTES, arena);
    calls.get().adviseHuge(memory.address(), byteSize);
    return memory;
  }
}
