package io.gamay.cluster.assignment;

import java.time.Instant;
import java.util.Optional;

/**
 * Somebody's order to bring a table's segments to where they belong, and how far that is. Where
 * they belong is not in here: it is found anew again and again, so that what changes meanwhile
 * counts.
 *
 * @param number unique within the table
 * @param reason why it ended; empty while it is IN_PROGRESS
 * @param progress when the leader looked last
 * @param waitingFor why some segments do not move yet; empty when none waits for long
 * @param failures how many passes in a row have failed
 * @param lastError what the last pass that failed said; empty before the first
 */
public record RebalanceJob(
    int number,
    RebalanceOptions options,
    Status status,
    String reason,
    Instant submittedAt,
    Progress progress,
    String waitingFor,
    int failures,
    String lastError,
    Optional<Instant> finishedAt) {

  private static final int MAX_TEXT = 1_000;

  public RebalanceJob {
    reason = shortened(reason);
    waitingFor = shortened(waitingFor);
    lastError = shortened(lastError);
  }

  /** As Pinot names them. */
  public enum Status {
    IN_PROGRESS,
    /** There was nothing to do. */
    NO_OP,
    DONE,
    /** Somebody called it off. */
    CANCELLED,
    /** What it was about is gone. */
    ABORTED,
    /** It cannot be done. */
    FAILED
  }

  /**
   * @param segments how many were found that had to move, so far
   * @param toMove those of them that have not begun to
   * @param underWay those of them that others still have to load, or to let go
   * @param untilCommitted consuming segments that are where they belong, and that the servers which
   *     gave them up consume until they are committed
   */
  public record Progress(int segments, int toMove, int underWay, int untilCommitted) {

    public static final Progress NONE = new Progress(0, 0, 0, 0);

    public int moved() {
      return segments - toMove - underWay;
    }

    /** What a later look has found. */
    public Progress then(int toMoveNow, int underWayNow, int untilCommittedNow) {
      return new Progress(
          Math.max(segments, toMoveNow + underWayNow), toMoveNow, underWayNow, untilCommittedNow);
    }
  }

  public static RebalanceJob submitted(
      int number, RebalanceOptions options, int segments, Instant now) {
    return new RebalanceJob(
        number,
        options,
        Status.IN_PROGRESS,
        "",
        now,
        new Progress(segments, segments, 0, 0),
        "",
        0,
        "",
        Optional.empty());
  }

  public boolean isInProgress() {
    return status == Status.IN_PROGRESS;
  }

  public RebalanceJob with(Progress next, String waiting) {
    return new RebalanceJob(
        number, options, status, reason, submittedAt, next, waiting, 0, lastError, finishedAt);
  }

  public RebalanceJob failedOnce(String error) {
    return new RebalanceJob(
        number,
        options,
        status,
        reason,
        submittedAt,
        progress,
        waitingFor,
        failures + 1,
        error,
        finishedAt);
  }

  public RebalanceJob ended(Status end, String why, Instant now) {
    return new RebalanceJob(
        number,
        options,
        end,
        why,
        submittedAt,
        progress,
        "",
        failures,
        lastError,
        Optional.of(now));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
