package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SegmentCommandTest {
  private static final int ROWS = 5_000;
  private static final TableSchema SCHEMA =
      new TableSchema(
          "trips",
          1,
          List.of(
              ColumnSpec.dimension("time", DataType.LONG),
              ColumnSpec.dimension("city", DataType.STRING)));

  @TempDir private Path directory = Path.of("");

  @Test
  void describeSaysHowEachColumnIsStoredAndWhy() throws IOException {
    CommandRun run = CommandRun.of("segment", "describe", seal().toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("trips__0__0__x of table trips", "5,000 rows", "format 2")
        .containsPattern("time +LONG +raw, packed integers .*smaller than a dictionary")
        .containsPattern("city +STRING +dictIds of 2 bits .*inverted");
  }

  @Test
  void describeAsJsonHasTheBytesOfEveryBlock() throws IOException {
    Path file = seal();
    CommandRun run = CommandRun.of("segment", "describe", "--json", file.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(run.out());
    assertThat(json.get("sizeBytes").asLong()).isEqualTo(Files.size(file));
    JsonNode city = json.get("columns").get(1);
    assertThat(city.get("cardinality").asInt()).isEqualTo(3);
    assertThat(city.get("min").asString()).isEqualTo("Lyon");
    assertThat(city.get("blockBytes").get("DICT_IDS").asInt()).isEqualTo(5 * 128 * 2 + 64);
    assertThat(city.get("indexes").get(0).get("index").asString()).isEqualTo("inverted");
  }

  @Test
  void whatIsNoSegmentIsSaidInASentence() throws IOException {
    Path file = Files.writeString(directory.resolve("no-segment"), "x".repeat(200));
    CommandRun damaged = CommandRun.of("segment", "describe", file.toString());
    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.err()).contains("no sealed segment", "magic");
    CommandRun absent = CommandRun.of("segment", "describe", directory.resolve("a").toString());
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err()).contains("there is no file");
  }

  private Path seal() throws IOException {
    EncodingDecisions encodings = new EncodingDecisions(2, Set.of(), Set.of("city"));
    Path file = directory.resolve("segment");
    try (MutableSegment segment = new MutableSegment("trips__0__0__x", 0, SCHEMA, encodings, 0)) {
      RowBatch batch = new RowBatch(SCHEMA);
      for (int row = 0; row < ROWS; row++) {
        batch.column(0).appendLong(1_780_000_000_000L + 80L * row);
        byte[] city =
            List.of("Lyon", "Nice", "Paris").get(row % 3).getBytes(StandardCharsets.UTF_8);
        batch.column(1).appendBytes(city, 0, city.length);
        batch.endRow(row);
      }
      segment.append(batch);
      segment.publish(ROWS);
      new SegmentSealer(SegmentFiles.local(), new Random(1))
          .seal(
              segment.snapshot(),
              new SealInputs(
                  "trips",
                  encodings,
                  new LedgerCounts(ROWS, 0, 0, 0, 0),
                  List.of(),
                  List.of(),
                  Map.of()),
              file);
    }
    return file;
  }
}
