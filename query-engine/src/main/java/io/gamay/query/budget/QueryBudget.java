package io.gamay.query.budget;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What one query may use on this process: time, memory for what it holds, rows that it looks at;
 * and whether it was ended before. Shared by all threads that work for the query; thread-safe. To
 * be closed when the query is over: what it holds then is given back.
 */
public final class QueryBudget implements AutoCloseable {

  private final LongSupplier nanoTime;
  private final long startNanos;
  private final Duration timeout;
  private final Limits limits;
  private final Optional<QueryMemory> shared;
  private final Pace pace;
  private final BooleanSupplier isOver = this::isOver;
  private final AtomicLong rows = new AtomicLong();
  private final CompletableFuture<QueryException> ended = new CompletableFuture<>();

  private final Object memoryLock = new Object();
  private volatile long memoryBytes;
  private boolean isClosed;

  /**
   * @param maxMemoryBytes for hash tables, aggregation states and rows held
   * @param maxRows rows of segments looked at
   */
  public record Limits(long maxMemoryBytes, long maxRows, Wording wording) {

    public static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE);

    public Limits(long maxMemoryBytes, long maxRows) {
      this(maxMemoryBytes, maxRows, Wording.PLAIN);
    }
  }

  /**
   * How a client is told of a limit.
   *
   * @param timeoutCode of a query that took too long here
   * @param timeoutRemedy what can be done about it; {@code memoryRemedy} and {@code rowsRemedy} the
   *     same for the other limits
   */
  public record Wording(
      QueryErrorCode timeoutCode, String timeoutRemedy, String memoryRemedy, String rowsRemedy) {

    static final Wording PLAIN =
        new Wording(
            QueryErrorCode.EXECUTION_TIMEOUT,
            "raise the option timeoutMs",
            "narrow the query",
            "narrow the query");
  }

  /**
   * A budget of its own.
   *
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   * @param timeout from now on
   */
  public QueryBudget(LongSupplier nanoTime, Duration timeout, Limits limits) {
    this(nanoTime, timeout, limits, Optional.empty(), Pace.FULL);
  }

  QueryBudget(
      LongSupplier nanoTime,
      Duration timeout,
      Limits limits,
      Optional<QueryMemory> shared,
      Pace pace) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.timeout = timeout;
    this.limits = limits;
    this.shared = shared;
    this.pace = pace;
  }

  /** A budget that never ends by itself. */
  public static QueryBudget unlimited() {
    return new QueryBudget(() -> 0, Duration.ofDays(1), Limits.NONE);
  }

  /**
   * To be called between blocks, without locks held: other queries may have their turn meanwhile.
   *
   * @throws QueryException if the query was ended or its time is over
   */
  public void check() {
    pace.pause(isOver);
    if (ended.isDone()) {
      QueryException reason = ended.join();
      throw new QueryException(reason.code(), String.valueOf(reason.getMessage()));
    }
    if (isLate()) {
      throw lateness();
    }
  }

  /** What a query whose time is over fails with. */
  public QueryException lateness() {
    return new QueryException(
        limits.wording().timeoutCode(),
        "query took longer than its timeout of %d ms: %s"
            .formatted(timeout.toMillis(), limits.wording().timeoutRemedy()));
  }

  private boolean isLate() {
    return nanoTime.getAsLong() - startNanos >= timeout.toNanos();
  }

  private boolean isOver() {
    return ended.isDone() || isLate();
  }

  /**
   * Counts rows looked at.
   *
   * @throws QueryException if they are more than allowed
   */
  public void addRows(long count) {
    if (rows.addAndGet(count) > limits.maxRows()) {
      throw new QueryException(
          QueryErrorCode.QUERY_SCAN_LIMIT_EXCEEDED,
          "query looked at more than its limit of %d rows: %s"
              .formatted(limits.maxRows(), limits.wording().rowsRemedy()));
    }
  }

  /** Ends the query at its next {@link #check}. The first reason given is the one reported. */
  public void cancel(String reason) {
    end(new QueryException(QueryErrorCode.QUERY_CANCELLATION, "query cancelled: " + reason));
  }

  void end(QueryException reason) {
    ended.complete(reason);
  }

  /** Completed when the query is ended, with the reason; by whoever ends it. */
  public CompletableFuture<QueryException> ended() {
    return ended.copy();
  }

  boolean goesOn() {
    return !ended.isDone();
  }

  public long memoryBytes() {
    return memoryBytes;
  }

  /** Rows looked at so far. */
  public long rows() {
    return rows.get();
  }

  @Override
  public void close() {
    synchronized (memoryLock) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      shared.ifPresent(memory -> memory.add(-memoryBytes));
    }
    shared.ifPresent(memory -> memory.close(this));
  }

  /** A holder of memory that grows and shrinks; closing gives all of it back. */
  public Reservation reserve() {
    return new Reservation();
  }

  private void resize(long change) {
    synchronized (memoryLock) {
      memoryBytes += change;
      if (isClosed) {
        return;
      }
      shared.ifPresent(memory -> memory.add(change));
    }
    if (change <= 0) {
      return;
    }
    shared.ifPresent(QueryMemory::enforce);
    if (memoryBytes > limits.maxMemoryBytes()) {
      throw new QueryException(
          QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
          "query needs more than its memory limit of %d bytes: %s"
              .formatted(limits.maxMemoryBytes(), limits.wording().memoryRemedy()));
    }
    if (ended.isDone()) {
      check();
    }
  }

  /** Memory that one structure holds. One thread at a time. */
  public final class Reservation implements AutoCloseable {

    private long heldBytes;

    private Reservation() {}

    /**
     * States the memory held now.
     *
     * @throws QueryException if the query holds more than allowed, or is ended; the memory stays
     *     counted until this is closed
     */
    public void resize(long bytes) {
      long change = bytes - heldBytes;
      heldBytes = bytes;
      QueryBudget.this.resize(change);
    }

    /** The memory stated last. */
    public long heldBytes() {
      return heldBytes;
    }

    @Override
    public void close() {
      resize(0);
    }
  }
}
