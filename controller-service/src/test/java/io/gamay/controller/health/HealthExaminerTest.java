package io.gamay.controller.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.health.Condition.Subject;
import io.gamay.controller.health.LagWatch.Lagging;
import io.gamay.controller.health.LeaderMemory.ObjectFlaw;
import io.gamay.controller.health.StreamWatch.LogBreach;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.repair.RepairKind;
import io.gamay.controller.table.LeadingController;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class HealthExaminerTest {

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final KnownFacts memory = new KnownFacts();
  private final List<ConsumingReport> reports = new ArrayList<>();
  private final List<Lagging> lagging = new ArrayList<>();
  private Set<String> silent = Set.of();

  /** What is done to a cluster in order, and the one thing to say of it then. */
  record Damage(
      String name, FindingKind expected, Severity severity, Consumer<HealthExaminerTest> inflict) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Damage> damages() {
    return List.of(
        new Damage(
            "TOPIC_WITHOUT_PARTITIONS",
            FindingKind.NO_PARTITIONS,
            Severity.CRITICAL,
            test -> {
              for (int sequence = 0; sequence < 3; sequence++) {
                SegmentName name = test.cluster.name(0, sequence);
                test.cluster.delete(ClusterPaths.segment(test.cluster.tableId, name));
              }
            }),
        new Damage(
            "KAFKA_AWAY",
            FindingKind.STREAM_UNREACHABLE,
            Severity.WARNING,
            test -> test.memory.streamTrouble = "cannot ask kafka"),
        new Damage(
            "NO_COPY_IN_THE_DEEP_STORE",
            FindingKind.OBJECT_MISSING,
            Severity.WARNING,
            test ->
                test.memory.flaws.add(new ObjectFlaw(test.cluster.name(0, 0), true, "not there"))),
        new Damage(
            "OTHER_COPY_IN_THE_DEEP_STORE",
            FindingKind.OBJECT_DIFFERS,
            Severity.WARNING,
            test ->
                test.memory.flaws.add(new ObjectFlaw(test.cluster.name(0, 0), false, "9 bytes"))),
        new Damage(
            "OBJECTS_OF_NOBODY",
            FindingKind.ORPHANED_OBJECTS,
            Severity.INFO,
            test -> test.memory.orphans = 3),
        new Damage(
            "DEEP_STORE_AWAY",
            FindingKind.DEEP_STORE_UNREACHABLE,
            Severity.WARNING,
            test -> test.memory.deepStoreTrouble = "cannot be read"),
        new Damage(
            "CONSUMING_SEGMENT_GONE",
            FindingKind.CONSUMING_SEGMENT_MISSING,
            Severity.CRITICAL,
            test ->
                test.cluster.delete(
                    ClusterPaths.segment(test.cluster.tableId, test.cluster.name(0, 2)))),
        new Damage(
            "NOBODY_ASSIGNED",
            FindingKind.SEGMENT_UNASSIGNED,
            Severity.CRITICAL,
            test ->
                test.cluster.assign(
                    test.cluster.name(0, 2), new SegmentAssignment(Map.of(), List.of()))),
        new Damage(
            "ONE_COPY_IN_ERROR",
            FindingKind.SEGMENT_ERROR,
            Severity.WARNING,
            test -> {
              test.cluster.say(
                  "Server_1", test.cluster.name(0, 0), ServingState.ERROR, "disk broken");
            }),
        new Damage(
            "ONE_CONSUMER_IN_ERROR",
            FindingKind.CONSUMPTION_ERROR,
            Severity.WARNING,
            test ->
                test.cluster.say(
                    "Server_1", test.cluster.name(0, 2), ServingState.ERROR, "truncated")),
        new Damage(
            "ONE_COPY_LOADING",
            FindingKind.REPLICA_LOADING,
            Severity.WARNING,
            test ->
                test.cluster.say("Server_1", test.cluster.name(0, 0), ServingState.LOADING, "")),
        new Damage(
            "OWN_ROWS_OF_A_SEALED_SEGMENT",
            FindingKind.REPLICA_DIFFERS,
            Severity.WARNING,
            test ->
                test.cluster.say(
                    "Server_1", test.cluster.name(0, 0), ServingState.CONSUMING, "fetching")),
        new Damage(
            "SERVER_THAT_DOES_NOT_ANSWER",
            FindingKind.SERVER_SILENT,
            Severity.WARNING,
            test -> test.silent = Set.of("Server_2")),
        new Damage(
            "SERVER_GONE",
            FindingKind.SERVER_AWAY,
            Severity.WARNING,
            test -> test.cluster.stopServer("Server_2")),
        new Damage(
            "LOSS_DECLARED",
            FindingKind.DECLARED_LOSS,
            Severity.WARNING,
            test ->
                test.cluster.putSegment(
                    test.cluster.online(
                        0, 0, new LedgerCounts(90, 0, 0, 0, 10), List.of(new OffsetRange(5, 15))))),
        new Damage(
            "LOSS_DECLARED_LONG_AGO",
            FindingKind.DECLARED_LOSS,
            Severity.INFO,
            test -> {
              test.cluster.putSegment(
                  test.cluster.online(
                      0, 0, new LedgerCounts(90, 0, 0, 0, 10), List.of(new OffsetRange(5, 15))));
              test.cluster.controller.now = test.cluster.controller.now.plus(Duration.ofDays(2));
            }),
        new Damage(
            "OFFSETS_UNACCOUNTED_FOR",
            FindingKind.LEDGER_OPEN,
            Severity.CRITICAL,
            test ->
                test.cluster.putSegment(
                    test.cluster.online(0, 0, new LedgerCounts(99, 0, 0, 0, 0), List.of()))),
        new Damage(
            "A_HOLE_BETWEEN_SEGMENTS",
            FindingKind.LEDGER_OPEN,
            Severity.CRITICAL,
            test ->
                test.cluster.delete(
                    ClusterPaths.segment(test.cluster.tableId, test.cluster.name(0, 1)))),
        new Damage(
            "READER_BEHIND_THE_LOG",
            FindingKind.LOG_PASSED,
            Severity.WARNING,
            test -> test.memory.breaches.add(new LogBreach(0, "Server_1", 210, true, 300))),
        new Damage(
            "READER_BEYOND_THE_LOG",
            FindingKind.LOG_TRUNCATED,
            Severity.CRITICAL,
            test -> test.memory.breaches.add(new LogBreach(0, "Server_1", 210, false, 200))),
        new Damage(
            "NO_MEMORY_LEFT",
            FindingKind.CONSUMPTION_HELD,
            Severity.WARNING,
            test -> test.reports.add(report("Server_1", "INITIAL_CONSUMING", "memory is full"))),
        new Damage(
            "PAUSED",
            FindingKind.CONSUMPTION_PAUSED,
            Severity.WARNING,
            test -> test.cluster.pause("cleaning")),
        new Damage(
            "ABOVE_ITS_QUOTA",
            FindingKind.STORAGE_QUOTA_EXCEEDED,
            Severity.WARNING,
            test -> test.cluster.exceedQuota()),
        new Damage(
            "FALLING_BEHIND",
            FindingKind.LAG_GROWING,
            Severity.WARNING,
            test ->
                test.lagging.add(
                    new Lagging(0, "Server_1", 5_000, 4_000, Duration.ofSeconds(90)))));
  }

  @Test
  void nothingIsToBeSaidOfATableInOrder() {
    inOrder();
    reports.add(report("Server_1", "INITIAL_CONSUMING", ""));

    assertThat(examine()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("damages")
  void eachDamageIsNamedOnceAndNothingElseIs(Damage damage) {
    inOrder();
    damage.inflict().accept(this);

    List<Condition> found = examine();

    assertThat(found)
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.kind()).isEqualTo(damage.expected());
              assertThat(condition.severity()).isEqualTo(damage.severity());
              assertThat(condition.reason()).isNotBlank().doesNotContain("%");
            });
  }

  @Test
  void whatTheServerSaysIsTheReason() {
    inOrder();
    cluster.say("Server_1", cluster.name(0, 0), ServingState.ERROR, "disk broken");

    Condition condition = examine().getFirst();
    assertThat(condition.reason()).isEqualTo("disk broken");
    assertThat(condition.subject()).isEqualTo(Subject.segment(cluster.name(0, 0)).on("Server_1"));
  }

  @Test
  void anErrorOfEveryCopyIsCriticalAndTheSegmentUnserved() {
    inOrder();
    cluster.say("Server_1", cluster.name(0, 0), ServingState.ERROR, "disk broken");
    cluster.say("Server_2", cluster.name(0, 0), ServingState.ERROR, "disk broken");

    assertThat(examine())
        .extracting(Condition::kind)
        .containsExactly(
            FindingKind.SEGMENT_UNSERVED, FindingKind.SEGMENT_ERROR, FindingKind.SEGMENT_ERROR);
    assertThat(examine()).extracting(Condition::severity).containsOnly(Severity.CRITICAL);
  }

  @Test
  void withoutServersEveryPartitionIsWithoutAConsumerAndEverySegmentUnserved() {
    inOrder();
    cluster.stopServer("Server_1");
    cluster.stopServer("Server_2");

    assertThat(EnumSet.copyOf(examine().stream().map(Condition::kind).toList()))
        .containsExactlyInAnyOrder(
            FindingKind.TOO_FEW_SERVERS,
            FindingKind.PARTITION_WITHOUT_CONSUMER,
            FindingKind.SEGMENT_UNSERVED,
            FindingKind.SERVER_AWAY);
  }

  @Test
  void serversThatCameAfterTheGroupsWereMadeAreNamed() {
    cluster.controller.tables.update(
        "trips",
        LeadingController.table("smallest", "")
            .replace(
                "\"metadata\": {}",
                """
                "metadata": {}, "instanceAssignmentConfigMap": {"CONSUMING": {
                  "replicaGroupPartitionConfig": {"replicaGroupBased": true}}}
                """));
    cluster.addServer("Server_1");
    cluster.addPartition(0, 0, 1, "Server_1");
    memory.chosen =
        InstanceGroups.NONE.with(PlacementConfig.CONSUMING, List.of(List.of("Server_1")));
    assertThat(examine()).isEmpty();

    cluster.addServer("Server_2");

    Condition condition = examine().getFirst();
    assertThat(condition.kind()).isEqualTo(FindingKind.SERVERS_NOT_CHOSEN);
    assertThat(condition.severity()).isEqualTo(Severity.INFO);
    assertThat(condition.reason()).contains("CONSUMING", "[Server_2]");
  }

  @Test
  void aCommitIsNamedWithItsCommitterAndTrouble() {
    cluster.addServer("Server_1");
    SegmentName committing = cluster.add(cluster.committing(0, 0), "Server_1");
    cluster.add(cluster.consuming(0, 1), "Server_1");
    memory.commitTroubles.put(committing, "no live member");

    Condition condition = examine().getFirst();

    assertThat(condition.kind()).isEqualTo(FindingKind.COMMIT_STUCK);
    assertThat(condition.reason()).contains("attempt 1 of Server_1").contains("no live member");
  }

  @Test
  void everyKindOfFindingIsDocumentedAndSaysWhatAPersonCouldDo() throws Exception {
    String page = Files.readString(Path.of("../docs/table-health.md"));
    for (FindingKind kind : FindingKind.values()) {
      assertThat(page).contains("`" + kind + "`");
      assertThat(kind.advice().isEmpty() && kind.underway().isEmpty()).isFalse();
    }
    for (RepairKind repair : RepairKind.values()) {
      assertThat(page).contains("`" + repair + "`");
    }
  }

  private void inOrder() {
    cluster.addServer("Server_1");
    cluster.addServer("Server_2");
    cluster.addPartition(0, 0, 2, "Server_1", "Server_2");
  }

  private List<Condition> examine() {
    ClusterView seen = cluster.view();
    return HealthExaminer.examine(
        seen,
        seen.tables().values().iterator().next(),
        new ServerReports(cluster.controller.now, Map.of(cluster.tableId, reports), silent),
        memory,
        lagging,
        cluster.controller.now);
  }

  static ConsumingReport report(String server, String state, String reason) {
    return report(server, state, reason, 210, 300);
  }

  static ConsumingReport report(
      String server, String state, String reason, long current, long latest) {
    return new ConsumingReport(
        server,
        "trips__0__2__20260821T1834Z",
        0,
        state,
        200,
        current,
        latest,
        0,
        10,
        new LedgerCounts(10, 0, 0, 0, 0),
        0,
        reason);
  }
}
