package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.dictionary.StoredBytes;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.mutable.MatchCheck;
import io.gamay.segment.read.BloomFilterReader;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.roaringbitmap.ImmutableBitmapDataProvider;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/** Compares every answer of a sealed segment with the rows that went in. */
final class SegmentExpectation {

  private static final int MATCHED_RUNS = 4;

  private final RandomRows expected;
  private final IndexDecisions shown;
  private final int docCount;

  SegmentExpectation(RandomRows expected) {
    this(expected, IndexDecisions.of(expected.encodings()));
  }

  /**
   * @param shown the indexes that are there, whatever was decided at the seal
   */
  SegmentExpectation(RandomRows expected, IndexDecisions shown) {
    this.shown = shown;
    this.expected = expected;
    this.docCount = expected.rows().size();
  }

  void assertEqualTo(ImmutableSegment segment, RandomGenerator random) {
    assertIdentity(segment);
    assertLedger(segment);
    List<DocIdBlock> blocks = blocks(random);
    assertOffsets(segment, blocks, random);
    List<ColumnSpec> columns = expected.schema().columns();
    for (int column = 0; column < columns.size(); column++) {
      ColumnReader reader = segment.column(columns.get(column).name());
      assertColumn(reader, column, blocks);
      MatchCheck matches = new MatchCheck(reader, docCount, new SeededRandom(random.nextLong()));
      for (int run = 0; run < MATCHED_RUNS; run++) {
        matches.anyRun();
      }
    }
  }

  /** Runs over everything, runs at random places, lists at random. */
  private List<DocIdBlock> blocks(RandomGenerator random) {
    List<DocIdBlock> blocks = new ArrayList<>();
    for (int first = 0; first < docCount; first += DocIdBlock.MAX_DOCS) {
      blocks.add(run(first, Math.min(DocIdBlock.MAX_DOCS, docCount - first)));
    }
    blocks.add(run(0, 0));
    if (docCount > 0) {
      int first = random.nextInt(docCount);
      blocks.add(run(first, random.nextInt(Math.min(DocIdBlock.MAX_DOCS, docCount - first)) + 1));
      blocks.add(list(random, 2));
      blocks.add(list(random, 20));
    }
    return blocks;
  }

  private static DocIdBlock run(int first, int count) {
    DocIdBlock docs = new DocIdBlock();
    docs.setRange(first, count);
    return docs;
  }

  private DocIdBlock list(RandomGenerator random, int oneIn) {
    DocIdBlock docs = new DocIdBlock();
    int count = 0;
    for (int docId = 0; docId < docCount && count < DocIdBlock.MAX_DOCS; docId++) {
      if (random.nextInt(oneIn) == 0) {
        docs.docIds()[count++] = docId;
      }
    }
    docs.setList(count);
    return docs;
  }

