package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.dictionary.StoredBytes;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.BloomFilterReader;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/** Compares every read of a view with the first rows of a model. */
final class ViewCheck {

  private final SegmentReader view;
  private final SegmentModel model;
  private final int rows;
  private final EncodingDecisions encoding;
  private final SeededRandom random;
  private final DocIdBlock docs = new DocIdBlock();

  ViewCheck(
      SegmentReader view,
      SegmentModel model,
      int rows,
      EncodingDecisions encoding,
      SeededRandom random) {
    this.view = view;
    this.model = model;
    this.rows = rows;
    this.encoding = encoding;
    this.random = random;
  }

  void all(OffsetRange offsets) {
    assertThat(view.docCount()).isEqualTo(rows);
    assertThat(view.offsets()).isEqualTo(offsets);
    assertThat(view.isMutable()).isTrue();
    offsets();
    for (int column = 0; column < model.schema.columns().size(); column++) {
      column(column);
    }
  }

  private void offsets() {
    for (int i = 0; i < 3; i++) {
      anyBlock();
      long[] out = new long[docs.count()];
      view.readOffsets(docs, out);
      long[] expected = new long[docs.count()];
      Arrays.setAll(expected, doc -> model.rows.get(docs.docId(doc)).offset());
      assertThat(out).isEqualTo(expected);
      long bound =
          rows == 0
              ? random.nextInt(100)
              : model.rows.get(random.nextInt(rows)).offset() + random.between(-3, 3);
      assertThat(view.docCountBelow(bound)).isEqualTo(Math.min(rows, model.rowsBelow(bound)));
    }
    assertThat(view.docCountBelow(Long.MAX_VALUE)).isEqualTo(rows);
    assertThat(view.docCountBelow(0)).isZero();
  }

  private void column(int column) {
    ColumnSpec spec = model.schema.columns().get(column);
    ColumnReader reader = view.column(spec.name());
    assertThat(reader.spec()).isEqualTo(spec);
    assertThat(reader.inverted().isPresent())
        .isEqualTo(encoding.invertedColumns().contains(spec.name()));
    assertThat(reader.bloom().isPresent())
        .isEqualTo(
            reader.dictionary().isPresent() && encoding.bloomColumns().containsKey(spec.name()));
    TreeSet<Value> distinct = new TreeSet<>();
    RoaringBitmap nulls = new RoaringBitmap();
    int values = 0;
    boolean isSorted = true;
    for (int row = 0; row < rows; row++) {
      List<Value> stored = model.stored(row, column);
      distinct.addAll(stored);
      values += stored.size();
      if (model.isNull(row, column)) {
        nulls.add(row);
      }
      isSorted &=
          row == 0 || stored.getFirst().compareTo(model.stored(row - 1, column).getFirst()) >= 0;
    }
    assertThat(reader.nulls()).isEqualTo(nulls);
    ColumnStatistics statistics = reader.statistics();
    assertThat(statistics.min().stream().toList())
        .isEqualTo(distinct.isEmpty() ? List.of() : List.of(distinct.first()));
    assertThat(statistics.max().stream().toList())
        .isEqualTo(distinct.isEmpty() ? List.of() : List.of(distinct.last()));
    assertThat(statistics.nullCount()).isEqualTo(nulls.getCardinality());
    assertThat(statistics.valueCount()).isEqualTo(values);
    assertThat(statistics.sorted()).isEqualTo(spec.singleValue() && isSorted);
    assertThat(statistics.cardinality())
        .isEqualTo(reader.dictionary().isPresent() ? distinct.size() : -1);
    lengths(statistics, spec, column);
    assertThat(reader.zoneMap().isPresent())
        .isEqualTo(reader.dictionary().isEmpty() && spec.storedType().isFixedWidth());
    reader.zoneMap().ifPresent(zones -> zones(zones, spec, column));
    reader.dictionary().ifPresent(dictionary -> dictionary(dictionary, spec, distinct));
    reader.inverted().ifPresent(index -> postings(index, reader, column));
    reader.bloom().ifPresent(bloom -> bloom(bloom, spec, distinct));
    for (int i = 0; i < 3; i++) {
      anyBlock();
      if (spec.singleValue()) {
        singleValues(reader, column);
      } else {
        multiValues(reader, column);
      }
      new MatchCheck(reader, rows, random).anyRun();
    }
  }

