package io.gamay.controller.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.commit.CommitAnswer.Kind;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each row of the state table, for one, two and three replicas. The segment starts at 100. */
final class CommitStateMachineTest {

  private static final Instant NOW = Instant.parse("2026-08-21T18:34:00Z");
  private static final SegmentName NAME = SegmentName.create("trips", 0, 3, NOW);
  private static final SegmentMetadata CONSUMING =
      SegmentMetadata.consuming(NAME, 100, 1, 1, EncodingDecisions.DEFAULT, NOW);
  private static final CommitPolicy POLICY = CommitPolicy.DEFAULT;

  private final CommitStateMachine machine = new CommitStateMachine(POLICY);
  private ReportMemory memory = ReportMemory.EMPTY;
  private Instant now = NOW;
  private OffsetRange skipped = new OffsetRange(100, 100);

  @Test
  void aLoneReplicaEndsItsSegmentAtItsPosition() {
    CommitOutcome outcome = on(CONSUMING, consumed("A", 150), members("A"));

    assertEnds(outcome, 150, "A");
  }

  @Test
  void aLoneReplicaThatReadNothingIsHeld() {
    CommitOutcome outcome = on(CONSUMING, consumed("A", 100), members("A"));

    assertAnswer(outcome, Kind.HOLD);
  }

  @Test
  void theFirstOfThreeReportsIsHeldAndTheLastOneDecidesForTheFurthest() {
    Members members = members("A", "B", "C");

    assertAnswer(on(CONSUMING, consumed("B", 170), members), Kind.HOLD);
    assertAnswer(on(CONSUMING, consumed("A", 150), members), Kind.HOLD);
    assertEnds(on(CONSUMING, consumed("C", 160), members), 170, "B");
  }

  @Test
  void theNewestReportOfAMemberCounts() {
    Members members = members("A", "B");

    on(CONSUMING, consumed("A", 150), members);
    on(CONSUMING, consumed("A", 155), members);

    assertEnds(on(CONSUMING, consumed("B", 151), members), 155, "A");
  }

  @Test
  void aSilentReplicaIsWaitedForNoLongerThanTheHoldTime() {
    Members members = members("A", "B");
    on(CONSUMING, consumed("A", 150), members);

    now = NOW.plus(POLICY.holdTime()).minusMillis(1);
    assertAnswer(on(CONSUMING, new CommitEvent.Tick(), members), Kind.HOLD);
    now = NOW.plus(POLICY.holdTime());
    assertEnds(on(CONSUMING, new CommitEvent.Tick(), members), 150, "A");
  }

  @Test
  void aDeadReplicaIsNotWaitedFor() {
    Members members = new Members(List.of("A", "B"), Set.of("A"));

    assertEnds(on(CONSUMING, consumed("A", 150), members), 150, "A");
  }

  @Test
  void aTickWithoutReportsDecidesNothing() {
    now = NOW.plus(Duration.ofDays(1));

    assertAnswer(on(CONSUMING, new CommitEvent.Tick(), members("A")), Kind.HOLD);
    assertAnswer(
        on(CONSUMING, new CommitEvent.Tick(), new Members(List.of("A"), Set.of())), Kind.HOLD);
  }

  @Test
  void aReporterThatDiedIsNotPicked() {
    on(CONSUMING, consumed("A", 190), members("A", "B"));

    CommitOutcome outcome =
        on(CONSUMING, consumed("B", 150), new Members(List.of("A", "B"), Set.of("B")));

    assertEnds(outcome, 150, "B");
  }

  @Test
  void whoeverSpeaksIsAliveEvenIfItsSessionIsNotSeen() {
    CommitOutcome outcome = on(CONSUMING, consumed("A", 150), new Members(List.of("A"), Set.of()));

    assertEnds(outcome, 150, "A");
  }

  @Test
  void completeComesBeforeFar() {
    Members members = members("A", "B");
    on(CONSUMING, consumed("A", 190, range(100, 101)), members);

    assertEnds(on(CONSUMING, consumed("B", 120), members), 120, "B");
  }

