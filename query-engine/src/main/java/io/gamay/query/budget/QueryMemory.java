package io.gamay.query.budget;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The memory of all queries of one process together. When they need more than there is, the one
 * that holds most is ended, at its next check; the others do not notice. Until then they hold what
 * they ask for: beyond the limit by as much as they take in within a block. Thread-safe.
 */
public final class QueryMemory {

  private final long maxBytes;
  private final String remedy;
  private final LongSupplier nanoTime;
  private final AtomicLong usedBytes = new AtomicLong();
  private final Set<QueryBudget> open = ConcurrentHashMap.newKeySet();

  /**
   * @param remedy what whoever runs the process can do about a limit that is too low
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public QueryMemory(long maxBytes, String remedy, LongSupplier nanoTime) {
    this.maxBytes = maxBytes;
    this.remedy = remedy;
    this.nanoTime = nanoTime;
  }

  /** Memory without a limit. */
  public static QueryMemory unlimited() {
    return new QueryMemory(Long.MAX_VALUE, "", System::nanoTime);
  }

  /**
   * A query's budget, to be closed when the query is over.
   *
   * @param timeout from now on
   */
  public QueryBudget open(Duration timeout, QueryBudget.Limits limits) {
    return open(timeout, limits, Pace.FULL);
  }

  /** As the other; the query is held up as others need it. */
  public QueryBudget open(Duration timeout, QueryBudget.Limits limits, Pace pace) {
    QueryBudget budget = new QueryBudget(nanoTime, timeout, limits, Optional.of(this), pace);
    open.add(budget);
    return budget;
  }

  public long usedBytes() {
    return usedBytes.get();
  }

  public long maxBytes() {
    return maxBytes;
  }

  void close(QueryBudget budget) {
    open.remove(budget);
  }

  void add(long change) {
    usedBytes.addAndGet(change);
  }

  /** Ends the largest query if all that go on need too much; not to be called with locks held. */
  void enforce() {
    if (usedBytes.get() <= maxBytes) {
      return;
    }
    long running =
        open.stream().filter(QueryBudget::goesOn).mapToLong(QueryBudget::memoryBytes).sum();
    if (running > maxBytes) {
      open.stream()
          .filter(QueryBudget::goesOn)
          .max(Comparator.comparingLong(QueryBudget::memoryBytes))
          .ifPresent(largest -> largest.end(ended(largest.memoryBytes(), running)));
    }
  }

  private QueryException ended(long held, long running) {
    return new QueryException(
        QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
        "the queries under way need %d bytes together, more than their limit of %d, and this one holds most, %d: try again, narrow the query, or %s"
            .formatted(running, maxBytes, held, remedy));
  }
}
