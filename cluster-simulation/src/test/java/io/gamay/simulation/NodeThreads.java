package io.gamay.simulation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Threads of a simulated process: each task is an event of its node, begun after some time. */
final class NodeThreads extends AbstractExecutorService implements ScheduledExecutorService {

  private final Node node;
  private final boolean isOneThread;
  private final Supplier<Duration> lateness;
  private final Failures failures;
  private long lastNanos;
  private boolean isShutdown;

  /** Takes what ended a task. */
  interface Failures {
    void onFailure(Node node, Throwable failure);
  }

  /**
   * @param isOneThread whether tasks begin in the order in which they are due
   * @param lateness how much later than it is due a task begins; asked for each
   */
  NodeThreads(Node node, boolean isOneThread, Supplier<Duration> lateness, Failures failures) {
    this.node = node;
    this.isOneThread = isOneThread;
    this.lateness = lateness;
    this.failures = failures;
  }

  @Override
  public void execute(Runnable task) {
    var _ = schedule(task, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    Task<Object> planned = new Task<>(Executors.callable(task), 0);
    plan(planned, unit.toNanos(delay));
    return planned;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    Task<V> planned = new Task<>(task, 0);
    plan(planned, unit.toNanos(delay));
    return planned;
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    Task<Object> planned = new Task<>(Executors.callable(task), unit.toNanos(delay));
    plan(planned, unit.toNanos(initialDelay));
    return planned;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(task, initialDelay, period, unit);
  }

  @Override
  public void shutdown() {
    isShutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    isShutdown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return isShutdown;
  }

  @Override
  public boolean isTerminated() {
    return isShutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  private void plan(Task<?> task, long delayNanos) {
    if (isShutdown) {
      throw new RejectedExecutionException("shut down");
    }
    long at = node.nanoTime() + delayNanos + lateness.get().toNanos();
    if (isOneThread && delayNanos == 0) {
      at = Math.max(at, lastNanos);
      lastNanos = at;
    }
    node.timeline().planAt(node, at, () -> run(task));
  }

  private void run(Task<?> task) {
    if (isShutdown || task.isDone()) {
      return;
    }
    if (task.periodNanos == 0) {
      task.run();
    } else if (task.runAndReset() && !isShutdown) {
      plan(task, task.periodNanos);
    }
    if (task.state() == ScheduledFuture.State.FAILED) {
      failures.onFailure(node, task.exceptionNow());
    }
  }

  private static final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {

    /** From the end of a run to the next; 0: there is one run. */
    final long periodNanos;

    Task(Callable<V> task, long periodNanos) {
      super(task);
      this.periodNanos = periodNanos;
    }

    @Override
    public boolean runAndReset() {
      return super.runAndReset();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }
}
