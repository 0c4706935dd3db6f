package io.gamay.controller.health;

import static io.gamay.controller.health.FindingKind.COMMIT_STUCK;
import static io.gamay.controller.health.FindingKind.CONSUMING_SEGMENT_MISSING;
import static io.gamay.controller.health.FindingKind.CONSUMPTION_ERROR;
import static io.gamay.controller.health.FindingKind.CONSUMPTION_HELD;
import static io.gamay.controller.health.FindingKind.CONSUMPTION_PAUSED;
import static io.gamay.controller.health.FindingKind.DECLARED_LOSS;
import static io.gamay.controller.health.FindingKind.DEEP_STORE_UNREACHABLE;
import static io.gamay.controller.health.FindingKind.LAG_GROWING;
import static io.gamay.controller.health.FindingKind.LEDGER_OPEN;
import static io.gamay.controller.health.FindingKind.LOG_PASSED;
import static io.gamay.controller.health.FindingKind.LOG_TRUNCATED;
import static io.gamay.controller.health.FindingKind.NO_PARTITIONS;
import static io.gamay.controller.health.FindingKind.OBJECT_DIFFERS;
import static io.gamay.controller.health.FindingKind.OBJECT_MISSING;
import static io.gamay.controller.health.FindingKind.ORPHANED_OBJECTS;
import static io.gamay.controller.health.FindingKind.PARTITION_WITHOUT_CONSUMER;
import static io.gamay.controller.health.FindingKind.REBALANCING;
import static io.gamay.controller.health.FindingKind.REPLICA_DIFFERS;
import static io.gamay.controller.health.FindingKind.REPLICA_LOADING;
import static io.gamay.controller.health.FindingKind.SEGMENT_ERROR;
import static io.gamay.controller.health.FindingKind.SEGMENT_UNASSIGNED;
import static io.gamay.controller.health.FindingKind.SEGMENT_UNSERVED;
import static io.gamay.controller.health.FindingKind.SERVERS_NOT_CHOSEN;
import static io.gamay.controller.health.FindingKind.SERVER_AWAY;
import static io.gamay.controller.health.FindingKind.SERVER_SILENT;
import static io.gamay.controller.health.FindingKind.SETTINGS_REFUSED;
import static io.gamay.controller.health.FindingKind.STORAGE_QUOTA_EXCEEDED;
import static io.gamay.controller.health.FindingKind.STREAM_UNREACHABLE;
import static io.gamay.controller.health.FindingKind.TOO_FEW_SERVERS;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.consumption.PauseState;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.health.Condition.Subject;
import io.gamay.controller.health.LagWatch.Lagging;
import io.gamay.controller.health.StreamWatch.LogBreach;
import io.gamay.segment.ledger.OffsetRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares what must be true of one table with what is. Pure: all that it knows is what it is
 * given; the same input gives the same conditions, in the same order.
 */
final class HealthExaminer {

  /** A loss that was declared in an older segment is history. */
  private static final Duration LOSS_IS_NEWS = Duration.ofDays(1);

  private final ClusterView view;
  private final TableView table;
  private final ServerReports reports;
  private final LeaderMemory memory;
  private final List<Lagging> lagging;
  private final Instant now;
  private final Set<String> live = new HashSet<>();
  private final List<Condition> found = new ArrayList<>();

  private HealthExaminer(
      ClusterView view,
      TableView table,
      ServerReports reports,
      LeaderMemory memory,
      List<Lagging> lagging,
      Instant now) {
    this.view = view;
    this.table = table;
    this.reports = reports;
    this.memory = memory;
    this.lagging = lagging;
    this.now = now;
    view.liveInstances(InstanceRole.SERVER).forEach(server -> live.add(server.config().id()));
  }

  /**
   * @param table one of the view's
   * @param lagging consumers of the table that fall behind
   */
  static List<Condition> examine(
      ClusterView view,
      TableView table,
      ServerReports reports,
      LeaderMemory memory,
      List<Lagging> lagging,
      Instant now) {
    HealthExaminer examiner =
        new HealthExaminer(view, table, reports, memory, List.copyOf(lagging), now);
    examiner.examineTable();
    table.partitions().values().forEach(examiner::examinePartition);
    examiner.examineServers();
    examiner.examineReports();
    examiner.examineObjects();
    return List.copyOf(examiner.found);
  }

