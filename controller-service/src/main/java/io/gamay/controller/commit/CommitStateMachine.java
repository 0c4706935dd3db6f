package io.gamay.controller.commit;

import io.gamay.cluster.commit.CommitAnswer.Kind;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the leader decides about one segment. Pure: the state is the segment's metadata, the memory
 * holds reports only. Whether this controller leads at all is judged before and by the transaction.
 *
 * <table>
 * <caption>state, event: decision, answer</caption>
 * <tr><td>CONSUMING</td><td>consumed by a member: remember it. When all live members have reported
 *     or the hold time since the first report is over, and a live reporter is past the start</td>
 *     <td>End: among reports that miss nothing the furthest; only if all miss something, the one
 *     that misses least, then furthest. Its reporter is the committer</td><td>HOLD</td></tr>
 * <tr><td>CONSUMING</td><td>tick</td><td>the same</td><td>-</td></tr>
 * <tr><td>CONSUMING</td><td>committed, failed: of a past that never was written</td><td>-</td>
 *     <td>HOLD</td></tr>
 * <tr><td>COMMITTING</td><td>consumed by the committer</td><td>-</td><td>COMMIT</td></tr>
 * <tr><td>COMMITTING</td><td>consumed by another member, before / at or past the end</td><td>-</td>
 *     <td>CATCH_UP / KEEP</td></tr>
 * <tr><td>COMMITTING</td><td>committed by the committer with the current attempt, nothing
 *     missing but what is skipped by order</td><td>Finish, that declared lost</td>
 *     <td>KEEP</td></tr>
 * <tr><td>COMMITTING</td><td>the same, something missing, a live member holds more of the
 *     range</td><td>PickAgain: that member</td><td>KEEP</td></tr>
 * <tr><td>COMMITTING</td><td>the same, nobody live is known to hold more, but a member is away, has
 *     not spoken, or has read less far and missed less, for less than the wait</td><td>-</td><td>KEEP</td></tr>
 * <tr><td>COMMITTING</td><td>the same, and the wait is over or there is nobody to wait for</td>
 *     <td>Finish with the missing offsets declared lost</td><td>KEEP</td></tr>
 * <tr><td>COMMITTING</td><td>committed with the current attempt, but the copy cannot be what was
 *     asked for: ledger open, other object name, missing outside of the range</td><td>-; the trouble
 *     is named</td><td>HOLD</td></tr>
 * <tr><td>COMMITTING</td><td>committed with an older attempt or by another</td><td>-</td>
 *     <td>KEEP</td></tr>
 * <tr><td>COMMITTING</td><td>failed by the committer with the current attempt; or, at any event,
 *     the committer is not live, no member any more, or past its deadline</td><td>PickAgain: the
 *     live member that holds most, the same one if it is alone; a longer deadline. None live: stay,
 *     the trouble is named</td><td>as after it</td></tr>
 * <tr><td>ONLINE</td><td>committed with the named CRC / another</td><td>-</td>
 *     <td>KEEP / DISCARD</td></tr>
 * <tr><td>ONLINE</td><td>consumed (its CRC is unknown)</td><td>-</td><td>DISCARD</td></tr>
 * <tr><td>ONLINE</td><td>failed</td><td>-</td><td>KEEP</td></tr>
 * <tr><td>not ONLINE</td><td>anything from an instance that is no member</td><td>-</td>
 *     <td>HOLD</td></tr>
 * </table>
 */
final class CommitStateMachine {

  private final CommitPolicy policy;

  CommitStateMachine(CommitPolicy policy) {
    this.policy = policy;
  }

  /**
   * @param skipped offsets at the segment's start that are not to be read by order, may be empty:
   *     that they are missing says nothing against a member, and nobody is waited for who might
   *     hold them; they are declared lost
   */
  CommitOutcome on(
      CommitEvent event,
      SegmentMetadata segment,
      OffsetRange skipped,
      ReportMemory memory,
      Members members,
      Instant now) {
    return switch (event) {
      case CommitEvent.Tick() -> onTick(segment, memory, members, now);
      case CommitEvent.Reported(CommitReport report) ->
          onReport(report, segment, skipped, memory, members.withSpeaker(report.instance()), now);
    };
  }

