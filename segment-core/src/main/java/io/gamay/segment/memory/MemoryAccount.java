package io.gamay.segment.memory;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one part of a segment (a column, the row offsets) has allocated. Allocation is the writer's
 * alone; {@link #bytes()} is for any thread.
 */
public final class MemoryAccount {

  private final OffHeapMemory owner;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong releasableBytes = new AtomicLong();
  private final Set<ReleasableMemory> releasable = ConcurrentHashMap.newKeySet();

  MemoryAccount(OffHeapMemory owner) {
    this.owner = owner;
  }

  /** Zeroed memory, aligned to 64 bytes, that lives as long as the segment. */
  public MemorySegment allocate(long byteSize) {
    MemorySegment memory = owner.slabs().allocate(byteSize);
    bytes.addAndGet(byteSize);
    return memory;
  }

  /** Zeroed memory, aligned to 8 bytes, that can be given back before the segment ends. */
  public ReleasableMemory allocateReleasable(long byteSize) {
    ReleasableMemory memory = new ReleasableMemory(byteSize);
    releasable.add(memory);
    bytes.addAndGet(byteSize);
    releasableBytes.addAndGet(byteSize);
    return memory;
  }

  /** Gives memory back; the caller makes sure that nobody reads it any more. */
  public void release(ReleasableMemory memory) {
    if (releasable.remove(memory)) {
      memory.close();
      bytes.addAndGet(-memory.segment().byteSize());
      releasableBytes.addAndGet(-memory.segment().byteSize());
    }
  }

  /**
   * @throws IllegalStateException if the segment's memory was released
   */
  public void checkOpen() {
    owner.checkOpen();
  }

  public long bytes() {
    return bytes.get();
  }

  /** Of these, what can be given back before the segment ends. */
  long releasableBytes() {
    return releasableBytes.get();
  }

  /** Ends the account; what lives as long as the segment is released with it. */
  void releaseAll() {
    for (ReleasableMemory memory : releasable) {
      release(memory);
    }
    bytes.set(0);
  }
}
