package io.gamay.ingest.consume;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a partition holds of the server's memory: the rows of segments in its care, and rows that
 * were replaced by a file but are still read under a lease. Partition's thread.
 */
final class MemoryShare {

  private final MemoryBudget budget;
  private final List<ConsumedSegment.Rows> leaving = new ArrayList<>();
  private boolean isForgotten;

  MemoryShare(MemoryBudget budget) {
    this.budget = budget;
  }

  /** Gives up rows: they count until their last reader is done. */
  void retire(ConsumedSegment.Rows rows) {
    rows.holding().retire();
    leaving.add(rows);
  }

  /**
   * @param growing the segment that takes rows, if it may end and was not asked to yet
   */
  synchronized void note(
      Collection<ConsumedSegment> segments, @Nullable ConsumedSegment growing, Instant now) {
    if (isForgotten) {
      return;
    }
    leaving.removeIf(rows -> rows.segment().reservedBytes() == 0);
    long held = 0;
    long used = 0;
    for (ConsumedSegment segment : segments) {
      held += segment.heldBytes();
      used += segment.memoryBytes();
    }
    for (ConsumedSegment.Rows rows : leaving) {
      held += rows.segment().reservedBytes();
      used += rows.segment().memoryBytes();
    }
    long growingBytes = growing == null ? 0 : growing.heldBytes();
    budget.note(this, held, Math.max(0, held - used), growingBytes, now);
  }

  boolean isToEnd(Instant now) {
    return budget.isToEnd(this, now);
  }

  /** For good; also while the partition's thread is still at its last batch. */
  synchronized void forget(Instant now) {
    isForgotten = true;
    budget.forget(this, now);
  }
}
