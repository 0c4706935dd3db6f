package io.gamay.query.explain;

import io.gamay.query.prune.PruneReason;
import java.util.List;

/**
 * How one segment is run, or why it is not.
 *
 * @param rows that the segment has
 */
public record SegmentExplanation(Operator root, Extent extent, long rows) {

  /** What is known, without looking at rows, of which ones pass the filter. */
  public enum Extent {
    /** The segment is not looked at. */
    PRUNED,
    EMPTY,
    SOME,
    ALL
  }

  /** A segment that is run. */
  public static SegmentExplanation run(
      boolean isConsuming, List<Operator> operators, Measure measure, Extent extent, long rows) {
    return new SegmentExplanation(
        new Operator(
            isConsuming ? "CONSUMING_SEGMENTS" : "SEALED_SEGMENTS",
            List.of(segments(rows)),
            measure,
            operators),
        extent,
        rows);
  }

  /**
   * A segment that is not looked at.
   *
   * @param by whoever leaves it out: {@code BROKER} or {@code SERVER}
   */
  public static SegmentExplanation pruned(String by, PruneReason reason, long rows) {
    return pruned(by, ExpressionText.of(reason.condition()), PrunedTexts.clause(reason), rows);
  }

  /** As the other, for another reason than a condition. */
  public static SegmentExplanation pruned(String by, Clause why, long rows) {
    return pruned(by, "", why, rows);
  }

  private static SegmentExplanation pruned(String by, String condition, Clause why, long rows) {
    String name = "PRUNED_BY_" + by + (condition.isEmpty() ? "" : "(" + condition + ")");
    return new SegmentExplanation(
        Operator.of(name, List.of(why, segments(rows))), Extent.PRUNED, rows);
  }

  /** The clause that counts segments. */
  public static Clause segments(long rows) {
    return Clause.of("segments: {}, rows: {}", Amount.sum(1), Amount.sum(rows));
  }
}
