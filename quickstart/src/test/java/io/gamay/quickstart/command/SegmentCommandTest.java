package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import io.gamay.segment.seal.SidecarSealer;
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
    JsonNode json = describeAsJson(file);
    assertThat(json.get("sizeBytes").asLong()).isEqualTo(Files.size(file));
    JsonNode city = json.get("columns").get(1);
    assertThat(city.get("cardinality").asInt()).isEqualTo(3);
    assertThat(city.get("min").asString()).isEqualTo("Lyon");
    assertThat(city.get("blockBytes").get("DICT_IDS").asInt()).isEqualTo(5 * 128 * 2 + 64);
    assertThat(city.get("indexes").get(0).get("index").asString()).isEqualTo("inverted");
  }

  @Test
  void describeShowsIndexesThatLieBesideTheSegment() throws IOException {
    Path file = seal();
    IndexDecisions wanted = new IndexDecisions(Set.of("city"), Set.of(), Map.of("city", 0.01));
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      new SidecarSealer(SegmentFiles.local(), new Random(2)).seal(segment, wanted);
    }
    CommandRun run = CommandRun.of("segment", "describe", file.toString());
    assertThat(run.out())
        .containsPattern("city .*inverted, bloom\\+")
        .contains("indexes marked + lie in the file beside the segment's");
    JsonNode json = describeAsJson(file);
    Path beside = SidecarFile.beside(file);
    assertThat(json.get("sidecarSizeBytes").asLong()).isEqualTo(Files.size(beside));
    JsonNode bloom = json.get("columns").get(1).get("indexes").get(1);
    assertThat(bloom.get("index").asString()).isEqualTo("bloom");
    assertThat(bloom.get("isInSidecar").asBoolean()).isTrue();

    Files.writeString(beside, "x".repeat(200));
    assertThat(CommandRun.of("segment", "describe", file.toString()).out())
        .contains("the file beside the segment's is not used")
        .doesNotContain("bloom");
  }

  @Test
  void describeSaysWhatStandsWhereThereIsNoValue() throws IOException {
    CommandRun full = CommandRun.of("segment", "describe", seal().toString());
    assertThat(full.out()).doesNotContain("where there is no value");
    Path file = seal(10);
    assertThat(CommandRun.of("segment", "describe", file.toString()).out())
        .contains(
            "city: where there is no value its default \"null\" is stored,"
                + " which distinct, least and greatest count in");
    JsonNode city = describeAsJson(file).get("columns").get(1);
    assertThat(city.get("nulls").asInt()).isEqualTo(ROWS / 10);
    assertThat(city.get("nullsStoredAs").asString()).isEqualTo("null");
  }

  @Test
  void aDirectoryIsNoSegmentButMayHoldOne() throws IOException {
    CommandRun run = CommandRun.of("segment", "describe", directory.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("is a directory", "segment.gamay").doesNotContain("Exception");
    Files.move(seal(), directory.resolve("segment.gamay"));
    assertThat(CommandRun.of("segment", "describe", directory.toString()).out())
        .contains("trips__0__0__x of table trips");
  }

  private static JsonNode describeAsJson(Path file) {
    CommandRun run = CommandRun.of("segment", "describe", "--json", file.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return JsonMapper.shared().readTree(run.out());
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
    return seal(Integer.MAX_VALUE);
  }

  /**
   * @param nullEvery so many rows one has no city
   */
  private Path seal(int nullEvery) throws IOException {
    EncodingDecisions encodings = new EncodingDecisions(2, Set.of(), Set.of("city"));
    Path file = directory.resolve("segment");
    try (MutableSegment segment = new MutableSegment("trips__0__0__x", 0, SCHEMA, encodings, 0)) {
      RowBatch batch = new RowBatch(SCHEMA);
      for (int row = 0; row < ROWS; row++) {
        batch.column(0).appendLong(1_780_000_000_000L + 80L * row);
        byte[] city =
            List.of("Lyon", "Nice", "Paris").get(row % 3).getBytes(StandardCharsets.UTF_8);
        if (row % nullEvery == nullEvery - 1) {
          batch.column(1).appendNull();
        } else {
          batch.column(1).appendBytes(city, 0, city.length);
        }
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
