package io.gamay.controller.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.Operation;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.leader.Leadership;
import io.gamay.controller.table.LeadingController;
import io.gamay.controller.table.SegmentEncoding;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Segments that are committed one after the other, and how the leader has the next one written. */
final class SegmentEncodingTest {

  private static final String SERVER = "Server_1";
  private static final int ROWS = 100_000;
  private static final Set<String> NONE = Set.of();

  private static final String PINNED_TIME =
      ", \"fieldConfigList\": [{\"name\": \"at\", \"encodingType\": \"DICTIONARY\"}]";

  private final LeadingController controller = new LeadingController();
  private String tableId = "";
  private SegmentName newest = SegmentName.create("none", 0, 0, controller.now);
  private final CommitCoordinator coordinator =
      new CommitCoordinator(
          controller.store,
          controller.catalog::tableById,
          new InOffice(),
          CommitPolicy.DEFAULT,
          () -> controller.now);

  @Test
  void columnOfAlmostUniqueValuesLosesItsDictionaryOnceASealedSegmentTells() {
    start("");
    SegmentName first = commit(Map.of("city", 95_000, "fare", 60_000), ROWS);
    SegmentMetadata second = successor(first);
    assertThat(raw(second.name())).as("created before the first was sealed").isEmpty();
    SegmentName third = successor(commit(Map.of("city", 95_000), ROWS)).name();
    assertThat(raw(third)).containsExactly("city");
  }

  @ParameterizedTest
  @CsvSource({
    "fare, 75000, false",
    "fare, 75001, true",
    "city, 90000, false",
    "city, 90001, true",
    "gone, 100000, false",
  })
  void numbersAndTextsHaveSharesOfTheirOwn(String column, int distinct, boolean isRaw) {
    start("");
    commit(Map.of(column, distinct), ROWS);
    assertThat(raw(successor(commit(Map.of(), ROWS)).name()))
        .isEqualTo(isRaw ? Set.of(column) : NONE);
  }

  @Test
  void segmentOfFewRowsTellsNothingAndTheOneBeforeItDoes() {
    start("");
    commit(Map.of("city", 9_999), 9_999);
    assertThat(raw(successor(commit(Map.of("city", ROWS), ROWS)).name())).isEmpty();
    commit(Map.of(), 9_999);
    assertThat(raw(successor(commit(Map.of(), 9_999)).name())).containsExactly("city");
  }

  @Test
  void rawColumnStaysRawUntilTheConfigChanges() {
    start("");
    commit(Map.of("city", ROWS), ROWS);
    for (int i = 0; i < 3; i++) {
      commit(Map.of(), ROWS);
      assertThat(raw(newest().name())).containsExactly("city");
    }
    controller.tables.update("trips", config(",\"timeoutMs\": 5000", ""));
    commit(Map.of(), ROWS);
    assertThat(newest().configVersion()).isEqualTo(2);
    assertThat(raw(newest().name())).isEmpty();
  }

  @Test
  void timeColumnOfMillisecondsHasNoDictionaryFromTheFirstSegmentOn() {
    start("");
    assertThat(newest().encoding().rawColumns()).containsExactly("at");
    commit(Map.of(), ROWS);
    assertThat(newest().encoding().rawColumns()).containsExactly("at");
  }

  @Test
  void timeColumnKeepsADictionaryThatTheConfigAsksFor() {
    start(PINNED_TIME);
    commit(Map.of("at", ROWS), ROWS);
    commit(Map.of("at", ROWS), ROWS);
    assertThat(newest().encoding().rawColumns()).isEmpty();
  }

  @Test
  void columnsThatTheConfigPinsStayAsItSays() {
    start(
        """
        , "fieldConfigList": [
            {"name": "city", "encodingType": "DICTIONARY"},
            {"name": "fare", "encodingType": "RAW"},
            {"name": "at", "indexTypes": ["INVERTED"]}]
        """);
    assertThat(raw(newest().name())).containsExactly("fare");
    commit(Map.of("city", ROWS, "at", ROWS), ROWS);
    commit(Map.of("city", ROWS, "at", ROWS), ROWS);
    EncodingDecisions encoding = newest().encoding();
    assertThat(encoding.rawColumns()).containsExactly("fare");
    assertThat(encoding.invertedColumns()).containsExactly("at");
  }

