package io.gamay.segment.seal;

import io.gamay.segment.format.BlockKind;
import io.gamay.segment.forward.DecimalsWriter.KeyAction;
import io.gamay.segment.forward.NumericForm;
import io.gamay.segment.forward.NumericKeys;
import io.gamay.segment.forward.ZoneMapWriter;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** An INT, LONG, FLOAT or DOUBLE column without a dictionary. Used once. */
final class RawNumericSealer {

  static final int UNKNOWN_CARDINALITY = -1;

  private final SealedColumn source;
  private final StoredType type;
  private final int cardinality;
  private final long[] keys = new long[DocIdBlock.MAX_DOCS];
  private final int[] ints = new int[DocIdBlock.MAX_DOCS];
  private final float[] floats = new float[DocIdBlock.MAX_DOCS];
  private final double[] doubles = new double[DocIdBlock.MAX_DOCS];
  private final ZoneMapWriter zones = new ZoneMapWriter();
  private Optional<NumericForm> form = Optional.empty();
  private long min = Long.MAX_VALUE;
  private long max = Long.MIN_VALUE;
  private boolean isSorted = true;

  /**
   * @param cardinality distinct values, or {@link #UNKNOWN_CARDINALITY}
   */
  RawNumericSealer(SealedColumn source, int cardinality) {
    this.source = source;
    this.type = source.storedType();
    this.cardinality = cardinality;
  }

  ColumnStatistics seal() throws IOException {
    form()
        .write(
            action ->
                forEachBlock(
                    (block, length) -> {
                      look(block, length);
                      action.accept(block, length);
                    }),
            source.file(),
            source.column(),
            BlockKind.VALUES);
    long nullCount = source.writeNulls();
    if (source.docCount() > 0) {
      zones.write(source.file(), source.column(), type);
    }
    return new ColumnStatistics(
        bound(min), bound(max), cardinality, isSorted, nullCount, source.docCount());
  }

  /** How the values will be written, and in how many bytes. */
  NumericForm form() throws IOException {
    if (form.isEmpty()) {
      form =
          Optional.of(
              source.formatVersion() == 1
                  ? NumericForm.plain(type, source.docCount())
                  : NumericForm.choose(type, source.docCount(), sample(), this::forEachBlock));
    }
    return form.get();
  }

  private void forEachBlock(KeyAction action) throws IOException {
    source.forEachBlock(
        docs -> {
          readKeys(docs);
          action.accept(keys, docs.count());
        });
  }

  private long[] sample() {
    DocIdBlock docs = new DocIdBlock();
    int count = Math.min(NumericForm.SAMPLE_VALUES, source.docCount());
    for (int index = 0; index < count; index++) {
      docs.docIds()[index] = (int) ((long) index * source.docCount() / count);
    }
    docs.setList(count);
    readKeys(docs);
    return Arrays.copyOf(keys, count);
  }

  private void look(long[] block, int length) {
    for (int index = 0; index < length; index++) {
      long key = block[index];
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
