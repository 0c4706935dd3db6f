package io.gamay.segment.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Chunks of memory for one segment, cut from slabs that all its columns share. The first slab has
 * 64 KB and each next one twice as much up to 4 MB, so that a small segment takes little and a
 * large one lies in {@link HugePages}. The segment's writer allocates.
 */
final class Slabs {

  private static final long FIRST_BYTES = 1L << 16;
  private static final long LAST_BYTES = 2 * HugePages.BYTES;

  /** A chunk of more gets memory of its own. */
  private static final long LARGEST_CHUNK_BYTES = HugePages.BYTES;

  private static final long ALIGNMENT_BYTES = HugePages.ALIGNMENT_BYTES;

  /** Slabs with room for smaller chunks than the last one that did not fit. */
  private static final int OPEN_SLABS = 4;

  private final Arena arena;
  private final HugePages hugePages;
  private final Deque<Slab> open = new ArrayDeque<>();
  private final AtomicLong reservedBytes = new AtomicLong();
  private long nextBytes = FIRST_BYTES;

  Slabs(Arena arena, HugePages hugePages) {
    this.arena = arena;
    this.hugePages = hugePages;
  }

  /** All slabs and larger chunks together; any thread. */
  long reservedBytes() {
    return reservedBytes.get();
  }

  /** Zeroed memory, aligned to 64 bytes, that lives as long as the arena. */
  MemorySegment allocate(long byteSize) {
    if (byteSize > LARGEST_CHUNK_BYTES) {
      MemorySegment chunk = arena.allocate(byteSize, ALIGNMENT_BYTES);
      reservedBytes.addAndGet(byteSize);
      return chunk;
    }
    for (Slab slab : open) {
      if (slab.fits(byteSize)) {
        return slab.cut(byteSize);
      }
    }
    return openSlab(byteSize).cut(byteSize);
  }

  private Slab openSlab(long byteSize) {
    while (nextBytes < byteSize) {
      nextBytes *= 2;
    }
    Slab slab =
        new Slab(
            nextBytes < HugePages.BYTES
                ? arena.allocate(nextBytes, ALIGNMENT_BYTES)
                : hugePages.allocate(nextBytes, arena));
    reservedBytes.addAndGet(nextBytes);
    nextBytes = Math.min(nextBytes * 2, LAST_BYTES);
    if (open.size() == OPEN_SLABS) {
      open.remove();
    }
    open.add(slab);
    return slab;
  }

  private static final class Slab {

    private final MemorySegment memory;
    private long used;

    Slab(MemorySegment memory) {
      this.memory = memory;
    }

    boolean fits(long byteSize) {
      return byteSize <= memory.byteSize() - used;
    }

    MemorySegment cut(long byteSize) {
      MemorySegment chunk = memory.asSlice(used, byteSize);
      long next = used + byteSize + ALIGNMENT_BYTES - 1 & -ALIGNMENT_BYTES;
      used = Math.min(next, memory.byteSize());
      return chunk;
    }
  }
}