  private void zones(ZoneMapReader zones, ColumnSpec spec, int column) {
    int zoneDocs = ZoneMapReader.ZONE_DOCS;
    assertThat(zones.zoneCount()).isEqualTo((rows + zoneDocs - 1) / zoneDocs);
    for (int zone = 0; zone < zones.zoneCount(); zone++) {
      TreeSet<Value> values = new TreeSet<>();
      for (int row = zone * zoneDocs; row < Math.min(rows, (zone + 1) * zoneDocs); row++) {
        values.addAll(model.stored(row, column));
      }
      List<Value> bounds =
          switch (spec.storedType()) {
            case INT ->
                List.of(
                    new Value.IntValue((int) zones.minLong(zone)),
                    new Value.IntValue((int) zones.maxLong(zone)));
            case LONG ->
                List.of(
                    new Value.LongValue(zones.minLong(zone)),
                    new Value.LongValue(zones.maxLong(zone)));
            case FLOAT ->
                List.of(
                    new Value.FloatValue((float) zones.minDouble(zone)),
                    new Value.FloatValue((float) zones.maxDouble(zone)));
            case DOUBLE ->
                List.of(
                    new Value.DoubleValue(zones.minDouble(zone)),
                    new Value.DoubleValue(zones.maxDouble(zone)));
            case STRING, BYTES, BIG_DECIMAL -> throw new AssertionError(spec);
          };
      assertThat(bounds).containsExactly(values.first(), values.last());
    }
  }

  private void lengths(ColumnStatistics statistics, ColumnSpec spec, int column) {
    IntSummaryStatistics expected = new IntSummaryStatistics();
    for (int row = 0; row < rows; row++) {
      for (Value value : model.stored(row, column)) {
        if (!spec.storedType().isFixedWidth()) {
          expected.accept(StoredBytes.ofValue(value).length);
        }
      }
    }
    assertThat(statistics.lengths().stream().toList())
        .isEqualTo(
            expected.getCount() == 0
                ? List.of()
                : List.of(
                    new ByteLengths(expected.getMin(), expected.getMax(), expected.getSum())));
  }

