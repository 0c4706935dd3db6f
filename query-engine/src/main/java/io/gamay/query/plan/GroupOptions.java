package io.gamay.query.plan;

/**
 * How many groups a query may have, and which of them it may lose.
 *
 * @param limit on one server (numGroupsLimit)
 * @param leavesOut whether groups beyond the limit are left out; else they are an error
 *     (errorOnNumGroupsLimit)
 * @param minSegmentTrim so many groups of a segment stay at least when the last in the order are
 *     left out (minSegmentGroupTrimSize); {@link #NO_TRIM}: all stay
 * @param minServerTrim likewise of a server (minServerGroupTrimSize)
 * @param minBrokerTrim likewise of a broker (minBrokerGroupTrimSize)
 * @param trimThreshold more groups than this are trimmed while they are merged
 *     (groupTrimThreshold); {@link #NO_TRIM}: never
 */
public record GroupOptions(
    int limit,
    boolean leavesOut,
    int minSegmentTrim,
    int minServerTrim,
    int minBrokerTrim,
    int trimThreshold) {

  public static final int NO_TRIM = Integer.MAX_VALUE;

  /** Groups of a query in the Pinot dialect that says nothing else. */
  public static final int PINOT_LIMIT = 100_000;

  /** More groups than this on a server are told in the Pinot dialect. */
  public static final int PINOT_MANY = 150_000;

  static final int PINOT_MIN_TRIM = 5_000;
  static final int PINOT_TRIM_THRESHOLD = 1_000_000;

  /** Of distinct rows, which are never left out. */
  GroupOptions ofDistinct() {
    return leavesOut ? exact(Integer.MAX_VALUE) : this;
  }

  /** No group is lost: more than the limit are an error. */
  public static GroupOptions exact(int limit) {
    return new GroupOptions(limit, false, NO_TRIM, NO_TRIM, NO_TRIM, NO_TRIM);
  }
}
