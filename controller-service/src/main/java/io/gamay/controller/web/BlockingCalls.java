package io.gamay.controller.web;

import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The crossing from the event loop to rooms that block: a bounded pool before a bounded queue. */
public final class BlockingCalls implements AutoCloseable {

  private static final int THREADS = 16;
  private static final int MAX_WAITING_PER_THREAD = 100;

  private final Scheduler scheduler =
      Schedulers.newBoundedElastic(THREADS, MAX_WAITING_PER_THREAD, "controller-web", 60, true);

  /** A full queue fails with {@link java.util.concurrent.RejectedExecutionException}. */
  public <T> Mono<T> call(Callable<T> work) {
    return Mono.fromCallable(work).subscribeOn(scheduler);
  }

  @Override
  public void close() {
    scheduler.dispose();
  }
}
