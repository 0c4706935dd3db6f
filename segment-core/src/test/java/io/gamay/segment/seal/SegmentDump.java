package io.gamay.segment.seal;

import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.schema.ColumnSpec;
import java.util.Arrays;

/** Everything that a small segment answers, and the first rows of a larger one, as text. */
final class SegmentDump {

  private final ImmutableSegment segment;
  private final DocIdBlock docs = new DocIdBlock();
  private final StringBuilder text = new StringBuilder();

  private SegmentDump(ImmutableSegment segment) {
    this.segment = segment;
    docs.setRange(0, Math.min(segment.docCount(), DocIdBlock.MAX_DOCS));
  }

  static String of(ImmutableSegment segment) {
    SegmentDump dump = new SegmentDump(segment);
    dump.addSegment();
    for (ColumnSpec column : segment.schema().columns()) {
      dump.addColumn(segment.column(column.name()));
    }
    return dump.text.toString();
  }

  private void addSegment() {
    long[] offsets = new long[docs.count()];
    segment.readOffsets(docs, offsets);
    add(segment.segmentName(), segment.tableName(), segment.partition(), segment.offsets());
    add(segment.schema().version(), segment.schema().columns(), segment.encodings());
    add(segment.ledger(), segment.lostRanges(), segment.rejectedByReason());
    add(segment.dataCrc(), segment.docCount(), Arrays.toString(offsets));
    for (RejectedRecord rejected : segment.quarantine()) {
      add(rejected.offset(), rejected.reason(), rejected.detail(), rejected.recordSizeBytes());
      add(Arrays.toString(rejected.sample()));
    }
  }

  private void addColumn(ColumnReader column) {
    add(column.spec().name(), column.statistics(), column.nulls());
    if (!column.spec().singleValue()) {
      int[] ends = new int[docs.count()];
      int[] dictIds = column.readMultiDictIds(docs, ends, new int[100]);
      add(Arrays.toString(ends), Arrays.toString(dictIds));
    } else if (column.dictionary().isPresent()) {
      int[] dictIds = new int[docs.count()];
      column.readDictIds(docs, dictIds);
      add(Arrays.toString(dictIds));
    } else if (column.spec().storedType().isFixedWidth()) {
      double[] values = new double[docs.count()];
      column.readDoubles(docs, values);
      add(Arrays.toString(values));
    } else {
      BytesBlock values = new BytesBlock();
      column.readBytes(docs, values);
      for (int index = 0; index < values.count(); index++) {
        add(
            Arrays.toString(
                Arrays.copyOfRange(values.bytes(), values.start(index), values.end(index))));
      }
    }
    column.dictionary().ifPresent(dictionary -> addDictionary(dictionary, column));
    column.bloom().ifPresent(bloom -> add(bloom.mightContain(column.spec().defaultValue())));
    column
        .zoneMap()
        .ifPresent(
            zones ->
                add(
                    column.dictionary().isPresent()
                        ? zones.minDictId(0) + ".." + zones.maxDictId(0)
                        : zones.minDouble(0) + ".." + zones.maxDouble(0)));
  }

  private void addDictionary(DictionaryReader dictionary, ColumnReader column) {
    for (int dictId = 0; dictId < dictionary.cardinality(); dictId++) {
      add(dictionary.valueAt(dictId));
      if (column.inverted().isPresent()) {
        InvertedIndexReader inverted = column.inverted().get();
        add(inverted.docCount(dictId));
        inverted.docIds(dictId).ifPresent(this::add);
      }
    }
  }

  private void add(Object... answers) {
    for (Object answer : answers) {
      text.append(answer).append('\n');
    }
  }
}
