package io.gamay.ingest.consume;

import static io.gamay.ingest.consume.ConsumingState.CATCHING_UP;
import static io.gamay.ingest.consume.ConsumingState.COMMITTED;
import static io.gamay.ingest.consume.ConsumingState.COMMITTING;
import static io.gamay.ingest.consume.ConsumingState.CONSUMING_TO_ONLINE;
import static io.gamay.ingest.consume.ConsumingState.DISCARDED;
import static io.gamay.ingest.consume.ConsumingState.ERROR;
import static io.gamay.ingest.consume.ConsumingState.HOLDING;
import static io.gamay.ingest.consume.ConsumingState.INITIAL_CONSUMING;
import static io.gamay.ingest.consume.ConsumingState.RETAINED;
import static io.gamay.ingest.consume.ConsumingState.RETAINING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.commit.CommitReport.StopReason;
import io.gamay.ingest.consume.SegmentAction.Cut;
import io.gamay.ingest.consume.SegmentAction.Seal;
import io.gamay.ingest.consume.SegmentAction.SkipTo;
import io.gamay.ingest.consume.SegmentAction.Upload;
import io.gamay.ingest.consume.SegmentEvent.Advanced;
import io.gamay.ingest.consume.SegmentEvent.CatchUpOver;
import io.gamay.ingest.consume.SegmentEvent.CopyServed;
import io.gamay.ingest.consume.SegmentEvent.EndLearnt;
import io.gamay.ingest.consume.SegmentEvent.OffsetsGone;
import io.gamay.ingest.consume.SegmentEvent.OnlineLearnt;
import io.gamay.ingest.consume.SegmentEvent.SealImpossible;
import io.gamay.ingest.consume.SegmentEvent.Sealed;
import io.gamay.ingest.consume.SegmentEvent.StopDue;
import io.gamay.ingest.consume.SegmentEvent.StreamBroken;
import io.gamay.ingest.consume.SegmentEvent.UploadRefused;
import io.gamay.ingest.consume.SegmentEvent.Uploaded;
import io.gamay.ingest.consume.SegmentProgress.Report;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of {@link SegmentProgress}, row by row, on a segment that starts at 100. */
class SegmentProgressTest {

  private static final int CRC = 77;
  private static final int OTHER_CRC = 78;

  private SegmentProgress progress = SegmentProgress.starting(100);
  private final List<SegmentAction> actions = new ArrayList<>();

  @Test
  void nothingIsReportedBeforeAThreshold() {
    on(new Advanced(150));
    expect(INITIAL_CONSUMING, Report.NONE);
  }

  @Test
  void thresholdHoldsAndReportsWhileRowsGoOnComingIn() {
    on(new Advanced(150), new StopDue(StopReason.ROW_LIMIT), new Advanced(170));
    expect(HOLDING, Report.CONSUMED);
    assertThat(progress.position()).isEqualTo(170);
    assertThat(progress.stopReason()).contains(StopReason.ROW_LIMIT);
  }

  @Test
  void firstReasonToStopIsKept() {
    on(new StopDue(StopReason.TIME_LIMIT), new StopDue(StopReason.MEMORY_LIMIT));
    assertThat(progress.stopReason()).contains(StopReason.TIME_LIMIT);
  }

  @Test
  void committerPastTheEndCutsAndSeals() {
    on(new Advanced(170), new StopDue(StopReason.ROW_LIMIT), new EndLearnt(150, 1, true));
    expect(COMMITTING, Report.CONSUMED, new Cut(150), new Seal());
  }

  @Test
  void anotherPastTheEndCutsAndSealsWithoutUpload() {
    on(new Advanced(150), new EndLearnt(150, 1, false), new Sealed(CRC));
    expect(RETAINING, Report.CONSUMED, new Cut(150), new Seal());
  }

  @Test
  void replicaBeforeTheEndCatchesUpAndCutsThere() {
    on(new Advanced(120), new EndLearnt(150, 1, false), new Advanced(149));
    expect(CATCHING_UP, Report.CONSUMED);
    on(new Advanced(155));
    expect(RETAINING, Report.CONSUMED, new Cut(150), new Seal());
  }

