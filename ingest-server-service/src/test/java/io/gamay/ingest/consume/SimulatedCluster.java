package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.consumption.PauseState.ReasonCode;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Metadata of a table and a leader that decides as the protocol says; always the truth. */
final class SimulatedCluster {

  private final RandomGenerator random;
  private final List<String> servers;
  private final List<NavigableMap<Integer, SegmentMetadata>> partitions = new ArrayList<>();
  private final Map<Integer, TableSchema> schemas = new HashMap<>();
  private final Map<Integer, TableConfig> configs = new HashMap<>();
  private int version = 1;
  private long revision = 1;
  private boolean decides = true;
  private boolean isDropped;
  private DownloadOrders downloads = DownloadOrders.NONE;
  private ConsumptionOrders consumption = ConsumptionOrders.NONE;

  SimulatedCluster(RandomGenerator random, List<String> servers, TableConfig config) {
    this(random, servers, config, 1);
  }

  SimulatedCluster(
      RandomGenerator random, List<String> servers, TableConfig config, int partitionCount) {
    this.random = random;
    this.servers = servers;
    schemas.put(1, Fixtures.schema(1));
    configs.put(1, config);
    for (int partition = 0; partition < partitionCount; partition++) {
      partitions.add(new TreeMap<>());
      segments(partition).put(0, consuming(partition, 0, 0));
    }
  }

  /** Of partition 0. */
  NavigableMap<Integer, SegmentMetadata> segments() {
    return segments(0);
  }

  NavigableMap<Integer, SegmentMetadata> segments(int partition) {
    return partitions.get(partition);
  }

  /** Of partition 0. */
  SegmentMetadata segment(int sequence) {
    return segment(0, sequence);
  }

  SegmentMetadata segment(int partition, int sequence) {
    return Objects.requireNonNull(segments(partition).get(sequence));
  }

  void setDecides(boolean does) {
    decides = does;
  }

  /** A schema change: takes effect with the next segment. */
  void changeVersions() {
    version++;
    TableConfig before = Objects.requireNonNull(configs.get(version - 1));
    schemas.put(version, Fixtures.schema(version));
    configs.put(
        version, Fixtures.config(version, before.flush().segmentRows(), before.flush().time()));
    revision++;
  }

  /** A consuming segment of partition 0 is lost from metadata, and one with another name made. */
  SegmentMetadata remake(int sequence) {
    SegmentMetadata lost = segment(sequence);
    SegmentMetadata made =
        SegmentMetadata.consuming(
            SegmentName.create(Fixtures.TABLE, 0, sequence, Instant.EPOCH.plusSeconds(3600)),
            lost.startOffset(),
            lost.schemaVersion(),
            lost.configVersion(),
            lost.encoding(),
            Instant.EPOCH);
    put(made);
    return made;
  }

  /** The table is gone. */
  void dropTable() {
    isDropped = true;
    revision++;
  }

  /** A config change that segments take up while they live. */
  void changeIndexes(IndexDecisions indexes) {
    configs.computeIfPresent(version, (_, config) -> Fixtures.withIndexes(config, indexes));
    revision++;
  }

  /** All segments that are sealed are to be fetched again; the order's number. */
  int orderDownloads() {
    Map<Integer, Integer> lastSealed = new HashMap<>();
    for (NavigableMap<Integer, SegmentMetadata> segments : partitions) {
      for (SegmentMetadata segment : segments.values()) {
        if (segment.state() == SegmentState.ONLINE) {
          lastSealed.put(segment.name().partition(), segment.name().sequence());
        }
      }
    }
    downloads = downloads.withAll(lastSealed);
    revision++;
    return downloads.newest();
  }

  int orderDownload(SegmentName segment) {
    downloads = downloads.withOne(segment, _ -> true);
    revision++;
    return downloads.newest();
  }

  ConsumptionOrders consumption() {
    return consumption;
  }

