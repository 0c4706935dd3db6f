package io.gamay.segment.mutable;

import static io.gamay.segment.read.ZoneMapReader.ZONE_DOCS;

import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.MemoryAccount;

/**
 * Least and greatest number of each zone of a column that grows, in numbers that are ordered as the
 * values are. The writer's thread only; others get views.
 */
final class ZoneBounds {

  /** Of whole zones: the least of zone z at 2z, the greatest behind it. */
  private final FixedWidthVector whole;

  private long min = Long.MAX_VALUE;
  private long max = Long.MIN_VALUE;
  private int docsInZone;

  ZoneBounds(MemoryAccount memory) {
    this.whole = new FixedWidthVector(memory, Long.BYTES);
  }

  void add(long value) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    docsInZone++;
    endWholeZone();
  }

  void addAll(long[] values, int from, int to) {
    for (int start = from; start < to; ) {
      int end = Math.min(to, start + ZONE_DOCS - docsInZone);
      long low = min;
      long high = max;
      for (int i = start; i < end; i++) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      put(low, high, end - start);
      start = end;
    }
  }

  void addAll(int[] values, int from, int to) {
    for (int start = from; start < to; ) {
      int end = Math.min(to, start + ZONE_DOCS - docsInZone);
      int low = Integer.MAX_VALUE;
      int high = Integer.MIN_VALUE;
      for (int i = start; i < end; i++) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      put(Math.min(min, low), Math.max(max, high), end - start);
      start = end;
    }
  }

  /** Of all zones so far, the last of which may not be whole. */
  ZoneBoundsView view() {
    return new ZoneBoundsView(whole.view(), min, max, docsInZone > 0);
  }

  private void put(long low, long high, int docs) {
    min = low;
    max = high;
    docsInZone += docs;
    endWholeZone();
  }

  private void endWholeZone() {
    if (docsInZone == ZONE_DOCS) {
      whole.appendLong(min);
      whole.appendLong(max);
      min = Long.MAX_VALUE;
      max = Long.MIN_VALUE;
      docsInZone = 0;
    }
  }
}
