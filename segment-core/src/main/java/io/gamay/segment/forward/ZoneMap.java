package io.gamay.segment.forward;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.StoredType;

/**
 * Zones of a sealed column: min and max of zone 0, min and max of zone 1, and so on, as plain
 * values. Immutable and thread-safe; valid while the segment is open.
 */
public final class ZoneMap implements ZoneMapReader {

  private final FixedReader bounds;
  private final int zoneCount;
  private final boolean ofDictIds;

  private ZoneMap(FixedReader bounds, int zoneCount, boolean ofDictIds) {
    this.bounds = bounds;
    this.zoneCount = zoneCount;
    this.ofDictIds = ofDictIds;
  }

  public static ZoneMap ofDictIds(MappedBlock block) {
    return new ZoneMap(
        FixedReader.of(StoredType.INT, block), (int) (block.entry().count() / 2), true);
  }

  public static ZoneMap ofValues(StoredType type, MappedBlock block) {
    return new ZoneMap(FixedReader.of(type, block), (int) (block.entry().count() / 2), false);
  }

  @Override
  public int zoneCount() {
    return zoneCount;
  }

  @Override
  public int minDictId(int zone) {
    return dictIds().intAt(2 * zone);
  }

  @Override
  public int maxDictId(int zone) {
    return dictIds().intAt(2 * zone + 1);
  }

  @Override
  public long minLong(int zone) {
    return values().longAt(2 * zone);
  }

  @Override
  public long maxLong(int zone) {
    return values().longAt(2 * zone + 1);
  }

  @Override
  public double minDouble(int zone) {
    return values().doubleAt(2 * zone);
  }

  @Override
  public double maxDouble(int zone) {
    return values().doubleAt(2 * zone + 1);
  }

  private FixedReader dictIds() {
    if (!ofDictIds) {
      throw new UnsupportedOperationException("zones of a raw column are values, not dictIds");
    }
    return bounds;
  }

  private FixedReader values() {
    if (ofDictIds) {
      throw new UnsupportedOperationException("zones of a dictionary column are dictIds");
    }
    return bounds;
  }
}