  @Test
  void ifAllMissSomethingTheOneThatMissesLeastDecides() {
    Members members = members("A", "B", "C");
    on(CONSUMING, consumed("A", 190, range(100, 110)), members);
    on(CONSUMING, consumed("B", 150, range(100, 105), range(102, 107)), members);

    assertEnds(on(CONSUMING, consumed("C", 140, range(100, 107)), members), 150, "B");
  }

  @Test
  void aReplicaThatReadNothingDoesNotEndTheSegmentBeforeItsStart() {
    Members members = members("A", "B");
    on(CONSUMING, consumed("A", 100), members);

    assertEnds(on(CONSUMING, consumed("B", 130, range(100, 105)), members), 130, "B");
  }

  @Test
  void aLeavingReplicaCountsLikeAnAssignedOne() {
    Members members = new Members(List.of("C", "A"), Set.of("A", "C"));

    assertAnswer(on(CONSUMING, consumed("C", 150, range(100, 120)), members), Kind.HOLD);
    assertEnds(on(CONSUMING, consumed("A", 130), members), 130, "A");
  }

  @Test
  void aStrangerIsHeldAndForgotten() {
    assertAnswer(on(CONSUMING, consumed("X", 900), members("A")), Kind.HOLD);
    assertThat(memory).isEqualTo(ReportMemory.EMPTY);
    assertAnswer(on(committing(150, 1, "A"), consumed("X", 900), members("A")), Kind.HOLD);
  }

  @Test
  void aReportOfACommitThatWasNeverDecidedIsHeld() {
    assertAnswer(on(CONSUMING, committed("A", 1, 150), members("A")), Kind.HOLD);
    assertAnswer(on(CONSUMING, failed("A", 1), members("A")), Kind.HOLD);
  }

  @Test
  void onceTheEndIsWrittenTheCommitterCommitsAndTheOthersCatchUpOrKeep() {
    SegmentMetadata segment = committing(150, 1, "B");
    Members members = members("A", "B", "C");

    assertAnswer(on(segment, consumed("B", 150), members), Kind.COMMIT);
    assertAnswer(on(segment, consumed("A", 149), members), Kind.CATCH_UP);
    assertAnswer(on(segment, consumed("A", 150), members), Kind.KEEP);
    assertAnswer(on(segment, consumed("C", 190), members), Kind.KEEP);
  }

  @Test
  void aCompleteCopyOfTheCurrentAttemptFinishes() {
    CommitOutcome outcome = on(committing(150, 2, "A"), committed("A", 2, 150), members("A", "B"));

    assertThat(finished(outcome).lost()).isEmpty();
    assertThat(finished(outcome).docCount()).isEqualTo(50);
  }

  @Test
  void aCopyOfAnOlderAttemptOrOfAnotherIsKeptAndDecidesNothing() {
    SegmentMetadata segment = committing(150, 2, "A");
    Members members = members("A", "B");

    assertAnswer(on(segment, committed("A", 1, 150), members), Kind.KEEP);
    assertAnswer(on(segment, committed("B", 1, 150), members), Kind.KEEP);
    assertAnswer(on(segment, committed("B", 2, 150), members), Kind.KEEP);
  }

  @Test
  void aCopyThatMissesOffsetsYieldsToALiveMemberThatHoldsMore() {
    SegmentMetadata segment = committing(150, 1, "A");
    Members members = members("A", "B", "C");
    on(segment, consumed("B", 150, range(100, 102)), members);
    on(segment, consumed("C", 150, range(100, 101)), members);

    CommitOutcome outcome = on(segment, committed("A", 1, 150, range(100, 110)), members);

    assertPicks(outcome, 2, "C");
  }

  @Test
  void aMemberThatHoldsAsManyOtherOffsetsIsNoReasonToTryAgain() {
    SegmentMetadata segment = committing(150, 1, "A");
    Members members = members("A", "B");
    on(segment, consumed("B", 150, range(105, 106)), members);

    CommitOutcome outcome = on(segment, committed("A", 1, 150, range(100, 101)), members);

    assertThat(finished(outcome).lost()).containsExactly(range(100, 101));
  }

  @Test
  void aLoneReplicaDeclaresItsLossAtOnce() {
    CommitOutcome outcome =
        on(committing(150, 1, "A"), committed("A", 1, 150, range(100, 101)), members("A"));

    assertThat(finished(outcome).lost()).containsExactly(range(100, 101));
    assertThat(finished(outcome).ledger().lost()).isEqualTo(1);
  }

