package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MutableSegmentTest {

  private static final TableSchema SCHEMA =
      new TableSchema(
          "trips",
          1,
          List.of(
              ColumnSpec.dimension("city", DataType.STRING),
              ColumnSpec.dimension("fare", DataType.DOUBLE),
              ColumnSpec.dimension("tags", DataType.STRING).asMultiValue()));

  private final MutableSegment segment = segment(EncodingDecisions.DEFAULT, 100);

  @Test
  void rowsAreInvisibleUntilTheyArePublished() {
    segment.append(batch(100, 3));

    assertThat(segment.snapshot().docCount()).isZero();
    assertThat(segment.docCount()).isZero();

    segment.publish(105);
    assertThat(segment.snapshot().docCount()).isEqualTo(3);
    assertThat(segment.snapshot().offsets()).isEqualTo(new OffsetRange(100, 105));
  }

  @Test
  void snapshotStaysWhatItWas() {
    segment.append(batch(100, 3));
    segment.publish(103);
    SegmentReader snapshot = segment.snapshot();

    segment.append(batch(103, 4));
    segment.publish(107);

    assertThat(snapshot.docCount()).isEqualTo(3);
    assertThat(snapshot.offsets().end()).isEqualTo(103);
    assertThat(dictionary(snapshot, "city").cardinality()).isEqualTo(3);
    assertThat(dictionary(snapshot, "city").indexOf(new Value.StringValue("city-104")))
        .isEqualTo(-1);
    assertThat(dictionary(segment.snapshot(), "city").indexOf(new Value.StringValue("city-104")))
        .isEqualTo(4);
  }

  @Test
  void endOffsetAdvancesWithoutRows() {
    segment.publish(200);

    assertThat(segment.snapshot().docCount()).isZero();
    assertThat(segment.endOffset()).isEqualTo(200);
  }

  @Test
  void publishedEndNeverGoesBackNorLeavesOutARow() {
    segment.append(batch(100, 3));

    assertThatThrownBy(() -> segment.publish(102)).isInstanceOf(IllegalStateException.class);
    segment.publish(110);
    assertThatThrownBy(() -> segment.publish(109)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rowsBelowThePublishedEndAreRefused() {
    segment.publish(110);

    assertThatThrownBy(() -> segment.append(batch(109, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("110")
        .hasMessageContaining("109");
    segment.append(batch(110, 2));
    assertThatThrownBy(() -> segment.append(batch(111, 1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void batchOfAnotherSchemaIsRefused() {
    TableSchema other = new TableSchema("trips", 2, SCHEMA.columns());

    assertThatThrownBy(() -> segment.append(new RowBatch(other)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void viewBelowAnOffsetKnowsOnlyWhatLiesBelow() {
    segment.append(batch(100, 10));
    segment.publish(110);

    SegmentReader cut = segment.snapshotBelow(104);

    assertThat(cut.docCount()).isEqualTo(4);
    assertThat(cut.offsets()).isEqualTo(new OffsetRange(100, 104));
    assertThat(dictionary(cut, "city").cardinality()).isEqualTo(4);
    ColumnStatistics fare = cut.column("fare").statistics();
    assertThat(fare.max()).contains(new Value.DoubleValue(103.5));
    assertThat(cut.column("tags").statistics().valueCount()).isEqualTo(8);
    assertThatThrownBy(() -> segment.snapshotBelow(111))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> segment.snapshotBelow(99))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void viewIsSortedIffItEndsBeforeTheFirstStepDown() {
    int[] values = {1, 2, 2, 1, 5};
    TableSchema schema =
        new TableSchema(
            "t",
            1,
            List.of(
                ColumnSpec.dimension("coded", DataType.INT),
                ColumnSpec.dimension("raw", DataType.INT),
                ColumnSpec.dimension("text", DataType.STRING)));
    EncodingDecisions encoding = new EncodingDecisions(1, Set.of("raw", "text"), Set.of());
    try (MutableSegment steps = new MutableSegment("t__0", 0, schema, encoding, 0)) {
      RowBatch batch = new RowBatch(schema);
      for (int i = 0; i < values.length; i++) {
        batch.column(0).appendInt(values[i]);
        batch.column(1).appendInt(values[i]);
        batch.column(2).append(new Value.StringValue("" + values[i]));
        batch.endRow(i);
      }
      steps.append(batch);
      steps.publish(values.length);

      for (int rows = 0; rows <= values.length; rows++) {
        for (ColumnSpec spec : schema.columns()) {
          assertThat(steps.snapshotBelow(rows).column(spec.name()).statistics().sorted())
              .as("%s of %d rows", spec.name(), rows)
              .isEqualTo(rows <= 3);
        }
      }
    }
  }

  @Test
  void blockPastTheViewIsRefused() {
    segment.append(batch(100, 3));
    segment.publish(103);
    DocIdBlock docs = new DocIdBlock();
    docs.setRange(1, 3);

    ColumnReader city = segment.snapshot().column("city");
    assertThatThrownBy(() -> city.readDictIds(docs, new int[3]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void readOfAnotherTypeIsRefusedByName() {
    ColumnReader city = segment.snapshot().column("city");

    assertThatThrownBy(() -> city.readInts(new DocIdBlock(), new int[1]))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("city");
    assertThatThrownBy(() -> segment.snapshot().column("town"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("town");
  }

  @Test
  void zerosAndNansAreOneValueEachWithAndWithoutDictionary() {
    float[] floats = {-0.0f, 0.0f, Float.NaN, Float.intBitsToFloat(0x7fc00001), 1};
    for (Set<String> raw : List.of(Set.<String>of(), Set.of("f"))) {
      TableSchema schema =
          new TableSchema("t", 1, List.of(ColumnSpec.dimension("f", DataType.FLOAT)));
      try (MutableSegment numbers =
          new MutableSegment("t__0", 0, schema, new EncodingDecisions(1, raw, Set.of()), 0)) {
        RowBatch batch = new RowBatch(schema);
        for (int i = 0; i < floats.length; i++) {
          batch.column(0).appendFloat(floats[i]);
          batch.endRow(i);
        }
        numbers.append(batch);
        numbers.publish(floats.length);

        ColumnReader column = numbers.snapshot().column("f");
        float[] out = new float[floats.length];
        DocIdBlock docs = new DocIdBlock();
        docs.setRange(0, floats.length);
        column.readFloats(docs, out);
        assertThat(Float.floatToRawIntBits(out[0])).isZero();
        assertThat(Float.floatToRawIntBits(out[3])).isEqualTo(0x7fc00000);
        assertThat(column.statistics().min()).contains(new Value.FloatValue(0));
        assertThat(column.statistics().max()).contains(new Value.FloatValue(Float.NaN));
        column
            .dictionary()
            .ifPresent(
                dictionary -> {
                  assertThat(dictionary.cardinality()).isEqualTo(3);
                  assertThat(dictionary.indexOf(new Value.FloatValue(-0.0f))).isZero();
                });
      }
    }
  }

  @Test
  void rawColumnMustExistAndBeSingleValue() {
    assertThatThrownBy(() -> segment(raw("town"), 0)).hasMessageContaining("town");
    assertThatThrownBy(() -> segment(raw("tags"), 0)).hasMessageContaining("tags");
  }

  @Test
  void tenMegabyteStringEmptyStringAndNulBytesComeBack() {
    byte[] large = new byte[10 << 20];
    Arrays.fill(large, (byte) 'x');
    large[5] = 0;
    byte[] huge = new byte[(1 << 24) + 7];
    huge[huge.length - 1] = 'y';
    byte[] nul = {0, 0, 'a', 0};
    List<byte[]> values =
        List.of(new byte[0], large, nul, huge, "z".getBytes(StandardCharsets.UTF_8));
    for (Set<String> raw : List.of(Set.<String>of(), Set.of("city"))) {
      try (MutableSegment strings = segment(new EncodingDecisions(1, raw, Set.of()), 0)) {
        RowBatch batch = new RowBatch(SCHEMA);
        for (int i = 0; i < values.size(); i++) {
          batch.column(0).appendBytes(values.get(i), 0, values.get(i).length);
          batch.column(1).appendDouble(0);
          batch.column(2).append(new Value.StringValue(""));
          batch.column(2).endRow();
          batch.endRow(i);
        }
        strings.append(batch);
        strings.publish(values.size());

        BytesBlock out = new BytesBlock();
        DocIdBlock docs = new DocIdBlock();
        docs.setRange(0, values.size());
        strings.snapshot().column("city").readBytes(docs, out);
        for (int i = 0; i < values.size(); i++) {
          byte[] found = Arrays.copyOfRange(out.bytes(), out.start(i), out.end(i));
          assertThat(Arrays.equals(found, values.get(i))).as("value " + i).isTrue();
        }
        Optional<DictionaryReader> dictionary = strings.snapshot().column("city").dictionary();
        if (dictionary.isPresent()) {
          assertThat(
                  dictionary
                      .get()
                      .indexOf(new Value.StringValue(new String(huge, StandardCharsets.UTF_8))))
              .isEqualTo(3);
        }
      }
    }
  }

  @Test
  void afterAFailedAppendPublishedRowsStayAndNothingMoreIsTaken() {
    TableSchema schema =
        new TableSchema(
            "t",
            1,
            List.of(
                ColumnSpec.dimension("id", DataType.INT),
                ColumnSpec.dimension("price", DataType.BIG_DECIMAL)));
    try (MutableSegment prices =
        new MutableSegment("t__0", 0, schema, EncodingDecisions.DEFAULT, 0)) {
      RowBatch batch = new RowBatch(schema);
      batch.column(0).appendInt(1);
      batch.column(1).append(new Value.BigDecimalValue(BigDecimal.ONE));
      batch.endRow(0);
      prices.append(batch);
      prices.publish(1);
      batch.clear();
      batch.column(0).appendInt(2);
      batch.column(1).appendBytes(new byte[] {1}, 0, 1);
      batch.endRow(1);

      assertThatThrownBy(() -> prices.append(batch)).isInstanceOf(RuntimeException.class);

      assertThatThrownBy(() -> prices.publish(2)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> prices.append(batch)).isInstanceOf(IllegalStateException.class);
      int[] ids = new int[1];
      DocIdBlock docs = new DocIdBlock();
      docs.setRange(0, 1);
      prices.snapshot().column("id").readInts(docs, ids);
      assertThat(ids).containsExactly(1);
      assertThat(prices.docCount()).isEqualTo(1);
      assertThat(prices.endOffset()).isEqualTo(1);
    }
  }

  private static EncodingDecisions raw(String column) {
    return new EncodingDecisions(1, Set.of(column), Set.of());
  }

  private static MutableSegment segment(EncodingDecisions encoding, long startOffset) {
    return new MutableSegment("trips__0__0__1", 0, SCHEMA, encoding, startOffset);
  }

  private static DictionaryReader dictionary(SegmentReader segment, String column) {
    return segment.column(column).dictionary().orElseThrow();
  }

  private static RowBatch batch(long firstOffset, int rows) {
    RowBatch batch = new RowBatch(SCHEMA);
    for (long offset = firstOffset; offset < firstOffset + rows; offset++) {
      batch.column(0).append(new Value.StringValue("city-" + offset));
      batch.column(1).appendDouble(offset + 0.5);
      batch.column(2).append(new Value.StringValue("tag-" + offset % 2));
      batch.column(2).append(new Value.StringValue("new"));
      batch.column(2).endRow();
      batch.endRow(offset);
    }
    return batch;
  }
}
