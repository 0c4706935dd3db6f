package io.gamay.broker.scatter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many requests were second ones, by what they were for. Thread-safe. */
public final class AttemptCounts {

  /** Why the parts asked of one server are asked of others too. */
  public enum Cause {
    /** The server takes longer than it usually does. */
    HEDGE,
    /** Half of the query's time is over. */
    LATE,
    /** The server failed. */
    FAILURE
  }

  private final LongAdder first = new LongAdder();
  private final Map<Cause, LongAdder> asked = new ConcurrentHashMap<>();
  private final Map<Cause, LongAdder> won = new ConcurrentHashMap<>();

  private static LongAdder of(Map<Cause, LongAdder> counts, Cause cause) {
    return counts.computeIfAbsent(cause, _ -> new LongAdder());
  }

  void countFirst() {
    first.increment();
  }

  void countAsked(Cause cause) {
    of(asked, cause).increment();
  }

  void countWon(Cause cause) {
    of(won, cause).increment();
  }

  /** Requests to servers that were no second ones. */
  public long first() {
    return first.sum();
  }

  /** Times that others were asked too. */
  public long asked(Cause cause) {
    return of(asked, cause).sum();
  }

  /** How often theirs was the answer taken. */
  public long won(Cause cause) {
    return of(won, cause).sum();
  }
}
