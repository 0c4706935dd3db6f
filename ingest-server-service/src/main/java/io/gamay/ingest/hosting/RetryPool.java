package io.gamay.ingest.hosting;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for work that may fail and is tried again, each piece under a key of its own: a key that
 * is under way or waits for its next try is not taken twice. No more pieces are under way at a time
 * than there are threads; the others wait and begin in the order in which they were due. Back-off
 * doubles from the first pause to the longest. Thread-safe.
 */
public final class RetryPool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RetryPool.class);

  private final ScheduledExecutorService threads;
  private final Duration firstPause;
  private final Duration longestPause;
  private final Set<Object> keys = ConcurrentHashMap.newKeySet();
  private final Set<Object> running = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<Object, Waiting> waiting = new ConcurrentHashMap<>();

  /** A try that has not begun. Who takes it from those that wait may begin it, nobody else. */
  private static final class Waiting {
    private final Attempt attempt;
    private volatile @Nullable ScheduledFuture<?> start;

    Waiting(Attempt attempt) {
      this.attempt = attempt;
    }

    /** Spares the threads a start that would find it taken. */
    void forget() {
      @Nullable ScheduledFuture<?> scheduled = start;
      if (scheduled != null) {
        scheduled.cancel(false);
      }
    }
  }

  /** One try. */
  public interface Attempt {

    /** Does the work; an exception asks for another try, if it is still wanted then. */
    void run() throws Exception;

    /** Asked before each try. */
    boolean isWanted();

    /** Told after a try that failed. */
    void onFailure(Throwable failure);
  }

  /**
   * @param priority of the threads, where the JVM heeds priorities
   */
  @SuppressWarnings("ThreadPriorityCheck") // a matter of speed: nothing relies on the order
  public RetryPool(
      String name, int threadCount, int priority, Duration firstPause, Duration longestPause) {
    this(
        Executors.newScheduledThreadPool(
            threadCount,
            Thread.ofPlatform().name(name + "-", 0).daemon(true).priority(priority).factory()),
        firstPause,
        longestPause);
  }

  /**
   * @param threads the pool's own from now on
   */
  public RetryPool(ScheduledExecutorService threads, Duration firstPause, Duration longestPause) {
    this.threads = threads;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
  }

  /** Starts the work unless the key is taken. Returns at once. */
  public void submit(Object key, Attempt attempt) {
    if (keys.add(key)) {
      schedule(key, attempt, Duration.ZERO, firstPause);
    }
  }

  /** Lets a key that waits for its next try have it now, and short pauses again after it. */
  public void hurry(Object key) {
    Waiting next = waiting.get(key);
    if (next != null && waiting.remove(key, next)) {
      next.forget();
      schedule(key, next.attempt, Duration.ZERO, firstPause);
    }
  }

  public boolean isBusy(Object key) {
    return keys.contains(key);
  }

  /** The keys that are taken, as they were at some moment since the call. */
  Set<Object> busyKeys() {
    return Set.copyOf(keys);
  }

  /** Whether the key waits for a thread or for its next try. */
  public boolean isWaiting(Object key) {
    return keys.contains(key) && !running.contains(key);
  }

  public int runningCount() {
    return running.size();
  }

  /** Pieces that wait for a thread or for their next try. */
  public int waitingCount() {
    return Math.max(0, keys.size() - running.size());
  }

  /** Interrupts what is under way and waits a moment for it. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("work did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void schedule(Object key, Attempt attempt, Duration delay, Duration nextPause) {
    Waiting next = new Waiting(attempt);
    waiting.put(key, next);
    try {
      next.start =
          threads.schedule(
              () -> tryOnce(key, next, nextPause), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      waiting.remove(key, next);
      keys.remove(key);
    }
  }

  private void tryOnce(Object key, Waiting own, Duration pause) {
    if (!waiting.remove(key, own)) {
      return;
    }
    try {
      if (own.attempt.isWanted()) {
        running.add(key);
        own.attempt.run();
      }
      running.remove(key);
      keys.remove(key);
    } catch (Throwable e) {
      running.remove(key);
      tell(own.attempt, e);
      Duration doubled = pause.multipliedBy(2);
      schedule(
          key, own.attempt, pause, doubled.compareTo(longestPause) > 0 ? longestPause : doubled);
    }
  }

  private static void tell(Attempt attempt, Throwable failure) {
    try {
      attempt.onFailure(failure);
    } catch (RuntimeException e) {
      LOG.error("what failed could not be told; it is tried again", e);
    }
  }
}
