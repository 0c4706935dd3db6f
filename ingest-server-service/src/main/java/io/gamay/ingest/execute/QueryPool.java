package io.gamay.ingest.execute;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that serve queries in turns: each takes the next piece of work of the
 * query that has waited longest since its last one, so that a query of many pieces does not hold up
 * one of few. How many queries there are at a time is bounded by whoever admits them. Thread-safe.
 */
public final class QueryPool implements AutoCloseable {

  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hasWork = lock.newCondition();

  /** Queries with pieces that nobody has begun, in the order of their turns. */
  private final ArrayDeque<Run> turns = new ArrayDeque<>();

  private boolean isClosed;

  /** The pieces of one query. All but the future is guarded by the lock. */
  private static final class Run {
    private final ArrayDeque<Runnable> waiting;
    private int unfinished;
    private @Nullable Throwable failure;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Run(List<Runnable> pieces) {
      waiting = new ArrayDeque<>(pieces);
      unfinished = pieces.size();
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

  /**
   * Runs all pieces, several at once if threads are free. The future ends on a thread of the pool,
   * when no piece runs any more; with the first failure if a piece threw, and then pieces that had
   * not begun are left out.
   */
  public CompletableFuture<Void> run(List<Runnable> pieces) {
    Run run = new Run(pieces);
    lock.lock();
    try {
      if (isClosed) {
        return CompletableFuture.failedFuture(new CancellationException("server shuts down"));
      }
      if (pieces.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      turns.addLast(run);
      for (int woken = Math.min(pieces.size(), threads.size()); woken > 0; woken--) {
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
    Run abandoned = null;
    boolean isOver = false;
    lock.lock();
    try {
      for (Run run : turns) {
        if (run.done == done) {
          abandoned = run;
        }
      }
      if (abandoned != null) {
        isOver = abandoned.fail(failure);
        turns.remove(abandoned);
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
      abandoned = List.copyOf(turns);
      turns.clear();
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
        piece = run.waiting.removeFirst();
        if (!run.waiting.isEmpty()) {
          turns.addLast(run);
        }
      } finally {
        lock.unlock();
      }
      finish(run, failureOf(piece));
    }
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
      if (failure != null && run.failure == null) {
        run.fail(failure);
        turns.remove(run);
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
