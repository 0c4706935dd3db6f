package io.gamay.query.wire;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.explain.ServerExplanation;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.PartialResult;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;
import java.util.Optional;

/**
 * Server to broker.
 *
 * @param result empty when nothing asked for could be answered, or an error ended the work
 * @param tails what the tail parts covered: one for each that was answered, or several ascending
 *     ones where offsets within it could not be read (the first may then begin behind the offset
 *     asked for)
 * @param missingSegments sealed segments that are not here (or not with the named data)
 * @param minConsumingFreshnessMillis oldest "all rows until here are in" of the tails answered,
 *     epoch milliseconds; 0 without tails
 * @param explanation how the result is found, if that was asked
 */
public record ServerResponse(
    String requestId,
    Optional<PartialResult> result,
    ExecutionStatistics statistics,
    List<TailCoverage> tails,
    List<String> missingSegments,
    List<ServerError> errors,
    long minConsumingFreshnessMillis,
    Optional<ServerExplanation> explanation) {

  /**
   * HTTP header that a server sends at once when it fetches files which the response needs; the
   * response follows when they are there. Not in a response that needs none.
   */
  public static final String FETCHING = "Gamay-Fetching";

  public ServerResponse {
    tails = List.copyOf(tails);
    missingSegments = List.copyOf(missingSegments);
    errors = List.copyOf(errors);
  }

  /** Of a request without tails, all of which was answered, if anything: nothing else is told. */
  public static ServerResponse of(String requestId, Optional<PartialResult> result) {
    return new ServerResponse(
        requestId,
        result,
        ExecutionStatistics.ZERO,
        List.of(),
        List.of(),
        List.of(),
        0,
        Optional.empty());
  }

  public ServerResponse withStatistics(ExecutionStatistics other) {
    return new ServerResponse(
        requestId,
        result,
        other,
        tails,
        missingSegments,
        errors,
        minConsumingFreshnessMillis,
        explanation);
  }

  public ServerResponse withTails(List<TailCoverage> other) {
    return new ServerResponse(
        requestId,
        result,
        statistics,
        other,
        missingSegments,
        errors,
        minConsumingFreshnessMillis,
        explanation);
  }

  public ServerResponse withMissingSegments(List<String> other) {
    return new ServerResponse(
        requestId,
        result,
        statistics,
        tails,
        other,
        errors,
        minConsumingFreshnessMillis,
        explanation);
  }

  public ServerResponse withErrors(List<ServerError> other) {
    return new ServerResponse(
        requestId,
        result,
        statistics,
        tails,
        missingSegments,
        other,
        minConsumingFreshnessMillis,
        explanation);
  }

  public ServerResponse withExplanation(ServerExplanation other) {
    return new ServerResponse(
        requestId,
        result,
        statistics,
        tails,
        missingSegments,
        errors,
        minConsumingFreshnessMillis,
        Optional.of(other));
  }

  /** The same, received in so many bytes. */
  public ServerResponse received(long bytes) {
    return explanation.map(told -> withExplanation(told.withReceivedBytes(bytes))).orElse(this);
  }

  public record TailCoverage(int partition, OffsetRange covered) {}

  public record ServerError(QueryErrorCode code, String message) {}
}
