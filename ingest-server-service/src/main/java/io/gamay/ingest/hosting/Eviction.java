package io.gamay.ingest.hosting;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps sealed files within a bound on this disk: the room, the threads that make room and
 * that fetch, and what they have done. Thread-safe.
 */
public final class Eviction implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Eviction.class);
  private static final Duration END_PATIENCE = Duration.ofSeconds(10);

  private final LocalRoom room;
  private final ExecutorService keeper;
  private final ExecutorService fetchers;
  private final LongSupplier nanoTime;
  private final LongAdder evictions = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder fetches = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder fetchNanos = new LongAdder();
  private final LongAdder waiting = new LongAdder();

  /**
   * @param keeper one thread, which makes room
   * @param fetchers which download; so many at a time as they are
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public Eviction(
      LocalRoom room, ExecutorService keeper, ExecutorService fetchers, LongSupplier nanoTime) {
    this.room = room;
    this.keeper = keeper;
    this.fetchers = fetchers;
    this.nanoTime = nanoTime;
  }

  /**
   * With threads of its own, which end when nothing is to be done.
   *
   * @param limitBytes that sealed files may take; empty: none is ever given up
   */
  public static Eviction above(OptionalLong limitBytes, int fetchThreads) {
    return new Eviction(
        new LocalRoom(limitBytes),
        threads("evict", 1),
        threads("fetch", fetchThreads),
        System::nanoTime);
  }

  public LocalRoom room() {
    return room;
  }

  /** Files that were given up. */
  public long evictions() {
    return evictions.sum();
  }

  /**
   * How often a file stayed that was to be given up, because the deep store lacks it; of one file
   * once in a few minutes.
   */
  public long refusals() {
    return refusals.sum();
  }

  /** Files that were fetched because a query needed them. */
  public long fetches() {
    return fetches.sum();
  }

  /** Fetches for queries that failed. */
  public long failures() {
    return failures.sum();
  }

  /** What those that succeeded took, from their beginning on. */
  public long fetchNanos() {
    return fetchNanos.sum();
  }

  /** Segments that queries wait for: for room, for a thread, or for the download. */
  public long waiting() {
    return waiting.sum();
  }

  /** Interrupts what is under way and waits a moment for it. */
  @Override
  public void close() {
    keeper.shutdownNow();
    fetchers.shutdownNow();
    try {
      if (!fetchers.awaitTermination(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          || !keeper.awaitTermination(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("fetches of segments did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  ExecutorService keeper() {
    return keeper;
  }

  ExecutorService fetchers() {
    return fetchers;
  }

  LongAdder evictionCount() {
    return evictions;
  }

  LongAdder waitingCount() {
    return waiting;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  void noteFetched(long nanos) {
    fetches.increment();
    fetchNanos.add(nanos);
  }

  void noteRefused() {
    refusals.increment();
  }

  void noteFailed() {
    failures.increment();
  }

  private static ExecutorService threads(String name, int count) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name(name + "-", 0).daemon(true).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