  @Test
  void committerUploadsAfterTheSealAndReportsUntilOnline() {
    on(new Advanced(150), new EndLearnt(150, 1, true), new Sealed(CRC));
    expect(COMMITTING, Report.CONSUMED, new Cut(150), new Seal(), new Upload(1));
    on(new Uploaded(1));
    expect(COMMITTING, Report.COMMITTED);
    on(new OnlineLearnt(150, CRC, true));
    expect(COMMITTED, Report.NONE);
  }

  @Test
  void burntNameIsReportedUntilAHigherAttemptComes() {
    on(new Advanced(150), new EndLearnt(150, 1, true), new Sealed(CRC));
    on(new UploadRefused(1, "taken"));
    expectReport(Report.FAILED);
    actions.clear();
    on(new EndLearnt(150, 1, true));
    expect(COMMITTING, Report.FAILED);
    on(new EndLearnt(150, 2, true));
    expect(COMMITTING, Report.CONSUMED, new Upload(2));
  }

  @Test
  void outcomeOfAnOlderAttemptIsNoOutcomeOfThisOne() {
    on(new Advanced(150), new EndLearnt(150, 1, true), new Sealed(CRC));
    on(new EndLearnt(150, 2, true), new Uploaded(1));
    expectReport(Report.CONSUMED);
  }

  @Test
  void attemptTakenAwayRetainsAndGivenBackUploads() {
    on(new Advanced(150), new EndLearnt(150, 1, true), new Sealed(CRC));
    on(new EndLearnt(150, 2, false));
    actions.clear();
    expect(RETAINING, Report.CONSUMED);
    on(new EndLearnt(150, 3, true));
    expect(COMMITTING, Report.CONSUMED, new Upload(3));
  }

  @Test
  void olderAttemptChangesNothing() {
    on(new Advanced(150), new EndLearnt(150, 2, false), new EndLearnt(150, 1, true));
    expect(RETAINING, Report.CONSUMED, new Cut(150), new Seal());
    assertThat(progress.attempt()).isEqualTo(2);
  }

  @Test
  void attemptThatComesDuringTheSealIsUploadedAfterIt() {
    on(new Advanced(150), new EndLearnt(150, 1, false), new EndLearnt(150, 2, true));
    expect(COMMITTING, Report.CONSUMED, new Cut(150), new Seal());
    on(new Sealed(CRC));
    expect(COMMITTING, Report.CONSUMED, new Upload(2));
  }

  @Test
  void onlineWithAnEqualFileIsRetained() {
    on(new Advanced(150), new EndLearnt(150, 1, false), new Sealed(CRC));
    on(new OnlineLearnt(150, CRC, false));
    expectState(RETAINED);
  }

  @Test
  void onlineWithAnotherFileIsDiscardedUntilTheNamedCopyIsServed() {
    on(new Advanced(150), new EndLearnt(150, 1, true), new Sealed(CRC));
    on(new OnlineLearnt(150, OTHER_CRC, false));
    expectState(DISCARDED);
    on(new CopyServed());
    expectState(RETAINED);
  }

  @Test
  void onlineDuringTheSealIsJudgedAfterIt() {
    on(new Advanced(150), new EndLearnt(150, 1, false), new OnlineLearnt(150, CRC, false));
    expectState(RETAINING);
    on(new Sealed(CRC));
    expectState(RETAINED);
  }

  @Test
  void onlineBeforeTheEndIsCaughtUpWithForABoundedTime() {
    on(new Advanced(120), new OnlineLearnt(150, CRC, false));
    expect(CONSUMING_TO_ONLINE, Report.CONSUMED);
    on(new CatchUpOver());
    expect(DISCARDED, Report.NONE, new SkipTo(150));
  }

  @Test
  void onlineReachedInTimeIsSealedAndCompared() {
    on(new Advanced(120), new OnlineLearnt(150, CRC, false), new Advanced(160));
    expect(RETAINING, Report.CONSUMED, new Cut(150), new Seal());
    on(new Sealed(CRC));
    expectState(RETAINED);
  }

