package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.CanonicalFloats;
import io.gamay.segment.dictionary.MutableDictionaryView;
import io.gamay.segment.forward.MutableDictIdView;
import io.gamay.segment.read.BloomFilterReader;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;
import java.util.Optional;

/** The first rows of a {@link DictionaryColumn}. */
final class DictionaryColumnView implements MutableColumnView {

  private final ViewFrame frame;
  private final MutableDictionaryView dictionary;
  private final MutableDictIdView dictIds;
  private final LiveIndexesView indexes;
  private final int firstUnsortedDoc;

  /** Of the values of all rows, -1 until it is known. */
  private volatile long totalBytes;

  DictionaryColumnView(
      ViewFrame frame,
      MutableDictionaryView dictionary,
      MutableDictIdView dictIds,
      LiveIndexesView indexes,
      int firstUnsortedDoc,
      long totalBytes) {
    this.frame = frame;
    this.dictionary = dictionary;
    this.dictIds = dictIds;
    this.indexes = indexes;
    this.firstUnsortedDoc = firstUnsortedDoc;
    this.totalBytes = totalBytes;
  }

  @Override
  public ViewFrame frame() {
    return frame;
  }

  /** DictIds are given in order of arrival: those of the first rows are the first ones. */
  @Override
  public DictionaryColumnView upTo(int docCount) {
    int cardinality = dictIds.maxBelow(docCount) + 1;
    return new DictionaryColumnView(
        frame.upTo(docCount),
        dictionary.upTo(cardinality),
        dictIds,
        indexes.upTo(docCount, cardinality),
        firstUnsortedDoc,
        -1);
  }

  @Override
  public ColumnStatistics statistics() {
    return DictionaryStatistics.of(
        dictionary,
        firstUnsortedDoc >= frame.docCount(),
        frame.nulls().getLongCardinality(),
        frame.docCount(),
        DictionaryStatistics.lengths(dictionary, this::totalBytes));
  }

  @Override
  public Optional<InvertedIndexReader> inverted() {
    return indexes.inverted();
  }

  @Override
  public Optional<BloomFilterReader> bloom() {
    return indexes.bloom(dictionary);
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    return Optional.of(dictionary);
  }

  @Override
  public void readDictIds(DocIdBlock docs, int[] out) {
    frame.checkBlock(docs);
    int count = docs.count();
    if (docs.isRange()) {
      dictIds.read(docs.first(), count, out, 0);
      return;
    }
    int[] docIds = docs.docIds();
    for (int i = 0; i < count; i++) {
      out[i] = dictIds.dictIdAt(docIds[i]);
    }
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    frame.checkType(StoredType.INT, "ints");
    readDictIds(docs, out);
    for (int i = 0; i < docs.count(); i++) {
      out[i] = dictionary.intAt(out[i]);
    }
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    if (frame.spec().storedType() != StoredType.INT) {
      frame.checkType(StoredType.LONG, "longs");
    }
    int[] ids = idsOf(docs);
    for (int i = 0; i < docs.count(); i++) {
      out[i] = dictionary.longAt(ids[i]);
    }
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    frame.checkType(StoredType.FLOAT, "floats");
    int[] ids = idsOf(docs);
    for (int i = 0; i < docs.count(); i++) {
      out[i] = dictionary.floatAt(ids[i]);
    }
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    if (!frame.spec().storedType().isFixedWidth()) {
      throw frame.unsupported("doubles");
    }
    int[] ids = idsOf(docs);
    for (int i = 0; i < docs.count(); i++) {
      out[i] = dictionary.doubleAt(ids[i]);
    }
  }

  @Override
  public void readBytes(DocIdBlock docs, BytesBlock out) {
    if (frame.spec().storedType().isFixedWidth()) {
      throw frame.unsupported("bytes");
    }
    int[] ids = idsOf(docs);
    out.clear();
    for (int i = 0; i < docs.count(); i++) {
      dictionary.appendBytes(ids[i], out);
    }
  }

  @Override
  public RowCopier copier(ColumnBuffer target) {
    return docId -> {
      if (frame.isNull(docId)) {
        target.appendNull();
      } else {
        dictionary.appendTo(dictIds.dictIdAt(docId), target);
      }
    };
  }

  @Override
  public void matchDictIds(int firstDocId, int count, int lowId, int highId, long[] mask) {
    frame.checkRun(firstDocId, count);
    dictIds.match(firstDocId, count, lowId, highId, mask);
  }

  @Override
  public void matchDictIds(int firstDocId, int count, long[] members, long[] mask) {
    frame.checkRun(firstDocId, count);
    dictIds.match(firstDocId, count, members, mask);
  }

  @Override
  public void matchLongs(int firstDocId, int count, long low, long high, long[] mask) {
    if (frame.spec().storedType() != StoredType.INT) {
      frame.checkType(StoredType.LONG, "longs");
    }
    frame.clearRun(firstDocId, count, mask);
    for (int i = 0; i < count; i++) {
      long value = dictionary.longAt(dictIds.dictIdAt(firstDocId + i));
      mask[i >>> 6] |= value >= low && value <= high ? 1L << i : 0;
    }
  }

  @Override
  public void matchDoubles(int firstDocId, int count, double low, double high, long[] mask) {
    if (!frame.spec().storedType().isFixedWidth()) {
      throw frame.unsupported("doubles");
    }
    frame.clearRun(firstDocId, count, mask);
    double lowest = CanonicalFloats.canonical(low);
    double highest = CanonicalFloats.canonical(high);
    for (int i = 0; i < count; i++) {
      double value = dictionary.doubleAt(dictIds.dictIdAt(firstDocId + i));
      boolean isInside = Double.compare(value, lowest) >= 0 && Double.compare(value, highest) <= 0;
      mask[i >>> 6] |= isInside ? 1L << i : 0;
    }
  }

  private long totalBytes() {
    long total = totalBytes;
    if (total < 0) {
      total = dictIds.sumBelow(frame.docCount(), dictionary::byteLength);
      totalBytes = total;
    }
    return total;
  }

  private int[] idsOf(DocIdBlock docs) {
    int[] ids = new int[docs.count()];
    readDictIds(docs, ids);
    return ids;
  }
}
