package io.gamay.cluster.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.consumption.PauseState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.report.QuarantinedRecord;
import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.report.SegmentMemory;
import io.gamay.cluster.report.SegmentSize;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;

class ClusterJsonTest {

  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06.789Z");
  private static final SegmentName NAME = SegmentName.create("rides", 3, 501, NOW);
  private static final LedgerCounts LEDGER = new LedgerCounts(10, 2, 3, 4, 1);
  private static final EncodingDecisions ENCODING =
      new EncodingDecisions(1, Set.of("fare"), Set.of("city"));
  private static final SegmentMetadata CONSUMING =
      SegmentMetadata.consuming(NAME, 100, 1, 2, ENCODING, NOW);
  private static final SegmentMetadata COMMITTING =
      CONSUMING.committing(120, new CommitAttempt(1, "Server_a_1", NOW.plusSeconds(120)));
  private static final StoredCopy COPY =
      new StoredCopy(
          "rides/x.1",
          -77,
          1L << 40,
          10,
          LEDGER,
          List.of(new OffsetRange(101, 102)),
          Map.of(
              "fare",
              new StoredCopy.Bounds(
                  new Value.DoubleValue(-0.0), new Value.DoubleValue(Double.POSITIVE_INFINITY))),
          Map.of("fare", 9),
          Map.of(
              "city", new PartitionsSeen(new PartitionFunction("Murmur", 8, 1, true), Set.of(3))));

  static Stream<Object> everyKindOfNodeAndMessage() {
    return Stream.of(
        CONSUMING,
        COMMITTING,
        COMMITTING.online(COPY),
        new AssignmentShard(ShardId.of(NAME), Map.of(NAME, assignment())),
        new AssignmentShard(ShardId.of(NAME), Map.of()).withStoredAgain("t/x/2"),
        new CurrentShard(
            Long.MIN_VALUE,
            Map.of(NAME, new CurrentSegment(CurrentSegment.ServingState.ERROR, "disk full"))),
        new InstanceConfig("Broker_h_1", InstanceRole.BROKER, "h", 1, List.of("a_BROKER")),
        new LiveNode(-1),
        new LiveNode(7, Optional.of(NOW)),
        InstanceOrder.NONE,
        InstanceOrder.NONE.withEnabled(false).withTags(List.of("b_REALTIME")),
        new LeaderEpoch(7, "Controller_h_9000"),
        new SchemaNode("rides", 3, Optional.of("rides-1")),
        new SchemaNode("rides", 3, Optional.empty()),
        new TableNode("rides-1", "rides", 2, 3, NOW, Map.of(0, 5L, 11, 7L), true),
        new TableNode("rides-1", "rides", 2, 3, NOW, Map.of(), false)
            .withDownloads(DownloadOrders.NONE.withAll(Map.of(2, 7)).withOne(NAME, _ -> true)),
        new TableNode("rides-1", "rides", 2, 3, NOW, Map.of(), false)
            .withConsumption(
                ConsumptionOrders.NONE
                    .withJob(Map.of(2, 7), 5, Duration.ofSeconds(9), NOW)
                    .paused(PauseState.ReasonCode.STORAGE_QUOTA_EXCEEDED, "full", Map.of(2, 8), NOW)
                    .resumed("ok", Map.of(2, 8), Map.of(NAME, 1L << 40), _ -> true, NOW)),
        new ReloadReport(NAME.toString(), 2, true, 7, "away"),
        new CommitReport.Consumed(
            "s",
            "t",
            NAME,
            9,
            List.of(new OffsetRange(1, 2)),
            8,
            CommitReport.StopReason.ROW_LIMIT),
        new CommitReport.Committed("s", "t", NAME, 2, COPY, List.of()),
        new CommitReport.Failed("s", "t", NAME, 2, "no space"),
        new CommitAnswer(CommitAnswer.Kind.CATCH_UP, NAME, 120, 1, 7),
        new ConsumingReport("s", NAME.toString(), 3, "HOLDING", 1, 2, -1, 0, 1, LEDGER, 5, ""),
        new QuarantinedRecord(NAME.toString(), 3, 5, "MALFORMED", "d", "{", true, 1),
        new SegmentMemory(
            NAME.toString(), 3, 2, 5, 4, List.of(new SegmentMemory.ColumnMemory("fare", 5, 2.5))),
        SegmentSize.onDisk(NAME.toString(), 5),
        SegmentSize.evicted(NAME.toString(), 5));
  }

