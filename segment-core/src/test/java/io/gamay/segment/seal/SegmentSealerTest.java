package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentSealerTest {

  @TempDir private Path directory;

  private final SegmentSealer sealer = new SegmentSealer(SegmentFiles.local(), new Random(1));

  @Test
  void theBytesOfFormatVersionOneStayAsTheyAre() throws IOException {
    SealedSegment sealed =
        sealer.seal(SmallSegment.view(), SmallSegment.INPUTS, directory.resolve("s"));
    assertThat(sealed.dataCrcHex()).isEqualTo("76f38d4e");
    assertThat(sealed.sizeBytes()).isEqualTo(7559);
  }

  @Test
  void lostRangesAreSortedAndJoined() throws IOException {
    try (ImmutableSegment segment = sealedSmall(SmallSegment.INPUTS)) {
      assertThat(segment.lostRanges()).containsExactly(new OffsetRange(108, 110));
      assertThat(segment.quarantine().stream().map(RejectedRecord::offset))
          .containsExactly(102L, 104L);
    }
  }

  @Test
  void aLedgerThatDoesNotFitTheRowsIsRefused() {
    LedgerCounts good = SmallSegment.INPUTS.ledger();
    assertRefused(withLedger(new LedgerCounts(3, 2, 2, 1, 2)), "4 rows");
    assertRefused(withLedger(new LedgerCounts(4, 1, 2, 2, 2)), "does not close");
    assertRefused(withLedger(new LedgerCounts(4, 1, 2, 2, 1)), "lost ranges");
    assertRefused(withLedger(new LedgerCounts(4, 0, 3, 1, 2)), "rejections by reason");
    assertRefused(
        inputs(good, List.of(new OffsetRange(108, 110), new OffsetRange(109, 110))), "overlap");
    assertRefused(inputs(good, List.of(new OffsetRange(109, 111))), "outside");
  }

  @Test
  void encodingsThatDoNotFitTheSchemaAreRefused() {
    assertRefused(withEncodings(3, Set.of(), Set.of()), "format version 3");
    assertRefused(withEncodings(1, Set.of("tags"), Set.of()), "multi-value column tags");
    assertRefused(withEncodings(1, Set.of("time"), Set.of("time")), "raw column time");
    assertRefused(withEncodings(1, Set.of("absent"), Set.of()), "absent");
    assertRefused(withEncodings(1, Set.of(), Set.of("absent")), "absent");
    assertRefused(withEncodings(1, Set.of(), Set.of()), "raw in the view");
  }

  @Test
  void aColumnMayLoseItsDictionaryAtTheSeal() throws IOException {
    SealInputs inputs = withEncodings(1, Set.of("time", "note", "city", "fare"), Set.of());
    try (ImmutableSegment segment = sealedSmall(inputs)) {
      assertThat(segment.column("city").dictionary()).isEmpty();
      BytesBlock cities = new BytesBlock();
      segment.column("city").readBytes(run(4), cities);
      assertThat(new String(cities.bytes(), 0, cities.end(3), StandardCharsets.UTF_8))
          .isEqualTo("LyonParisLyonNice");
    }
  }

  @Test
  void atMostAThousandSamplesOfFourKilobytesAreKeptAndCountsStayExact() throws IOException {
    List<RejectedRecord> rejected = new ArrayList<>();
    IntStream.range(0, 1500)
        .forEach(
            index ->
                rejected.add(
                    new RejectedRecord(
                        1499 - index,
                        RejectionReason.MALFORMED,
                        "",
                        new byte[index == 1499 ? 5000 : 1],
                        5000)));
    TableSchema schema = new TableSchema("t", 1, List.of(ColumnSpec.dimension("a", DataType.INT)));
    SealInputs inputs =
        new SealInputs(
            "t",
            EncodingDecisions.DEFAULT,
            new LedgerCounts(0, 0, 1500, 0, 0),
            List.of(),
            rejected,
            Map.of(RejectionReason.MALFORMED, 1500L));
    Path file = directory.resolve("s");
    sealer.seal(
        new RowsSegmentReader("s", schema, new OffsetRange(0, 1500), List.of(), Set.of()),
        inputs,
        file);
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      assertThat(segment.quarantine()).hasSize(1000);
      assertThat(segment.quarantine().getFirst().offset()).isZero();
      assertThat(segment.quarantine().getFirst().sample()).hasSize(4096);
      assertThat(segment.quarantine().getLast().offset()).isEqualTo(999);
      assertThat(segment.rejectedByReason()).containsEntry(RejectionReason.MALFORMED, 1500L);
    }
  }

  @Test
  void negativeZeroAndEveryNanBecomeOneValue() throws IOException {
    List<Double> doubles =
        List.of(-0.0, 0.0, Double.NaN, Double.longBitsToDouble(0x7ff8_0000_0000_0001L), 1.0);
    for (Set<String> raw : List.of(Set.<String>of(), Set.of("a"))) {
      Path file = directory.resolve("s");
      sealOneColumn(
          DataType.DOUBLE,
          doubles.stream().map(v -> (Value) new Value.DoubleValue(v)).toList(),
          raw,
          file);
      try (ImmutableSegment segment = ImmutableSegment.open(file)) {
        double[] values = new double[5];
        segment.column("a").readDoubles(run(5), values);
        long[] bits = new long[5];
        for (int index = 0; index < 5; index++) {
          bits[index] = Double.doubleToRawLongBits(values[index]);
        }
        long nan = Double.doubleToRawLongBits(Double.NaN);
        assertThat(bits).containsExactly(0, 0, nan, nan, Double.doubleToRawLongBits(1));
        assertThat(segment.columnStatistics("a").cardinality()).isEqualTo(raw.isEmpty() ? 3 : -1);
        assertThat(segment.columnStatistics("a").min()).contains(new Value.DoubleValue(0.0));
        segment
            .column("a")
            .dictionary()
            .ifPresent(
                dictionary -> assertThat(dictionary.indexOf(new Value.DoubleValue(-0.0))).isZero());
      }
    }
  }

  @Test
  void longValuesComeBackWhole() throws IOException {
    Random random = new Random(5);
    List<Value> values = new ArrayList<>();
    for (int length : new int[] {0, 1, 65_535, 65_536, 10_000_000, 3, 200_000}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      values.add(new Value.BytesValue(bytes));
    }
    for (Set<String> raw : List.of(Set.<String>of(), Set.of("a"))) {
      Path file = directory.resolve("s");
      sealOneColumn(DataType.BYTES, values, raw, file);
      try (ImmutableSegment segment = ImmutableSegment.open(file)) {
        segment.verify();
        BytesBlock block = new BytesBlock();
        segment.column("a").readBytes(run(values.size()), block);
        for (int index = 0; index < values.size(); index++) {
          byte[] found = Arrays.copyOfRange(block.bytes(), block.start(index), block.end(index));
          assertThat(new Value.BytesValue(found).equals(values.get(index))).isTrue();
        }
      }
    }
  }

  @Test
  void aClosedSegmentRefusesEveryRead() throws IOException {
    ImmutableSegment segment = sealedSmall(SmallSegment.INPUTS);
    var dictionary = segment.column("city").dictionary().orElseThrow();
    segment.close();
    segment.close();
    int[] out = new int[4];
    assertThatThrownBy(() -> segment.column("city").readDictIds(run(4), out))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> segment.column("version").readInts(run(4), out))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> segment.column("note").readBytes(run(4), new BytesBlock()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> segment.column("tags").readMultiDictIds(run(4), out, new int[9]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> segment.readOffsets(run(4), new long[4]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> dictionary.valueAt(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(segment::quarantine).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(segment::verify).isInstanceOf(IllegalStateException.class);
  }

  private ImmutableSegment sealedSmall(SealInputs inputs) throws IOException {
    Path file = directory.resolve("small");
    sealer.seal(SmallSegment.view(), inputs, file);
    return ImmutableSegment.open(file);
  }

  private void sealOneColumn(DataType type, List<Value> values, Set<String> raw, Path file)
      throws IOException {
    TableSchema schema = new TableSchema("t", 1, List.of(ColumnSpec.dimension("a", type)));
    List<TestRow> rows = new ArrayList<>();
    for (Value value : values) {
      rows.add(new TestRow(rows.size(), List.of(new TestRow.Cell(List.of(value), false))));
    }
    SealInputs inputs =
        new SealInputs(
            "t",
            new EncodingDecisions(1, raw, Set.of()),
            new LedgerCounts(rows.size(), 0, 0, 0, 0),
            List.of(),
            List.of(),
            Map.of());
    sealer.seal(
        new RowsSegmentReader("s", schema, new OffsetRange(0, rows.size()), rows, raw),
        inputs,
        file);
  }

  private void assertRefused(SealInputs inputs, String reason) {
    assertThatThrownBy(() -> sealer.seal(SmallSegment.view(), inputs, directory.resolve("refused")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
    assertThat(directory).isEmptyDirectory();
  }

  private static SealInputs withLedger(LedgerCounts counts) {
    return inputs(counts, SmallSegment.INPUTS.lostRanges());
  }

  private static SealInputs inputs(LedgerCounts counts, List<OffsetRange> lostRanges) {
    SealInputs good = SmallSegment.INPUTS;
    return new SealInputs(
        good.tableName(),
        good.encodings(),
        counts,
        lostRanges,
        good.rejected(),
        good.rejectedByReason());
  }

  private static SealInputs withEncodings(int version, Set<String> raw, Set<String> inverted) {
    SealInputs good = SmallSegment.INPUTS;
    return new SealInputs(
        good.tableName(),
        new EncodingDecisions(version, raw, inverted),
        good.ledger(),
        good.lostRanges(),
        good.rejected(),
        good.rejectedByReason());
  }

  private static DocIdBlock run(int count) {
    DocIdBlock docs = new DocIdBlock();
    docs.setRange(0, count);
    return docs;
  }
}
