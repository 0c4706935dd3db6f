package io.gamay.ingest.hosting;

import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.List;

/** Sets of offsets as lists of ranges. */
public final class OffsetSets {

  private OffsetSets() {}

  /**
   * The offsets of a set that are not in another one.
   *
   * @param ranges ascending, without overlap; so is the result
   * @param others in any order, may overlap
   */
  public static List<OffsetRange> without(List<OffsetRange> ranges, List<OffsetRange> others) {
    List<OffsetRange> left = List.copyOf(ranges);
    for (OffsetRange other : others) {
      List<OffsetRange> next = new ArrayList<>();
      for (OffsetRange range : left) {
        addUnlessEmpty(next, range.start(), Math.min(range.end(), other.start()));
        addUnlessEmpty(next, Math.max(range.start(), other.end()), range.end());
      }
      left = next;
    }
    return left;
  }

  private static void addUnlessEmpty(List<OffsetRange> ranges, long start, long end) {
    if (start < end) {
      ranges.add(new OffsetRange(start, end));
    }
  }
}
