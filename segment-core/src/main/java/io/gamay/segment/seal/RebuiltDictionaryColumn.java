package io.gamay.segment.seal;

import io.gamay.segment.forward.NumericKeys;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.Arrays;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * A numeric column that is raw in its view, read as if it had a dictionary: what a sealed segment
 * stored plain because that was smaller can be sealed again to the same bytes. Holds a key per
 * distinct value. One thread.
 */
final class RebuiltDictionaryColumn implements ColumnReader {

  private final ColumnReader raw;
  private final StoredType type;
  private final long[] keys;
  private final long[] read = new long[DocIdBlock.MAX_DOCS];
  private final int[] ints = new int[DocIdBlock.MAX_DOCS];
  private final float[] floats = new float[DocIdBlock.MAX_DOCS];
  private final double[] doubles = new double[DocIdBlock.MAX_DOCS];

  RebuiltDictionaryColumn(ColumnReader raw, int docCount) {
    this.raw = raw;
    this.type = raw.spec().storedType();
    long[] all = new long[docCount];
    DocIdBlock docs = new DocIdBlock();
    for (int first = 0; first < docCount; first += docs.count()) {
      docs.setRange(first, Math.min(DocIdBlock.MAX_DOCS, docCount - first));
      readKeys(docs);
      System.arraycopy(read, 0, all, first, docs.count());
    }
    Arrays.sort(all);
    int distinct = 0;
    for (int index = 0; index < docCount; index++) {
      if (distinct == 0 || all[index] != all[distinct - 1]) {
        all[distinct++] = all[index];
      }
    }
    this.keys = Arrays.copyOf(all, distinct);
  }

  private void readKeys(DocIdBlock docs) {
    switch (type) {
      case INT -> {
        raw.readInts(docs, ints);
        for (int index = 0; index < docs.count(); index++) {
          read[index] = ints[index];
        }
      }
      case LONG -> raw.readLongs(docs, read);
      case FLOAT -> {
        raw.readFloats(docs, floats);
        for (int index = 0; index < docs.count(); index++) {
          read[index] = NumericKeys.ofFloat(floats[index]);
        }
      }
      case DOUBLE -> {
        raw.readDoubles(docs, doubles);
        for (int index = 0; index < docs.count(); index++) {
          read[index] = NumericKeys.ofDouble(doubles[index]);
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> throw new IllegalStateException(type + " is not numeric");
    }
  }

  @Override
  public ColumnSpec spec() {
    return raw.spec();
  }

  @Override
  public ColumnStatistics statistics() {
    return raw.statistics();
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    return Optional.of(new KeyDictionary());
  }

  @Override
  public Optional<InvertedIndexReader> inverted() {
    return Optional.empty();
  }

  @Override
  public RoaringBitmap nulls() {
    return raw.nulls();
  }

  @Override
  public void readDictIds(DocIdBlock docs, int[] out) {
    readKeys(docs);
    for (int index = 0; index < docs.count(); index++) {
      out[index] = Arrays.binarySearch(keys, read[index]);
    }
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    raw.readInts(docs, out);
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    raw.readLongs(docs, out);
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    raw.readFloats(docs, out);
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    raw.readDoubles(docs, out);
  }

  @Override
  public void readBytes(DocIdBlock docs, BytesBlock out) {
    raw.readBytes(docs, out);
  }

  @Override
  public int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out) {
    return raw.readMultiDictIds(docs, ends, out);
  }

  private final class KeyDictionary implements DictionaryReader {

    @Override
    public StoredType storedType() {
      return type;
    }

    @Override
    public int cardinality() {
      return keys.length;
    }

    @Override
    public boolean isSorted() {
      return true;
    }

    @Override
    public int intAt(int dictId) {
      return (int) keys[dictId];
    }

    @Override
    public long longAt(int dictId) {
      return keys[dictId];
    }

    @Override
    public float floatAt(int dictId) {
      return NumericKeys.toFloat(keys[dictId]);
    }

    @Override
    public double doubleAt(int dictId) {
      return NumericKeys.toDouble(keys[dictId]);
    }

    @Override
    public void appendBytes(int dictId, BytesBlock out) {
      throw new UnsupportedOperationException("%s does not read as bytes".formatted(type));
    }

    @Override
    public Value valueAt(int dictId) {
      return NumericKeys.toValue(type, keys[dictId]);
    }

    @Override
    public int indexOf(Value value) {
      return Arrays.binarySearch(keys, NumericKeys.ofValue(value));
    }
  }
}
