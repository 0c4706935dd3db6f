package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutableSegmentWideningTest {

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("number", DataType.INT),
              ColumnSpec.dimension("text", DataType.STRING),
              ColumnSpec.dimension("tags", DataType.LONG).asMultiValue()));

  @ParameterizedTest
  @ValueSource(ints = {255, 256, 257, 65_535, 65_536, 65_537})
  void valuesAreFoundOnBothSidesOfAWidening(int distinct) {
    try (MutableSegment segment =
        new MutableSegment("t__0__0__0", 0, SCHEMA, EncodingDecisions.DEFAULT, 0)) {
      int rows = distinct + 500;
      RowBatch batch = new RowBatch(SCHEMA);
      for (int row = 0; row < rows; row++) {
        int value = row % distinct;
        batch.column(0).appendInt(value * 31);
        batch.column(1).append(new Value.StringValue("text-" + value));
        batch.column(2).appendLong(value);
        batch.column(2).appendLong((value + 1) % distinct);
        batch.column(2).endRow();
        batch.endRow(row);
      }
      segment.append(batch);
      segment.publish(rows);

      for (String name : List.of("number", "text", "tags")) {
        ColumnReader column = segment.snapshot().column(name);
        assertThat(column.statistics().cardinality()).isEqualTo(distinct);
      }
      checkRows(segment, rows, distinct);
    }
  }

  private static void checkRows(MutableSegment segment, int rows, int distinct) {
    ColumnReader number = segment.snapshot().column("number");
    ColumnReader text = segment.snapshot().column("text");
    ColumnReader tags = segment.snapshot().column("tags");
    DictionaryReader texts = text.dictionary().orElseThrow();
    DocIdBlock docs = new DocIdBlock();
    int[] ints = new int[DocIdBlock.MAX_DOCS];
    int[] ends = new int[DocIdBlock.MAX_DOCS];
    for (int from = 0; from < rows; from += DocIdBlock.MAX_DOCS) {
      docs.setRange(from, Math.min(DocIdBlock.MAX_DOCS, rows - from));
      number.readInts(docs, ints);
      int[] tagIds = tags.readMultiDictIds(docs, ends, new int[1]);
      for (int i = 0; i < docs.count(); i++) {
        int value = (from + i) % distinct;
        assertThat(ints[i]).isEqualTo(value * 31);
        assertThat(ends[i]).isEqualTo(2 * i + 2);
        assertThat(tags.dictionary().orElseThrow().longAt(tagIds[2 * i])).isEqualTo(value);
      }
      text.readDictIds(docs, ints);
      int last = docs.count() - 1;
      Value expected = new Value.StringValue("text-" + (from + last) % distinct);
      assertThat(texts.valueAt(ints[last])).isEqualTo(expected);
      assertThat(texts.indexOf(expected)).isEqualTo(ints[last]);
    }
  }
}
