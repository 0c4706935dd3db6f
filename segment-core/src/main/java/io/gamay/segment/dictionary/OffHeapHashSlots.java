package io.gamay.segment.dictionary;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.memory.ReleasableMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The hash side of a mutable dictionary: an open-addressed table of 8-byte slots, hash (32 bits) |
 * dictId + 1 (32 bits), 0 where empty, at most half full. The first slot of a hash is the hash's
 * low bits, so that growing is one pass over the slots that touches no value.
 *
 * <p>One writer adds; any thread probes. A slot is written with release after its value, and read
 * with acquire. A reader announces itself ({@link #enter}, {@link #exit}) before it takes the
 * current table; the writer gives back a replaced table once it has seen no reader announced after
 * the replacement: a reader that comes later takes the new table.
 */
final class OffHeapHashSlots {

  private static final VarHandle SLOT = JAVA_LONG.varHandle();
  private static final int INITIAL_SLOTS = 64;
  private static final int MAX_SLOTS = 1 << 30;

  private final MemoryAccount account;
  private final AtomicInteger readersInside = new AtomicInteger();
  private final List<ReleasableMemory> replaced = new ArrayList<>();

  private volatile Table current;
  private int used;

  OffHeapHashSlots(MemoryAccount account) {
    this.account = account;
    this.current = newTable(INITIAL_SLOTS);
  }

  /** The current table, for the writer. */
  Table writerTable() {
    return current;
  }

  /** The current table, for a reader, valid until its {@link #exit}. */
  Table enter() {
    readersInside.incrementAndGet();
    return current;
  }

  void exit() {
    readersInside.decrementAndGet();
  }

  /** Fills the empty slot that a probe ended at; the value is already written. */
  void fill(int emptySlot, int hash, int dictId) {
    Table table = current;
    table.set(emptySlot, hash, dictId);
    used++;
    if (used > (table.mask + 1) / 2) {
      grow(table);
    }
    if (!replaced.isEmpty() && readersInside.get() == 0) {
      replaced.forEach(account::release);
      replaced.clear();
    }
  }

  private void grow(Table table) {
    int slots = table.mask + 1;
    if (slots >= MAX_SLOTS) {
      throw new IllegalStateException(
          "a dictionary cannot hold more than %d values".formatted(used));
    }
    Table larger = newTable(slots * 2);
    for (int slot = 0; slot < slots; slot++) {
      long entry = table.entry(slot);
      if (entry != 0) {
        int target = larger.firstSlot(Table.hash(entry));
        while (larger.entry(target) != 0) {
          target = larger.next(target);
        }
        larger.set(target, entry);
      }
    }
    current = larger;
    replaced.add(table.memory);
  }

  private Table newTable(int slots) {
    return new Table(account.allocateReleasable((long) slots * Long.BYTES), slots - 1);
  }

  /** One table; probing it: {@code firstSlot}, then {@code next} until an entry is 0. */
  static final class Table {

    private final ReleasableMemory memory;
    private final MemorySegment slots;
    private final int mask;

    Table(ReleasableMemory memory, int mask) {
      this.memory = memory;
      this.slots = memory.segment();
      this.mask = mask;
    }

    int firstSlot(int hash) {
      return hash & mask;
    }

    int next(int slot) {
      return slot + 1 & mask;
    }

    /** 0 if the slot is empty. */
    long entry(int slot) {
      return (long) SLOT.getAcquire(slots, (long) slot << 3);
    }

    static int hash(long entry) {
      return (int) (entry >>> 32);
    }

    static int dictId(long entry) {
      return (int) entry - 1;
    }

    private void set(int slot, int hash, int dictId) {
      set(slot, (long) hash << 32 | dictId + 1);
    }

    private void set(int slot, long entry) {
      SLOT.setRelease(slots, (long) slot << 3, entry);
    }
  }
}