  private void examineTable() {
    Optional<String> streamTrouble = memory.streamTrouble(table.tableId());
    streamTrouble.ifPresent(reason -> add(STREAM_UNREACHABLE, Subject.TABLE, reason));
    memory
        .rebalance(table.tableId())
        .ifPresent(progress -> add(REBALANCING, Subject.TABLE, progress));
    if (table.partitions().isEmpty() && streamTrouble.isEmpty()) {
      add(
          NO_PARTITIONS,
          Subject.TABLE,
          "topic %s has no partitions, or does not exist"
              .formatted(table.config().stream().topic()));
    }
    table.consumption().pause().filter(PauseState::isPaused).ifPresent(this::examinePause);
    examineTags();
    GroupKeeper.unchosen(view, table.config(), memory.chosenServers(table.tableId()))
        .forEach(
            (kind, servers) ->
                add(
                    SERVERS_NOT_CHOSEN,
                    Subject.TABLE,
                    "for %s servers %s could be chosen and are in no group"
                        .formatted(kind, servers)));
    table
        .refusedSettings()
        .forEach(problem -> add(SETTINGS_REFUSED, Subject.TABLE, problem.toString()));
  }

  private void examinePause(PauseState pause) {
    OptionalLong allowed = table.config().routing().maxStorageBytes();
    if (pause.reason() == PauseState.ReasonCode.STORAGE_QUOTA_EXCEEDED && allowed.isPresent()) {
      add(
          STORAGE_QUOTA_EXCEEDED,
          Subject.TABLE,
          "consumption is paused since %s: sealed segments take %d bytes now, quota.storage allows %d%s"
              .formatted(
                  pause.since(),
                  table.storedBytes(),
                  allowed.getAsLong(),
                  table.storedBytes() > allowed.getAsLong() ? "" : "; it goes on in a moment"));
      return;
    }
    add(
        CONSUMPTION_PAUSED,
        Subject.TABLE,
        "consumption is paused since %s: %s".formatted(pause.since(), pause.describe()));
  }

  /** Without consuming servers nothing comes in; sealed segments stay where they are meanwhile. */
  private void examineTags() {
    PlacementConfig placement = table.config().placement();
    Map<String, String> kindByTag = new LinkedHashMap<>();
    placement.tiers().forEach(tier -> kindByTag.put(tier.tag(), "segments of tier " + tier.name()));
    kindByTag.put(placement.completedTag(), "sealed segments");
    kindByTag.put(placement.consumingTag(), "consuming segments");
    int wanted = table.config().replication();
    kindByTag.forEach(
        (tag, kind) -> {
          long servers =
              view.liveInstances(InstanceRole.SERVER).stream()
                  .filter(server -> server.config().tags().contains(tag))
                  .count();
          boolean isConsuming = tag.equals(placement.consumingTag());
          if (servers < wanted) {
            add(
                new Condition(
                    TOO_FEW_SERVERS,
                    servers == 0 && isConsuming ? Severity.CRITICAL : Severity.WARNING,
                    Subject.TABLE,
                    "%d copies of %s are wanted, %d servers with tag %s are alive"
                        .formatted(wanted, kind, servers, tag)));
          }
        });
  }

  private void examinePartition(PartitionView partition) {
    long expected = -1;
    for (SegmentView segment : partition.segments().values()) {
      SegmentMetadata metadata = segment.metadata();
      if (expected >= 0 && expected != metadata.startOffset()) {
        add(
            LEDGER_OPEN,
            Subject.segment(metadata.name()),
            "it starts at %d, the segment before ends at %d"
                .formatted(metadata.startOffset(), expected));
      }
      expected = metadata.endOffset().orElse(-1);
      examineSegment(segment);
    }
    SegmentMetadata last = partition.segments().lastEntry().getValue().metadata();
    if (last.state() != SegmentState.CONSUMING) {
      add(
          CONSUMING_SEGMENT_MISSING,
          Subject.partition(partition.partition()),
          "the last segment, %s, is %s and has no successor: nothing consumes from %d on"
              .formatted(last.name(), last.state(), last.endOffset().orElseThrow()));
    }
  }