  /** Segments that are consumed now end with the rows they have. */
  void forceCommit() {
    setConsumption(
        consumption.withJob(
            consumingSequences(), Integer.MAX_VALUE, Duration.ofSeconds(1), Instant.EPOCH));
  }

  void pause() {
    setConsumption(
        consumption.paused(
            ReasonCode.ADMINISTRATIVE, "for a test", consumingSequences(), Instant.EPOCH));
  }

  /** Goes on where it stood. */
  void resume() {
    resumeAt(Map.of());
  }

  /**
   * @param skipTo offset by partition
   */
  void resumeAt(Map<Integer, Long> skipTo) {
    Map<SegmentName, Long> skips = new HashMap<>();
    skipTo.forEach(
        (partition, offset) ->
            skips.put(segments(partition).lastEntry().getValue().name(), offset));
    setConsumption(consumption.resumed("", consumingSequences(), skips, _ -> true, Instant.EPOCH));
  }

  private Map<Integer, Integer> consumingSequences() {
    Map<Integer, Integer> sequences = new HashMap<>();
    for (int partition = 0; partition < partitions.size(); partition++) {
      sequences.put(partition, segments(partition).lastKey());
    }
    return sequences;
  }

  private void setConsumption(ConsumptionOrders orders) {
    consumption = orders;
    revision++;
  }

  /** The attempt of a COMMITTING segment is over: another server's turn, or the same one's. */
  void pickAgain() {
    for (NavigableMap<Integer, SegmentMetadata> segments : partitions) {
      segments.replaceAll(
          (_, segment) ->
              segment.state() == SegmentState.COMMITTING && random.nextBoolean()
                  ? segment.committing(
                      segment.endOffset().getAsLong(), attempt(nextAttempt(segment), any(servers)))
                  : segment);
    }
    revision++;
  }

  ClusterView view() {
    NavigableMap<Integer, ClusterView.PartitionView> views = new TreeMap<>();
    for (int partition = 0; partition < partitions.size(); partition++) {
      views.put(partition, view(partition));
    }
    ClusterView.TableView table =
        new ClusterView.TableView(
            Fixtures.TABLE_ID,
            Objects.requireNonNull(configs.get(version)),
            Objects.requireNonNull(schemas.get(version)),
            schemas,
            configs,
            views,
            downloads,
            consumption,
            List.of());
    return new ClusterView(
        revision,
        Optional.empty(),
        1,
        Map.of(),
        isDropped ? Map.of() : Map.of(Fixtures.TABLE, table));
  }

  private ClusterView.PartitionView view(int partition) {
    NavigableMap<Integer, ClusterView.SegmentView> views = new TreeMap<>();
    segments(partition)
        .forEach(
            (sequence, segment) ->
                views.put(
                    sequence,
                    new ClusterView.SegmentView(
                        segment, new SegmentAssignment(wanted(segment), List.of()), Map.of())));
    return new ClusterView.PartitionView(partition, views);
  }

  CommitAnswer on(CommitReport report) {
    SegmentMetadata segment = current(report);
    assertThat(segment.name()).isEqualTo(report.segment());
    return switch (report) {
      case CommitReport.Consumed consumed -> consumed(consumed, segment);
      case CommitReport.Committed committed -> committed(committed, segment);
      case CommitReport.Failed failed -> failed(failed, segment);
    };
  }

  private CommitAnswer consumed(CommitReport.Consumed report, SegmentMetadata segment) {
    assertThat(report.position()).isGreaterThanOrEqualTo(segment.startOffset());
    report
        .missing()
        .forEach(
            range ->
                assertThat(range.start())
                    .isGreaterThanOrEqualTo(segment.startOffset())
                    .isLessThan(report.position()));
    return switch (segment.state()) {
      case CONSUMING -> {
        if (decides && report.position() > segment.startOffset() && random.nextInt(3) == 0) {
          decide(segment, report);
        }
        yield answer(CommitAnswer.Kind.HOLD, segment);
      }
      case COMMITTING -> {
        long end = segment.endOffset().getAsLong();
        boolean commits = segment.attempt().orElseThrow().committer().equals(report.instance());
        yield answer(
            commits
                ? CommitAnswer.Kind.COMMIT
                : report.position() < end ? CommitAnswer.Kind.CATCH_UP : CommitAnswer.Kind.KEEP,
            segment);
      }
      case ONLINE -> answer(CommitAnswer.Kind.DISCARD, segment);
    };
  }

