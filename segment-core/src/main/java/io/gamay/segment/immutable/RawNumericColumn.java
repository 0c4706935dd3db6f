package io.gamay.segment.immutable;

import io.gamay.segment.format.BlockKind;
import io.gamay.segment.forward.NumericReader;
import io.gamay.segment.forward.ZoneMap;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.StoredType;
import java.util.Optional;

/** A column of INT, LONG, FLOAT or DOUBLE values without a dictionary. */
final class RawNumericColumn extends ImmutableColumn {

  private final OnFirstUse<NumericReader> values;
  private final Optional<OnFirstUse<ZoneMapReader>> zoneMap;

  RawNumericColumn(ColumnBlocks blocks) {
    super(blocks);
    StoredType type = blocks.spec().storedType();
    this.values = new OnFirstUse<>(blocks.numbers(BlockKind.VALUES, blocks.docCount()));
    this.zoneMap =
        blocks.zoneMap(type).map(zones -> new OnFirstUse<>(() -> ZoneMap.ofValues(type, zones)));
  }

  @Override
  public Optional<ZoneMapReader> zoneMap() {
    ensureOpen();
    return zoneMap.map(OnFirstUse::get);
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    opened().readInts(docs, out);
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    opened().readLongs(docs, out);
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    opened().readFloats(docs, out);
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    opened().readDoubles(docs, out);
  }

  @Override
  public void matchLongs(int firstDocId, int count, long low, long high, long[] mask) {
    opened().matchLongs(firstDocId, count, low, high, mask);
  }

  @Override
  public void matchDoubles(int firstDocId, int count, double low, double high, long[] mask) {
    opened().matchDoubles(firstDocId, count, low, high, mask);
  }

  private NumericReader opened() {
    ensureOpen();
    return values.get();
  }
}
