package io.gamay.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.controller.ledger.Discrepancy.Kind;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.stream.StreamLogs.LogBounds;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two segments of 100 offsets, then a consuming one from 200 on. */
final class LedgerCheckTest {

  private final ClusterInMemory cluster = new ClusterInMemory();

  @BeforeEach
  void inOrder() {
    cluster.addServer("Server_1");
    cluster.addPartition(0, 0, 2, "Server_1");
  }

  @Test
  void aPartitionInOrderIsSoundAndTellsWhatIsWhere() {
    PartitionVerdict verdict = check(250, new LogBounds(150, 290, 300), 260);

    assertThat(verdict.isSound()).isTrue();
    assertThat(verdict.discrepancies()).isEmpty();
    assertThat(verdict.startOffset()).isZero();
    assertThat(verdict.committedEnd()).isEqualTo(200);
    assertThat(verdict.readTo()).isEqualTo(260);
    assertThat(verdict.logStableEnd()).isEqualTo(290);
    assertThat(verdict.committed()).isEqualTo(new LedgerCounts(200, 0, 0, 0, 0));
    assertThat(verdict.onlyHere()).as("retention took them").isEqualTo(150);
    assertThat(verdict.passed()).isZero();
    assertThat(verdict.notReadYet()).isEqualTo(40);
  }

  @Test
  void offsetsWithoutARecordAreAccountedFor() {
    cluster.putSegment(cluster.online(0, 0, new LedgerCounts(60, 0, 5, 35, 0), List.of()));

    PartitionVerdict verdict = check(250, new LogBounds(0, 250, 250), 250);

    assertThat(verdict.isSound()).isTrue();
    assertThat(verdict.committed()).isEqualTo(new LedgerCounts(160, 0, 5, 35, 0));
  }

  @Test
  void aLossThatWasDeclaredIsSoundAndAnyOtherIsNot() {
    cluster.putSegment(
        cluster.online(0, 0, new LedgerCounts(90, 0, 0, 0, 10), List.of(new OffsetRange(5, 15))));
    assertThat(sound().lost()).containsExactly(new OffsetRange(5, 15));

    cluster.putSegment(
        cluster.online(0, 0, new LedgerCounts(90, 0, 0, 0, 10), List.of(new OffsetRange(5, 6))));
    assertThat(only(Kind.LOSS_MISCOUNTED).offsets()).isEqualTo(9);
  }

  @Test
  void aLossElsewhereIsNamed() {
    cluster.putSegment(
        cluster.online(0, 0, new LedgerCounts(90, 0, 0, 0, 10), List.of(new OffsetRange(95, 105))));
    assertThat(only(Kind.LOSS_MISCOUNTED).reason()).contains("[95, 105) are not its own");
  }

  @Test
  void aSegmentThatIsGoneIsAGapOfItsOffsets() {
    cluster.delete(ClusterPaths.segment(cluster.tableId, cluster.name(0, 1)));
    Discrepancy gap = only(Kind.GAP);
    assertThat(gap.offsets()).isEqualTo(100);
    assertThat(gap.segment()).contains(cluster.name(0, 2).toString());
  }

  @Test
  void offsetsOfTwoSegmentsOverlap() {
    SegmentMetadata longer =
        cluster
            .consuming(0, 0)
            .committing(130, cluster.committing(0, 0).attempt().orElseThrow())
            .online(copy(cluster.online(0, 0), new LedgerCounts(130, 0, 0, 0, 0), 130));
    cluster.putSegment(longer);
    assertThat(only(Kind.OVERLAP).offsets()).isEqualTo(30);
  }

  @Test
  void countsThatAreNotAsManyAsTheOffsetsAreNamed() {
    cluster.putSegment(cluster.online(0, 0, new LedgerCounts(97, 0, 0, 0, 0), List.of()));
    assertThat(only(Kind.OPEN_LEDGER).offsets()).isEqualTo(3);
  }

  @Test
  void rowsThatAreNotAsManyAsWereIndexedAreNamed() {
    cluster.putSegment(
        cluster
            .committing(0, 0)
            .online(copy(cluster.online(0, 0), new LedgerCounts(100, 0, 0, 0, 0), 99)));
    assertThat(only(Kind.ROWS_MISCOUNTED).offsets()).isEqualTo(1);
  }

  @Test
  void aTopicThatWasMadeAnewOrCutIsNamedWithHowMuchLiesBeyondIt() {
    PartitionVerdict verdict = check(250, new LogBounds(0, 120, 120), 250);

    assertThat(verdict.isSound()).isFalse();
    assertThat(verdict.discrepancies())
        .extracting(Discrepancy::kind, Discrepancy::offsets)
        .containsExactly(tuple(Kind.BEYOND_LOG_END, 80L), tuple(Kind.READ_BEYOND_LOG_END, 130L));
    assertThat(verdict.notReadYet()).isZero();
  }

  @Test
  void aConsumerThatRetentionPassedIsCounted() {
    PartitionVerdict verdict = check(210, new LogBounds(230, 300, 300), 215);

    assertThat(verdict.isSound()).as("it is declared at the commit").isTrue();
    assertThat(verdict.passed()).isEqualTo(15);
    assertThat(verdict.notReadYet()).isEqualTo(70);
  }

  private static StoredCopy copy(SegmentMetadata like, LedgerCounts ledger, int rows) {
    StoredCopy copy = like.stored().orElseThrow();
    return new StoredCopy(
        copy.objectKey(), copy.dataCrc(), copy.sizeBytes(), rows, ledger, List.of(), Map.of());
  }

  private PartitionVerdict sound() {
    PartitionVerdict verdict = check(250, new LogBounds(0, 250, 250), 250);
    assertThat(verdict.discrepancies()).isEmpty();
    return verdict;
  }

  private Discrepancy only(Kind kind) {
    PartitionVerdict verdict = check(250, new LogBounds(0, 250, 250), 250);
    assertThat(verdict.isSound()).isFalse();
    assertThat(verdict.discrepancies()).extracting(Discrepancy::kind).containsExactly(kind);
    return verdict.discrepancies().getFirst();
  }

  private PartitionVerdict check(long before, LogBounds log, long after) {
    return LedgerCheck.check(
        Objects.requireNonNull(
            cluster.view().tables().values().iterator().next().partitions().get(0)),
        List.of(report(before)),
        log,
        List.of(report(after)));
  }

  private ConsumingReport report(long position) {
    return new ConsumingReport(
        "Server_1",
        cluster.name(0, 2).toString(),
        0,
        "INITIAL_CONSUMING",
        200,
        position,
        -1,
        0,
        0,
        LedgerCounts.ZERO,
        0,
        "");
  }
}
