package io.gamay.ingest.consume;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How much memory all mutable segments of this server may take together. Thread-safe. */
public final class MemoryBudget {

  private final long limitBytes;
  private final Map<Object, Long> used = new ConcurrentHashMap<>();

  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  public long limitBytes() {
    return limitBytes;
  }

  public long usedBytes() {
    return used.values().stream().mapToLong(Long::longValue).sum();
  }

  boolean isExceeded() {
    return usedBytes() >= limitBytes;
  }

  /** What an owner holds now. */
  void note(Object owner, long bytes) {
    used.put(owner, bytes);
  }

  void forget(Object owner) {
    used.remove(owner);
  }
}
