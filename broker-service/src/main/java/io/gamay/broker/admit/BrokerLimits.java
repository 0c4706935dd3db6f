package io.gamay.broker.admit;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.QueryBudget.Wording;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.plan.QueryLimits;

/**
 * What each query may use on this broker. A query may ask for less, never for more.
 *
 * @param maxMemoryBytes for responses, their merge, and the answer's rows
 * @param maxResponseBytes of one server's response
 * @param maxResultRows of the answer
 */
public record BrokerLimits(long maxMemoryBytes, long maxResponseBytes, long maxResultRows) {

  public static final BrokerLimits NONE =
      new BrokerLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  /** The limits that hold for a query that asks for some itself. */
  public QueryBudget.Limits with(QueryLimits asked) {
    String remedy =
        asked.maxMemoryBytes() < maxMemoryBytes
            ? "ask for fewer rows or groups, or raise the option maxQueryMemoryBytes"
            : "ask for fewer rows or groups, or raise the broker's setting gamay.max-merge-memory";
    return new QueryBudget.Limits(
        Math.min(maxMemoryBytes, asked.maxMemoryBytes()),
        Long.MAX_VALUE,
        new Wording(
            QueryErrorCode.BROKER_TIMEOUT,
            "narrow the query, or raise its option timeoutMs",
            remedy,
            "narrow the query"));
  }
}