  @Test
  void aLossIsNotDeclaredWhileAMemberIsAwayForLessThanTheWait() {
    SegmentMetadata segment = committing(150, 1, "A");
    Members bAway = new Members(List.of("A", "B"), Set.of("A"));
    on(segment, consumed("B", 150), bAway);

    CommitReport report = committed("A", 1, 150, range(100, 101));
    assertAnswer(on(segment, report, bAway), Kind.KEEP);
    assertThat(memory.trouble()).contains("100").contains("B");
    now = NOW.plus(POLICY.awayWait()).minusMillis(1);
    segment = committing(150, 1, "A");
    assertAnswer(on(segment, report, bAway), Kind.KEEP);
    now = NOW.plus(POLICY.awayWait());
    segment = committing(150, 1, "A");
    assertThat(finished(on(segment, report, bAway)).lost()).containsExactly(range(100, 101));
  }

  @Test
  void whatIsSkippedByOrderIsDeclaredLostAtOnceWhoeverIsAway() {
    skipped = range(100, 120);
    SegmentMetadata segment = committing(150, 1, "A");
    Members bAway = new Members(List.of("A", "B"), Set.of("A"));

    CommitOutcome outcome = on(segment, committed("A", 1, 150, range(100, 120)), bAway);

    assertThat(finished(outcome).lost()).containsExactly(range(100, 120));
  }

  @Test
  void whatIsMissingBesideASkipIsStillWaitedFor() {
    skipped = range(100, 120);
    SegmentMetadata segment = committing(150, 1, "A");
    Members bAway = new Members(List.of("A", "B"), Set.of("A"));

    assertAnswer(on(segment, committed("A", 1, 150, range(100, 125)), bAway), Kind.KEEP);
    Members members = members("A", "B");
    on(segment, consumed("B", 150, range(100, 120)), members);
    assertPicks(on(segment, committed("A", 1, 150, range(100, 125)), members), 2, "B");
  }

  @Test
  void aSkipSaysNothingAgainstAReplica() {
    skipped = range(100, 120);
    Members members = members("A", "B");
    on(CONSUMING, consumed("A", 190, range(100, 120)), members);

    assertEnds(on(CONSUMING, consumed("B", 120), members), 190, "A");
  }

  @Test
  void aMemberThatReadLessFarButMissedLessIsWaitedFor() {
    SegmentMetadata segment = committing(150, 1, "A");
    Members members = members("A", "B");
    on(segment, consumed("B", 102), members);

    CommitReport report = committed("A", 1, 150, range(100, 101));
    assertAnswer(on(segment, report, members), Kind.KEEP);
    on(segment, consumed("B", 120), members);
    assertAnswer(on(segment, report, members), Kind.KEEP);
    on(segment, consumed("B", 150), members);
    assertPicks(on(segment, report, members), 2, "B");
  }

  @Test
  void aMemberThatComesBackInTimeWithMoreOffsetsIsPicked() {
    SegmentMetadata segment = committing(150, 1, "A");
    CommitReport report = committed("A", 1, 150, range(100, 101));
    assertAnswer(on(segment, report, new Members(List.of("A", "B"), Set.of("A"))), Kind.KEEP);

    Members members = members("A", "B");
    assertAnswer(on(segment, report, members), Kind.KEEP);
    on(segment, consumed("B", 150), members);
    assertPicks(on(segment, report, members), 2, "B");
  }

  @Test
  void aLedgerThatDoesNotCloseIsRefusedWithItsNumbers() {
    CommitReport report =
        new CommitReport.Committed("A", "t1", NAME, 1, copy("t1/" + NAME + "/1", 49, 0), List.of());

    assertAnswer(on(committing(150, 1, "A"), report, members("A")), Kind.HOLD);
    assertThat(memory.trouble()).contains("does not close").contains("49").contains("50");
  }

