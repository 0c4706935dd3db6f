package io.gamay.controller.commit;

import io.gamay.segment.ledger.OffsetRange;
import java.util.List;

/**
 * What a member said it holds of a segment: the offsets from the segment's start to its position,
 * without those that it misses.
 */
record Holding(long position, List<OffsetRange> missing) {

  Holding {
    missing = List.copyOf(missing);
  }

  /** How many offsets of [start, end) it has read. */
  long heldOf(long start, long end) {
    long reached = Math.min(position, end);
    if (reached <= start) {
      return 0;
    }
    return reached - start - missingOf(start, reached);
  }

  /** How many offsets of [start, end) it went past without reading them. */
  long missingOf(long start, long end) {
    return Offsets.count(Offsets.within(missing, start, end));
  }
}