  @Test
  void replicaThatMissesOffsetsDoesNotSealUnlessItCommits() {
    on(new OffsetsGone(100), new Advanced(150), new EndLearnt(150, 1, false));
    expect(RETAINING, Report.CONSUMED, new Cut(150));
    on(new EndLearnt(150, 2, true));
    expect(COMMITTING, Report.CONSUMED, new Seal());
  }

  @Test
  void replicaThatMissesOffsetsTakesTheNamedCopy() {
    on(new OffsetsGone(100), new Advanced(150), new EndLearnt(150, 1, false));
    on(new OnlineLearnt(150, CRC, false));
    expectState(DISCARDED);
  }

  @Test
  void offsetsMissingBehindTheEndAreTheSuccessors() {
    on(new OffsetsGone(160), new Advanced(170), new EndLearnt(150, 1, false));
    expect(RETAINING, Report.CONSUMED, new Cut(150), new Seal());
  }

  @Test
  void brokenStreamIsAnErrorWithItsReasonUntilTheSegmentIsOnline() {
    on(new Advanced(120), new StreamBroken("topic made again"));
    expect(ERROR, Report.NONE);
    assertThat(progress.reason()).isEqualTo("topic made again");
    on(new OnlineLearnt(150, CRC, false));
    expect(DISCARDED, Report.NONE, new SkipTo(150));
  }

  @Test
  void brokenStreamDoesNotKeepRowsBelowTheEndFromBeingCommitted() {
    on(new Advanced(170), new StreamBroken("gone"), new EndLearnt(150, 1, true));
    expect(COMMITTING, Report.CONSUMED, new Cut(150), new Seal());
  }

  @Test
  void brokenStreamIsNoMatterOfASegmentThatIsCut() {
    on(new Advanced(150), new EndLearnt(150, 1, true), new StreamBroken("gone"));
    expectState(COMMITTING);
  }

  @Test
  void impossibleSealIsReportedAsAFailedAttempt() {
    on(new Advanced(150), new EndLearnt(150, 1, true), new SealImpossible("ledger is open"));
    expectState(COMMITTING);
    expectReport(Report.FAILED);
    assertThat(progress.reason()).isEqualTo("ledger is open");
    on(new OnlineLearnt(150, CRC, false));
    expectState(DISCARDED);
  }

  @Test
  void survivingFileOfOurAttemptIsUploadedWithoutASeal() {
    progress = SegmentProgress.ofFile(150, CRC);
    on(new EndLearnt(150, 4, true));
    expect(COMMITTING, Report.CONSUMED, new Upload(4));
  }

  @Test
  void everythingToldTwiceChangesNothing() {
    on(new Advanced(150), new EndLearnt(150, 1, true), new Sealed(CRC), new Uploaded(1));
    actions.clear();
    SegmentProgress before = progress;
    on(new EndLearnt(150, 1, true), new Uploaded(1), new Advanced(150));
    assertThat(progress).isEqualTo(before);
    assertThat(actions).isEmpty();
    on(new OnlineLearnt(150, CRC, true), new OnlineLearnt(150, CRC, true));
    on(new EndLearnt(150, 9, false), new CopyServed());
    expectState(COMMITTED);
  }

  @Test
  void anotherEndBreaksTheClustersInvariant() {
    on(new Advanced(150), new EndLearnt(150, 1, true));
    assertThatThrownBy(() -> on(new EndLearnt(151, 2, true)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void positionNeverGoesBack() {
    on(new Advanced(150));
    assertThatThrownBy(() -> on(new Advanced(149))).isInstanceOf(IllegalStateException.class);
  }

  private void on(SegmentEvent... events) {
    for (SegmentEvent event : events) {
      SegmentProgress.Step step = progress.on(event);
      progress = step.next();
      actions.addAll(step.actions());
    }
  }

  private void expect(ConsumingState state, Report report, SegmentAction... since) {
    expectState(state);
    expectReport(report);
    assertThat(actions).containsExactly(since);
    actions.clear();
  }

  private void expectState(ConsumingState state) {
    assertThat(progress.state()).isEqualTo(state);
  }

  private void expectReport(Report report) {
    assertThat(progress.report()).isEqualTo(report);
  }
}
