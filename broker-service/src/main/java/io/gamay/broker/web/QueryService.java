package io.gamay.broker.web;

import io.gamay.broker.admit.BrokerLimits;
import io.gamay.broker.admit.QueryAdmission;
import io.gamay.broker.admit.RunningQueries;
import io.gamay.broker.admit.RunningQuery;
import io.gamay.broker.compile.QueryCompiler;
import io.gamay.broker.compile.QueryCompiler.Compiled;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.compile.QueryCompiler.ConstantQuery;
import io.gamay.broker.compile.SmallWork;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.gather.QueryAnswer.Problem;
import io.gamay.broker.scatter.QueryThreads;
import io.gamay.broker.scatter.ScatterGather;
import io.gamay.cluster.view.ClusterView;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.offset.OffsetToken;
import io.gamay.query.plan.QueryOptions;
import io.gamay.query.sql.Query;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * A query's way through the broker: admit, compile, scatter, gather, render. CPU work runs on
 * {@link QueryThreads}; {@link SmallWork} stays on the event loop. A query is under way, and its
 * memory counted, until its answer has been sent; a client that goes away before ends it.
 */
public final class QueryService {

  private static final Logger LOG = LoggerFactory.getLogger(QueryService.class);

  /** Rows that take more are rendered piece by piece while they are sent. */
  private static final long MOST_BYTES_AT_ONCE = 1 << 18;

  private final QueryAdmission admission;
  private final RunningQueries queries;
  private final QueryCompiler compiler;
  private final ScatterGather scatterGather;
  private final BrokerLimits limits;
  private final QueryMemory memory;
  private final Supplier<String> brokerId;
  private final Supplier<ClusterView> views;
  private final QueryThreads threads;
  private final LongSupplier nanoTime;

  /**
   * @param limits of each query
   * @param memory of all queries
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public QueryService(
      QueryAdmission admission,
      RunningQueries queries,
      QueryCompiler compiler,
      ScatterGather scatterGather,
      BrokerLimits limits,
      QueryMemory memory,
      Supplier<String> brokerId,
      Supplier<ClusterView> views,
      QueryThreads threads,
      LongSupplier nanoTime) {
    this.admission = admission;
    this.queries = queries;
    this.compiler = compiler;
    this.scatterGather = scatterGather;
    this.limits = limits;
    this.memory = memory;
    this.brokerId = brokerId;
    this.views = views;
    this.threads = threads;
    this.nanoTime = nanoTime;
  }

  /**
   * Never fails: what goes wrong is in the answer.
   *
   * @param carried token of offsets that came beside the query
   */
  public Mono<Rendered> answer(
      String sql, Map<String, String> options, OffsetToken carried, AnswerFormat format) {
    return Mono.defer(
        () -> {
          try {
            admission.enter();
          } catch (QueryException full) {
            return Mono.just(refuse(full.code(), String.valueOf(full.getMessage()), format));
          }
          return new Way(queries.begin(sql), format, nanoTime.getAsLong()).answer(options, carried);
        });
  }

  /** An answer that says why there is none. */
  public Rendered refuse(QueryErrorCode code, String message, AnswerFormat format) {
    String requestId = Long.toString(queries.nextId());
    QueryAnswer refusal = QueryAnswer.failed(requestId, Optional.empty(), code, message);
    return rendered(refusal, format, whole(refusal, format, nanoTime.getAsLong()));
  }

  private Mono<Compiled> compiled(String sql, Map<String, String> options, ClusterView view) {
    Optional<Query> small = compiler.small(sql, view);
    return small.isPresent()
        ? Mono.fromCallable(() -> compiler.plan(small.get(), options, view))
        : Mono.fromCallable(() -> compiler.compile(sql, options, view))
            .subscribeOn(threads.forText(sql.length()));
  }

  private Rendered.Body whole(QueryAnswer answer, AnswerFormat format, long startNanos) {
    return new Rendered.Body.Whole(body(answer, format, startNanos).whole());
  }

  /** An answer without rows in a format that has nothing but rows becomes text. */
  private AnswerBody body(QueryAnswer answer, AnswerFormat format, long startNanos) {
    AnswerFormat written = isTold(answer, format) ? AnswerFormat.JSON : format;
    return new AnswerBody(
        written, answer, brokerId.get(), () -> (nanoTime.getAsLong() - startNanos) / 1_000_000);
  }

