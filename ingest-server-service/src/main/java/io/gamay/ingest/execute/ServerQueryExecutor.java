package io.gamay.ingest.execute;

import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.reuse.ResultCache;
import io.gamay.query.reuse.SegmentResults;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.ServerError;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The door for queries: admits a bounded number, gives each a budget, and answers every one that is
 * not cancelled, if only with an error. Never blocks its caller. Thread-safe.
 */
public final class ServerQueryExecutor {

  private final SegmentHost host;
  private final TailEnds tailEnds;
  private final QueryPool pool;
  private final int maxQueries;
  private final QueryBudget.Limits limits;
  private final ResultCache results;
  private final LongSupplier nanoTime;
  private final AtomicInteger admitted = new AtomicInteger();

  /**
   * @param maxQueries running and waiting ones together; more are refused at once
   * @param limits of each query
   * @param results of earlier queries
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public ServerQueryExecutor(
      SegmentHost host,
      TailEnds tailEnds,
      QueryPool pool,
      int maxQueries,
      QueryBudget.Limits limits,
      ResultCache results,
      LongSupplier nanoTime) {
    this.host = host;
    this.tailEnds = tailEnds;
    this.pool = pool;
    this.maxQueries = maxQueries;
    this.limits = limits;
    this.results = results;
    this.nanoTime = nanoTime;
  }

  /** The answer; cancelling it ends the work. */
  public CompletableFuture<ServerResponse> submit(ServerRequest request) {
    if (admitted.incrementAndGet() > maxQueries) {
      admitted.decrementAndGet();
      return CompletableFuture.completedFuture(
          refusal(request, "%d queries run and wait already".formatted(maxQueries)));
    }
    QueryBudget budget = new QueryBudget(nanoTime, request.timeout(), limits);
    CompletableFuture<ServerResponse> answer;
    try {
      answer =
          new ServerQuery(request, host, tailEnds, pool, budget, resultsFor(request), nanoTime)
              .run();
    } catch (RuntimeException e) {
      answer = CompletableFuture.completedFuture(ServerQuery.failure(request, e));
    }
    CompletableFuture<ServerResponse> result = new CompletableFuture<>();
    var _ =
        answer.whenComplete(
            (response, failure) -> {
              admitted.decrementAndGet();
              result.complete(failure == null ? response : ServerQuery.failure(request, failure));
            });
    var _ =
        result.whenComplete(
            (_, _) -> {
              if (result.isCancelled()) {
                budget.cancel("the broker waits no longer");
              }
            });
    return result;
  }

  private SegmentResults resultsFor(ServerRequest request) {
    return request.resultReuse()
        ? results.forQuery(request.tableId(), request.plan())
        : new SegmentResults.None();
  }

  public int admittedQueries() {
    return admitted.get();
  }

  private static ServerResponse refusal(ServerRequest request, String message) {
    return ServerQuery.errorResponse(
        request, List.of(new ServerError(QueryErrorCode.SERVER_OUT_OF_CAPACITY, message)));
  }
}