  private void examineSegment(SegmentView segment) {
    SegmentMetadata metadata = segment.metadata();
    if (segment.assignment().wanted().isEmpty()) {
      add(SEGMENT_UNASSIGNED, Subject.segment(metadata.name()), "no server is to host it");
    } else {
      examineServing(segment);
    }
    switch (metadata.state()) {
      case CONSUMING -> {}
      case COMMITTING -> examineCommit(metadata);
      case ONLINE -> examineLedger(metadata);
    }
  }

  private void examineServing(SegmentView segment) {
    SegmentMetadata metadata = segment.metadata();
    SegmentAssignment assignment = segment.assignment();
    List<String> members = new ArrayList<>(assignment.wanted().keySet());
    assignment.leaving().stream().filter(id -> !members.contains(id)).forEach(members::add);
    List<String> liveMembers = members.stream().filter(live::contains).toList();
    Subject subject = Subject.segment(metadata.name());
    if (liveMembers.isEmpty()) {
      if (metadata.state() == SegmentState.CONSUMING) {
        add(
            PARTITION_WITHOUT_CONSUMER,
            Subject.partition(metadata.name().partition()),
            "none of its servers is alive: " + members);
      } else {
        add(SEGMENT_UNSERVED, subject, "none of its servers is alive: " + members);
      }
      return;
    }
    boolean isServed = liveMembers.stream().anyMatch(server -> isServedBy(segment, server));
    if (!isServed && metadata.state() != SegmentState.CONSUMING) {
      add(SEGMENT_UNSERVED, subject, "none of its live servers answers for it: " + liveMembers);
    }
    for (String server : assignment.wanted().keySet()) {
      if (live.contains(server)) {
        examineReplica(segment, server, isServed);
      }
    }
  }

  private static boolean isServedBy(SegmentView segment, String server) {
    CurrentSegment current = segment.current().get(server);
    return current != null
        && (current.state() == ServingState.ONLINE || current.state() == ServingState.CONSUMING);
  }

  private void examineReplica(SegmentView segment, String server, boolean isServed) {
    SegmentMetadata metadata = segment.metadata();
    CurrentSegment current = segment.current().get(server);
    Subject subject = Subject.segment(metadata.name()).on(server);
    if (current == null) {
      add(REPLICA_LOADING, subject, "the server does not speak of it yet");
      return;
    }
    String said = current.reason().isEmpty() ? "" : ": " + current.reason();
    switch (current.state()) {
      case ERROR -> {
        boolean isFed = metadata.state() == SegmentState.CONSUMING;
        add(
            new Condition(
                isFed ? CONSUMPTION_ERROR : SEGMENT_ERROR,
                isServed ? Severity.WARNING : Severity.CRITICAL,
                subject,
                current.reason().isEmpty() ? "the server gives no reason" : current.reason()));
      }
      case LOADING -> add(REPLICA_LOADING, subject, "the server does not answer for it yet" + said);
      case CONSUMING -> {
        if (metadata.state() == SegmentState.ONLINE) {
          add(
              REPLICA_DIFFERS,
              subject,
              "it is sealed, and the server still has rows of its own" + said);
        }
      }
      case ONLINE -> {}
    }
  }

  private void examineCommit(SegmentMetadata metadata) {
    CommitAttempt attempt = metadata.attempt().orElseThrow();
    String trouble = memory.commitTrouble(table.tableId(), metadata.name());
    add(
        COMMIT_STUCK,
        Subject.segment(metadata.name()).on(attempt.committer()),
        "attempt %d of %s has until %s%s"
            .formatted(
                attempt.number(),
                attempt.committer(),
                attempt.deadline(),
                trouble.isEmpty() ? "" : "; " + trouble));
  }

