package io.gamay.query.merge;

/** How arrays of states grow. */
final class GroupCapacity {

  private GroupCapacity() {}

  static int grown(int capacity, int needed) {
    return needed <= 1 ? 1 : Math.max(Math.max(needed, 16), Math.addExact(capacity, capacity >> 1));
  }
}
