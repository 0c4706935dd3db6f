package io.gamay.simulation;

import io.gamay.ingest.execute.QueryWorkers;
import io.gamay.query.budget.ThreadUsage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A server's queries, on the simulation's thread and its time. */
final class InlineWorkers implements QueryWorkers {

  private final Node node;

  InlineWorkers(Node node) {
    this.node = node;
  }

  @Override
  public CompletableFuture<ThreadUsage> run(List<Runnable> pieces, int maxThreads) {
    try {
      pieces.forEach(Runnable::run);
      return CompletableFuture.completedFuture(ThreadUsage.NONE);
    } catch (RuntimeException | Error failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  @Override
  public void abandon(CompletableFuture<ThreadUsage> done, Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public <T> CompletableFuture<T> endAfter(CompletableFuture<T> future, Duration time) {
    if (!future.isDone()) {
      node.timeline()
          .plan(node, time, () -> future.completeExceptionally(new TimeoutException("too late")));
    }
    return future;
  }

  @Override
  public void pause(BooleanSupplier isOver) {}
}