  private CommitOutcome onTick(
      SegmentMetadata segment, ReportMemory memory, Members members, Instant now) {
    return switch (segment.state()) {
      case CONSUMING -> endOrHold(segment, memory, members, now);
      case COMMITTING -> pickAgainOr(Kind.HOLD, segment, memory, members, now);
      case ONLINE -> CommitOutcome.answer(ReportMemory.EMPTY, Kind.HOLD);
    };
  }

  private CommitOutcome onReport(
      CommitReport report,
      SegmentMetadata segment,
      OffsetRange skipped,
      ReportMemory memory,
      Members members,
      Instant now) {
    return switch (segment.state()) {
      case CONSUMING -> whileConsuming(report, segment, skipped, memory, members, now);
      case COMMITTING -> whileCommitting(report, segment, skipped, memory, members, now);
      case ONLINE -> CommitOutcome.answer(ReportMemory.EMPTY, onceOnline(report, segment));
    };
  }

  private CommitOutcome whileConsuming(
      CommitReport report,
      SegmentMetadata segment,
      OffsetRange skipped,
      ReportMemory memory,
      Members members,
      Instant now) {
    if (!members.isMember(report.instance())
        || !(report instanceof CommitReport.Consumed consumed)) {
      return CommitOutcome.answer(memory, Kind.HOLD);
    }
    return endOrHold(segment, remember(consumed, skipped, memory, now), members, now);
  }

  private CommitOutcome endOrHold(
      SegmentMetadata segment, ReportMemory memory, Members members, Instant now) {
    boolean allReported = memory.holdings().keySet().containsAll(members.liveOnes());
    boolean heldLongEnough = hasPassed(memory.firstReportAt(), policy.holdTime(), now);
    if (!allReported && !heldLongEnough) {
      return CommitOutcome.answer(memory, Kind.HOLD);
    }
    return best(segment, memory, members)
        .map(
            committer -> {
              long end = held(memory, committer).position();
              return CommitOutcome.decide(
                  memory.withTrouble(""), new CommitDecision.End(end, attempt(1, committer, now)));
            })
        .orElseGet(() -> CommitOutcome.answer(memory, Kind.HOLD));
  }

  /** The live reporter whose position is to be the end. */
  private static Optional<String> best(
      SegmentMetadata segment, ReportMemory memory, Members members) {
    long start = segment.startOffset();
    Comparator<String> missesLeast =
        Comparator.comparingLong(
            instance -> held(memory, instance).missingOf(start, Long.MAX_VALUE));
    Comparator<String> furthest =
        Comparator.comparingLong(instance -> -held(memory, instance).position());
    return members.liveOnes().stream()
        .filter(instance -> memory.holdings().containsKey(instance))
        .filter(instance -> held(memory, instance).position() > start)
        .min(missesLeast.thenComparing(furthest));
  }

  private CommitOutcome whileCommitting(
      CommitReport report,
      SegmentMetadata segment,
      OffsetRange skipped,
      ReportMemory memory,
      Members members,
      Instant now) {
    if (!members.isMember(report.instance())) {
      return pickAgainOr(Kind.HOLD, segment, memory, members, now);
    }
    CommitAttempt current = segment.attempt().orElseThrow();
    return switch (report) {
      case CommitReport.Consumed consumed -> {
        ReportMemory next = remember(consumed, skipped, memory, now);
        yield pickAgainOr(consumedAnswer(consumed, segment), segment, next, members, now);
      }
      case CommitReport.Committed committed when isCurrent(committed, current) ->
          finish(committed, segment, skipped, memory, members, now);
      case CommitReport.Committed older -> {
        long end = segment.endOffset().orElseThrow();
        ReportMemory next =
            memory.remember(
                older.instance(), new Holding(end, Offsets.without(older.missing(), skipped)), now);
        yield pickAgainOr(Kind.KEEP, segment, next, members, now);
      }
      case CommitReport.Failed failed when isCurrent(failed, current) ->
          pickAgain(
              segment,
              memory.withTrouble(
                  "attempt %d of %s failed: %s"
                      .formatted(failed.attempt(), failed.instance(), failed.reason())),
              members,
              Kind.KEEP,
              now);
      case CommitReport.Failed older -> pickAgainOr(Kind.KEEP, segment, memory, members, now);
    };
  }

