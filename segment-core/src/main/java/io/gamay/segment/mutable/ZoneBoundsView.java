package io.gamay.segment.mutable;

import io.gamay.segment.memory.FixedWidthView;
import io.gamay.segment.read.ZoneMapReader;
import java.util.Objects;

/**
 * Bounds of the zones of a view's rows, as {@link ZoneBounds} gathers them; those of the last zone
 * are of the view's rows only.
 *
 * @param lastMin of a zone that is not whole; of no meaning without one
 */
record ZoneBoundsView(FixedWidthView whole, long lastMin, long lastMax, boolean hasPart) {

  int wholeZones() {
    return whole.size() / 2;
  }

  int zoneCount() {
    return wholeZones() + (hasPart ? 1 : 0);
  }

  long min(int zone) {
    return isPart(zone) ? lastMin : whole.longAt(2 * zone);
  }

  long max(int zone) {
    return isPart(zone) ? lastMax : whole.longAt(2 * zone + 1);
  }

  /**
   * The bounds of the first rows.
   *
   * @param docCount of them
   * @param order of the numbers behind the last whole zone
   */
  ZoneBoundsView upTo(int docCount, OrderTracker order) {
    return new ZoneBoundsView(
        whole.upTo(docCount / ZoneMapReader.ZONE_DOCS * 2),
        order.min(),
        order.max(),
        docCount % ZoneMapReader.ZONE_DOCS != 0);
  }

  private boolean isPart(int zone) {
    Objects.checkIndex(zone, zoneCount());
    return zone == wholeZones();
  }
}
