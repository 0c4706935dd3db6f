package io.gamay.ingest.consume;

import io.gamay.cluster.commit.CommitReport.StopReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The server's state machine of one segment: pure, a state and an event give a state and actions.
 * Rows go on being appended in every state while memory lasts; what the table calls "position" is
 * of this segment alone.
 *
 * <table>
 * <caption>state, event: next state, actions</caption>
 * <tr><td>INITIAL_CONSUMING</td><td>StopDue</td><td>HOLDING</td></tr>
 * <tr><td>INITIAL_CONSUMING, HOLDING</td><td>EndLearnt, position before the end</td>
 *     <td>CATCHING_UP</td></tr>
 * <tr><td>INITIAL_CONSUMING, HOLDING; CATCHING_UP once Advanced so far</td><td>EndLearnt, position
 *     at or past the end</td><td>Cut; COMMITTING if the attempt is ours, else RETAINING. Seal, if
 *     the attempt is ours or nothing is missing</td></tr>
 * <tr><td>INITIAL_CONSUMING, HOLDING, CATCHING_UP</td><td>OnlineLearnt, position before the end</td>
 *     <td>CONSUMING_TO_ONLINE</td></tr>
 * <tr><td>INITIAL_CONSUMING, HOLDING; CONSUMING_TO_ONLINE once Advanced so far</td>
 *     <td>OnlineLearnt, position at or past the end</td><td>Cut; RETAINING and Seal if nothing is
 *     missing, else DISCARDED</td></tr>
 * <tr><td>CONSUMING_TO_ONLINE</td><td>CatchUpOver</td><td>SkipTo; DISCARDED</td></tr>
 * <tr><td>COMMITTING</td><td>Sealed</td><td>Upload of the newest attempt</td></tr>
 * <tr><td>COMMITTING</td><td>EndLearnt, a higher attempt of ours</td><td>Upload of it, if sealed</td></tr>
 * <tr><td>COMMITTING</td><td>EndLearnt, a higher attempt of another</td><td>RETAINING</td></tr>
 * <tr><td>RETAINING</td><td>EndLearnt, an attempt of ours</td><td>COMMITTING; Upload if sealed, else
 *     Seal</td></tr>
 * <tr><td>COMMITTING, RETAINING</td><td>Uploaded, UploadRefused</td><td>stay: the report says so
 *     until metadata shows the effect</td></tr>
 * <tr><td>COMMITTING, RETAINING</td><td>OnlineLearnt with the CRC of the local file</td>
 *     <td>COMMITTED if it is ours, else RETAINED</td></tr>
 * <tr><td>COMMITTING, RETAINING</td><td>OnlineLearnt with another CRC, or nothing is being
 *     sealed</td><td>DISCARDED</td></tr>
 * <tr><td>COMMITTING, RETAINING</td><td>OnlineLearnt while it is being sealed</td><td>stay; judged at
 *     Sealed</td></tr>
 * <tr><td>any not final</td><td>CopyServed</td><td>RETAINED</td></tr>
 * <tr><td>before the cut</td><td>StreamBroken</td><td>ERROR. OnlineLearnt leads on from there to
 *     DISCARDED, EndLearnt at or before the position to the cut</td></tr>
 * <tr><td>COMMITTING, RETAINING</td><td>SealImpossible</td><td>stay with the reason; the attempt is
 *     reported as failed</td></tr>
 * </table>
 *
 * <p>An older attempt than the one known changes nothing. A second, other end breaks an invariant
 * of the cluster and throws.
 *
 * @param firstMissing the first offset that could not be read, {@link #NOTHING_MISSING} if none
 * @param end of the segment, once known
 * @param attempt newest known, 0 before
 * @param sealing whether the local file is being written
 * @param localCrc of the local file, once sealed
 * @param namedCrc of the durable copy, once ONLINE
 * @param uploaded attempt whose object was read back, 0 before
 * @param refused attempt whose object name is burnt, 0 before
 * @param reason why it does not go on; empty when it does
 */
record SegmentProgress(
    ConsumingState state,
    long position,
    long firstMissing,
    Optional<StopReason> stopReason,
    OptionalLong end,
    int attempt,
    boolean isMine,
    boolean sealing,
    OptionalInt localCrc,
    OptionalInt namedCrc,
    int uploaded,
    int refused,
    String reason) {

  static final long NOTHING_MISSING = Long.MAX_VALUE;

  /** A state and what is to be done. */
  record Step(SegmentProgress next, List<SegmentAction> actions) {
    Step {
      actions = List.copyOf(actions);
    }
  }

  /** What a segment has to say to the leader. */
  enum Report {
    NONE,
    CONSUMED,
    COMMITTED,
    FAILED
  }

  /** A segment without rows. */
  static SegmentProgress starting(long start) {
    return new SegmentProgress(
        ConsumingState.INITIAL_CONSUMING,
        start,
        NOTHING_MISSING,
        Optional.empty(),
        OptionalLong.empty(),
        0,
        false,
        false,
        OptionalInt.empty(),
        OptionalInt.empty(),
        0,
        0,
        "");
  }

  /** A COMMITTING segment whose file survived a restart. */
  static SegmentProgress ofFile(long end, int crc) {
    return new Change(starting(end)).state(ConsumingState.RETAINING).end(end).localCrc(crc).done();
  }

  /** Whether offsets of this segment, as far as its end is known, could not be read. */
  boolean missesOffsets() {
    return firstMissing < end.orElse(NOTHING_MISSING);
  }

  /** Whether rows from its end on belong to another segment by now. */
  boolean isCut() {
    return switch (state) {
      case INITIAL_CONSUMING, HOLDING, CATCHING_UP, CONSUMING_TO_ONLINE -> false;
      case ERROR -> false;
      case COMMITTING, RETAINING, RETAINED, COMMITTED, DISCARDED -> true;
    };
  }

  /** What is to be reported again and again while this state lasts. */
  Report report() {
    return switch (state) {
      case INITIAL_CONSUMING, RETAINED, COMMITTED, DISCARDED, ERROR -> Report.NONE;
      case HOLDING, CATCHING_UP, CONSUMING_TO_ONLINE, RETAINING -> Report.CONSUMED;
      case COMMITTING ->
          uploaded == attempt
              ? Report.COMMITTED
              : refused == attempt ? Report.FAILED : Report.CONSUMED;
    };
  }

  Step on(SegmentEvent event) {
    return switch (event) {
      case SegmentEvent.Advanced(long to) -> advanced(to);
      case SegmentEvent.OffsetsGone(long first) -> stay(new Change(this).missing(first));
      case SegmentEvent.StopDue(StopReason why) -> stopDue(why);
      case SegmentEvent.EndLearnt learnt -> endLearnt(learnt);
      case SegmentEvent.OnlineLearnt learnt -> onlineLearnt(learnt);
      case SegmentEvent.Sealed(int crc) -> sealed(crc);
      case SegmentEvent.SealImpossible(String why) -> sealImpossible(why);
      case SegmentEvent.Uploaded(int of) -> stay(new Change(this).uploaded(of));
      case SegmentEvent.UploadRefused(int of, String why) ->
          stay(new Change(this).refused(of).reason(why));
      case SegmentEvent.CatchUpOver() -> catchUpOver();
      case SegmentEvent.CopyServed() -> copyServed();
      case SegmentEvent.StreamBroken(String why) ->
          isCut() ? stay() : go(ConsumingState.ERROR, new Change(this).reason(why));
    };
  }

  private Step advanced(long to) {
    if (to < position) {
      throw new IllegalStateException("position went back from %d to %d".formatted(position, to));
    }
    SegmentProgress moved = new Change(this).position(to).done();
    boolean waitsForEnd =
        state == ConsumingState.CATCHING_UP || state == ConsumingState.CONSUMING_TO_ONLINE;
    return waitsForEnd && to >= end.orElseThrow() ? moved.cut() : new Step(moved, List.of());
  }

  private Step stopDue(StopReason why) {
    return state == ConsumingState.INITIAL_CONSUMING
        ? go(ConsumingState.HOLDING, new Change(this).stop(why))
        : stay();
  }

  private Step endLearnt(SegmentEvent.EndLearnt learnt) {
    checkEnd(learnt.end());
    if (learnt.attempt() < attempt || namedCrc.isPresent()) {
      return stay();
    }
    boolean isNews = learnt.attempt() > attempt;
    SegmentProgress told =
        new Change(this).end(learnt.end()).attempt(learnt.attempt(), learnt.isMine()).done();
    return switch (state) {
      case INITIAL_CONSUMING, HOLDING ->
          position >= learnt.end() ? told.cut() : told.go(ConsumingState.CATCHING_UP);
      case ERROR -> position >= learnt.end() ? told.cut() : told.stay();
      case CATCHING_UP, CONSUMING_TO_ONLINE -> told.stay();
      case COMMITTING, RETAINING -> isNews || isMine != learnt.isMine() ? told.take() : told.stay();
      case RETAINED, COMMITTED, DISCARDED -> stay();
    };
  }

  /** Takes up the newest attempt of a segment that is cut. */
  private Step take() {
    if (!isMine) {
      return go(ConsumingState.RETAINING);
    }
    SegmentProgress committing =
        new Change(this).state(ConsumingState.COMMITTING).reason("").done();
    if (localCrc.isPresent()) {
      return new Step(committing, List.of(new SegmentAction.Upload(attempt)));
    }
    return sealing ? new Step(committing, List.of()) : committing.startSeal(List.of());
  }

  private Step cut() {
    long at = end.orElseThrow();
    List<SegmentAction> actions = List.of(new SegmentAction.Cut(at));
    boolean isOnline = namedCrc.isPresent();
    if (missesOffsets() && (isOnline || !isMine)) {
      return new Step(
          new Change(this)
              .state(isOnline ? ConsumingState.DISCARDED : ConsumingState.RETAINING)
              .done(),
          actions);
    }
    boolean commits = isMine && !isOnline;
    return new Change(this)
        .state(commits ? ConsumingState.COMMITTING : ConsumingState.RETAINING)
        .done()
        .startSeal(actions);
  }

  private Step startSeal(List<SegmentAction> before) {
    List<SegmentAction> actions = new ArrayList<>(before);
    actions.add(new SegmentAction.Seal());
    return new Step(new Change(this).sealing(true).done(), actions);
  }

  private Step onlineLearnt(SegmentEvent.OnlineLearnt learnt) {
    checkEnd(learnt.end());
    if (namedCrc.isPresent()) {
      return stay();
    }
    SegmentProgress told =
        new Change(this)
            .end(learnt.end())
            .namedCrc(learnt.dataCrc())
            .attempt(attempt, learnt.isMine())
            .done();
    return switch (state) {
      case INITIAL_CONSUMING, HOLDING, CATCHING_UP ->
          position >= learnt.end() ? told.cut() : told.go(ConsumingState.CONSUMING_TO_ONLINE);
      case ERROR ->
          new Step(
              new Change(told).state(ConsumingState.DISCARDED).done(),
              List.of(new SegmentAction.SkipTo(learnt.end())));
      case COMMITTING, RETAINING -> told.judge();
      case CONSUMING_TO_ONLINE, RETAINED, COMMITTED, DISCARDED -> stay();
    };
  }

  /** Compares the local file with the durable copy. */
  private Step judge() {
    if (localCrc.isEmpty()) {
      return sealing ? stay() : go(ConsumingState.DISCARDED);
    }
    if (localCrc.getAsInt() != namedCrc.orElseThrow()) {
      return go(ConsumingState.DISCARDED);
    }
    return go(isMine ? ConsumingState.COMMITTED : ConsumingState.RETAINED);
  }

  private Step sealed(int crc) {
    SegmentProgress told = new Change(this).localCrc(crc).sealing(false).done();
    if (state != ConsumingState.COMMITTING && state != ConsumingState.RETAINING) {
      return told.stay();
    }
    if (namedCrc.isPresent()) {
      return told.judge();
    }
    return state == ConsumingState.COMMITTING
        ? new Step(told, List.of(new SegmentAction.Upload(attempt)))
        : told.stay();
  }

  private Step sealImpossible(String why) {
    SegmentProgress told =
        new Change(this).sealing(false).refused(isMine ? attempt : refused).reason(why).done();
    return namedCrc.isPresent() && !state.isFinal() ? told.judge() : told.stay();
  }

  private Step catchUpOver() {
    if (state != ConsumingState.CONSUMING_TO_ONLINE) {
      return stay();
    }
    long at = end.orElseThrow();
    return new Step(
        new Change(this).state(ConsumingState.DISCARDED).done(),
        List.of(new SegmentAction.SkipTo(at)));
  }

  private Step copyServed() {
    return isCut() && !state.isFinal() ? go(ConsumingState.RETAINED) : stay();
  }

  private void checkEnd(long told) {
    if (end.isPresent() && end.getAsLong() != told) {
      throw new IllegalStateException(
          "end of the segment was %d and is said to be %d".formatted(end.getAsLong(), told));
    }
  }

  private Step stay() {
    return new Step(this, List.of());
  }

  private static Step stay(Change change) {
    return new Step(change.done(), List.of());
  }

  private Step go(ConsumingState to) {
    return go(to, new Change(this).reason(""));
  }

  private static Step go(ConsumingState to, Change change) {
    return new Step(change.state(to).done(), List.of());
  }

  /** A copy with some fields changed. */
  private static final class Change {
    private ConsumingState state;
    private long position;
    private long firstMissing;
    private Optional<StopReason> stopReason;
    private OptionalLong end;
    private int attempt;
    private boolean isMine;
    private boolean sealing;
    private OptionalInt localCrc;
    private OptionalInt namedCrc;
    private int uploaded;
    private int refused;
    private String reason;

    Change(SegmentProgress of) {
      state = of.state;
      position = of.position;
      firstMissing = of.firstMissing;
      stopReason = of.stopReason;
      end = of.end;
      attempt = of.attempt;
      isMine = of.isMine;
      sealing = of.sealing;
      localCrc = of.localCrc;
      namedCrc = of.namedCrc;
      uploaded = of.uploaded;
      refused = of.refused;
      reason = of.reason;
    }

    Change state(ConsumingState to) {
      state = to;
      return this;
    }

    Change position(long to) {
      position = to;
      return this;
    }

    Change missing(long first) {
      firstMissing = Math.min(firstMissing, first);
      return this;
    }

    Change stop(StopReason why) {
      stopReason = Optional.of(why);
      return this;
    }

    Change end(long at) {
      end = OptionalLong.of(at);
      return this;
    }

    Change attempt(int number, boolean mine) {
      attempt = number;
      isMine = mine;
      return this;
    }

    Change sealing(boolean is) {
      sealing = is;
      return this;
    }

    Change localCrc(int crc) {
      localCrc = OptionalInt.of(crc);
      return this;
    }

    Change namedCrc(int crc) {
      namedCrc = OptionalInt.of(crc);
      return this;
    }

    Change uploaded(int of) {
      uploaded = of;
      return this;
    }

    Change refused(int of) {
      refused = of;
      return this;
    }

    Change reason(String why) {
      reason = why;
      return this;
    }

    SegmentProgress done() {
      return new SegmentProgress(
          state,
          position,
          firstMissing,
          stopReason,
          end,
          attempt,
          isMine,
          sealing,
          localCrc,
          namedCrc,
          uploaded,
          refused,
          reason);
    }
  }
}
