package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.CanonicalFloats;
import io.gamay.segment.memory.FixedWidthView;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.Optional;

/** The first rows of a {@link RawFixedColumn}, and the bounds of their zones. */
final class RawFixedColumnView implements MutableColumnView, ZoneMapReader {

  private final ViewFrame frame;
  private final StoredType type;
  private final FixedWidthView values;
  private final long min;
  private final long max;
  private final int firstUnsortedDoc;
  private final ZoneBoundsView zones;

  /**
   * @param min smallest value of the rows, in sortable form; of no meaning without rows
   */
  RawFixedColumnView(
      ViewFrame frame,
      FixedWidthView values,
      long min,
      long max,
      int firstUnsortedDoc,
      ZoneBoundsView zones) {
    this.frame = frame;
    this.type = frame.spec().storedType();
    this.values = values;
    this.min = min;
    this.max = max;
    this.firstUnsortedDoc = firstUnsortedDoc;
    this.zones = zones;
  }

  @Override
  public ViewFrame frame() {
    return frame;
  }

  @Override
  public RawFixedColumnView upTo(int docCount) {
    int lastZone = docCount / ZONE_DOCS * ZONE_DOCS;
    OrderTracker all = new OrderTracker();
    OrderTracker last = new OrderTracker();
    for (int docId = 0; docId < docCount; docId++) {
      long value = sortable(docId);
      all.add(value);
      if (docId >= lastZone) {
        last.add(value);
      }
    }
    return new RawFixedColumnView(
        frame.upTo(docCount),
        values,
        all.min(),
        all.max(),
        firstUnsortedDoc,
        zones.upTo(docCount, last));
  }

  @Override
  public ColumnStatistics statistics() {
    boolean isEmpty = frame.docCount() == 0;
    return new ColumnStatistics(
        isEmpty ? Optional.empty() : Optional.of(valueOf(min)),
        isEmpty ? Optional.empty() : Optional.of(valueOf(max)),
        -1,
        firstUnsortedDoc >= frame.docCount(),
        frame.nulls().getLongCardinality(),
        frame.docCount());
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    return Optional.empty();
  }

  @Override
  public Optional<ZoneMapReader> zoneMap() {
    return Optional.of(this);
  }

  @Override
  public int zoneCount() {
    return zones.zoneCount();
  }

  @Override
  public int minDictId(int zone) {
    throw frame.unsupported("dictIds");
  }

  @Override
  public int maxDictId(int zone) {
    throw frame.unsupported("dictIds");
  }

  @Override
  public long minLong(int zone) {
    return asLong(zones.min(zone));
  }

  @Override
  public long maxLong(int zone) {
    return asLong(zones.max(zone));
  }

  @Override
  public double minDouble(int zone) {
    return asDouble(zones.min(zone));
  }

  @Override
  public double maxDouble(int zone) {
    return asDouble(zones.max(zone));
  }

  private long asLong(long sortable) {
    return switch (type) {
      case INT, LONG -> sortable;
      case FLOAT, DOUBLE, STRING, BYTES, BIG_DECIMAL -> throw frame.unsupported("longs");
    };
  }

  private double asDouble(long sortable) {
    return switch (type) {
      case FLOAT -> CanonicalFloats.ofSortableBits((int) sortable);
      case DOUBLE -> CanonicalFloats.ofSortableBits(sortable);
      case INT, LONG, STRING, BYTES, BIG_DECIMAL -> throw frame.unsupported("doubles");
    };
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    frame.checkType(StoredType.INT, "ints");
    frame.checkBlock(docs);
    if (docs.isRange()) {
      values.readInts(docs.first(), docs.count(), out, 0);
      return;
    }
    for (int i = 0; i < docs.count(); i++) {
      out[i] = values.intAt(docs.docIds()[i]);
    }
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    if (type == StoredType.INT) {
      frame.checkBlock(docs);
      for (int i = 0; i < docs.count(); i++) {
        out[i] = values.intAt(docs.docId(i));
      }
      return;
    }
    frame.checkType(StoredType.LONG, "longs");
    frame.checkBlock(docs);
    if (docs.isRange()) {
      values.readLongs(docs.first(), docs.count(), out, 0);
      return;
    }
    for (int i = 0; i < docs.count(); i++) {
      out[i] = values.longAt(docs.docIds()[i]);
    }
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    frame.checkType(StoredType.FLOAT, "floats");
    frame.checkBlock(docs);
    if (docs.isRange()) {
      values.readFloats(docs.first(), docs.count(), out, 0);
      return;
    }
    for (int i = 0; i < docs.count(); i++) {
      out[i] = values.floatAt(docs.docIds()[i]);
    }
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    frame.checkBlock(docs);
    if (type == StoredType.DOUBLE && docs.isRange()) {
      values.readDoubles(docs.first(), docs.count(), out, 0);
      return;
    }
    for (int i = 0; i < docs.count(); i++) {
      out[i] = doubleAt(docs.docId(i));
    }
  }