  private static Kind consumedAnswer(CommitReport.Consumed report, SegmentMetadata segment) {
    if (report.instance().equals(segment.attempt().orElseThrow().committer())) {
      return Kind.COMMIT;
    }
    return report.position() < segment.endOffset().orElseThrow() ? Kind.CATCH_UP : Kind.KEEP;
  }

  private CommitOutcome finish(
      CommitReport.Committed report,
      SegmentMetadata segment,
      OffsetRange skipped,
      ReportMemory memory,
      Members members,
      Instant now) {
    Optional<String> flaw = flaw(report, segment);
    if (flaw.isPresent()) {
      return pickAgainOr(Kind.HOLD, segment, memory.withTrouble(flaw.get()), members, now);
    }
    OffsetRange offsets = segment.offsets();
    List<OffsetRange> missing = Offsets.within(report.missing(), offsets.start(), offsets.end());
    List<OffsetRange> unexplained = Offsets.without(missing, skipped);
    ReportMemory next =
        memory.remember(report.instance(), new Holding(offsets.end(), unexplained), now);
    if (unexplained.isEmpty()) {
      return CommitOutcome.decide(next, new CommitDecision.Finish(report.copy().withLost(missing)));
    }
    return pickOneThatHoldsMore(report.instance(), segment, next, members, now)
        .orElseGet(() -> loseOrWait(report, segment, missing, next, members, now));
  }

  private Optional<CommitOutcome> pickOneThatHoldsMore(
      String reporter, SegmentMetadata segment, ReportMemory memory, Members members, Instant now) {
    OffsetRange offsets = segment.offsets();
    String most = holdsMost(segment, memory, members, reporter).orElse(reporter);
    Holding other = memory.holdings().get(most);
    long reporterHolds = held(memory, reporter).heldOf(offsets.start(), offsets.end());
    if (other == null || other.heldOf(offsets.start(), offsets.end()) <= reporterHolds) {
      return Optional.empty();
    }
    int number = segment.attempt().orElseThrow().number() + 1;
    return Optional.of(
        CommitOutcome.decide(memory, new CommitDecision.PickAgain(attempt(number, most, now))));
  }

  private CommitOutcome loseOrWait(
      CommitReport.Committed report,
      SegmentMetadata segment,
      List<OffsetRange> missing,
      ReportMemory memory,
      Members members,
      Instant now) {
    List<String> unheard =
        members.all().stream()
            .filter(instance -> !instance.equals(report.instance()))
            .filter(
                instance ->
                    !members.isLive(instance) || mayHoldMore(instance, report, segment, memory))
            .toList();
    ReportMemory next = memory.withLossReported(now);
    if (unheard.isEmpty() || hasPassed(next.lossReportedAt(), policy.awayWait(), now)) {
      return CommitOutcome.decide(next, new CommitDecision.Finish(report.copy().withLost(missing)));
    }
    return CommitOutcome.answer(
        next.withTrouble(
            "offsets %s are missing in the copy of %s; waiting for %s, which may hold them"
                .formatted(missing, report.instance(), unheard)),
        Kind.KEEP);
  }

  /** Whether a member has not spoken, or may yet read more of the range than the reporter holds. */
  private static boolean mayHoldMore(
      String instance,
      CommitReport.Committed report,
      SegmentMetadata segment,
      ReportMemory memory) {
    Holding holding = memory.holdings().get(instance);
    OffsetRange offsets = segment.offsets();
    return holding == null
        || holding.missingOf(offsets.start(), offsets.end())
            < held(memory, report.instance()).missingOf(offsets.start(), offsets.end());
  }

  /** Why a reported copy cannot be the segment. */
  private static Optional<String> flaw(CommitReport.Committed report, SegmentMetadata segment) {
    OffsetRange offsets = segment.offsets();
    LedgerCounts ledger = report.copy().ledger();
    List<OffsetRange> missing = Offsets.within(report.missing(), offsets.start(), offsets.end());
    if (!missing.equals(Offsets.within(report.missing(), 0, Long.MAX_VALUE))) {
      return refused(
          report, "missing offsets %s outside of %s".formatted(report.missing(), offsets));
    }
    if (!ledger.closes(offsets)) {
      return refused(
          report,
          "the ledger does not close: %s is %d offsets, expected %d"
              .formatted(ledger, ledger.total(), offsets.size()));
    }
    if (ledger.lost() != Offsets.count(missing)) {
      return refused(
          report,
          "the ledger counts %d lost offsets, missing are %s".formatted(ledger.lost(), missing));
    }
    if (ledger.indexed() != report.copy().docCount()) {
      return refused(
          report,
          "the ledger counts %d indexed records, the copy has %d rows"
              .formatted(ledger.indexed(), report.copy().docCount()));
    }
    String key = objectKey(report.tableId(), segment.name(), report.attempt());
    if (!report.copy().objectKey().equals(key)) {
      return refused(report, "object %s, expected %s".formatted(report.copy().objectKey(), key));
    }
    return Optional.empty();
  }

