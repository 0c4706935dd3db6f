package io.gamay.ingest.wiring;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that compares wanted and actual: soon after each nudge (several give one run) and
 * on a slow timer. Thread-safe.
 */
final class ReconcileThread implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReconcileThread.class);
  private static final Duration GATHER = Duration.ofMillis(10);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("reconcile").daemon(true).factory());
  private final AtomicBoolean isNudged = new AtomicBoolean();
  private volatile Runnable work = () -> {};

  /** Begins to work, at once and then at this interval at least. */
  void start(Runnable reconcile, Duration interval) {
    work = reconcile;
    var _ = thread.scheduleWithFixedDelay(this::run, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  void nudge() {
    if (isNudged.compareAndSet(false, true)) {
      try {
        var _ = thread.schedule(this::run, GATHER.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("nudged after the end", e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
        LOG.warn("reconciling did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    isNudged.set(false);
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      LOG.error("reconciling failed, is tried again", e);
    }
  }
}