  private void postings(InvertedIndexReader index, ColumnReader reader, int column) {
    DictionaryReader dictionary = reader.dictionary().orElseThrow();
    Map<Value, RoaringBitmap> expected = new HashMap<>();
    for (int row = 0; row < rows; row++) {
      for (Value value : model.stored(row, column)) {
        expected.computeIfAbsent(value, _ -> new RoaringBitmap()).add(row);
      }
    }
    for (int dictId = 0; dictId < dictionary.cardinality(); dictId++) {
      RoaringBitmap docIds = expected.getOrDefault(dictionary.valueAt(dictId), new RoaringBitmap());
      int count = docIds.getCardinality();
      assertThat(index.docCount(dictId)).isEqualTo(count);
      assertThat(index.docIds(dictId).stream().toList())
          .isEqualTo(count > 1024 && count > rows / 16 ? List.of() : List.of(docIds));
    }
    assertThatThrownBy(() -> index.docCount(dictionary.cardinality()))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private void bloom(BloomFilterReader bloom, ColumnSpec spec, Set<Value> distinct) {
    for (int i = 0; i < 5; i++) {
      Value any = SegmentModel.canonical(SegmentModel.anyValue(spec, random));
      assertThat(bloom.mightContain(any)).isEqualTo(distinct.contains(any));
    }
    for (Value value : distinct) {
      assertThat(bloom.mightContain(value)).isTrue();
    }
  }

  private void dictionary(DictionaryReader dictionary, ColumnSpec spec, Set<Value> distinct) {
    assertThat(dictionary.isSorted()).isFalse();
    assertThat(dictionary.storedType()).isEqualTo(spec.storedType());
    assertThat(dictionary.cardinality()).isEqualTo(distinct.size());
    BytesBlock bytes = new BytesBlock();
    for (Value value : distinct) {
      int dictId = dictionary.indexOf(value);
      assertThat(dictId).isBetween(0, dictionary.cardinality() - 1);
      assertThat(dictionary.valueAt(dictId)).isEqualTo(value);
      switch (value) {
        case Value.IntValue(int v) -> {
          assertThat(dictionary.intAt(dictId)).isEqualTo(v);
          assertThat(dictionary.longAt(dictId)).isEqualTo(v);
          assertThat(dictionary.doubleAt(dictId)).isEqualTo(v);
        }
        case Value.LongValue(long v) -> {
          assertThat(dictionary.longAt(dictId)).isEqualTo(v);
          assertThat(dictionary.doubleAt(dictId)).isEqualTo((double) v);
        }
        case Value.FloatValue(float v) -> {
          assertThat(dictionary.floatAt(dictId)).isEqualTo(Float.valueOf(v));
          assertThat(dictionary.doubleAt(dictId)).isEqualTo(Double.valueOf(v));
        }
        case Value.DoubleValue(double v) ->
            assertThat(dictionary.doubleAt(dictId)).isEqualTo(Double.valueOf(v));
        case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ -> {
          dictionary.appendBytes(dictId, bytes);
          assertThat(bytesValue(spec.storedType(), bytes, bytes.count() - 1)).isEqualTo(value);
        }
      }
    }
    for (int i = 0; i < 5; i++) {
      Value other = SegmentModel.canonical(SegmentModel.anyValue(spec, random));
      if (!distinct.contains(other)) {
        assertThat(dictionary.indexOf(other)).isEqualTo(-1);
      }
    }
    assertThatThrownBy(() -> dictionary.valueAt(dictionary.cardinality()))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private void singleValues(ColumnReader reader, int column) {
    StoredType type = reader.spec().storedType();
    List<Value> expected = new ArrayList<>();
    for (int i = 0; i < docs.count(); i++) {
      expected.add(model.stored(docs.docId(i), column).getFirst());
    }
    assertThat(read(reader, type)).isEqualTo(expected);
    if (type == StoredType.INT) {
      long[] longs = new long[docs.count()];
      reader.readLongs(docs, longs);
      assertThat(Arrays.stream(longs).<Value>mapToObj(v -> new Value.IntValue((int) v)).toList())
          .isEqualTo(expected);
    }
    if (type.isFixedWidth()) {
      double[] doubles = new double[docs.count()];
      reader.readDoubles(docs, doubles);
      assertThat(doubles).isEqualTo(expected.stream().mapToDouble(ViewCheck::asDouble).toArray());
    } else {
      assertThatThrownBy(() -> reader.readDoubles(docs, new double[docs.count()]))
          .isInstanceOf(UnsupportedOperationException.class);
    }
    reader
        .dictionary()
        .ifPresent(
            dictionary -> {
              int[] dictIds = new int[docs.count()];
              reader.readDictIds(docs, dictIds);
              assertThat(Arrays.stream(dictIds).mapToObj(dictionary::valueAt).toList())
                  .isEqualTo(expected);
            });
  }

  private void multiValues(ColumnReader reader, int column) {
    DictionaryReader dictionary = reader.dictionary().orElseThrow();
    int[] ends = new int[docs.count()];
    int[] dictIds = reader.readMultiDictIds(docs, ends, new int[random.nextInt(50)]);
    int start = 0;
    List<List<Value>> expected = new ArrayList<>();
    List<List<Value>> found = new ArrayList<>();
    for (int i = 0; i < docs.count(); i++) {
      List<Value> values = new ArrayList<>();
      for (int at = start; at < ends[i]; at++) {
        values.add(dictionary.valueAt(dictIds[at]));
      }
      found.add(values);
      expected.add(model.stored(docs.docId(i), column));
      start = ends[i];
    }
    assertThat(found).isEqualTo(expected);
  }

  private List<Value> read(ColumnReader reader, StoredType type) {
    int count = docs.count();
    List<Value> values = new ArrayList<>();
    switch (type) {
      case INT -> {
        int[] out = new int[count];
        reader.readInts(docs, out);
        Arrays.stream(out).forEach(v -> values.add(new Value.IntValue(v)));
      }
      case LONG -> {
        long[] out = new long[count];
        reader.readLongs(docs, out);
        Arrays.stream(out).forEach(v -> values.add(new Value.LongValue(v)));
      }
      case FLOAT -> {
        float[] out = new float[count];
        reader.readFloats(docs, out);
        for (float v : out) {
          values.add(new Value.FloatValue(v));
        }
      }
      case DOUBLE -> {
        double[] out = new double[count];
        reader.readDoubles(docs, out);
        Arrays.stream(out).forEach(v -> values.add(new Value.DoubleValue(v)));
      }
      case STRING, BYTES, BIG_DECIMAL -> {
        BytesBlock out = new BytesBlock();
        out.append(1);
        reader.readBytes(docs, out);
        assertThat(out.count()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
          values.add(bytesValue(type, out, i));
        }
      }
    }
    return values;
  }

  private static Value bytesValue(StoredType type, BytesBlock block, int index) {
    int start = block.start(index);
    int end = block.end(index);
    return switch (type) {
      case STRING ->
          new Value.StringValue(
              new String(block.bytes(), start, end - start, StandardCharsets.UTF_8));
      case BYTES -> new Value.BytesValue(Arrays.copyOfRange(block.bytes(), start, end));
      case BIG_DECIMAL ->
          new Value.BigDecimalValue(BigDecimalCodec.decode(block.bytes(), start, end));
      case INT, LONG, FLOAT, DOUBLE -> throw new IllegalArgumentException("not bytes: " + type);
    };
  }

  private static double asDouble(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> v;
      case Value.LongValue(long v) -> (double) v;
      case Value.FloatValue(float v) -> v;
      case Value.DoubleValue(double v) -> v;
      case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ ->
          throw new IllegalArgumentException("not a number: " + value);
    };
  }

  /** A run or a list anywhere in the view, empty ones too. */
  private void anyBlock() {
    int first = random.nextInt(rows + 1);
    if (random.chance(0.5)) {
      docs.setRange(first, random.between(0, Math.min(rows - first, DocIdBlock.MAX_DOCS)));
      return;
    }
    int count = 0;
    double density = random.nextDouble();
    for (int docId = first; docId < rows && count < DocIdBlock.MAX_DOCS; docId++) {
      if (random.chance(density)) {
        docs.docIds()[count++] = docId;
      }
    }
    docs.setList(count);
  }
}
