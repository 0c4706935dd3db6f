package io.gamay.query.plan;

import java.util.List;

/**
 * Which groups stay when those at the end of the order are left out before all parts of the answer
 * are together, as Pinot does. What is left out may have belonged to the answer: other parts may
 * have raised it. {@link GroupOptions#NO_TRIM} groups: all stay.
 *
 * @param orderBy not empty; groups that it does not tell apart come in ascending order of their
 *     keys
 * @param segmentGroups of one segment
 * @param serverGroups of one server
 * @param brokerGroups of the broker
 * @param threshold more groups than this are trimmed while they are merged
 */
public record GroupTrim(
    List<SortKey> orderBy, int segmentGroups, int serverGroups, int brokerGroups, int threshold) {

  /** So many times the rows of the answer stay at least. */
  private static final int SHARE = 5;

  public GroupTrim {
    orderBy = List.copyOf(orderBy);
    if (orderBy.isEmpty() || Math.min(segmentGroups, serverGroups) < 1) {
      throw new IllegalArgumentException(
          "trim to %d and %d groups by %d keys"
              .formatted(segmentGroups, serverGroups, orderBy.size()));
    }
    if (Math.min(brokerGroups, threshold) < 1) {
      throw new IllegalArgumentException(
          "trim to %d groups past %d".formatted(brokerGroups, threshold));
    }
  }

  /**
   * @param rowLimit rows of the answer, with those that OFFSET leaves out
   */
  static GroupTrim of(List<SortKey> orderBy, long rowLimit, GroupOptions options) {
    return new GroupTrim(
        orderBy,
        size(options.minSegmentTrim(), rowLimit),
        size(options.minServerTrim(), rowLimit),
        size(options.minBrokerTrim(), rowLimit),
        options.trimThreshold());
  }

  private static int size(int least, long rowLimit) {
    return rowLimit >= GroupOptions.NO_TRIM / SHARE
        ? GroupOptions.NO_TRIM
        : Math.max(least, SHARE * (int) rowLimit);
  }

  /** More groups than this are trimmed to the size while they are merged. */
  public int thresholdFor(int size) {
    boolean isOff = threshold == GroupOptions.NO_TRIM || size > GroupOptions.NO_TRIM / 2;
    return isOff ? GroupOptions.NO_TRIM : Math.max(threshold, 2 * size);
  }
}
