package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionaryView;
import io.gamay.segment.forward.MutableDictIdView;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;
import java.util.Optional;

/** The first rows of a {@link DictionaryColumn}. */
final class DictionaryColumnView implements MutableColumnView {

  private final ViewFrame frame;
  private final MutableDictionaryView dictionary;
  private final MutableDictIdView dictIds;
  private final int firstUnsortedDoc;

  DictionaryColumnView(
      ViewFrame frame,
      MutableDictionaryView dictionary,
      MutableDictIdView dictIds,
      int firstUnsortedDoc) {
    this.frame = frame;
    this.dictionary = dictionary;
    this.dictIds = dictIds;
    this.firstUnsortedDoc = firstUnsortedDoc;
  }

  @Override
  public ViewFrame frame() {
    return frame;
  }

  /** DictIds are given in order of arrival: those of the first rows are the first ones. */
  @Override
  public DictionaryColumnView upTo(int docCount) {
    return new DictionaryColumnView(
        frame.upTo(docCount),
        dictionary.upTo(dictIds.maxBelow(docCount) + 1),
        dictIds,
        firstUnsortedDoc);
  }

  @Override
  public ColumnStatistics statistics() {
    return DictionaryStatistics.of(
        dictionary,
        firstUnsortedDoc >= frame.docCount(),
        frame.nulls().getLongCardinality(),
        frame.docCount());
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

  private int[] idsOf(DocIdBlock docs) {
    int[] ids = new int[docs.count()];
    readDictIds(docs, ids);
    return ids;
  }
}