  @Test
  void lossesMissingOffsetsRowsAndNameMustAgree() {
    SegmentMetadata segment = committing(150, 1, "A");
    String key = "t1/" + NAME + "/1";

    assertRefused(segment, copy(key, 49, 1), List.of(), "counts 1 lost");
    assertRefused(segment, copy(key, 50, 0), List.of(range(100, 101)), "counts 0 lost");
    assertRefused(segment, copy(key, 49, 1), List.of(range(150, 151)), "outside");
    assertRefused(segment, copy("t1/" + NAME + "/2", 50, 0), List.of(), "expected " + key);
    StoredCopy rows = copy(key, 50, 0);
    StoredCopy wrongRows = new StoredCopy(key, 1, 1, 49, rows.ledger(), List.of(), Map.of());
    assertRefused(segment, wrongRows, List.of(), "the copy has 49 rows");
  }

  @Test
  void aFailedAttemptIsFollowedByAnotherOneWithALongerDeadline() {
    CommitOutcome outcome = on(committing(150, 1, "A"), failed("A", 1), members("A"));

    assertPicks(outcome, 2, "A");
    CommitDecision.PickAgain again = (CommitDecision.PickAgain) outcome.decision().orElseThrow();
    assertThat(again.attempt().deadline()).isEqualTo(now.plus(Duration.ofMinutes(4)));
    assertThat(memory.trouble()).contains("disk on fire");
  }

  @Test
  void afterAFailureAnotherMemberThatHoldsAsMuchIsPreferred() {
    SegmentMetadata segment = committing(150, 1, "A");
    Members members = members("A", "B");
    on(segment, consumed("A", 150), members);
    on(segment, consumed("B", 180), members);

    assertPicks(on(segment, failed("A", 1), members), 2, "B");
  }

  @Test
  void afterAFailureTheSameMemberIsPickedIfItHoldsMost() {
    SegmentMetadata segment = committing(150, 1, "A");
    Members members = members("A", "B");
    on(segment, consumed("A", 150), members);
    on(segment, consumed("B", 149), members);

    assertPicks(on(segment, failed("A", 1), members), 2, "A");
  }

  @Test
  void anOldOrForeignFailureChangesNothing() {
    SegmentMetadata segment = committing(150, 2, "A");

    assertAnswer(on(segment, failed("A", 1), members("A", "B")), Kind.KEEP);
    assertAnswer(on(segment, failed("B", 2), members("A", "B")), Kind.KEEP);
  }

  @Test
  void aDeadCommitterIsReplacedAtOnce() {
    Members members = new Members(List.of("A", "B", "C"), Set.of("B", "C"));
    SegmentMetadata segment = committing(150, 1, "A");
    on(committing(150, 1, "C"), consumed("C", 140), members);

    assertPicks(on(segment, new CommitEvent.Tick(), members), 2, "C");
  }

  @Test
  void aReleasedCommitterIsReplaced() {
    assertPicks(on(committing(150, 1, "X"), new CommitEvent.Tick(), members("A")), 2, "A");
  }

  @Test
  void anAttemptPastItsDeadlineIsFollowedByAnother() {
    SegmentMetadata segment = committing(150, 3, "A");
    now = segment.attempt().orElseThrow().deadline().minusMillis(1);
    assertAnswer(on(segment, new CommitEvent.Tick(), members("A", "B")), Kind.HOLD);
    now = segment.attempt().orElseThrow().deadline();
    assertPicks(on(segment, new CommitEvent.Tick(), members("A", "B")), 4, "B");
  }

  @Test
  void withNobodyLiveTheSegmentStaysAndSaysWhy() {
    CommitOutcome outcome =
        on(
            committing(150, 1, "A"),
            new CommitEvent.Tick(),
            new Members(List.of("A", "B"), Set.of("X")));

    assertAnswer(outcome, Kind.HOLD);
    assertThat(memory.trouble()).contains("no live member").contains("A");
  }

