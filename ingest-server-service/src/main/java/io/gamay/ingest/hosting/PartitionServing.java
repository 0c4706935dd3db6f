package io.gamay.ingest.hosting;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The place where writers of one partition (its consuming thread, loaders of files) show readers
 * what there is. One reference holds it all, so that a cut and its successor, or a file in the
 * place of memory, appear in one step. Thread-safe.
 */
public final class PartitionServing {

  private final String tableId;
  private final int partition;
  private final AtomicReference<PartitionView> view = new AtomicReference<>(PartitionView.EMPTY);
  private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  private volatile long freshnessMillis;
  private volatile OptionalLong heldAt = OptionalLong.empty();

  /** Somebody who waits for the tail from one offset to reach another. */
  private record Waiter(long fromOffset, long wantedEnd, CompletableFuture<Void> reached) {}

  public PartitionServing(String tableId, int partition) {
    this.tableId = tableId;
    this.partition = partition;
  }

  public String tableId() {
    return tableId;
  }

  public int partition() {
    return partition;
  }

  public PartitionView view() {
    return view.getAcquire();
  }

  /**
   * Shows a changed view. The change is a pure function: it may be applied more than once.
   *
   * @return the view before
   */
  public PartitionView update(UnaryOperator<PartitionView> change) {
    PartitionView before = view.getAndUpdate(change);
    advanced();
    return before;
  }

  /** Says that rows were published in a segment that is shown already: wakes who waits for them. */
  public void advanced() {
    if (waiters.isEmpty()) {
      return;
    }
    List<Waiter> over = new ArrayList<>();
    for (Waiter waiter : waiters) {
      if (waiter.reached().isDone() || isReached(waiter)) {
        over.add(waiter);
      }
    }
    waiters.removeAll(over);
    over.forEach(waiter -> waiter.reached().complete(null));
  }

  /**
   * Completes when the tail is ready and from an offset on covers at least a wanted end. Who waits
   * no longer cancels it.
   */
  public CompletableFuture<Void> whenTailReaches(long fromOffset, long wantedEnd) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    Waiter waiter = new Waiter(fromOffset, wantedEnd, reached);
    if (isReached(waiter)) {
      reached.complete(null);
      return reached;
    }
    waiters.add(waiter);
    if (isReached(waiter)) {
      advanced();
    }
    return reached;
  }

  /** Every record produced before this moment is in the tail; epoch milliseconds, 0: not known. */
  public long freshnessMillis() {
    return freshnessMillis;
  }

  public void noteFreshness(long epochMillis) {
    freshnessMillis = epochMillis;
  }

  /**
   * Where consumption stands while the table's pause holds it: no more than this can be waited for.
   * Empty while it is consumed.
   */
  public OptionalLong heldAt() {
    return heldAt;
  }

  public void noteHeldAt(OptionalLong offset) {
    heldAt = offset;
  }

  private boolean isReached(Waiter waiter) {
    PartitionView now = view();
    return now.isTailReady() && now.tailEnd(waiter.fromOffset()) >= waiter.wantedEnd();
  }
}