  @Override
  public RowCopier copier(ColumnBuffer target) {
    return docId -> {
      if (frame.isNull(docId)) {
        target.appendNull();
        return;
      }
      switch (type) {
        case INT -> target.appendInt(values.intAt(docId));
        case LONG -> target.appendLong(values.longAt(docId));
        case FLOAT -> target.appendFloat(values.floatAt(docId));
        case DOUBLE -> target.appendDouble(values.doubleAt(docId));
        case STRING, BYTES, BIG_DECIMAL -> throw frame.unsupported("numbers");
      }
    };
  }

  @Override
  public void matchLongs(int firstDocId, int count, long low, long high, long[] mask) {
    if (type != StoredType.INT) {
      frame.checkType(StoredType.LONG, "longs");
    }
    frame.clearRun(firstDocId, count, mask);
    if (low > high) {
      return;
    }
    if (type == StoredType.LONG) {
      values.matchLongs(firstDocId, count, low, high, 0, mask, 0);
    } else if (low <= Integer.MAX_VALUE && high >= Integer.MIN_VALUE) {
      int lowest = (int) Math.max(low, Integer.MIN_VALUE);
      int highest = (int) Math.min(high, Integer.MAX_VALUE);
      values.matchInts(firstDocId, count, lowest, highest, 0, mask, 0);
    }
  }

  @Override
  public void matchDoubles(int firstDocId, int count, double low, double high, long[] mask) {
    frame.clearRun(firstDocId, count, mask);
    long lowest = CanonicalFloats.sortableBits(CanonicalFloats.canonical(low));
    long highest = CanonicalFloats.sortableBits(CanonicalFloats.canonical(high));
    if (lowest > highest) {
      return;
    }
    if (type == StoredType.DOUBLE) {
      values.matchLongs(firstDocId, count, lowest, highest, Long.MAX_VALUE, mask, 0);
      return;
    }
    for (int i = 0; i < count; i++) {
      long value = CanonicalFloats.sortableBits(doubleAt(firstDocId + i));
      mask[i >>> 6] |= value >= lowest && value <= highest ? 1L << i : 0;
    }
  }

  private double doubleAt(int docId) {
    return switch (type) {
      case INT -> values.intAt(docId);
      case LONG -> values.longAt(docId);
      case FLOAT -> values.floatAt(docId);
      case DOUBLE -> values.doubleAt(docId);
      case STRING, BYTES, BIG_DECIMAL -> throw frame.unsupported("doubles");
    };
  }

  private long sortable(int docId) {
    return switch (type) {
      case INT -> values.intAt(docId);
      case LONG -> values.longAt(docId);
      case FLOAT -> CanonicalFloats.sortableBits(values.floatAt(docId));
      case DOUBLE -> CanonicalFloats.sortableBits(values.doubleAt(docId));
      case STRING, BYTES, BIG_DECIMAL -> throw frame.unsupported("numbers");
    };
  }

  private Value valueOf(long sortable) {
    return switch (type) {
      case INT -> new Value.IntValue((int) sortable);
      case LONG -> new Value.LongValue(sortable);
      case FLOAT -> new Value.FloatValue(CanonicalFloats.ofSortableBits((int) sortable));
      case DOUBLE -> new Value.DoubleValue(CanonicalFloats.ofSortableBits(sortable));
      case STRING, BYTES, BIG_DECIMAL -> throw frame.unsupported("numbers");
    };
  }
}
