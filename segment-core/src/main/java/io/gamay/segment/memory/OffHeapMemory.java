package io.gamay.segment.memory;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All the off-heap memory of one segment, released at once by {@link #close()}. Accounts are opened
 * and used by the segment's writer; sizes are read by any thread. After the close every access to
 * the memory throws {@link IllegalStateException}.
 */
public final class OffHeapMemory implements AutoCloseable {

  private final Arena arena = Arena.ofShared();
  private final Slabs slabs;
  private final List<MemoryAccount> accounts = new CopyOnWriteArrayList<>();

  public OffHeapMemory() {
    this(HugePages.OF_THIS_MACHINE);
  }

  OffHeapMemory(HugePages hugePages) {
    this.slabs = new Slabs(arena, hugePages);
  }

  /** A share of this memory that knows its own size. */
  public MemoryAccount openAccount() {
    MemoryAccount account = new MemoryAccount(this);
    accounts.add(account);
    return account;
  }

  Slabs slabs() {
    return slabs;
  }

  /** What the accounts have allocated. */
  public long bytes() {
    long bytes = 0;
    for (MemoryAccount account : accounts) {
      bytes += account.bytes();
    }
    return bytes;
  }

  /**
   * What was taken from the machine: what the accounts have allocated, and the slabs' unused room.
   */
  public long reservedBytes() {
    long bytes = arena.scope().isAlive() ? slabs.reservedBytes() : 0;
    for (MemoryAccount account : accounts) {
      bytes += account.releasableBytes();
    }
    return bytes;
  }

  /**
   * @throws IllegalStateException if this memory was released
   */
  public void checkOpen() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("the segment's memory is released");
    }
  }

  /** Releases everything; a second call does nothing. The caller makes sure that nobody writes. */
  @Override
  public void close() {
    if (!arena.scope().isAlive()) {
      return;
    }
    try {
      arena.close();
    } finally {
      if (!arena.scope().isAlive()) {
        accounts.forEach(MemoryAccount::releaseAll);
      }
    }
  }
}
