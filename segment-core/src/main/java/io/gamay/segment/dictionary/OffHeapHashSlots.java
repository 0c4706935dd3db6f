package io.gamay.segment.dictionary;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.memory.ReleasableMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The hash side of a mutable dictionary. A slot has 8 bytes: hash (32 bits) | payload + 1 (32
 * bits), 0 where empty. What the payload is (a dictId, a position of bytes) is the dictionary's
 * affair; it is not -1. Slots lie in pages; the hash's high bits choose the page through a
 * directory, its low bits the first slot there, from which a probe goes on slot by slot and round
 * the page.
 *
 * <p>Growth is extendible hashing after Fagin, Nievergelt, Pippenger and Strong (1979): a full page
 * is split by the next bit of the stored hashes into two, and the directory doubles when a page is
 * the only one of its entry. One added value splits at most the page it goes to (128 KB, read once
 * in order), and no value is read again; a replaced page is used for a later split. Until the first
 * page has its full size, it is replaced by one of four times the slots.
 *
 * <p>One writer adds; any thread probes. A reader announces itself ({@link #enter}, {@link #exit})
 * before it takes the current table; a replaced page keeps its content until the writer has seen,
 * after the replacement, that no reader is announced: one that comes later takes the new page.
 */
final class OffHeapHashSlots {

  private static final VarHandle SLOT = JAVA_LONG.varHandle();
  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(MemorySegment[].class);

  private static final int FIRST_PAGE_SLOTS = 1 << 6;
  private static final int PAGE_SLOTS = 1 << 14;
  private static final int FIRST_GROWTH = 4;
  private static final int MAX_DEPTH = 16;

  private final MemoryAccount account;
  private final AtomicInteger readersInside = new AtomicInteger();

  /** Pages that readers may still be looking at. */
  private final List<Page> replaced = new ArrayList<>();

  /** Pages of full size for later splits; of any content. */
  private final Deque<MemorySegment> spare = new ArrayDeque<>();

  /** The writer's side of each directory entry. */
  private Page[] pages;

  private volatile Table current;

  OffHeapHashSlots(MemoryAccount account) {
    this.account = account;
    Page first = smallPage(FIRST_PAGE_SLOTS);
    this.pages = new Page[] {first};
    this.current = new Table(new MemorySegment[] {first.slots}, FIRST_PAGE_SLOTS - 1, 0);
  }

  /** The current table, for the writer, until it adds. */
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

  /**
   * Adds an entry, whose value is written already and was not found.
   *
   * @throws IllegalStateException if the page that the hash belongs to is full and cannot be split
   */
  void add(int hash, int payload) {
    Table table = current;
    Page page = pages[table.pageIndex(hash)];
    while (page.used >= limit(table)) {
      if (table.mask + 1 < PAGE_SLOTS) {
        enlarge(page);
      } else if (page.depth < MAX_DEPTH) {
        split(page, hash);
      } else if (page.used < table.mask) {
        break;
      } else {
        throw new IllegalStateException("a dictionary cannot tell more values of one hash apart");
      }
      table = current;
      page = pages[table.pageIndex(hash)];
    }
    insert(page.slots, table.mask, (long) hash << 32 | payload + 1 & 0xFFFFFFFFL);
    page.used++;
    if (!replaced.isEmpty()) {
      takeBack();
    }
  }

  /** How many entries a page takes before it grows: 5 of 8 slots. */
  private static int limit(Table table) {
    return (table.mask + 1) * 5 >> 3;
  }

  /** Replaces the only page by a larger one. */
  private void enlarge(Page page) {
    int slots = (current.mask + 1) * FIRST_GROWTH;
    Page larger = slots < PAGE_SLOTS ? smallPage(slots) : new Page(freshPage());
    for (int slot = 0; slot <= current.mask; slot++) {
      long entry = page.slots.get(JAVA_LONG, (long) slot << 3);
      if (entry != 0) {
        insert(larger.slots, slots - 1, entry);
      }
    }
    larger.used = page.used;
    pages[0] = larger;
    current = new Table(new MemorySegment[] {larger.slots}, slots - 1, 0);
    replaced.add(page);
  }

  /** Replaces a page of full size by two. */
  private void split(Page page, int hash) {
    if (page.depth == current.depth) {
      doubleDirectory();
    }
    Page low = new Page(freshPage());
    Page high = new Page(freshPage());
    for (int slot = 0; slot < PAGE_SLOTS; slot++) {
      long entry = page.slots.get(JAVA_LONG, (long) slot << 3);
      if (entry != 0) {
        Page target = (entry << page.depth) < 0 ? high : low;
        insert(target.slots, PAGE_SLOTS - 1, entry);
        target.used++;
      }
    }
    low.depth = page.depth + 1;
    high.depth = page.depth + 1;
    Table table = current;
    int half = 1 << (table.depth - page.depth - 1);
    int first = table.pageIndex(hash) & -(half * 2);
    for (int i = 0; i < half; i++) {
      setPage(table, first + i, low);
      setPage(table, first + half + i, high);
    }
    replaced.add(page);
  }

  private void setPage(Table table, int index, Page page) {
    pages[index] = page;
    PAGE.setVolatile(table.pages, index, page.slots);
  }

  private void doubleDirectory() {
    Table table = current;
    Page[] doubled = new Page[pages.length * 2];
    MemorySegment[] slots = new MemorySegment[doubled.length];
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] = pages[i >> 1];
      slots[i] = doubled[i].slots;
    }
    pages = doubled;
    current = new Table(slots, table.mask, table.depth + 1);
  }

  private static void insert(MemorySegment slots, int mask, long entry) {
    int slot = Table.hash(entry) & mask;
    while (slots.get(JAVA_LONG, (long) slot << 3) != 0) {
      slot = slot + 1 & mask;
    }
    SLOT.setRelease(slots, (long) slot << 3, entry);
  }

  private void takeBack() {
    if (readersInside.get() != 0) {
      return;
    }
    for (Page page : replaced) {
      page.own.ifPresentOrElse(account::release, () -> spare.add(page.slots));
    }
    replaced.clear();
  }

  private MemorySegment freshPage() {
    MemorySegment page = spare.poll();
    return page == null ? account.allocate((long) PAGE_SLOTS << 3) : page.fill((byte) 0);
  }

  private Page smallPage(int slots) {
    ReleasableMemory memory = account.allocateReleasable((long) slots << 3);
    return new Page(memory.segment(), Optional.of(memory));
  }

  /** What the writer knows of a page. */
  private static final class Page {

    private final MemorySegment slots;

    /** The memory of a page below full size. */
    private final Optional<ReleasableMemory> own;

    private int used;

    /** How many high bits the hashes in it have in common. */
    private int depth;

    Page(MemorySegment slots) {
      this(slots, Optional.empty());
    }

    Page(MemorySegment slots, Optional<ReleasableMemory> own) {
      this.slots = slots;
      this.own = own;
    }
  }

  /**
   * The pages at one size of the directory. To probe: {@code page}, {@code firstSlot}, {@code next}
   * until an entry is 0.
   */
  static final class Table {

    private final MemorySegment[] pages;
    private final int mask;

    /** How many high bits of a hash are a page's index. */
    private final int depth;

    Table(MemorySegment[] pages, int mask, int depth) {
      this.pages = pages;
      this.mask = mask;
      this.depth = depth;
    }

    /** The page of a hash. */
    MemorySegment page(int hash) {
      return (MemorySegment) PAGE.getVolatile(pages, pageIndex(hash));
    }

    int firstSlot(int hash) {
      return hash & mask;
    }

    int next(int slot) {
      return slot + 1 & mask;
    }

    /** 0 if the slot is empty. */
    static long entry(MemorySegment page, int slot) {
      return (long) SLOT.getAcquire(page, (long) slot << 3);
    }

    /**
     * For each hash the first entry that has it, or 0; for the writer. All first slots are loaded
     * before any is looked at, so that misses of the cache overlap.
     */
    void candidates(int[] hashes, int count, long[] out) {
      for (int i = 0; i < count; i++) {
        int hash = hashes[i];
        out[i] = pages[pageIndex(hash)].get(JAVA_LONG, (long) (hash & mask) << 3);
      }
      for (int i = 0; i < count; i++) {
        long entry = out[i];
        if (entry != 0 && hash(entry) != hashes[i]) {
          out[i] = candidate(hashes[i]);
        }
      }
    }

    private long candidate(int hash) {
      MemorySegment page = pages[pageIndex(hash)];
      int slot = hash & mask;
      long entry;
      do {
        slot = slot + 1 & mask;
        entry = page.get(JAVA_LONG, (long) slot << 3);
      } while (entry != 0 && hash(entry) != hash);
      return entry;
    }

    static int hash(long entry) {
      return (int) (entry >>> 32);
    }

    static int payload(long entry) {
      return (int) entry - 1;
    }

    /** The payload of an entry, 0 where there is none. */
    static int payloadOrZero(long entry) {
      return (int) entry - 1 + absent(entry);
    }

    /** 1 where there is no entry, else 0. */
    static int absent(long entry) {
      return (int) (~(entry | -entry) >>> Long.SIZE - 1);
    }

    private int pageIndex(int hash) {
      return hash >>> 1 >>> (Integer.SIZE - 1 - depth);
    }
  }
}
