package io.gamay.broker.scatter;

import io.gamay.broker.admit.BrokerLimits;
import io.gamay.broker.admit.RunningQuery;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.gather.AnswerBuilder;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.route.PartitionParts;
import io.gamay.broker.route.PartitionRouter;
import io.gamay.broker.route.ServerAssignment;
import io.gamay.broker.route.ServerAssignment.ServerWork;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.QueryLimits;
import io.gamay.query.sql.Query;
import io.gamay.query.wire.ServerRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks the servers that hold a query's rows, all at once, and once more, with a fresh view and
 * other replicas where there are any, for what did not come. A part's result is taken once: from
 * the response that says it is complete. A server that alone is asked for everything is told to
 * finish the answer's groups.
 */
public final class ScatterGather {

  private static final int ROUNDS = 2;

  /** To put together what came of a query when its time is over, and what did not. */
  private static final Duration MOST_OVERTIME = Duration.ofSeconds(1);

  private final Supplier<ClusterView> views;
  private final ServerClient servers;
  private final HighWaterMarks marks;
  private final QueryThreads threads;
  private final BrokerLimits limits;
  private final LongSupplier nanoTime;
  private final AtomicLong turns = new AtomicLong();

  /**
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public ScatterGather(
      Supplier<ClusterView> views,
      ServerClient servers,
      HighWaterMarks marks,
      QueryThreads threads,
      BrokerLimits limits,
      LongSupplier nanoTime) {
    this.views = views;
    this.servers = servers;
    this.marks = marks;
    this.threads = threads;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /** One query under way. */
  private record Run(
      RunningQuery running,
      CompiledQuery query,
      QueryBudget budget,
      AnswerBuilder answer,
      long deadlineNanos) {}

  /**
   * @param budget of the query on this broker: what comes from servers, the merge, and the answer's
   *     rows, which it holds until it is closed
   */
  public Mono<QueryAnswer> answer(RunningQuery running, CompiledQuery query, QueryBudget budget) {
    return Mono.defer(
        () -> {
          long deadline = nanoTime.getAsLong() + query.plan().options().timeout().toNanos();
          ClusterView view = views.get();
          PartitionRouter router = new PartitionRouter(view);
          List<PartitionParts> parts =
              query.table().partitions().values().stream()
                  .map(partition -> router.route(partition, query.plan().server().filter()))
                  .toList();
          AnswerBuilder answer =
              new AnswerBuilder(running.requestId(), query, parts, budget, limits.maxResultRows());
          if (query.plan().query().explain() != Query.Explain.NONE) {
            parts.forEach(partition -> answer.explainPruned(router, query.table(), partition));
          }
          Run run = new Run(running, query, budget, answer, deadline);
          return askFor(run, view, parts, Set.of(), 1).then(Mono.defer(() -> build(run)));
        });
  }

  private Mono<QueryAnswer> build(Run run) {
    AnswerBuilder answer = run.answer();
    Mono<QueryAnswer> built = Mono.fromCallable(() -> answer.build(marks, nanoTime));
    if (answer.isSmall()) {
      return built;
    }
    Duration left = Duration.ofNanos(Math.max(0, run.deadlineNanos() - nanoTime.getAsLong()));
    return built
        .subscribeOn(threads.forBytes(answer.resultBytes()))
        .timeout(left.plus(MOST_OVERTIME), Mono.error(run.budget()::lateness), threads.timer());
  }

  private Mono<Void> askFor(
      Run run, ClusterView view, List<PartitionParts> parts, Set<String> avoid, int round) {
    ServerAssignment assignment =
        ServerAssignment.choose(
            run.query().table().tableId(),
            parts,
            marks,
            run.query().plan().options().minOffsets(),
            avoid,
            turns.getAndIncrement());
    Optional<FinishPlan> finish =
        round == 1 && assignment.isWholeOnOne(parts)
            ? run.query().plan().finish()
            : Optional.empty();
    return Flux.fromIterable(assignment.work().entrySet())
        .flatMap(entry -> ask(run, view, entry, assignment.work().size(), finish), 64)
        .then(Mono.defer(() -> askAgain(run, avoid, round)));
  }

  private Mono<Void> ask(
      Run run,
      ClusterView view,
      Map.Entry<String, ServerWork> entry,
      int serverCount,
      Optional<FinishPlan> finish) {
    String instance = entry.getKey();
    InstanceView server = view.instances().get(instance);
    Duration left = Duration.ofNanos(run.deadlineNanos() - nanoTime.getAsLong());
    if (server == null) {
      return Mono.empty();
    }
    if (!left.isPositive()) {
      run.answer().tooLateFor(instance);
      return Mono.empty();
    }
    ServerRequest request =
        new ServerRequest(
            run.running().serverRequestId(),
            run.query().table().tableId(),
            run.query().plan().server(),
            run.query().plan().trim(),
            finish,
            entry.getValue().sealed(),
            entry.getValue().tails(),
            left,
            run.query().plan().options().resultCache(),
            limits(run.query().plan().options().limits(), serverCount),
            run.query().plan().query().explain());
    long started = nanoTime.getAsLong();
    run.answer().asked(instance);
    run.running().asked(server.config());
    return servers
        .ask(server.config(), request, run.budget())
        .doFinally(_ -> run.running().answered(server.config()))
        .doOnNext(
            response ->
                run.answer().add(instance, request, response, nanoTime.getAsLong() - started))
        .then()
        .onErrorResume(
            failure -> {
              run.answer().failed(instance, failure);
              return Mono.empty();
            });
  }

  private ServerRequest.Limits limits(QueryLimits asked, int serverCount) {
    return new ServerRequest.Limits(
        asked.maxThreads(),
        asked.maxMemoryBytes(),
        asked.maxScannedRows(),
        Math.min(limits.maxResponseBytes(), asked.responseBytesOf(serverCount)));
  }

  private Mono<Void> askAgain(Run run, Set<String> avoid, int round) {
    if (round == ROUNDS || run.answer().isComplete() || run.answer().isDoomed()) {
      return Mono.empty();
    }
    ClusterView fresh = views.get();
    TableView table = fresh.tables().get(run.query().table().config().name());
    if (table == null || !table.tableId().equals(run.query().table().tableId())) {
      return Mono.empty();
    }
    Set<String> avoidNow = new HashSet<>(avoid);
    avoidNow.addAll(run.answer().failedInstances());
    List<PartitionParts> missing =
        run.answer()
            .missing(new PartitionRouter(fresh), table, run.query().plan().server().filter());
    return askFor(run, fresh, missing, avoidNow, round + 1);
  }
}