  /** Whether the client must be told of a problem instead of getting rows. */
  private static boolean isTold(QueryAnswer answer, AnswerFormat format) {
    return format.rowsOnly() && (!answer.problems().isEmpty() || answer.table().isEmpty());
  }

  private static Rendered rendered(QueryAnswer answer, AnswerFormat format, Rendered.Body body) {
    Optional<Problem> first = answer.problems().stream().findFirst();
    return new Rendered(
        format,
        first.map(problem -> problem.code().number()).orElse(-1),
        first.map(problem -> problem.code().text() + ": " + problem.message()).orElse(""),
        first.map(problem -> problem.code().httpStatus()).orElse(200),
        answer.isPartial(),
        answer.notices(),
        answer.offsets(),
        answer.offsetToken(),
        body);
  }

  /** One query from its admission to its end. */
  private final class Way {

    private final RunningQuery running;
    private final AnswerFormat format;
    private final long startNanos;

    Way(RunningQuery running, AnswerFormat format, long startNanos) {
      this.running = running;
      this.format = format;
      this.startNanos = startNanos;
    }

    Mono<Rendered> answer(Map<String, String> options, OffsetToken carried) {
      Mono<QueryAnswer> worked =
          Mono.defer(() -> compiled(running.sql(), options, views.get()))
              .flatMap(query -> asked(query, carried))
              .onErrorResume(failure -> Mono.just(failed(failure)));
      return Mono.firstWithSignal(worked, cancelled().map(this::failed))
          .map(this::rendered)
          .doOnError(_ -> end())
          .doOnCancel(this::abandon);
    }

    private Mono<QueryAnswer> asked(Compiled query, OffsetToken carried) {
      QueryOptions options = query.plan().options();
      options.clientQueryId().ifPresent(running::setClientQueryId);
      if (query instanceof CompiledQuery ofTable) {
        admission.admit(ofTable.table());
      }
      QueryBudget budget = memory.open(options.timeout(), limits.with(options.limits()));
      running.setBudget(budget);
      return switch (query) {
        case CompiledQuery ofTable ->
            scatterGather.answer(running, ofTable.carrying(carried), budget);
        case ConstantQuery constant ->
            Mono.fromCallable(
                    () -> QueryAnswer.ofConstants(running.requestId(), constant.plan(), budget))
                .subscribeOn(threads.forText(running.sql().length()));
      };
    }

    private Mono<QueryException> cancelled() {
      return Mono.fromFuture(running.cancelled(), true)
          .map(
              reason ->
                  new QueryException(
                      QueryErrorCode.QUERY_CANCELLATION, "query cancelled: " + reason));
    }

    private QueryAnswer failed(Throwable failure) {
      return switch (failure) {
        case QueryException known -> failed(known.code(), String.valueOf(known.getMessage()));
        case RejectedExecutionException _ ->
            failed(QueryErrorCode.TOO_MANY_REQUESTS, "the broker's query queue is full; try again");
        default -> {
          LOG.error("query {} failed: {}", running.requestId(), running.sql(), failure);
          yield failed(QueryErrorCode.INTERNAL, failure.toString());
        }
      };
    }

    private QueryAnswer failed(QueryErrorCode code, String message) {
      return QueryAnswer.failed(running.requestId(), running.clientQueryId(), code, message);
    }

    private Rendered rendered(QueryAnswer answer) {
      long bytes = answer.table().map(ResultTable::sizeBytes).orElse(0L);
      if (bytes <= MOST_BYTES_AT_ONCE || isTold(answer, format)) {
        Rendered.Body whole = whole(answer, format, startNanos);
        end();
        return QueryService.rendered(answer, format, whole);
      }
      AnswerBody body = body(answer, format, startNanos);
      Flux<byte[]> pieces =
          Flux.<byte[]>generate(sink -> emit(body, sink))
              .subscribeOn(threads.forBytes(bytes))
              .takeUntilOther(cancelled().flatMap(Mono::error))
              .doFinally(_ -> end());
      return QueryService.rendered(answer, format, new Rendered.Body.Pieces(pieces, this::end));
    }

    private void emit(AnswerBody body, SynchronousSink<byte[]> sink) {
      if (body.isOver()) {
        sink.complete();
      } else {
        sink.next(body.next());
      }
    }

    private void abandon() {
      running.cancel("its client went away");
      end();
    }

    private void end() {
      if (queries.end(running)) {
        running.budget().ifPresent(QueryBudget::close);
        admission.leave();
      }
    }
  }
}
