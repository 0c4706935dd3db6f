package io.gamay.ingest.hosting;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of sealed files are on this disk, which of them were queried least lately, and who
 * may add more. Whoever fetches a file claims its bytes before; a claim is granted when files and
 * granted claims stay within the limit with it, in the order in which claims were made. Decides
 * only: {@link #next} says what is to be done for it. Thread-safe.
 */
public final class LocalRoom {

  private static final Comparator<Entry> LEAST_LATELY_USED_FIRST =
      Comparator.<Entry>comparingLong(entry -> entry.rank)
          .thenComparing(entry -> entry.key.segment().creationTime())
          .thenComparing(entry -> entry.key.segment().toString())
          .thenComparing(entry -> entry.key.tableId());

  private final long limitBytes;
  private final Map<SegmentKey, Entry> files = new HashMap<>();

  /** By the use that was known when an entry was put here last. */
  private final TreeSet<Entry> byUse = new TreeSet<>(LEAST_LATELY_USED_FIRST);

  private final ArrayDeque<Claim> waiting = new ArrayDeque<>();
  private long usedBytes;

  /** Files that lie here and are not shown yet. */
  private int found;

  private long claimedBytes;
  private long uses;
  private volatile boolean isPressed;

  /** A file on the disk. */
  private static final class Entry {
    private final SegmentKey key;
    private final long bytes;

    /** Empty while it is not shown. */
    private final Optional<SegmentHolding> holding;

    private long rank;

    Entry(SegmentKey key, long bytes, Optional<SegmentHolding> holding, long rank) {
      this.key = key;
      this.bytes = bytes;
      this.holding = holding;
      this.rank = rank;
    }

    long lastUse() {
      return holding.map(SegmentHolding::lastUse).orElse(0L);
    }
  }

  /** The right to add so many bytes; to be closed when they are noted as a file, or not needed. */
  final class Claim implements AutoCloseable {
    private final long bytes;
    private final CompletableFuture<Claim> granted = new CompletableFuture<>();

    /** Guarded by the room. */
    private boolean isHeld;

    private Claim(long bytes) {
      this.bytes = bytes;
    }

    /** Completed by whoever carries out what {@link #next} says. */
    CompletableFuture<Claim> granted() {
      return granted;
    }

    @Override
    public void close() {
      end(this);
    }
  }

  /** What is to be done next. */
  sealed interface Step {

    /** A claim has its bytes: tell its owner. */
    record Grant(Claim claim) implements Step {}

    /** This file is to go, if it may: {@link #forget} it then. */
    record Evict(SegmentKey key) implements Step {}

    /** Nothing, for now. */
    record Rest() implements Step {}
  }

  /** One walk over the files, the least lately used first: each is named once. */
  static final class Pass {
    private @Nullable Entry last;
  }

  /**
   * @param limitBytes that files may take; empty: no limit
   */
  public LocalRoom(OptionalLong limitBytes) {
    this.limitBytes = limitBytes.orElse(Long.MAX_VALUE);
  }

  boolean isLimited() {
    return limitBytes < Long.MAX_VALUE;
  }

  public OptionalLong limitBytes() {
    return isLimited() ? OptionalLong.of(limitBytes) : OptionalLong.empty();
  }

  /** Of the files that are here. */
  public synchronized long usedBytes() {
    return usedBytes;
  }

  /** Of files that are being fetched. */
  public synchronized long claimedBytes() {
    return claimedBytes;
  }

  /** Fetches that wait for room. */
  public synchronized int waitingClaims() {
    return waiting.size();
  }

  /** Why fetches wait, for a person; empty if none waits. */
  public synchronized Optional<String> shortage() {
    return waiting.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "sealed files take %d of %d bytes here, %d more are being fetched, %d files wait for room"
                .formatted(usedBytes, limitBytes, claimedBytes, waiting.size()));
  }

  /** The number of a use, higher than those before. */
  synchronized long nextUse() {
    return ++uses;
  }

  /** Whether {@link #next} had something to do, or waits for files to come out of use. */
  boolean isPressed() {
    return isPressed;
  }

  /**
   * A file that is shown, under its holding; it takes the place of the one of its key. Nothing
   * changes if it was released meanwhile: whoever released it forgets it after that.
   */
  synchronized void noteFile(SegmentKey key, long bytes, SegmentHolding holding) {
    if (!holding.isAlive()) {
      return;
    }
    Entry before = files.get(key);
    if (before != null) {
      holding.noteUse(before.lastUse());
      if (before.bytes == bytes && before.holding.equals(Optional.of(holding))) {
        return;
      }
    }
    put(new Entry(key, bytes, Optional.of(holding), holding.lastUse()));
  }

  /** As the other, of a file that took what a claim had for it: in one step. */
  synchronized void noteFile(SegmentKey key, long bytes, SegmentHolding holding, Claim claim) {
    end(claim);
    noteFile(key, bytes, holding);
  }

  /** A file that lies here and is not shown yet: it is no candidate to go. */
  synchronized void noteFound(SegmentKey key, long bytes) {
    if (!files.containsKey(key)) {
      put(new Entry(key, bytes, Optional.empty(), 0));
    }
  }

  boolean isNoted(SegmentKey key) {
    synchronized (this) {
      return files.containsKey(key);
    }
  }

  /** The file is gone. */
  synchronized void forget(SegmentKey key) {
    Entry gone = files.remove(key);
    if (gone != null) {
      remove(gone);
    }
    press();
  }

  /** Granted at once if there is room and nobody waits for it. */
  synchronized Optional<Claim> tryClaim(long bytes) {
    if (!waiting.isEmpty() || !fits(bytes)) {
      return Optional.empty();
    }
    Claim claim = new Claim(bytes);
    grant(claim);
    return Optional.of(claim);
  }

  /** Waits for its turn; closing it ends the waiting. */
  synchronized Claim claim(long bytes) {
    Claim claim = new Claim(bytes);
    waiting.add(claim);
    press();
    return claim;
  }

  /** All that wait, who wait no more: whoever takes them tells their owners. */
  synchronized List<Claim> takeWaiting() {
    List<Claim> taken = List.copyOf(waiting);
    waiting.clear();
    press();
    return taken;
  }

  /** Whether a file of that size can ever be here. */
  boolean canHold(long bytes) {
    return bytes <= limitBytes;
  }

  synchronized Step next(Pass pass) {
    Claim first = waiting.peek();
    if (first != null && fits(first.bytes)) {
      waiting.remove();
      grant(first);
      press();
      return new Step.Grant(first);
    }
    // What goes by itself waits until the files of an earlier process are shown: the oldest go.
    boolean isOver = found == 0 && usedBytes + claimedBytes > limitBytes;
    if (first != null || isOver) {
      Optional<Entry> victim = nextIdle(pass);
      if (victim.isPresent()) {
        return new Step.Evict(victim.get().key);
      }
    }
    return new Step.Rest();
  }

  private void put(Entry entry) {
    Entry before = files.put(entry.key, entry);
    if (before != null) {
      remove(before);
    }
    byUse.add(entry);
    usedBytes += entry.bytes;
    found += entry.holding.isEmpty() ? 1 : 0;
    press();
  }

  private void remove(Entry entry) {
    byUse.remove(entry);
    usedBytes -= entry.bytes;
    found -= entry.holding.isEmpty() ? 1 : 0;
  }

  private Optional<Entry> nextIdle(Pass pass) {
    Entry entry = pass.last == null ? first() : byUse.higher(pass.last);
    while (entry != null) {
      if (entry.lastUse() > entry.rank) {
        // Used since: its place is behind others.
        Entry following = byUse.higher(entry);
        byUse.remove(entry);
        entry.rank = entry.lastUse();
        byUse.add(entry);
        entry = following == null || precedes(entry, following) ? entry : following;
        continue;
      }
      if (entry.holding.filter(SegmentHolding::isIdle).isPresent()) {
        pass.last = entry;
        return Optional.of(entry);
      }
      entry = byUse.higher(entry);
    }
    return Optional.empty();
  }

  private @Nullable Entry first() {
    return byUse.isEmpty() ? null : byUse.first();
  }

  private static boolean precedes(Entry entry, Entry other) {
    return LEAST_LATELY_USED_FIRST.compare(entry, other) < 0;
  }

  private boolean fits(long bytes) {
    return bytes <= limitBytes - usedBytes - claimedBytes;
  }

  private void grant(Claim claim) {
    claim.isHeld = true;
    claimedBytes += claim.bytes;
  }

  private synchronized void end(Claim claim) {
    if (claim.isHeld) {
      claim.isHeld = false;
      claimedBytes -= claim.bytes;
    } else {
      waiting.remove(claim);
    }
    press();
  }

  private void press() {
    isPressed = !waiting.isEmpty() || usedBytes + claimedBytes > limitBytes;
  }
}
