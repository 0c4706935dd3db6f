package io.gamay.ingest.consume;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much memory all mutable segments of this server may take together, the unused room of their
 * slabs included: what is taken from the machine is what counts. When it is used up, consumption
 * pauses until a part of it is free again. Before that, segments end early: the largest one that
 * grows, as long as those that end anyway will not free enough. Thread-safe.
 */
public final class MemoryBudget {

  /** Share of the limit from which segments end early. */
  private static final double NEARLY_FULL = 0.8;

  /** Share of the limit below which consumption goes on. */
  private static final double ROOM_AGAIN = 0.95;

  /** How long a full budget waits for what is ending before it lets one more segment end. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final long limitBytes;
  private final Map<Object, Share> shares = new LinkedHashMap<>();
  private long usedBytes;
  private long unusedBytes;
  private long growingBytes;
  private boolean isFull;
  private Instant nextRelief = Instant.MAX;

  /**
   * @param unused of those held, in slabs
   * @param growing of those held, in a segment that may end and was not asked to yet
   */
  private record Share(long held, long unused, long growing) {
    static final Share NONE = new Share(0, 0, 0);
  }

  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  public long limitBytes() {
    return limitBytes;
  }

  public synchronized long usedBytes() {
    return usedBytes;
  }

  /** Of the bytes used, what is room in slabs that no row takes yet. */
  public synchronized long unusedBytes() {
    return unusedBytes;
  }

  /** Whether consumption has to wait; with hysteresis. */
  public synchronized boolean isFull() {
    return isFull;
  }

  /**
   * What an owner holds now.
   *
   * @param unused of these, in slabs
   * @param growing of these, in a segment that could end and was not asked to yet
   */
  synchronized void note(Object owner, long held, long unused, long growing, Instant now) {
    put(owner, new Share(held, unused, growing), now);
  }

  synchronized void forget(Object owner, Instant now) {
    put(owner, Share.NONE, now);
    shares.remove(owner);
  }

  /** Whether the owner's growing segment is to end now to make room. */
  synchronized boolean isToEnd(Object owner, Instant now) {
    long mine = shares.getOrDefault(owner, Share.NONE).growing();
    if (mine == 0 || !isLargest(owner, mine)) {
      return false;
    }
    if (growingBytes >= NEARLY_FULL * limitBytes) {
      return true;
    }
    boolean isOverdue = isFull && !now.isBefore(nextRelief);
    if (isOverdue) {
      nextRelief = now.plus(PATIENCE);
    }
    return isOverdue;
  }

  /** Of equals the one that came first. */
  private boolean isLargest(Object owner, long mine) {
    boolean isBefore = true;
    for (Map.Entry<Object, Share> share : shares.entrySet()) {
      long other = share.getValue().growing();
      boolean isOwner = share.getKey().equals(owner);
      isBefore &= !isOwner;
      if (other > mine || (other == mine && isBefore)) {
        return false;
      }
    }
    return true;
  }

  private void put(Object owner, Share now, Instant at) {
    Share before = shares.put(owner, now);
    Share replaced = before == null ? Share.NONE : before;
    usedBytes += now.held() - replaced.held();
    unusedBytes += now.unused() - replaced.unused();
    growingBytes += now.growing() - replaced.growing();
    boolean wasFull = isFull;
    isFull = isFull ? usedBytes >= ROOM_AGAIN * limitBytes : usedBytes >= limitBytes;
    if (isFull && !wasFull) {
      nextRelief = at.plus(PATIENCE);
    }
  }
}