  @Test
  void deadlinesDoubleUpToTheCap() {
    assertThat(POLICY.attemptTime(1)).isEqualTo(Duration.ofMinutes(2));
    assertThat(POLICY.attemptTime(2)).isEqualTo(Duration.ofMinutes(4));
    assertThat(POLICY.attemptTime(4)).isEqualTo(Duration.ofMinutes(16));
    assertThat(POLICY.attemptTime(5)).isEqualTo(Duration.ofMinutes(30));
    assertThat(POLICY.attemptTime(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void onceOnlineTheCrcDecidesWhoKeepsItsCopy() {
    SegmentMetadata segment = committing(150, 2, "A").online(copy("t1/" + NAME + "/2", 50, 0));
    Members members = members("A", "B");

    assertAnswer(on(segment, committed("B", 1, 150), members), Kind.KEEP);
    CommitReport other =
        new CommitReport.Committed(
            "B",
            "t1",
            NAME,
            1,
            new StoredCopy("t1/x/1", 99, 1, 50, ledger(50, 0), List.of(), Map.of()),
            List.of());
    assertAnswer(on(segment, other, members), Kind.DISCARD);
    assertAnswer(on(segment, consumed("B", 150), members), Kind.DISCARD);
    assertAnswer(on(segment, failed("B", 1), members), Kind.KEEP);
    assertThat(memory).isEqualTo(ReportMemory.EMPTY);
  }

  private CommitOutcome on(SegmentMetadata segment, CommitReport report, Members members) {
    return on(segment, new CommitEvent.Reported(report), members);
  }

  private CommitOutcome on(SegmentMetadata segment, CommitEvent event, Members members) {
    CommitOutcome outcome = machine.on(event, segment, skipped, memory, members, now);
    memory = outcome.memory();
    return outcome;
  }

  private void assertRefused(
      SegmentMetadata segment, StoredCopy copy, List<OffsetRange> missing, String reason) {
    CommitReport report = new CommitReport.Committed("A", "t1", NAME, 1, copy, missing);
    assertAnswer(on(segment, report, members("A")), Kind.HOLD);
    assertThat(memory.trouble()).contains(reason);
  }

  private static void assertAnswer(CommitOutcome outcome, Kind kind) {
    assertThat(outcome.decision()).isEmpty();
    assertThat(outcome.answer()).isEqualTo(kind);
  }

  private void assertEnds(CommitOutcome outcome, long end, String committer) {
    assertThat(outcome.decision())
        .contains(
            new CommitDecision.End(
                end, new CommitAttempt(1, committer, now.plus(POLICY.firstDeadline()))));
  }

  private static void assertPicks(CommitOutcome outcome, int attempt, String committer) {
    assertThat(outcome.decision())
        .hasValueSatisfying(
            decision -> {
              assertThat(decision).isInstanceOf(CommitDecision.PickAgain.class);
              CommitAttempt picked = ((CommitDecision.PickAgain) decision).attempt();
              assertThat(picked.number()).isEqualTo(attempt);
              assertThat(picked.committer()).isEqualTo(committer);
            });
  }

  private static StoredCopy finished(CommitOutcome outcome) {
    assertThat(outcome.decision()).containsInstanceOf(CommitDecision.Finish.class);
    return ((CommitDecision.Finish) outcome.decision().orElseThrow()).copy();
  }

  private static Members members(String... live) {
    return new Members(List.of(live), Set.of(live));
  }

  private SegmentMetadata committing(long end, int attempt, String committer) {
    return CONSUMING.committing(
        end, new CommitAttempt(attempt, committer, now.plus(POLICY.attemptTime(attempt))));
  }

  private static CommitReport consumed(String instance, long position, OffsetRange... missing) {
    return new CommitReport.Consumed(
        instance, "t1", NAME, position, List.of(missing), 0, CommitReport.StopReason.ROW_LIMIT);
  }

  private static CommitReport committed(
      String instance, int attempt, long end, OffsetRange... missing) {
    int lost = (int) Offsets.count(List.of(missing));
    return new CommitReport.Committed(
        instance,
        "t1",
        NAME,
        attempt,
        copy("t1/" + NAME + "/" + attempt, (int) (end - 100) - lost, lost),
        List.of(missing));
  }

  private static CommitReport failed(String instance, int attempt) {
    return new CommitReport.Failed(instance, "t1", NAME, attempt, "disk on fire");
  }

  private static StoredCopy copy(String key, int rows, int lost) {
    return new StoredCopy(key, 7, 1000, rows, ledger(rows, lost), List.of(), Map.of());
  }

  private static LedgerCounts ledger(int indexed, int lost) {
    return new LedgerCounts(indexed, 0, 0, 0, lost);
  }

  private static OffsetRange range(long start, long end) {
    return new OffsetRange(start, end);
  }
}
