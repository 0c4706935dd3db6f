package io.gamay.controller.commit;

import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Sets of offsets, as sorted lists of ranges that neither touch nor overlap. */
final class Offsets {

  private Offsets() {}

  /** The part of a set that lies in [start, end). */
  static List<OffsetRange> within(List<OffsetRange> set, long start, long end) {
    List<OffsetRange> sorted = new ArrayList<>();
    for (OffsetRange range : set) {
      long from = Math.max(range.start(), start);
      long to = Math.min(range.end(), end);
      if (from < to) {
        sorted.add(new OffsetRange(from, to));
      }
    }
    sorted.sort(Comparator.comparingLong(OffsetRange::start));
    return joined(sorted);
  }

  /** The part of a set that does not lie in a range. */
  static List<OffsetRange> without(List<OffsetRange> set, OffsetRange range) {
    List<OffsetRange> rest = new ArrayList<>(within(set, 0, range.start()));
    rest.addAll(within(set, range.end(), Long.MAX_VALUE));
    return List.copyOf(rest);
  }

  static long count(List<OffsetRange> set) {
    long count = 0;
    for (OffsetRange range : set) {
      count += range.size();
    }
    return count;
  }

  private static List<OffsetRange> joined(List<OffsetRange> sorted) {
    List<OffsetRange> joined = new ArrayList<>();
    for (OffsetRange range : sorted) {
      if (!joined.isEmpty() && range.start() <= joined.getLast().end()) {
        OffsetRange last = joined.removeLast();
        joined.add(new OffsetRange(last.start(), Math.max(last.end(), range.end())));
      } else {
        joined.add(range);
      }
    }
    return List.copyOf(joined);
  }
}
