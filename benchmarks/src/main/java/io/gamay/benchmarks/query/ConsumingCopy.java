package io.gamay.benchmarks.query;

import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.List;

/** The rows of a sealed segment in a mutable one, as they were before the seal. */
final class ConsumingCopy {

  private static final int BATCH_ROWS = 512;

  private ConsumingCopy() {}

  static MutableSegment of(ImmutableSegment source) {
    MutableSegment copy =
        new MutableSegment(
            source.segmentName(), source.partition(), source.schema(), source.encodings(), 0);
    List<ColumnSpec> columns = source.schema().columns();
    RowBatch batch = new RowBatch(source.schema());
    DocIdBlock row = new DocIdBlock();
    for (int docId = 0; docId < source.docCount(); docId++) {
      row.setRange(docId, 1);
      for (int column = 0; column < columns.size(); column++) {
        append(source.column(columns.get(column).name()), row, batch.column(column));
      }
      batch.endRow(docId);
      if (batch.rowCount() == BATCH_ROWS || docId == source.docCount() - 1) {
        copy.append(batch);
        batch.clear();
      }
    }
    copy.publish(source.docCount());
    return copy;
  }

  private static void append(ColumnReader reader, DocIdBlock row, ColumnBuffer out) {
    if (reader.nulls().contains(row.first())) {
      out.appendNull();
    } else if (reader.spec().singleValue()) {
      out.append(value(reader, row));
    } else {
      DictionaryReader dictionary = reader.dictionary().orElseThrow();
      int[] ends = new int[1];
      int[] dictIds = reader.readMultiDictIds(row, ends, new int[16]);
      for (int value = 0; value < ends[0]; value++) {
        out.append(dictionary.valueAt(dictIds[value]));
      }
      out.endRow();
    }
  }

  private static Value value(ColumnReader reader, DocIdBlock row) {
    if (reader.dictionary().isPresent()) {
      int[] dictId = new int[1];
      reader.readDictIds(row, dictId);
      return reader.dictionary().get().valueAt(dictId[0]);
    }
    StoredType type = reader.spec().storedType();
    long[] number = new long[1];
    double[] real = new double[1];
    switch (type) {
      case INT, LONG -> reader.readLongs(row, number);
      case FLOAT, DOUBLE -> reader.readDoubles(row, real);
      case STRING, BYTES, BIG_DECIMAL ->
          throw new IllegalArgumentException(
              "%s has no dictionary".formatted(reader.spec().name()));
    }
    return switch (type) {
      case INT -> new Value.IntValue((int) number[0]);
      case LONG -> new Value.LongValue(number[0]);
      case FLOAT -> new Value.FloatValue((float) real[0]);
      case DOUBLE, STRING, BYTES, BIG_DECIMAL -> new Value.DoubleValue(real[0]);
    };
  }
}
