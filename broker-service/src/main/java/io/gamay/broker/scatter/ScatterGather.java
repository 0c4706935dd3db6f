package io.gamay.broker.scatter;

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
import io.gamay.query.wire.ServerRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks the servers that hold a query's rows, all at once, and once more, with a fresh view and
 * other replicas where there are any, for what did not come. A part's result is taken once: from
 * the response that says it is complete.
 */
public final class ScatterGather {

  private static final int ROUNDS = 2;

  private final Supplier<ClusterView> views;
  private final ServerClient servers;
  private final HighWaterMarks marks;
  private final Scheduler queryScheduler;
  private final QueryBudget.Limits mergeLimits;
  private final LongSupplier nanoTime;
  private final AtomicLong turns = new AtomicLong();

  public ScatterGather(
      Supplier<ClusterView> views,
      ServerClient servers,
      HighWaterMarks marks,
      Scheduler queryScheduler,
      QueryBudget.Limits mergeLimits,
      LongSupplier nanoTime) {
    this.views = views;
    this.servers = servers;
    this.marks = marks;
    this.queryScheduler = queryScheduler;
    this.mergeLimits = mergeLimits;
    this.nanoTime = nanoTime;
  }

  /** One query under way. */
  private record Run(
      String requestId, CompiledQuery query, AnswerBuilder answer, long deadlineNanos) {}

  public Mono<QueryAnswer> answer(String requestId, CompiledQuery query) {
    return Mono.defer(
        () -> {
          long deadline = nanoTime.getAsLong() + query.plan().options().timeout().toNanos();
          ClusterView view = views.get();
          PartitionRouter router = new PartitionRouter(view);
          List<PartitionParts> parts =
              query.table().partitions().values().stream()
                  .map(partition -> router.route(partition, query.plan().server().filter()))
                  .toList();
          QueryBudget budget =
              new QueryBudget(nanoTime, query.plan().options().timeout(), mergeLimits);
          AnswerBuilder answer = new AnswerBuilder(requestId, query, parts, budget);
          Run run = new Run(requestId, query, answer, deadline);
          return askFor(run, view, parts, Set.of(), 1).then(Mono.defer(() -> build(answer)));
        });
  }

  private Mono<QueryAnswer> build(AnswerBuilder answer) {
    Mono<QueryAnswer> built = Mono.fromCallable(() -> answer.build(marks, nanoTime));
    return answer.isSmall() ? built : built.subscribeOn(queryScheduler);
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
    return Flux.fromIterable(assignment.work().entrySet())
        .flatMap(entry -> ask(run, view, entry), 64)
        .then(Mono.defer(() -> askAgain(run, avoid, round)));
  }

  private Mono<Void> ask(Run run, ClusterView view, Map.Entry<String, ServerWork> entry) {
    String instance = entry.getKey();
    InstanceView server = view.instances().get(instance);
    Duration left = Duration.ofNanos(run.deadlineNanos() - nanoTime.getAsLong());
    if (server == null || !left.isPositive()) {
      return Mono.empty();
    }
    ServerRequest request =
        new ServerRequest(
            run.requestId(),
            run.query().table().tableId(),
            run.query().plan().server(),
            entry.getValue().sealed(),
            entry.getValue().tails(),
            left,
            run.query().plan().options().resultCache());
    run.answer().asked(instance);
    return servers
        .ask(server.config(), request)
        .doOnNext(response -> run.answer().add(instance, request, response))
        .then()
        .onErrorResume(
            failure -> {
              run.answer().failed(instance, failure);
              return Mono.empty();
            });
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
