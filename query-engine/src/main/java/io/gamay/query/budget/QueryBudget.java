package io.gamay.query.budget;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one query may use on this process: time, memory for what it holds, rows that it looks at;
 * and whether it was cancelled. Shared by all threads that work for the query; thread-safe.
 */
public final class QueryBudget {

  private final LongSupplier nanoTime;
  private final long startNanos;
  private final Duration timeout;
  private final Limits limits;
  private final AtomicLong memoryBytes = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicReference<@Nullable String> cancelReason = new AtomicReference<>();

  /**
   * @param maxMemoryBytes for hash tables, aggregation states and rows held
   * @param maxRows rows of segments looked at
   */
  public record Limits(long maxMemoryBytes, long maxRows) {

    public static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /**
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   * @param timeout from now on
   */
  public QueryBudget(LongSupplier nanoTime, Duration timeout, Limits limits) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.timeout = timeout;
    this.limits = limits;
  }

  /** A budget that never ends by itself. */
  public static QueryBudget unlimited() {
    return new QueryBudget(() -> 0, Duration.ofDays(1), Limits.NONE);
  }

  /**
   * To be called between blocks.
   *
   * @throws QueryException if the query is cancelled or its time is over
   */
  public void check() {
    String reason = cancelReason.get();
    if (reason != null) {
      throw new QueryException(QueryErrorCode.QUERY_CANCELLATION, "query cancelled: " + reason);
    }
    if (nanoTime.getAsLong() - startNanos >= timeout.toNanos()) {
      throw new QueryException(
          QueryErrorCode.EXECUTION_TIMEOUT,
          "query took longer than its timeout of %d ms".formatted(timeout.toMillis()));
    }
  }

  /**
   * Counts rows looked at.
   *
   * @throws QueryException if they are more than allowed
   */
  public void addRows(long count) {
    if (rows.addAndGet(count) > limits.maxRows()) {
      throw new QueryException(
          QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
          "query looked at more than its limit of %d rows".formatted(limits.maxRows()));
    }
  }

  /** The first reason given is the one reported. */
  public void cancel(String reason) {
    cancelReason.compareAndSet(null, reason);
  }

  public Optional<String> cancelled() {
    return Optional.ofNullable(cancelReason.get());
  }

  public long memoryBytes() {
    return memoryBytes.get();
  }

  /** A holder of memory that grows and shrinks; closing gives all of it back. */
  public Reservation reserve() {
    return new Reservation();
  }

  /** Memory that one structure holds. One thread at a time. */
  public final class Reservation implements AutoCloseable {

    private long heldBytes;

    private Reservation() {}

    /**
     * States the memory held now.
     *
     * @throws QueryException if the query holds more than allowed; the memory stays counted until
     *     this is closed
     */
    public void resize(long bytes) {
      long change = bytes - heldBytes;
      heldBytes = bytes;
      if (memoryBytes.addAndGet(change) > limits.maxMemoryBytes() && change > 0) {
        throw new QueryException(
            QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
            "query needs more than its memory limit of %d bytes"
                .formatted(limits.maxMemoryBytes()));
      }
    }

    @Override
    public void close() {
      resize(0);
    }
  }
}
