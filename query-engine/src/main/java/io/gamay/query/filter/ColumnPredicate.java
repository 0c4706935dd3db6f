package io.gamay.query.filter;

import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.segment.read.ZoneMapReader;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * A test of the stored values of one single-value column: runs of rows are tested as they are
 * packed, zones that bounds decide are not read at all.
 */
abstract class ColumnPredicate extends Predicate {

  private final Optional<ZoneMapReader> zones;

  /** By zone: what was found out of it. */
  private final @Nullable ZoneVerdict[] verdicts;

  private final Optional<RoaringBitmap> nulls;
  private final long[] zoneMask = new long[ZoneMapReader.ZONE_DOCS / Long.SIZE];

  /**
   * @param nulls rows that are NULL, which never pass
   */
  ColumnPredicate(Optional<ZoneMapReader> zones, Optional<RoaringBitmap> nulls) {
    this.zones = zones;
    this.verdicts = new ZoneVerdict[zones.map(ZoneMapReader::zoneCount).orElse(0)];
    this.nulls = nulls;
  }

  /** What bounds tell of the stored values of a zone. */
  protected abstract ZoneVerdict verdict(ZoneMapReader bounds, int zone);

  /** Tests the stored values of a run. */
  protected abstract void matchStored(int first, int count, long[] mask);

  Optional<RoaringBitmap> nulls() {
    return nulls;
  }

  @Override
  final boolean matchesRuns() {
    return true;
  }

  @Override
  final void match(int first, int count, long[] mask) {
    if (zones.isPresent()) {
      matchZones(first, count, mask);
    } else {
      matchRows(first, count, mask);
    }
    if (nulls.isPresent()) {
      RowMask.remove(nulls.get(), first, count, mask);
    }
  }

  @Override
  final ZoneVerdict verdict(int zone) {
    if (zones.isEmpty()) {
      return ZoneVerdict.SOME;
    }
    ZoneVerdict stored = storedVerdict(zone);
    return stored == ZoneVerdict.ALL && nulls.isPresent() ? ZoneVerdict.SOME : stored;
  }

  private ZoneVerdict storedVerdict(int zone) {
    ZoneVerdict known = verdicts[zone];
    if (known == null) {
      known = verdict(zones.orElseThrow(), zone);
      verdicts[zone] = known;
    }
    return known;
  }

  private void matchZones(int first, int count, long[] mask) {
    int firstZone = first / ZoneMapReader.ZONE_DOCS;
    int lastZone = (first + count - 1) / ZoneMapReader.ZONE_DOCS;
    ZoneVerdict common = storedVerdict(firstZone);
    boolean isCommon = true;
    for (int zone = firstZone + 1; zone <= lastZone && isCommon; zone++) {
      isCommon = storedVerdict(zone) == common;
    }
    if (isCommon) {
      match(common, first, count, mask);
      return;
    }
    if (first % ZoneMapReader.ZONE_DOCS != 0) {
      matchRows(first, count, mask);
      return;
    }
    for (int from = 0; from < count; from += ZoneMapReader.ZONE_DOCS) {
      int length = Math.min(ZoneMapReader.ZONE_DOCS, count - from);
      match(
          storedVerdict((first + from) / ZoneMapReader.ZONE_DOCS), first + from, length, zoneMask);
      System.arraycopy(zoneMask, 0, mask, from >>> 6, RowMask.words(length));
    }
  }

  private void match(ZoneVerdict verdict, int first, int count, long[] mask) {
    switch (verdict) {
      case NONE -> RowMask.clear(mask, count);
      case ALL -> RowMask.fill(mask, count);
      case SOME -> matchRows(first, count, mask);
    }
  }

  private void matchRows(int first, int count, long[] mask) {
    countEntries(count);
    matchStored(first, count, mask);
  }

  static int withoutNulls(int[] docIds, int count, RoaringBitmap nulls) {
    int kept = 0;
    for (int index = 0; index < count; index++) {
      docIds[kept] = docIds[index];
      kept += nulls.contains(docIds[index]) ? 0 : 1;
    }
    return kept;
  }

  /** What bounds tell of the zones; nothing without bounds. */
  final List<Clause> zoneClauses() {
    if (zones.isEmpty()) {
      return List.of();
    }
    int all = 0;
    int none = 0;
    for (int zone = 0; zone < verdicts.length; zone++) {
      ZoneVerdict verdict = storedVerdict(zone);
      all += verdict == ZoneVerdict.ALL ? 1 : 0;
      none += verdict == ZoneVerdict.NONE ? 1 : 0;
    }
    return List.of(
        Clause.of(
            "zone map: {} zones match whole, {} not at all, {} are looked at",
            Amount.sum(all),
            Amount.sum(none),
            Amount.sum(verdicts.length - all - none)));
  }
}
