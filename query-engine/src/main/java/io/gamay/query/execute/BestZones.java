package io.gamay.query.execute;

import io.gamay.query.evaluate.Block;
import io.gamay.query.filter.DocIdSource;
import io.gamay.query.filter.SegmentFilter;
import io.gamay.segment.read.ZoneMapReader;
import java.util.function.LongSupplier;

/**
 * The zones of a segment one by one, those first whose rows may have the smallest codes, until no
 * zone can have a code small enough. Zones in which no row passes the filter are left out. One
 * thread.
 */
final class BestZones implements DocIdSource {

  private final long[] best;
  private final SegmentFilter filter;
  private final LongSupplier worst;

  /** A binary heap of zones, the one with the smallest code on top. */
  private final int[] zones;

  private int left;

  /**
   * @param best by zone, the smallest code that it may have
   * @param worst the largest code that is of use, at the time when it is asked
   */
  BestZones(long[] best, SegmentFilter filter, LongSupplier worst) {
    this.best = best;
    this.filter = filter;
    this.worst = worst;
    this.zones = new int[best.length];
    for (int zone = 0; zone < best.length; zone++) {
      zones[left] = zone;
      left += filter.isOut(zone) ? 0 : 1;
    }
    for (int parent = left / 2 - 1; parent >= 0; parent--) {
      siftDown(parent);
    }
  }

  @Override
  public boolean next(Block out) {
    if (left == 0 || best[zones[0]] > worst.getAsLong()) {
      return false;
    }
    int first = zones[0] * ZoneMapReader.ZONE_DOCS;
    int from = Math.max(filter.first(), first);
    int end = Math.min(filter.end(), first + ZoneMapReader.ZONE_DOCS);
    out.setRange(from, Math.max(0, end - from));
    zones[0] = zones[--left];
    siftDown(0);
    return true;
  }

  private void siftDown(int start) {
    int zone = zones[start];
    int parent = start;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= left) {
        break;
      }
      if (child + 1 < left && best[zones[child + 1]] < best[zones[child]]) {
        child++;
      }
      if (best[zones[child]] >= best[zone]) {
        break;
      }
      zones[parent] = zones[child];
      parent = child;
    }
    zones[parent] = zone;
  }
}
