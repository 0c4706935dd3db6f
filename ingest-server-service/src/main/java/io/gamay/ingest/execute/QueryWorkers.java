package io.gamay.ingest.execute;

import io.gamay.query.budget.Pace;
import io.gamay.query.budget.ThreadUsage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What queries run on: threads for their pieces of work, and a timer. Thread-safe. */
public interface QueryWorkers extends Pace {

  /**
   * Runs all pieces. The future ends when no piece runs any more, with what they used; with the
   * first failure if a piece threw, and then pieces that had not begun are left out.
   *
   * @param maxThreads pieces at most that run at the same time
   */
  CompletableFuture<ThreadUsage> run(List<Runnable> pieces, int maxThreads);

  /**
   * Leaves out the pieces of a run that have not begun; its future then ends with the failure, when
   * no piece runs any more. Nothing changes if the run is over.
   *
   * @param done as {@link #run} gave it
   */
  void abandon(CompletableFuture<ThreadUsage> done, Throwable failure);

  /**
   * Ends a future with a {@link java.util.concurrent.TimeoutException} unless it ends before.
   *
   * @return the same future
   */
  <T> CompletableFuture<T> endAfter(CompletableFuture<T> future, Duration time);
}
