package io.gamay.ingest.execute;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.QueryBudget.Wording;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.wire.ServerRequest;

/**
 * What each query may use on this server. A query may ask for less, never for more.
 *
 * @param maxMemoryBytes for what it holds
 * @param maxRows rows of segments that it looks at
 * @param maxResponseBytes of the response to the broker
 */
public record ServerLimits(long maxMemoryBytes, long maxRows, long maxResponseBytes) {

  public static final ServerLimits NONE =
      new ServerLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  /** The limits that hold for a query that asks for some itself. */
  QueryBudget.Limits with(ServerRequest.Limits asked) {
    return new QueryBudget.Limits(
        Math.min(maxMemoryBytes, asked.maxMemoryBytes()),
        Math.min(maxRows, asked.maxRows()),
        new Wording(
            QueryErrorCode.EXECUTION_TIMEOUT,
            "narrow the query, or raise its option timeoutMs (this is what was left of it for a server)",
            remedy(
                asked.maxMemoryBytes() < maxMemoryBytes,
                "maxQueryMemoryBytes",
                "gamay.query.max-memory"),
            remedy(asked.maxRows() < maxRows, "maxScannedRows", "gamay.query.max-rows")));
  }

  long responseBytesWith(ServerRequest.Limits asked) {
    return Math.min(maxResponseBytes, asked.maxResponseBytes());
  }

  String responseRemedyWith(ServerRequest.Limits asked) {
    return asked.maxResponseBytes() < maxResponseBytes
        ? "ask for fewer rows, or raise maxServerResponseSizeBytes or maxQueryResponseSizeBytes"
        : "ask for fewer rows, or raise gamay.query.max-response of the servers and gamay.max-response-size of the broker";
  }

  private static String remedy(boolean isAsked, String option, String setting) {
    return isAsked
        ? "narrow the query, or raise its option " + option
        : "narrow the query, or raise the servers' setting " + setting;
  }
}
