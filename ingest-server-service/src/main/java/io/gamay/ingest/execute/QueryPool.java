package io.gamay.ingest.execute;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that serve queries in turns: each takes the next piece of work of the
 * query that has waited longest since its last one, so that a query of many pieces does not hold up
 * one of few. A query may ask for fewer threads at a time. How many queries there are at a time is
 * bounded by whoever admits them. Thread-safe.
 */
public final class QueryPool implements AutoCloseable {

  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hasWork = lock.newCondition();

  /** Queries with pieces that nobody has begun, in the order of their turns. */
  private final ArrayDeque<Run> turns = new ArrayDeque<>();

  /** Queries with such pieces that have as many threads as they may. */
  private final Set<Run> atMost = new LinkedHashSet<>();

  private boolean isClosed;

  /** The pieces of one query. All but the future is guarded by the lock. */
  private static final class Run {
    private final ArrayDeque<Runnable> waiting;
    private final int maxThreads;
    private int running;
    private int unfinished;
    private @Nullable Throwable failure;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Run(List<Runnable> pieces, int maxThreads) {
      this.maxThreads = maxThreads;
      waiting = new ArrayDeque<>(pieces);
      unfinished = pieces.size();
    }

    Runnable begin() {
      running++;
      return waiting.removeFirst();
    }

    /** Notes a failure, and leaves out what has not begun; whether nothing is left. */
    boolean fail(Throwable first) {
      failure = first;
      unfinished -= waiting.size();
      waiting.clear();
      return unfinished == 0;
    }
  }

  public QueryPool(int threadCount) {
    for (int i = 0; i < threadCount; i++) {
      threads.add(Thread.ofPlatform().name("query-" + i).daemon(true).start(this::work));
    }
  }

  /** As the other; all threads may work for the query. */
  public CompletableFuture<Void> run(List<Runnable> pieces) {
    return run(pieces, Integer.MAX_VALUE);
  }

  /**
   * Runs all pieces, several at once if threads are free. The future ends on a thread of the pool,
   * when no piece runs any more; with the first failure if a piece threw, and then pieces that had
   * not begun are left out.
   *
   * @param maxThreads pieces at most that run at the same time
   */
  public CompletableFuture<Void> run(List<Runnable> pieces, int maxThreads) {
    Run run = new Run(pieces, maxThreads);
    lock.lock();
    try {
      if (isClosed) {
        return CompletableFuture.failedFuture(new CancellationException("server shuts down"));
      }
      if (pieces.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      turns.addLast(run);
      int wanted = Math.min(pieces.size(), maxThreads);
      for (int woken = Math.min(wanted, threads.size()); woken > 0; woken--) {
        hasWork.signal();
      }
    } finally {
      lock.unlock();
    }
    return run.done;
  }

  /**
   * Leaves out the pieces of a run that have not begun; its future then ends with the failure, when
   * no piece runs any more. Nothing changes if the run is over.
   *
   * @param done as {@link #run} gave it
   */
  @SuppressWarnings("ReferenceEquality") // a future is itself
  public void abandon(CompletableFuture<Void> done, Throwable failure) {
    @Nullable Run abandoned;
    boolean isOver = false;
    lock.lock();
    try {
      abandoned =
          Stream.concat(turns.stream(), atMost.stream())
              .filter(run -> run.done == done)
              .findFirst()
              .orElse(null);
      if (abandoned != null) {
        isOver = abandoned.fail(failure);
        forget(abandoned);
      }
    } finally {
      lock.unlock();
    }
    if (isOver) {
      done.completeExceptionally(failure);
    }
  }

  /** Ends the threads after the pieces under way; then what waited fails. */
  @Override
  public void close() {
    List<Run> abandoned;
    lock.lock();
    try {
      isClosed = true;
      abandoned = Stream.concat(turns.stream(), atMost.stream()).toList();
      turns.clear();
      atMost.clear();
      hasWork.signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(QueryPool::join);
    abandoned.forEach(
        run -> run.done.completeExceptionally(new CancellationException("server shuts down")));
  }

  private static void join(Thread thread) {
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    while (true) {
      Run run;
      Runnable piece;
      lock.lock();
      try {
        while (turns.isEmpty() && !isClosed) {
          hasWork.awaitUninterruptibly();
        }
        if (turns.isEmpty()) {
          return;
        }
        run = turns.removeFirst();
        piece = run.begin();
        queueUp(run);
      } finally {
        lock.unlock();
      }
      finish(run, failureOf(piece));
    }
  }

  /** Gives a query its next turn, if it has pieces and may have a thread for them. */
  private void queueUp(Run run) {
    if (!run.waiting.isEmpty()) {
      if (run.running < run.maxThreads) {
        turns.addLast(run);
      } else {
        atMost.add(run);
      }
    }
  }

  private void forget(Run run) {
    turns.remove(run);
    atMost.remove(run);
  }

  private static @Nullable Throwable failureOf(Runnable piece) {
    try {
      piece.run();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private void finish(Run run, @Nullable Throwable failure) {
    boolean isOver;
    Throwable first;
    lock.lock();
    try {
      run.unfinished--;
      run.running--;
      if (failure != null && run.failure == null) {
        run.fail(failure);
        forget(run);
      }
      if (atMost.remove(run)) {
        turns.addLast(run);
        hasWork.signal();
      }
      isOver = run.unfinished == 0;
      first = run.failure;
    } finally {
      lock.unlock();
    }
    if (!isOver) {
      return;
    }
    if (first != null) {
      run.done.completeExceptionally(first);
    } else {
      run.done.complete(null);
    }
  }
}
