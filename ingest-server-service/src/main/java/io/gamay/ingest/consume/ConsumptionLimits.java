package io.gamay.ingest.consume;

import io.gamay.ingest.hosting.DiskBudget;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What all partitions of a server together may take, and which of them wait. Thread-safe. */
public final class ConsumptionLimits {

  private final MemoryBudget memory;
  private final DiskBudget disk;
  private final Map<Object, PauseReason> paused = new ConcurrentHashMap<>();
  private final Map<PauseReason, AtomicLong> pauses = new EnumMap<>(PauseReason.class);

  public ConsumptionLimits(MemoryBudget memory, DiskBudget disk) {
    this.memory = memory;
    this.disk = disk;
    for (PauseReason reason : PauseReason.values()) {
      pauses.put(reason, new AtomicLong());
    }
  }

  public MemoryBudget memory() {
    return memory;
  }

  public DiskBudget disk() {
    return disk;
  }

  /** Partitions that wait now. */
  public int pausedPartitions(PauseReason reason) {
    return Math.toIntExact(paused.values().stream().filter(why -> why == reason).count());
  }

  /** How often a partition began to wait since the start. */
  public long pauseCount(PauseReason reason) {
    return countOf(reason).get();
  }

  /** What there is not enough of, for everybody; memory before disk. */
  Optional<PauseReason> shortage() {
    if (memory.isFull()) {
      return Optional.of(PauseReason.MEMORY);
    }
    return disk.shortage().isEmpty() ? Optional.empty() : Optional.of(PauseReason.DISK);
  }

  /** What there is not enough of, in words. */
  String describe(PauseReason reason) {
    return switch (reason) {
      case MEMORY ->
          "the memory budget of %d bytes is used up (gamay.memory.mutable-segments)"
              .formatted(memory.limitBytes());
      case DISK -> disk.shortage();
      case TABLE -> throw new IllegalArgumentException("no limit of a server pauses a table");
    };
  }

  void notePaused(Object owner, PauseReason reason) {
    if (paused.put(owner, reason) != reason) {
      countOf(reason).incrementAndGet();
    }
  }

  void noteRunning(Object owner) {
    paused.remove(owner);
  }

  private AtomicLong countOf(PauseReason reason) {
    AtomicLong count = pauses.get(reason);
    if (count == null) {
      throw new IllegalStateException("nothing is counted for " + reason);
    }
    return count;
  }
}
