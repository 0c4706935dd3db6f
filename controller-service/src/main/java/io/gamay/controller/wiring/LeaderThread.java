package io.gamay.controller.wiring;

import io.gamay.controller.leader.LeaderOffice;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread on which office is taken. */
final class LeaderThread implements LeaderOffice.Runner, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaderThread.class);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("leadership").daemon(true).factory());

  @Override
  public void run(Runnable task) {
    runLater(task, Duration.ZERO);
  }

  @Override
  public void runLater(Runnable task, Duration delay) {
    try {
      var _ = thread.schedule(() -> guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("no more elections, closing", closing);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error failed) {
      LOG.error("leadership task failed", failed);
    }
  }
}