  private void assertIdentity(ImmutableSegment segment) {
    assertThat(segment.segmentName()).isEqualTo(RandomRows.SEGMENT_NAME);
    assertThat(segment.tableName()).isEqualTo("trips");
    assertThat(segment.partition()).isEqualTo(3);
    assertThat(segment.schema()).isEqualTo(expected.schema());
    assertThat(segment.docCount()).isEqualTo(docCount);
    assertThat(segment.offsets()).isEqualTo(expected.offsets());
    assertThat(segment.encodings()).isEqualTo(expected.encodings());
    assertThat(segment.isMutable()).isFalse();
    assertThatThrownBy(() -> segment.column("no such column"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void assertLedger(ImmutableSegment segment) {
    SealInputs inputs = expected.inputs();
    assertThat(segment.ledger()).isEqualTo(inputs.ledger());
    assertThat(segment.lostRanges()).isEqualTo(inputs.lostRanges());
    assertThat(segment.rejectedByReason().values().stream().mapToLong(count -> count).sum())
        .isEqualTo(inputs.ledger().rejected());
    List<RejectedRecord> quarantine = segment.quarantine();
    assertThat(quarantine).hasSize(inputs.rejected().size());
    for (int index = 0; index < quarantine.size(); index++) {
      assertThat(quarantine.get(index))
          .usingRecursiveComparison()
          .isEqualTo(inputs.rejected().get(index));
    }
  }

  private void assertOffsets(
      ImmutableSegment segment, List<DocIdBlock> blocks, RandomGenerator random) {
    long[] offsets = new long[DocIdBlock.MAX_DOCS];
    for (DocIdBlock docs : blocks) {
      segment.readOffsets(docs, offsets);
      for (int index = 0; index < docs.count(); index++) {
        check(offsets[index], expected.rows().get(docs.docId(index)).offset());
      }
    }
    long start = expected.offsets().start();
    for (int probe = 0; probe < 20; probe++) {
      long offset = start - 2 + random.nextLong(expected.offsets().size() + 4);
      check(
          segment.docCountBelow(offset),
          (int) expected.rows().stream().filter(row -> row.offset() < offset).count());
    }
  }

  private void assertColumn(ColumnReader column, int index, List<DocIdBlock> blocks) {
    ColumnSpec spec = expected.schema().columns().get(index);
    boolean isRaw = expected.encodings().rawColumns().contains(spec.name());
    assertThat(column.spec()).isEqualTo(spec);
    assertThat(column.nulls()).isEqualTo(expectedNulls(index));
    assertStatistics(column.statistics(), index, isRaw);
    if (isRaw || !mayLoseDictionary(spec)) {
      assertThat(column.dictionary().isPresent()).isEqualTo(!isRaw);
    }
    column.dictionary().ifPresent(dictionary -> assertDictionary(dictionary, index));
    boolean isInverted =
        docCount > 0
            && column.dictionary().isPresent()
            && shown.invertedColumns().contains(spec.name());
    assertThat(column.inverted().isPresent()).isEqualTo(isInverted);
    column
        .inverted()
        .ifPresent(inverted -> assertInverted(inverted, column.dictionary().orElseThrow(), index));
    for (DocIdBlock docs : blocks) {
      if (spec.singleValue()) {
        assertSingleValues(column, index, docs);
      } else {
        assertMultiValues(column, index, docs);
      }
    }
    assertZones(column, index);
    assertBloom(column, index);
  }

  private boolean mayLoseDictionary(ColumnSpec spec) {
    return expected.encodings().formatVersion() > 1
        && spec.singleValue()
        && spec.storedType().isFixedWidth()
        && !expected.encodings().invertedColumns().contains(spec.name());
  }

  private RoaringBitmap expectedNulls(int column) {
    RoaringBitmap nulls = new RoaringBitmap();
    for (int docId = 0; docId < docCount; docId++) {
      if (cell(docId, column).isNull()) {
        nulls.add(docId);
      }
    }
    return nulls;
  }

  private void assertStatistics(ColumnStatistics statistics, int column, boolean isRaw) {
    List<Value> values = new ArrayList<>();
    boolean isSorted = expected.schema().columns().get(column).singleValue();
    for (int docId = 0; docId < docCount; docId++) {
      List<Value> cell = cell(docId, column).values();
      isSorted &= values.isEmpty() || values.getLast().compareTo(cell.getFirst()) <= 0;
      values.addAll(cell);
    }
    if (values.isEmpty()) {
      assertThat(statistics.min()).isEmpty();
      assertThat(statistics.max()).isEmpty();
    } else {
      assertThat(statistics.min()).contains(Collections.min(values));
      assertThat(statistics.max()).contains(Collections.max(values));
    }
    assertThat(statistics.cardinality()).isEqualTo(isRaw ? -1 : new TreeSet<>(values).size());
    assertThat(statistics.sorted()).isEqualTo(isSorted);
    assertThat(statistics.nullCount()).isEqualTo(expectedNulls(column).getLongCardinality());
    assertThat(statistics.valueCount()).isEqualTo(values.size());
    assertThat(statistics.lengths()).isEqualTo(expectedLengths(values));
  }

  private Optional<ByteLengths> expectedLengths(List<Value> values) {
    if (expected.encodings().formatVersion() == 1
        || values.isEmpty()
        || values.getFirst().storedType().isFixedWidth()) {
      return Optional.empty();
    }
    IntSummaryStatistics lengths =
        values.stream().mapToInt(value -> StoredBytes.ofValue(value).length).summaryStatistics();
    return Optional.of(new ByteLengths(lengths.getMin(), lengths.getMax(), lengths.getSum()));
  }

  private void assertDictionary(DictionaryReader dictionary, int column) {
    TreeSet<Value> distinct = new TreeSet<>();
    expected.rows().forEach(row -> distinct.addAll(row.cells().get(column).values()));
    assertThat(dictionary.isSorted()).isTrue();
    check(dictionary.cardinality(), distinct.size());
    BytesBlock bytes = new BytesBlock();
    int dictId = 0;
    for (Value value : distinct) {
      check(dictionary.valueAt(dictId), value);
      check(dictionary.indexOf(value), dictId);
      switch (value) {
        case Value.IntValue(int v) -> {
          check(dictionary.intAt(dictId), v);
          check(dictionary.longAt(dictId), (long) v);
          check(dictionary.doubleAt(dictId), (double) v);
        }
        case Value.LongValue(long v) -> {
          check(dictionary.longAt(dictId), v);
          check(dictionary.doubleAt(dictId), (double) v);
        }
        case Value.FloatValue(float v) -> {
          check(dictionary.floatAt(dictId), v);
          check(dictionary.doubleAt(dictId), (double) v);
        }
        case Value.DoubleValue(double v) -> check(dictionary.doubleAt(dictId), v);
        case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ -> {
          dictionary.appendBytes(dictId, bytes);
          assertBytes(bytes, dictId, value);
          int first = Math.max(0, dictId - 17);
          BytesBlock neighbours = new BytesBlock();
          dictionary.appendBytes(first, dictId - first + 1, neighbours);
          assertBytes(neighbours, dictId - first, value);
        }
      }
      dictId++;
    }
    RandomGenerator random = new SplittableRandom(column);
    for (int probe = 0; probe < 10; probe++) {
      Value sought = RandomRows.value(random, dictionary.storedType());
      int insertion = distinct.headSet(sought).size();
      check(dictionary.indexOf(sought), distinct.contains(sought) ? insertion : -insertion - 1);
    }
  }

  private void assertInverted(
      InvertedIndexReader inverted, DictionaryReader dictionary, int column) {
    List<RoaringBitmap> bitmaps = new ArrayList<>();
    for (int dictId = 0; dictId < dictionary.cardinality(); dictId++) {
      bitmaps.add(new RoaringBitmap());
    }
    for (int docId = 0; docId < docCount; docId++) {
      for (Value value : cell(docId, column).values()) {
        bitmaps.get(dictionary.indexOf(value)).add(docId);
      }
    }
    for (int dictId = 0; dictId < bitmaps.size(); dictId++) {
      RoaringBitmap holding = bitmaps.get(dictId);
      check(inverted.docCount(dictId), holding.getCardinality());
      Optional<RoaringBitmap> listed = inverted.docIds(dictId).map(SegmentExpectation::copyOf);
      boolean isRare = holding.getCardinality() <= Math.max(16, docCount / 256);
      boolean isFirstVersion =
          expected.encodings().formatVersion() == 1
              && expected
                  .encodings()
                  .invertedColumns()
                  .contains(expected.schema().columns().get(column).name());
      if (isFirstVersion || (listed.isEmpty() && isRare && !isRepeated(column))) {
        assertThat(listed).as("rows of dictId %d", dictId).isPresent();
      }
      listed.ifPresent(found -> check(found, holding));
    }
  }

  /** A list may hold a value twice, which counts against its being rare. */
  private boolean isRepeated(int column) {
    return !expected.schema().columns().get(column).singleValue();
  }

  private static RoaringBitmap copyOf(ImmutableBitmapDataProvider bitmap) {
    RoaringBitmap copy = new RoaringBitmap();
    bitmap.forEach((IntConsumer) copy::add);
    return copy;
  }

  /** What is in a column passes its filter; of what is not, about as much as was asked for. */
  private void assertBloom(ColumnReader column, int index) {
    String name = column.spec().name();
    Double share = shown.bloomColumns().get(name);
    assertThat(column.bloom().isPresent()).isEqualTo(share != null && docCount > 0);
    if (column.bloom().isEmpty()) {
      return;
    }
    BloomFilterReader bloom = column.bloom().orElseThrow();
    for (int docId = 0; docId < docCount; docId++) {
      for (Value value : cell(docId, index).values()) {
        check(bloom.mightContain(value), true);
      }
    }
  }

  private void assertSingleValues(ColumnReader column, int index, DocIdBlock docs) {
    StoredType type = column.spec().storedType();
    int count = docs.count();
    if (column.dictionary().isPresent()) {
      DictionaryReader dictionary = column.dictionary().get();
      int[] dictIds = new int[DocIdBlock.MAX_DOCS];
      column.readDictIds(docs, dictIds);
      for (int doc = 0; doc < count; doc++) {
        check(dictionary.valueAt(dictIds[doc]), single(docs, doc, index));
      }
    } else {
      assertThatThrownBy(() -> column.readDictIds(docs, new int[count]))
          .isInstanceOf(UnsupportedOperationException.class);
    }
    switch (type) {
      case INT -> {
        int[] ints = new int[count];
        column.readInts(docs, ints);
        long[] longs = new long[count];
        column.readLongs(docs, longs);
        check(longs, Arrays.stream(ints).asLongStream().toArray());
        for (int doc = 0; doc < count; doc++) {
          check(new Value.IntValue(ints[doc]), single(docs, doc, index));
        }
      }
      case LONG -> {
        long[] longs = new long[count];
        column.readLongs(docs, longs);
        for (int doc = 0; doc < count; doc++) {
          check(new Value.LongValue(longs[doc]), single(docs, doc, index));
        }
      }
      case FLOAT -> {
        float[] floats = new float[count];
        column.readFloats(docs, floats);
        for (int doc = 0; doc < count; doc++) {
          check(new Value.FloatValue(floats[doc]), single(docs, doc, index));
        }
      }
      case DOUBLE -> {
        double[] doubles = new double[count];
        column.readDoubles(docs, doubles);
        for (int doc = 0; doc < count; doc++) {
          check(new Value.DoubleValue(doubles[doc]), single(docs, doc, index));
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> {
        BytesBlock bytes = new BytesBlock();
        bytes.append(3);
        column.readBytes(docs, bytes);
        check(bytes.count(), count);
        for (int doc = 0; doc < count; doc++) {
          assertBytes(bytes, doc, single(docs, doc, index));
        }
        assertThatThrownBy(() -> column.readLongs(docs, new long[count]))
            .isInstanceOf(UnsupportedOperationException.class);
      }
    }
    if (type.isFixedWidth()) {
      double[] doubles = new double[count];
      column.readDoubles(docs, doubles);
      for (int doc = 0; doc < count; doc++) {
        check(doubles[doc], asDouble(single(docs, doc, index)));
      }
    }
  }

  private void assertMultiValues(ColumnReader column, int index, DocIdBlock docs) {
    DictionaryReader dictionary = column.dictionary().orElseThrow();
    int[] ends = new int[DocIdBlock.MAX_DOCS];
    int[] dictIds = column.readMultiDictIds(docs, ends, new int[7]);
    int start = 0;
    for (int doc = 0; doc < docs.count(); doc++) {
      List<Value> values = new ArrayList<>();
      for (int value = start; value < ends[doc]; value++) {
        values.add(dictionary.valueAt(dictIds[value]));
      }
      check(values, cell(docs.docId(doc), index).values());
      start = ends[doc];
    }
  }

  /** Zones are where a column has more than one value, or is raw; and they are exact. */
  private void assertZones(ColumnReader column, int index) {
    boolean isRaw = column.dictionary().isEmpty();
    boolean hasZones =
        docCount > 0
            && column.spec().singleValue()
            && (isRaw
                ? column.spec().storedType().isFixedWidth()
                : column.statistics().cardinality() > 1);
    check(column.zoneMap().isPresent(), hasZones);
    if (!hasZones) {
      return;
    }
    ZoneMapReader zones = column.zoneMap().orElseThrow();
    check(zones.zoneCount(), Math.ceilDiv(docCount, ZoneMapReader.ZONE_DOCS));
    for (int zone = 0; zone < zones.zoneCount(); zone++) {
      List<Value> values = new ArrayList<>();
      int end = Math.min(docCount, (zone + 1) * ZoneMapReader.ZONE_DOCS);
      for (int docId = zone * ZoneMapReader.ZONE_DOCS; docId < end; docId++) {
        values.add(cell(docId, index).values().getFirst());
      }
      Value min = Collections.min(values);
      Value max = Collections.max(values);
      if (!isRaw) {
        DictionaryReader dictionary = column.dictionary().orElseThrow();
        check(dictionary.valueAt(zones.minDictId(zone)), min);
        check(dictionary.valueAt(zones.maxDictId(zone)), max);
      } else {
        check(zones.minDouble(zone), asDouble(min));
        check(zones.maxDouble(zone), asDouble(max));
        if (min instanceof Value.IntValue(int v)) {
          check(zones.minLong(zone), (long) v);
        }
        if (min instanceof Value.LongValue(long v)) {
          check(zones.minLong(zone), v);
        }
      }
    }
  }

  private static double asDouble(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> v;
      case Value.LongValue(long v) -> (double) v;
      case Value.FloatValue(float v) -> v;
      case Value.DoubleValue(double v) -> v;
      case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ ->
          throw new AssertionError("not a number: " + value);
    };
  }

  private static void assertBytes(BytesBlock bytes, int index, Value value) {
    check(
        Arrays.copyOfRange(bytes.bytes(), bytes.start(index), bytes.end(index)),
        StoredBytes.ofValue(value));
  }

  private Value single(DocIdBlock docs, int doc, int column) {
    return cell(docs.docId(doc), column).values().getFirst();
  }

  private TestRow.Cell cell(int docId, int column) {
    return expected.rows().get(docId).cells().get(column);
  }

  /** A cheap assertion: there are millions. */
  private static void check(Object found, Object expected) {
    if (!Objects.deepEquals(found, expected)) {
      assertThat(found).isEqualTo(expected);
    }
  }
}
