package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
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

/** Metadata of one partition and a leader that decides as the protocol says; always the truth. */
final class SimulatedCluster {

  private final RandomGenerator random;
  private final List<String> servers;
  private final NavigableMap<Integer, SegmentMetadata> segments = new TreeMap<>();
  private final Map<Integer, TableSchema> schemas = new HashMap<>();
  private final Map<Integer, TableConfig> configs = new HashMap<>();
  private int version = 1;
  private long revision = 1;
  private boolean decides = true;

  SimulatedCluster(RandomGenerator random, List<String> servers, TableConfig config) {
    this.random = random;
    this.servers = servers;
    schemas.put(1, Fixtures.schema(1));
    configs.put(1, config);
    segments.put(0, consuming(0, 0));
  }

  NavigableMap<Integer, SegmentMetadata> segments() {
    return segments;
  }

  SegmentMetadata segment(int sequence) {
    return Objects.requireNonNull(segments.get(sequence));
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

  /** The attempt of a COMMITTING segment is over: another server's turn, or the same one's. */
  void pickAgain() {
    segments.replaceAll(
        (_, segment) ->
            segment.state() == SegmentState.COMMITTING && random.nextBoolean()
                ? segment.committing(
                    segment.endOffset().getAsLong(), attempt(nextAttempt(segment), any(servers)))
                : segment);
    revision++;
  }

  ClusterView view() {
    NavigableMap<Integer, ClusterView.SegmentView> views = new TreeMap<>();
    segments.forEach(
        (sequence, segment) ->
            views.put(
                sequence,
                new ClusterView.SegmentView(
                    segment, new SegmentAssignment(wanted(segment), List.of()), Map.of())));
    NavigableMap<Integer, ClusterView.PartitionView> partitions = new TreeMap<>();
    partitions.put(0, new ClusterView.PartitionView(0, views));
    ClusterView.TableView table =
        new ClusterView.TableView(
            Fixtures.TABLE_ID,
            Objects.requireNonNull(configs.get(version)),
            Objects.requireNonNull(schemas.get(version)),
            schemas,
            configs,
            partitions);
    return new ClusterView(revision, Optional.empty(), 1, Map.of(), Map.of(Fixtures.TABLE, table));
  }

  CommitAnswer on(CommitReport report) {
    SegmentMetadata segment = segment(report.segment().sequence());
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
    int sequence = segment.name().sequence();
    segments.put(sequence, segment.committing(report.position(), attempt(1, report.instance())));
    segments.put(sequence + 1, consuming(sequence + 1, report.position()));
    revision++;
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
      segments.put(segment.name().sequence(), segment.online(copy));
      revision++;
    }
    return answer(CommitAnswer.Kind.KEEP, segment(segment.name().sequence()));
  }

  private CommitAnswer failed(CommitReport.Failed report, SegmentMetadata segment) {
    if (segment.state() == SegmentState.COMMITTING
        && segment.attempt().orElseThrow().number() == report.attempt()) {
      segments.put(
          segment.name().sequence(),
          segment.committing(
              segment.endOffset().getAsLong(), attempt(nextAttempt(segment), any(servers))));
      revision++;
    }
    return answer(CommitAnswer.Kind.KEEP, segment(segment.name().sequence()));
  }

  private SegmentMetadata consuming(int sequence, long start) {
    return SegmentMetadata.consuming(
        SegmentName.create(Fixtures.TABLE, 0, sequence, Instant.EPOCH),
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