  private static Optional<String> refused(CommitReport.Committed report, String why) {
    return Optional.of(
        "the copy of %s, attempt %d, is refused: %s"
            .formatted(report.instance(), report.attempt(), why));
  }

  /** The one name that an attempt may write to. */
  static String objectKey(String tableId, SegmentName segment, int attempt) {
    return tableId + "/" + segment + "/" + attempt;
  }

  private CommitOutcome pickAgainOr(
      Kind answer, SegmentMetadata segment, ReportMemory memory, Members members, Instant now) {
    CommitAttempt current = segment.attempt().orElseThrow();
    boolean canGoOn =
        members.isMember(current.committer())
            && members.isLive(current.committer())
            && now.isBefore(current.deadline());
    return canGoOn
        ? CommitOutcome.answer(memory, answer)
        : pickAgain(segment, memory, members, answer, now);
  }

  private CommitOutcome pickAgain(
      SegmentMetadata segment, ReportMemory memory, Members members, Kind answer, Instant now) {
    CommitAttempt current = segment.attempt().orElseThrow();
    return holdsMost(segment, memory, members, current.committer())
        .map(
            committer ->
                CommitOutcome.decide(
                    memory,
                    new CommitDecision.PickAgain(attempt(current.number() + 1, committer, now))))
        .orElseGet(
            () ->
                CommitOutcome.answer(
                    memory.withTrouble("no live member of " + members.all()), answer));
  }

  /**
   * The live member that holds most offsets of the range; silent ones count as holding nothing; of
   * equals another than the one to avoid, then in assignment order.
   */
  private static Optional<String> holdsMost(
      SegmentMetadata segment, ReportMemory memory, Members members, String avoid) {
    OffsetRange offsets = segment.offsets();
    Comparator<String> most =
        Comparator.comparingLong(
            instance -> {
              Holding holding = memory.holdings().get(instance);
              return holding == null ? 0 : -holding.heldOf(offsets.start(), offsets.end());
            });
    Comparator<String> avoided = Comparator.comparing(instance -> instance.equals(avoid));
    return members.liveOnes().stream().min(most.thenComparing(avoided));
  }

  private static Kind onceOnline(CommitReport report, SegmentMetadata segment) {
    int namedCrc = segment.stored().orElseThrow().dataCrc();
    return switch (report) {
      case CommitReport.Consumed consumed -> Kind.DISCARD;
      case CommitReport.Committed committed ->
          committed.copy().dataCrc() == namedCrc ? Kind.KEEP : Kind.DISCARD;
      case CommitReport.Failed failed -> Kind.KEEP;
    };
  }

  private CommitAttempt attempt(int number, String committer, Instant now) {
    return new CommitAttempt(number, committer, now.plus(policy.attemptTime(number)));
  }

  private static boolean isCurrent(CommitReport.Committed report, CommitAttempt current) {
    return report.attempt() == current.number() && report.instance().equals(current.committer());
  }

  private static boolean isCurrent(CommitReport.Failed report, CommitAttempt current) {
    return report.attempt() == current.number() && report.instance().equals(current.committer());
  }

  private static ReportMemory remember(
      CommitReport.Consumed report, OffsetRange skipped, ReportMemory memory, Instant now) {
    return memory.remember(
        report.instance(),
        new Holding(report.position(), Offsets.without(report.missing(), skipped)),
        now);
  }

  private static Holding held(ReportMemory memory, String instance) {
    Holding holding = memory.holdings().get(instance);
    if (holding == null) {
      throw new IllegalStateException("nothing is remembered of " + instance);
    }
    return holding;
  }

  private static boolean hasPassed(Optional<Instant> since, Duration time, Instant now) {
    return since.isPresent() && !now.isBefore(since.get().plus(time));
  }
}
