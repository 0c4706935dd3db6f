package io.gamay.query.reuse;

import io.gamay.query.merge.SegmentResult;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was kept of one plan's results. A result is of the rows of one sealed segment, or of those
 * of several that were merged. Thread-safe.
 */
public sealed interface SegmentResults {

  /**
   * The result of these rows, if it was kept.
   *
   * @return reads it back, which takes its time; it is the caller's own
   */
  Optional<Supplier<SegmentResult>> find(List<SealedRows> rows);

  /**
   * Offers a whole result for later queries; it is not held on to.
   *
   * @param nanos that finding it took
   */
  void keep(List<SealedRows> rows, SegmentResult result, long nanos);

  /** Whether {@link #keep} does anything. */
  boolean keeps();

  /**
   * Rows of a sealed segment.
   *
   * @param segmentName counts as well as the checksum: a query may ask for it, and a checksum is no
   *     identity
   * @param dataCrc of the segment's data; its indexes change no result
   * @param fromOffset rows below it are left out; 0 for all
   * @param endOffset rows from it on are left out; {@link Long#MAX_VALUE} for all
   */
  record SealedRows(String segmentName, int dataCrc, long fromOffset, long endOffset) {}

  /** Nothing is known, and nothing is kept. */
  record None() implements SegmentResults {

    @Override
    public Optional<Supplier<SegmentResult>> find(List<SealedRows> rows) {
      return Optional.empty();
    }

    @Override
    public void keep(List<SealedRows> rows, SegmentResult result, long nanos) {}

    @Override
    public boolean keeps() {
      return false;
    }
  }

  /**
   * @param keeps whether the plan was asked for before, so that it may be again
   */
  record OfPlan(ResultCache cache, PlanBytes plan, String tableId, boolean keeps)
      implements SegmentResults {

    @Override
    public Optional<Supplier<SegmentResult>> find(List<SealedRows> rows) {
      return cache.find(new ResultKey(plan, tableId, rows));
    }

    @Override
    public void keep(List<SealedRows> rows, SegmentResult result, long nanos) {
      if (keeps) {
        cache.keep(new ResultKey(plan, tableId, rows), result, nanos);
      }
    }
  }
}
