package io.gamay.segment.seal;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.forward.NumericKeys;
import io.gamay.segment.forward.ZoneMapWriter;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.util.Optional;

/** An INT, LONG, FLOAT or DOUBLE column without a dictionary: plain values. Used once. */
final class RawNumericSealer {

  private static final int UNKNOWN_CARDINALITY = -1;

  private final SealedColumn source;
  private final StoredType type;
  private final long[] keys = new long[DocIdBlock.MAX_DOCS];
  private final int[] ints = new int[DocIdBlock.MAX_DOCS];
  private final float[] floats = new float[DocIdBlock.MAX_DOCS];
  private final double[] doubles = new double[DocIdBlock.MAX_DOCS];
  private final ZoneMapWriter zones = new ZoneMapWriter();
  private long min = Long.MAX_VALUE;
  private long max = Long.MIN_VALUE;
  private boolean isSorted = true;

  RawNumericSealer(SealedColumn source) {
    this.source = source;
    this.type = source.storedType();
  }

  ColumnStatistics seal() throws IOException {
    try (BlockOutput out =
        source.startBlock(
            BlockKind.VALUES,
            BlockEncoding.FIXED,
            NumericKeys.bitsPerValue(type),
            source.docCount())) {
      source.forEachBlock(docs -> writeBlock(docs, out));
    }
    long nullCount = source.writeNulls();
    if (source.docCount() > 0) {
      zones.write(source.file(), source.column(), type);
    }
    return new ColumnStatistics(
        bound(min), bound(max), UNKNOWN_CARDINALITY, isSorted, nullCount, source.docCount());
  }

  private void writeBlock(DocIdBlock docs, BlockOutput out) throws IOException {
    readKeys(docs);
    for (int index = 0; index < docs.count(); index++) {
      long key = keys[index];
      NumericKeys.write(type, key, out);
      zones.add(key);
      // So far the last value is the greatest, or the order is broken already.
      isSorted &= key >= max;
      min = Math.min(min, key);
      max = Math.max(max, key);
    }
  }

  private void readKeys(DocIdBlock docs) {
    switch (type) {
      case INT -> {
        source.reader().readInts(docs, ints);
        for (int index = 0; index < docs.count(); index++) {
          keys[index] = ints[index];
        }
      }
      case LONG -> source.reader().readLongs(docs, keys);
      case FLOAT -> {
        source.reader().readFloats(docs, floats);
        for (int index = 0; index < docs.count(); index++) {
          keys[index] = NumericKeys.ofFloat(floats[index]);
        }
      }
      case DOUBLE -> {
        source.reader().readDoubles(docs, doubles);
        for (int index = 0; index < docs.count(); index++) {
          keys[index] = NumericKeys.ofDouble(doubles[index]);
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> throw new IllegalStateException(type + " is not numeric");
    }
  }

  private Optional<Value> bound(long key) {
    return source.docCount() == 0 ? Optional.empty() : Optional.of(NumericKeys.toValue(type, key));
  }
}