  @Test
  void whatWasToldIsFoundInTheShardBefore() {
    start("", ShardId.SEGMENTS_PER_SHARD - 1);
    SegmentName last = commit(Map.of("fare", ROWS), ROWS);
    assertThat(ShardId.of(newest().name())).isNotEqualTo(ShardId.of(last));
    commit(Map.of(), ROWS);
    assertThat(raw(newest().name())).containsExactly("fare");
  }

  // -- below

  private void start(String more) {
    start(more, 0);
  }

  private void start(String more, int sequence) {
    controller.schemas.put(LeadingController.SCHEMA, true, false);
    tableId = controller.tables.create(config("", more), _ -> Map.of()).tableId();
    create(consuming(sequence));
  }

  /** The config of table trips with members added to its query part and to itself. */
  private static String config(String query, String more) {
    String json = LeadingController.table("smallest", "");
    return json.stripTrailing().substring(0, json.stripTrailing().length() - 1)
        + (query.isEmpty() ? "" : ", \"query\": {" + query.substring(1) + "}")
        + more
        + "}";
  }

  private SegmentMetadata consuming(int sequence) {
    return SegmentMetadata.consuming(
        SegmentName.create("trips", 0, sequence, controller.now),
        sequence * 2L * ROWS,
        1,
        1,
        SegmentEncoding.first(controller.catalog.tableById(tableId).orElseThrow()),
        controller.now);
  }

  private void create(SegmentMetadata segment) {
    ShardId shard = ShardId.of(segment.name());
    AssignmentShard assigned =
        new AssignmentShard(
            shard,
            Map.of(
                segment.name(),
                new SegmentAssignment(Map.of(SERVER, WantedState.CONSUMING), List.of())));
    controller.store.commit(
        List.of(
            new Operation.Create(
                ClusterPaths.segment(tableId, segment.name()), ClusterJson.write(segment), false),
            new Operation.Create(
                ClusterPaths.assignment(tableId, shard), ClusterJson.write(assigned), false)));
    newest = segment.name();
  }

  private SegmentMetadata newest() {
    return read(newest);
  }

  /** Ends the newest segment, which tells this; its successor is the newest then. */
  private SegmentName commit(Map<String, Integer> distinct, int rows) {
    SegmentMetadata ending = newest();
    SegmentName name = ending.name();
    long end = ending.startOffset() + rows;
    report(
        new CommitReport.Consumed(
            SERVER, tableId, name, end, List.of(), rows, CommitReport.StopReason.ROW_LIMIT));
    StoredCopy copy =
        new StoredCopy(
            CommitStateMachine.objectKey(tableId, name, 1),
            7,
            1_000_000,
            rows,
            new LedgerCounts(rows, 0, 0, 0, 0),
            List.of(),
            Map.of(),
            distinct);
    newest = successor(name).name();
    report(new CommitReport.Committed(SERVER, tableId, name, 1, copy, List.of()));
    assertThat(read(name).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(read(name).stored().orElseThrow().distinct()).isEqualTo(distinct);
    return name;
  }

  private void report(CommitReport report) {
    CommitAnswer answer = coordinator.onReport(report);
    assertThat(answer.kind()).isIn(CommitAnswer.Kind.COMMIT, CommitAnswer.Kind.KEEP);
  }

  private SegmentMetadata successor(SegmentName of) {
    String shard =
        ClusterPaths.segments(
            tableId, new ShardId(0, (of.sequence() + 1) / ShardId.SEGMENTS_PER_SHARD));
    return controller.store.children(shard).stream()
        .map(SegmentName::parse)
        .filter(name -> name.sequence() == of.sequence() + 1)
        .map(this::read)
        .findFirst()
        .orElseThrow();
  }

  /** The raw columns but for the time column, which is raw from the start. */
  private Set<String> raw(SegmentName name) {
    Set<String> columns = new HashSet<>(read(name).encoding().rawColumns());
    columns.remove("at");
    return columns;
  }

  private SegmentMetadata read(SegmentName name) {
    return ClusterJson.read(
        controller.store.get(ClusterPaths.segment(tableId, name)).orElseThrow().data(),
        SegmentMetadata.class);
  }

  /** The term that the controller's own office began. */
  private static final class InOffice implements Leadership {
    @Override
    public Optional<LeaderTerm> term() {
      return Optional.of(new LeaderTerm(1, 0));
    }

    @Override
    public void fenced(LeaderTerm term) {
      throw new AssertionError("fenced in " + term);
    }
  }
}