  @Test
  void liveNodeOfAProcessThatKnowsNoStopIsOneThatStays() {
    assertThat(ClusterJson.read("{\"incarnation\":7}".getBytes(UTF_8), LiveNode.class))
        .isEqualTo(new LiveNode(7));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfNodeAndMessage")
  void everyKindOfNodeAndMessageIsReadBackAsItWasWritten(Object value) {
    byte[] json = ClusterJson.write(value);
    assertThat(ClusterJson.read(json, value.getClass())).isEqualTo(value);
    assertThat(ClusterJson.write(ClusterJson.read(json, value.getClass()))).hasSameSizeAs(json);
  }

  @Test
  void sizeFromAServerThatEvictsNothingIsOnItsDisk() {
    assertThat(
            ClusterJson.read(
                "{\"segment\":\"s\",\"diskSizeBytes\":7}".getBytes(UTF_8), SegmentSize.class))
        .isEqualTo(SegmentSize.onDisk("s", 7));
  }

  @Test
  void whatAnOlderProcessDidNotWriteIsEmpty() {
    TableNode table = new TableNode("rides-1", "rides", 2, 3, NOW, Map.of(), false);
    byte[] older =
        text(table)
            .replace(",\"startOffsets\":{}", "")
            .replace(",\"downloadOrders\":null", "")
            .replace(",\"consumptionOrders\":null", "")
            .getBytes(UTF_8);
    assertThat(older).hasSizeLessThan(ClusterJson.write(table).length);
    assertThat(ClusterJson.read(older, TableNode.class)).isEqualTo(table);
    byte[] withoutTags =
        "{\"id\":\"B\",\"role\":\"BROKER\",\"host\":\"h\",\"port\":1}".getBytes(UTF_8);
    assertThat(ClusterJson.read(withoutTags, InstanceConfig.class).tags()).isEmpty();
  }

  @Test
  void anOlderProcessErasesNothingThatItDoesNotKnow() {
    TableNode table =
        newer(
            new TableNode("rides-1", "rides", 2, 3, NOW, Map.of(), false)
                .withDownloads(newer(DownloadOrders.NONE))
                .withConsumption(newer(ConsumptionOrders.NONE)));
    TableNode changed =
        table
            .withConfigVersion(3)
            .withSchemaVersion(4)
            .withDownloads(table.downloads().withAll(Map.of(0, 1)).withOne(NAME, _ -> true))
            .withConsumption(
                table
                    .consumption()
                    .withJob(Map.of(2, 7), 5, Duration.ofSeconds(9), NOW)
                    .withNextBatch(1, NOW)
                    .paused(PauseState.ReasonCode.ADMINISTRATIVE, "", Map.of(2, 8), NOW)
                    .resumed("", Map.of(2, 8), Map.of(), _ -> true, NOW));
    CommitAttempt attempt = COMMITTING.attempt().orElseThrow();

    assertKept(changed, 3);
    assertKept(table.asDeleted(Optional.empty()), 1);
    assertKept(newer(CONSUMING).committing(120, attempt).online(COPY).storingAgain(attempt), 1);
    assertKept(
        newer(new AssignmentShard(ShardId.of(NAME), Map.of()))
            .withSegments(Map.of(NAME, assignment()))
            .withStoredAgain("t/x/2"),
        1);
    assertKept(
        newer(InstanceOrder.NONE)
            .withEnabled(false)
            .withQueries(false)
            .withTags(List.of("b_REALTIME")),
        1);
    assertKept(
        newer(InstanceGroups.NONE)
            .withoutAny()
            .with("CONSUMING", List.of(List.of("A")))
            .without("other"),
        1);
    assertKept(
        newer(new SchemaNode("rides", 3, Optional.empty()))
            .withVersion(4)
            .usedBy(Optional.of("rides-1")),
        1);
  }

  private static final String LATER = "\"later\":{\"a\":[1,2.5]}";

  /** As a process reads it that knows less than the one that wrote it. */
  @SuppressWarnings("unchecked")
  private static <T> T newer(T value) {
    byte[] written = ("{" + LATER + "," + text(value).substring(1)).getBytes(UTF_8);
    return (T) ClusterJson.read(written, value.getClass());
  }

  private static void assertKept(Object changed, int times) {
    String written = text(changed);
    assertThat(written.length() - written.replace(LATER, "").length())
        .as(written)
        .isEqualTo(times * LATER.length());
    assertThat(ClusterJson.read(ClusterJson.write(changed), changed.getClass())).isEqualTo(changed);
  }

  @Test
  void encodingOfAnOlderProcessHasNoRangeColumnsAndNoFilters() {
    byte[] written =
        "{\"formatVersion\":1,\"rawColumns\":[\"fare\"],\"invertedColumns\":[\"city\"]}"
            .getBytes(UTF_8);
    assertThat(ClusterJson.read(written, EncodingDecisions.class)).isEqualTo(ENCODING);
  }

  @Test
  void copyOfAnOlderProcessCountsNoDistinctValues() {
    SegmentMetadata online = COMMITTING.online(COPY);
    byte[] older =
        text(online)
            .replace(",\"distinct\":{\"fare\":9}", "")
            .replaceFirst(",\"partitions\":.*?]}}", "")
            .getBytes(UTF_8);
    assertThat(older).hasSizeLessThan(ClusterJson.write(online).length);
    StoredCopy read = ClusterJson.read(older, SegmentMetadata.class).stored().orElseThrow();
    assertThat(read.distinct()).isEmpty();
    assertThat(read.partitions()).isEmpty();
    assertThat(read.bounds()).isEqualTo(COPY.bounds());
  }

  static Stream<Value> valuesAtTheEdges() {
    return Stream.of(
        new Value.IntValue(Integer.MIN_VALUE),
        new Value.LongValue(Long.MAX_VALUE),
        new Value.FloatValue(Float.MIN_VALUE),
        new Value.FloatValue(0.1f),
        new Value.FloatValue(Float.NEGATIVE_INFINITY),
        new Value.DoubleValue(Double.NaN),
        new Value.DoubleValue(-0.0),
        new Value.DoubleValue(Double.MAX_VALUE),
        new Value.DoubleValue(4.9e-324),
        new Value.StringValue("null \u0000 \"x\" 😀"),
        new Value.BytesValue(new byte[] {0, -1, 127}),
        new Value.BytesValue(new byte[0]),
        new Value.BigDecimalValue(new BigDecimal("-1E+400")),
        new Value.BigDecimalValue(new BigDecimal("123456789012345678901234567890.123")));
  }

  @ParameterizedTest
  @MethodSource("valuesAtTheEdges")
  void everyValueKeepsItsTypeAndItsBits(Value value) {
    assertThat(ClusterJson.read(ClusterJson.write(value), Value.class)).isEqualTo(value);
  }

  @Test
  void aShardThatSaysNothingOfObjectsHasThoseOfItsCommits() {
    String text = "{\"id\":\"3-1\",\"segments\":{}}";
    assertThat(ClusterJson.read(text.getBytes(UTF_8), AssignmentShard.class))
        .isEqualTo(new AssignmentShard(ShardId.of(NAME), Map.of()));
  }

  @Test
  void namesAndShardsAreTextAndMomentsAreIso() {
    assertThat(text(new SegmentSizeLike(NAME, ShardId.of(NAME), NOW)))
        .isEqualTo(
            "{\"name\":\"rides__3__501__20260203T0405Z\",\"shard\":\"3-1\","
                + "\"time\":\"2026-02-03T04:05:06.789Z\"}");
    assertThat(text(Map.of(NAME, 1))).isEqualTo("{\"rides__3__501__20260203T0405Z\":1}");
  }

  private record SegmentSizeLike(SegmentName name, ShardId shard, Instant time) {}

  @Test
  void reportsCarryTheirKindAndAreReadAsTheSealedFamily() {
    CommitReport report = new CommitReport.Failed("s", "t", NAME, 2, "no space");
    assertThat(text(report)).contains("\"kind\":\"FAILED\"");
    assertThat(ClusterJson.read(ClusterJson.write(report), CommitReport.class)).isEqualTo(report);
  }

  @Test
  void methodsThatComputeAreNotWritten() {
    assertThat(text(new OffsetRange(1, 1))).isEqualTo("{\"start\":1,\"end\":1}");
    assertThat(text(new InstanceConfig("i", InstanceRole.SERVER, "h", 1, List.of())))
        .doesNotContain("baseUrl");
  }

  @Test
  void unknownMembersAreIgnoredAndMissingOptionalsAreEmpty() {
    assertThat(
            ClusterJson.read(
                "{\"owner\":\"rides\",\"number\":3,\"added\":{\"later\":1}}".getBytes(UTF_8),
                LeaderEpoch.class))
        .isEqualTo(new LeaderEpoch(3, "rides"));
    byte[] withoutOptionals =
        text(CONSUMING)
            .replace("\"attempt\":null,", "")
            .replace("\"endOffset\":null,", "")
            .replace("\"stored\":null,", "")
            .getBytes(UTF_8);
    assertThat(withoutOptionals.length).isLessThan(text(CONSUMING).length());
    assertThat(ClusterJson.read(withoutOptionals, SegmentMetadata.class)).isEqualTo(CONSUMING);
  }

  @Test
  void assignmentOrderSurvives() {
    Map<String, WantedState> read =
        ClusterJson.read(ClusterJson.write(assignment()), SegmentAssignment.class).wanted();
    assertThat(read.keySet()).containsExactly("Server_z", "Server_a", "Server_m");
  }

  @Test
  void whatIsNotOfTheTypeIsRefused() {
    for (String json :
        List.of(
            "", "?", "[]", "null", "{\"number\":\"seven\"}", "{\"number\":null,\"owner\":\"x\"}")) {
      assertThatThrownBy(() -> ClusterJson.read(json.getBytes(UTF_8), LeaderEpoch.class))
          .describedAs(json)
          .isInstanceOfAny(JacksonException.class, IllegalArgumentException.class);
    }
    for (String json :
        List.of("{}", "{\"INT\":1,\"LONG\":2}", "{\"INT\":1.5}", "{\"WORD\":\"x\"}", "5")) {
      assertThatThrownBy(() -> ClusterJson.read(json.getBytes(UTF_8), Value.class))
          .describedAs(json)
          .isInstanceOf(JacksonException.class);
    }
    assertThatThrownBy(() -> ClusterJson.read("\"a__b\"".getBytes(UTF_8), SegmentName.class))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("a__b");
  }

  private static SegmentAssignment assignment() {
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    wanted.put("Server_z", WantedState.ONLINE);
    wanted.put("Server_a", WantedState.CONSUMING);
    wanted.put("Server_m", WantedState.ONLINE);
    return new SegmentAssignment(wanted, List.of("Server_old"));
  }

  private static String text(Object value) {
    return new String(ClusterJson.write(value), UTF_8);
  }
}
