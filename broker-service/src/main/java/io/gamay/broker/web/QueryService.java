package io.gamay.broker.web;

import io.gamay.broker.admit.QueryAdmission;
import io.gamay.broker.compile.QueryCompiler;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.compile.SmallWork;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.scatter.ScatterGather;
import io.gamay.cluster.view.ClusterView;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.sql.Query;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A query's way through the broker: admit, compile, scatter, gather, render. CPU work runs on the
 * query pool; {@link SmallWork} stays on the event loop.
 */
public final class QueryService {

  private static final Logger LOG = LoggerFactory.getLogger(QueryService.class);

  private final QueryAdmission admission;
  private final QueryCompiler compiler;
  private final ScatterGather scatterGather;
  private final AnswerRenderer renderer;
  private final Supplier<ClusterView> views;
  private final Scheduler queryScheduler;
  private final LongSupplier nanoTime;
  private final AtomicLong requests = new AtomicLong();

  public QueryService(
      QueryAdmission admission,
      QueryCompiler compiler,
      ScatterGather scatterGather,
      AnswerRenderer renderer,
      Supplier<ClusterView> views,
      Scheduler queryScheduler,
      LongSupplier nanoTime) {
    this.admission = admission;
    this.compiler = compiler;
    this.scatterGather = scatterGather;
    this.renderer = renderer;
    this.views = views;
    this.queryScheduler = queryScheduler;
    this.nanoTime = nanoTime;
  }

  /**
   * @param errorCode the first problem's code, -1 without one
   * @param httpStatus the status that fits it
   */
  public record Rendered(byte[] json, int errorCode, int httpStatus) {}

  public Mono<Rendered> answer(String sql, Map<String, String> options) {
    String requestId = Long.toString(requests.incrementAndGet());
    long started = nanoTime.getAsLong();
    return Mono.defer(() -> admitted(requestId, sql, options))
        .onErrorResume(failure -> Mono.just(failed(requestId, sql, failure)))
        .map(answer -> render(answer, started));
  }

  /** An answer that says why there is none. */
  public Rendered refuse(QueryErrorCode code, String message) {
    String requestId = Long.toString(requests.incrementAndGet());
    return render(QueryAnswer.failed(requestId, code, message), nanoTime.getAsLong());
  }

  private Mono<QueryAnswer> admitted(String requestId, String sql, Map<String, String> options) {
    admission.enter();
    return Mono.defer(() -> compiled(sql, options, views.get()))
        .flatMap(query -> scatterGather.answer(requestId, query))
        .doFinally(_ -> admission.leave());
  }

  private Mono<CompiledQuery> compiled(String sql, Map<String, String> options, ClusterView view) {
    Optional<Query> small = compiler.small(sql, view);
    return small.isPresent()
        ? Mono.fromCallable(() -> compiler.plan(small.get(), options, view))
        : Mono.fromCallable(() -> compiler.compile(sql, options, view)).subscribeOn(queryScheduler);
  }

  private static QueryAnswer failed(String requestId, String sql, Throwable failure) {
    return switch (failure) {
      case QueryException known ->
          QueryAnswer.failed(requestId, known.code(), String.valueOf(known.getMessage()));
      case RejectedExecutionException _ ->
          QueryAnswer.failed(
              requestId,
              QueryErrorCode.TOO_MANY_REQUESTS,
              "the broker's query queue is full; try again");
      default -> {
        LOG.error("query {} failed: {}", requestId, sql, failure);
        yield QueryAnswer.failed(requestId, QueryErrorCode.INTERNAL, failure.toString());
      }
    };
  }

  private Rendered render(QueryAnswer answer, long started) {
    byte[] json = renderer.render(answer, (nanoTime.getAsLong() - started) / 1_000_000);
    if (answer.problems().isEmpty()) {
      return new Rendered(json, -1, 200);
    }
    QueryErrorCode first = answer.problems().getFirst().code();
    return new Rendered(json, first.number(), first.httpStatus());
  }
}
