package io.gamay.broker.scatter;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Threads that parse, plan, decode, merge and write answers. Large work has its own, half as many
 * (at least one) and of low priority, so that a text of 50,000 values or an answer of a million
 * rows is in the way of nobody else's query. {@link io.gamay.broker.compile.SmallWork} needs none
 * of them. Thread-safe.
 *
 * @param usual for most
 * @param large for what may take longer than some ten milliseconds
 * @param timer for deadlines of what waits for these threads
 */
public record QueryThreads(Scheduler usual, Scheduler large, Scheduler timer)
    implements Disposable {

  /** Characters of a text that takes longer to parse than some milliseconds. */
  static final int MOST_USUAL_CHARACTERS = 8192;

  /** Bytes of results that take longer to read or to merge, and of rows to write. */
  static final long MOST_USUAL_BYTES = 1 << 21;

  private static final int MOST_WAITING = 10_000;

  /**
   * @param count threads for usual work
   */
  public static QueryThreads start(int count) {
    return new QueryThreads(
        threads("broker-query-", count, Thread.NORM_PRIORITY),
        threads("broker-large-", Math.max(1, count / 2), Thread.MIN_PRIORITY),
        Schedulers.newSingle("broker-timer", true));
  }

  /** One queue for all threads: nothing waits behind a long task while another thread is free. */
  @SuppressWarnings("ThreadPriorityCheck") // a matter of speed: nothing relies on the order
  private static Scheduler threads(String name, int count, int priority) {
    return Schedulers.fromExecutorService(
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name(name, 0).daemon(true).priority(priority).factory()));
  }

  /** Where to parse and plan a text of so many characters. */
  public Scheduler forText(int characters) {
    return characters > MOST_USUAL_CHARACTERS ? large : usual;
  }

  /** Where to read, merge or write results of so many bytes. */
  public Scheduler forBytes(long bytes) {
    return bytes > MOST_USUAL_BYTES ? large : usual;
  }

  @Override
  public void dispose() {
    usual.dispose();
    large.dispose();
    timer.dispose();
  }
}
