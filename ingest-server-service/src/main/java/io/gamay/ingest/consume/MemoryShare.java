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
  void note(Collection<ConsumedSegment> segments, @Nullable ConsumedSegment growing, Instant now) {
    leaving.removeIf(rows -> rows.segment().memoryBytes() == 0);
    long held =
        segments.stream().mapToLong(ConsumedSegment::memoryBytes).sum()
            + leaving.stream().mapToLong(rows -> rows.segment().memoryBytes()).sum();
    budget.note(this, held, growing == null ? 0 : growing.memoryBytes(), now);
  }

  boolean isToEnd(Instant now) {
    return budget.isToEnd(this, now);
  }

  void forget(Instant now) {
    budget.forget(this, now);
  }
}
