package io.gamay.query.evaluate;

import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/** The values of a segment's column, of its own type. */
final class ColumnExpression extends BlockExpression {

  private final ColumnReader reader;
  private final RoaringBitmap nulls;
  private final boolean hasNulls;
  private int[] dictIds = new int[0];

  ColumnExpression(ResultType type, ColumnReader reader, boolean nullable) {
    super(type);
    this.reader = reader;
    this.nulls = reader.nulls();
    this.hasNulls = nullable && !nulls.isEmpty();
  }

  @Override
  protected void compute(Block block, Vector out) {
    DocIdBlock docs = block.docs();
    out.clear();
    out.resize(docs.count());
    if (out.isList()) {
      readLists(docs, out);
    } else {
      readSingles(docs, out);
    }
    if (hasNulls) {
      markNulls(nulls, docs, out);
    }
  }

  static void markNulls(RoaringBitmap nulls, DocIdBlock docs, Vector out) {
    if (!docs.isRange()) {
      for (int row = 0; row < docs.count(); row++) {
        if (nulls.contains(docs.docIds()[row])) {
          out.setNull(row);
        }
      }
      return;
    }
    int end = docs.first() + docs.count();
    PeekableIntIterator missing = nulls.getIntIterator();
    missing.advanceIfNeeded(docs.first());
    while (missing.hasNext()) {
      int docId = missing.next();
      if (docId >= end) {
        return;
      }
      out.setNull(docId - docs.first());
    }
  }

  private void readSingles(DocIdBlock docs, Vector out) {
    switch (out.type()) {
      case INT -> reader.readInts(docs, out.ints());
      case LONG -> reader.readLongs(docs, out.longs());
      case FLOAT -> {
        reader.readFloats(docs, out.floats());
        float[] floats = out.floats();
        for (int row = 0; row < docs.count(); row++) {
          floats[row] = Vector.canonical(floats[row]);
        }
      }
      case DOUBLE -> {
        reader.readDoubles(docs, out.doubles());
        double[] doubles = out.doubles();
        for (int row = 0; row < docs.count(); row++) {
          doubles[row] = Vector.canonical(doubles[row]);
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> reader.readBytes(docs, out.bytes());
    }
  }

  private void readLists(DocIdBlock docs, Vector out) {
    dictIds = reader.readMultiDictIds(docs, out.listEnds(), dictIds);
    int values = docs.count() == 0 ? 0 : out.listEnds()[docs.count() - 1];
    out.resizeValues(values);
    decode(reader.dictionary().orElseThrow(), dictIds, values, out);
  }

  /** Writes the values of dictIds [0, count) into the arrays of a vector. */
  static void decode(DictionaryReader dictionary, int[] dictIds, int count, Vector out) {
    switch (out.type()) {
      case INT -> {
        int[] ints = out.ints();
        for (int value = 0; value < count; value++) {
          ints[value] = dictionary.intAt(dictIds[value]);
        }
      }
      case LONG -> {
        long[] longs = out.longs();
        for (int value = 0; value < count; value++) {
          longs[value] = dictionary.longAt(dictIds[value]);
        }
      }
      case FLOAT -> {
        float[] floats = out.floats();
        for (int value = 0; value < count; value++) {
          floats[value] = Vector.canonical(dictionary.floatAt(dictIds[value]));
        }
      }
      case DOUBLE -> {
        double[] doubles = out.doubles();
        for (int value = 0; value < count; value++) {
          doubles[value] = Vector.canonical(dictionary.doubleAt(dictIds[value]));
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> {
        for (int value = 0; value < count; value++) {
          dictionary.appendBytes(dictIds[value], out.bytes());
        }
      }
    }
  }
}
