package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenPartitionsPropertyTest {

  private static final int KEYS_ASKED = 50;

  @TempDir Path directory;

  @Test
  void murmurGivesThePartitionsOfKafkasPartitioner() {
    var _ =
        Seeds.forEach(
            2_000,
            random -> {
              String key = random.anyString(20);
              int partitions = random.between(1, 100);
              int expected =
                  Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8)))
                      % partitions;
              assertThat(
                      PartitionFunction.of("Murmur", partitions)
                          .partitionOf(new Value.StringValue(key)))
                  .hasValue(expected);
            });
  }

  @Test
  void noValueOfASegmentIsEverSaidToBeAbsentWhateverTheTopicsKeysAre() {
    var _ = Seeds.forEach(60, this::checkSegment);
  }

  @Test
  void columnThatFollowsItsFunctionIsToldFromValuesOfOtherPartitions() throws Exception {
    PartitionFunction function = PartitionFunction.of("Modulo", 4);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(new Row(4L * i + 1, "x"));
    }
    PartitionsSeen seen = seen(rows, Set.of(), Map.of("number", function), "follows").get("number");
    assertThat(seen).isEqualTo(new PartitionsSeen(function, Set.of(1)));
  }

  @Test
  void columnOfAllPartitionsOrOfTooManyIsNotKept() throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i <= PartitionsSeen.MOST_IDS; i++) {
      rows.add(new Row(i, "x"));
    }
    for (Set<String> raw : List.of(Set.<String>of(), Set.of("number"))) {
      for (int count : List.of(PartitionsSeen.MOST_IDS, 1_000_000)) {
        PartitionFunction function = PartitionFunction.of("Modulo", count);
        assertThat(seen(rows, raw, Map.of("number", function), count + "-" + raw.size())).isEmpty();
      }
    }
  }

  private record Row(long number, String text) {}

  private void checkSegment(SeededRandom random) throws Exception {
    List<Row> rows = new ArrayList<>();
    int keys = random.between(1, 40);
    for (int i = random.between(1, 200); i > 0; i--) {
      rows.add(
          random.chance(0.1)
              ? new Row(random.anyLong(), random.anyString(20))
              : new Row(random.between(0, keys), "k" + random.between(0, keys)));
    }
    Map<String, PartitionFunction> functions =
        Map.of(
            "number", function(random, PartitionFunction.NAMES),
            "text", function(random, List.of("Murmur", "Murmur3", "HashCode")));
    Set<String> raw = random.chance(0.5) ? Set.of() : Set.of("number", "text");
    Map<String, PartitionsSeen> seen =
        seen(rows, raw, functions, Long.toHexString(random.nextLong()));
    for (Row row : rows) {
      assertMightContain(seen, "number", new Value.LongValue(row.number()));
      assertMightContain(seen, "text", new Value.StringValue(row.text()));
    }
    for (int key = 0; key < KEYS_ASKED; key++) {
      String text = "k" + key;
      boolean isThere = rows.stream().anyMatch(row -> row.text().equals(text));
      boolean might = mightContain(seen, "text", new Value.StringValue(text));
      assertThat(might || !isThere).isTrue();
    }
  }

  private static PartitionFunction function(SeededRandom random, List<String> names) {
    return new PartitionFunction(
        random.oneOf(names), random.between(1, 300), random.anyInt(), random.chance(0.5));
  }

  private static void assertMightContain(
      Map<String, PartitionsSeen> seen, String column, Value value) {
    assertThat(mightContain(seen, column, value)).as("%s %s", column, value).isTrue();
  }

  private static boolean mightContain(
      Map<String, PartitionsSeen> seen, String column, Value value) {
    return Optional.ofNullable(seen.get(column)).map(s -> s.mightContain(value)).orElse(true);
  }

  private Map<String, PartitionsSeen> seen(
      List<Row> rows, Set<String> raw, Map<String, PartitionFunction> functions, String name)
      throws Exception {
    EncodingDecisions encoding =
        new EncodingDecisions(EncodingDecisions.CURRENT_FORMAT_VERSION, raw, Set.of());
    TableSchema schema = Fixtures.schema(1);
    Path file = directory.resolve(name);
    try (MutableSegment segment = new MutableSegment("s", 0, schema, encoding, 0)) {
      RowBatch batch = new RowBatch(schema);
      for (int i = 0; i < rows.size(); i++) {
        byte[] text = rows.get(i).text().getBytes(StandardCharsets.UTF_8);
        batch.column(0).appendLong(rows.get(i).number());
        batch.column(1).appendBytes(text, 0, text.length);
        batch.endRow(i);
      }
      segment.append(batch);
      segment.publish(rows.size());
      new SegmentSealer(new UnforcedFiles(), new SeededRandom(1))
          .seal(
              segment.snapshot(),
              new SealInputs(
                  Fixtures.TABLE,
                  encoding,
                  new LedgerCounts(rows.size(), 0, 0, 0, 0),
                  List.of(),
                  List.of(),
                  Map.of()),
              file);
    }
    try (ImmutableSegment sealed = ImmutableSegment.open(file)) {
      return SeenPartitions.of(sealed, functions);
    }
  }
}