  private void decide(SegmentMetadata segment, CommitReport.Consumed report) {
    int partition = segment.name().partition();
    int next = segment.name().sequence() + 1;
    put(segment.committing(report.position(), attempt(1, report.instance())));
    put(consuming(partition, next, report.position()));
  }

  private CommitAnswer committed(CommitReport.Committed report, SegmentMetadata segment) {
    StoredCopy copy = report.copy();
    if (segment.state() == SegmentState.ONLINE) {
      boolean isNamed = segment.stored().orElseThrow().dataCrc() == copy.dataCrc();
      return answer(isNamed ? CommitAnswer.Kind.KEEP : CommitAnswer.Kind.DISCARD, segment);
    }
    assertThat(segment.state()).isEqualTo(SegmentState.COMMITTING);
    assertThat(copy.ledger().closes(segment.offsets()))
        .as("ledger of %s: %s over %s", segment.name(), copy.ledger(), segment.offsets())
        .isTrue();
    assertThat(copy.objectKey()).endsWith("/" + report.attempt());
    assertThat(copy.lost()).isEqualTo(report.missing());
    CommitAttempt attempt = segment.attempt().orElseThrow();
    if (attempt.number() == report.attempt() && attempt.committer().equals(report.instance())) {
      put(segment.online(copy));
    }
    return answer(CommitAnswer.Kind.KEEP, current(report));
  }

  private CommitAnswer failed(CommitReport.Failed report, SegmentMetadata segment) {
    if (segment.state() == SegmentState.COMMITTING
        && segment.attempt().orElseThrow().number() == report.attempt()) {
      put(
          segment.committing(
              segment.endOffset().getAsLong(), attempt(nextAttempt(segment), any(servers))));
    }
    return answer(CommitAnswer.Kind.KEEP, current(report));
  }

  private SegmentMetadata current(CommitReport report) {
    return segment(report.segment().partition(), report.segment().sequence());
  }

  private void put(SegmentMetadata segment) {
    segments(segment.name().partition()).put(segment.name().sequence(), segment);
    revision++;
  }

  private SegmentMetadata consuming(int partition, int sequence, long start) {
    return SegmentMetadata.consuming(
        SegmentName.create(Fixtures.TABLE, partition, sequence, Instant.EPOCH),
        start,
        version,
        version,
        EncodingDecisions.DEFAULT,
        Instant.EPOCH);
  }

  private Map<String, WantedState> wanted(SegmentMetadata segment) {
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    servers.forEach(
        server ->
            wanted.put(
                server,
                segment.state() == SegmentState.ONLINE
                    ? WantedState.ONLINE
                    : WantedState.CONSUMING));
    return wanted;
  }

  private static int nextAttempt(SegmentMetadata segment) {
    return segment.attempt().orElseThrow().number() + 1;
  }

  private static CommitAttempt attempt(int number, String committer) {
    return new CommitAttempt(number, committer, Instant.EPOCH);
  }

  private static CommitAnswer answer(CommitAnswer.Kind kind, SegmentMetadata segment) {
    return new CommitAnswer(
        kind,
        segment.name(),
        segment.endOffset().orElse(-1),
        segment.attempt().map(CommitAttempt::number).orElse(0),
        1);
  }

  private <T> T any(List<T> candidates) {
    return new ArrayList<>(candidates).get(random.nextInt(candidates.size()));
  }
}
