package io.gamay.ingest.execute;

import io.gamay.query.budget.ThreadUsage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one query: which of them nobody has begun, how many are under way, what they used.
 * All but {@link #done} is guarded by the lock of whoever runs them.
 */
final class QueryRun {

  private final ArrayDeque<Runnable> waiting;
  private final int maxThreads;
  private final CompletableFuture<ThreadUsage> done = new CompletableFuture<>();
  private int running;
  private int paused;
  private int unfinished;
  private boolean isLong;
  private long ticket;
  private long servedNanos;
  private ThreadUsage usage = ThreadUsage.NONE;
  private @Nullable Throwable failure;

  /**
   * @param maxThreads pieces at most that are under way at a time
   */
  QueryRun(List<Runnable> pieces, int maxThreads) {
    this.maxThreads = maxThreads;
    waiting = new ArrayDeque<>(pieces);
    unfinished = pieces.size();
  }

  CompletableFuture<ThreadUsage> done() {
    return done;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Whether another of its pieces may be begun beside those under way. */
  boolean mayHaveMoreThreads() {
    return running < maxThreads;
  }

  /** The next piece, on another thread. */
  Runnable begin() {
    running++;
    return waiting.removeFirst();
  }

  /** The next piece, on a thread that has just ended one. */
  Runnable more() {
    return waiting.removeFirst();
  }

  /**
   * Notes that a thread has come to the end of what it began.
   *
   * @return whether these were the last pieces
   */
  boolean end(int pieces, ThreadUsage used) {
    unfinished -= pieces;
    running--;
    usage = usage.plus(used);
    return unfinished == 0;
  }

  /**
   * Notes a failure, of which the first counts, and leaves out what has not begun.
   *
   * @return whether nothing is left
   */
  boolean fail(Throwable reason) {
    if (failure == null) {
      failure = reason;
    }
    unfinished -= waiting.size();
    waiting.clear();
    return unfinished == 0;
  }

  ThreadUsage usage() {
    return usage;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** Whether one of its pieces has worked for longer than a slice. */
  boolean isLong() {
    return isLong;
  }

  void makeLong() {
    isLong = true;
  }

  /** When it began to wait for its turn: the lowest has waited longest. */
  long ticket() {
    return ticket;
  }

  void setTicket(long next) {
    ticket = next;
  }

  /** For how long its pieces have had places. */
  long servedNanos() {
    return servedNanos;
  }

  void serve(long nanos) {
    servedNanos += nanos;
  }

  boolean hasPaused() {
    return paused > 0;
  }

  void pause() {
    paused++;
  }

  void resume() {
    paused--;
  }
}