  private void examineLedger(SegmentMetadata metadata) {
    StoredCopy copy = metadata.stored().orElseThrow();
    Subject subject = Subject.segment(metadata.name());
    if (!copy.ledger().closes(metadata.offsets())) {
      add(
          LEDGER_OPEN,
          subject,
          "%s accounts for %d offsets, the segment has %d"
              .formatted(copy.ledger(), copy.ledger().total(), metadata.offsets().size()));
    }
    if (!copy.lost().isEmpty()) {
      boolean isNews = metadata.createdAt().isAfter(now.minus(LOSS_IS_NEWS));
      add(
          Condition.of(
                  DECLARED_LOSS,
                  subject,
                  "offsets that no server could read any more: %s".formatted(text(copy.lost())))
              .as(isNews ? Severity.WARNING : Severity.INFO));
    }
  }

  private static String text(List<OffsetRange> ranges) {
    List<String> texts =
        ranges.stream()
            .limit(10)
            .map(range -> "[%d, %d)".formatted(range.start(), range.end()))
            .toList();
    return String.join(", ", texts)
        + (ranges.size() > texts.size() ? " and %d more".formatted(ranges.size() - 10) : "");
  }

  /** One word for each server that is away, however many segments it has. */
  private void examineServers() {
    Map<String, Integer> away = new TreeMap<>();
    Set<String> silent = new HashSet<>();
    for (PartitionView partition : table.partitions().values()) {
      for (SegmentView segment : partition.segments().values()) {
        for (String server : segment.assignment().wanted().keySet()) {
          if (!live.contains(server)) {
            away.merge(server, 1, Integer::sum);
          } else if (reports.silent().contains(server)) {
            silent.add(server);
          }
        }
      }
    }
    away.forEach(
        (server, count) ->
            add(
                SERVER_AWAY,
                Subject.instance(server),
                "it is to host %d segments and %s"
                    .formatted(count, isKnown(server) ? "is not alive" : "was never seen")));
    silent.stream()
        .sorted()
        .forEach(
            server ->
                add(SERVER_SILENT, Subject.instance(server), "it is alive and does not answer"));
  }

  private boolean isKnown(String server) {
    InstanceView instance = view.instances().get(server);
    return instance != null;
  }

  private void examineReports() {
    for (ConsumingReport report : StreamWatch.newest(reports.of(table.tableId()))) {
      if (!report.reason().isEmpty() && !report.state().equals("ERROR")) {
        add(
            CONSUMPTION_HELD,
            Subject.partition(report.partition()).on(report.instance()),
            report.reason());
      }
    }
    for (LogBreach breach : memory.logBreaches(table.tableId())) {
      add(
          breach.isPassed() ? LOG_PASSED : LOG_TRUNCATED,
          Subject.partition(breach.partition()).on(breach.instance()),
          "it has read up to %d, the log %s at %d"
              .formatted(
                  breach.position(), breach.isPassed() ? "begins" : "ends", breach.logOffset()));
    }
    for (Lagging behind : lagging) {
      add(
          LAG_GROWING,
          Subject.partition(behind.partition()).on(behind.instance()),
          "%d offsets behind Kafka's end, %d more than %d s ago"
              .formatted(behind.lag(), behind.grownBy(), behind.within().toSeconds()));
    }
  }

  private void examineObjects() {
    memory
        .deepStoreTrouble()
        .ifPresent(reason -> add(DEEP_STORE_UNREACHABLE, Subject.TABLE, reason));
    for (LeaderMemory.ObjectFlaw flaw : memory.objectFlaws(table.tableId())) {
      add(
          flaw.isMissing() ? OBJECT_MISSING : OBJECT_DIFFERS,
          Subject.segment(flaw.segment()),
          flaw.reason());
    }
    int orphans = memory.orphanedObjects(table.tableId());
    if (orphans > 0) {
      add(
          ORPHANED_OBJECTS,
          Subject.TABLE,
          "%d objects in the deep store are named by no segment".formatted(orphans));
    }
  }

  private void add(FindingKind kind, Subject subject, String reason) {
    found.add(Condition.of(kind, subject, reason));
  }

  private void add(Condition condition) {
    found.add(condition);
  }
}
