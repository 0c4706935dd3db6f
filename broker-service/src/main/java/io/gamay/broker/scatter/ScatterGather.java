package io.gamay.broker.scatter;

import io.gamay.broker.admit.BrokerLimits;
import io.gamay.broker.admit.RunningQuery;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.gather.AnswerBuilder;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.route.AskedOffsets;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.route.PartitionParts;
import io.gamay.broker.route.PartitionRouter;
import io.gamay.broker.route.ReplicaOrder;
import io.gamay.broker.route.ReplicaPicker;
import io.gamay.broker.route.ServerAssignment;
import io.gamay.broker.route.ServerAssignment.ServerWork;
import io.gamay.broker.scatter.Attempts.Attempt;
import io.gamay.cluster.table.RoutingConfig;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Asks the servers that hold a query's rows, all at once. The parts of a server that fails, or is
 * late, are asked of others meanwhile ({@link SecondRequests}); what did not come then is asked for
 * once more, with a fresh view. A part's result is taken once: from the response that says it is
 * complete; one whose tail has a hole or ends too soon is taken only if that second time brings
 * nothing better. A server that alone is asked for everything is told to finish the answer's
 * groups.
 */
public final class ScatterGather {

  /** To put together what came of a query when its time is over, and what did not. */
  private static final Duration MOST_OVERTIME = Duration.ofSeconds(1);

  private static final int MOST_AT_ONCE = 64;

  private final Supplier<ClusterView> views;
  private final Attempts attempts;
  private final SecondRequests seconds;
  private final ServerRouting routing;
  private final HighWaterMarks marks;
  private final QueryThreads threads;
  private final BrokerLimits limits;
  private final LongSupplier nanoTime;
  private final AtomicLong turns = new AtomicLong();

  /**
   * @param routing what is known of servers, and what follows from it
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public ScatterGather(
      Supplier<ClusterView> views,
      ServerClient servers,
      ServerRouting routing,
      HighWaterMarks marks,
      QueryThreads threads,
      BrokerLimits limits,
      LongSupplier nanoTime) {
    this.views = views;
    this.attempts = new Attempts(servers, routing, nanoTime);
    this.seconds = new SecondRequests(routing, nanoTime);
    this.routing = routing;
    this.marks = marks;
    this.threads = threads;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /** One query under way. */
  private record Run(
      RunningQuery running,
      CompiledQuery query,
      AskedOffsets offsets,
      QueryBudget budget,
      AnswerBuilder answer,
      ReplicaPicker picker,
      long spread,
      long deadlineNanos) {

    String tableId() {
      return query.table().tableId();
    }
  }

  /**
   * @param budget of the query on this broker: what comes from servers, the merge, and the answer's
   *     rows, which it holds until it is closed
   */
  public Mono<QueryAnswer> answer(RunningQuery running, CompiledQuery query, QueryBudget budget) {
    return Mono.defer(
        () -> {
          long deadline = nanoTime.getAsLong() + query.plan().options().timeout().toNanos();
          ClusterView view = views.get();
          PartitionRouter router = router(view);
          AskedOffsets offsets =
              AskedOffsets.of(query.plan().options().offsets(), query.carried(), query.table());
          List<PartitionParts> held =
              query.table().partitions().values().stream()
                  .map(partition -> router.route(partition, query.plan().server().filter()))
                  .toList();
          offsets.requireHeld(held);
          List<PartitionParts> parts = held.stream().map(offsets::cut).toList();
          AnswerBuilder answer =
              new AnswerBuilder(
                  running.requestId(), query, offsets, parts, budget, limits.maxResultRows());
          if (query.plan().query().explain() != Query.Explain.NONE) {
            parts.forEach(partition -> answer.explainPruned(router, query.table(), partition));
          }
          Run run =
              new Run(
                  running,
                  query,
                  offsets,
                  budget,
                  answer,
                  picker(query.table().config().routing()),
                  turns.getAndIncrement(),
                  deadline);
          return askFirst(run, view, router.leaving(), parts)
              .then(Mono.defer(() -> planned(run, this::askAgain)))
              .then(Mono.defer(() -> build(run)));
        });
  }

  /** Where it takes long to look for others for what is missing, no event loop does. */
  private Mono<Void> planned(Run run, Function<Run, Mono<Void>> asking) {
    AnswerBuilder answer = run.answer();
    if (answer.isComplete() || answer.isDoomed()) {
      return Mono.empty();
    }
    if (answer.isOfFewParts()) {
      return asking.apply(run);
    }
    return Mono.defer(() -> asking.apply(run))
        .subscribeOn(threads.usual())
        .onErrorResume(RejectedExecutionException.class, _ -> Mono.empty()) // no room to look
        .timeout(timeLeft(run).plus(MOST_OVERTIME), Mono.empty(), threads.timer());
  }

  private Duration timeLeft(Run run) {
    return Duration.ofNanos(Math.max(0, run.deadlineNanos() - nanoTime.getAsLong()));
  }

  private PartitionRouter router(ClusterView view) {
    return new PartitionRouter(view, routing.health()::isThere);
  }

  private ReplicaPicker picker(RoutingConfig config) {
    return new ReplicaPicker(
        config.selector(), config.adaptive().orElse(routing.adaptive()), routing.loads());
  }

  private Mono<QueryAnswer> build(Run run) {
    AnswerBuilder answer = run.answer();
    Mono<QueryAnswer> built = Mono.fromCallable(() -> answer.build(marks, nanoTime));
    if (answer.isSmall()) {
      return built;
    }
    return built
        .subscribeOn(threads.forBytes(answer.resultBytes()))
        .timeout(
            timeLeft(run).plus(MOST_OVERTIME), Mono.error(run.budget()::lateness), threads.timer());
  }

  // -- first requests, and second ones beside them

  private Mono<Void> askFirst(
      Run run, ClusterView view, Set<String> leaving, List<PartitionParts> parts) {
    ServerAssignment assignment =
        choose(run, parts, new ReplicaOrder(routing.health().avoided(), leaving));
    Optional<FinishPlan> finish =
        assignment.isWholeOnOne(parts) ? run.query().plan().finish() : Optional.empty();
    return Flux.fromIterable(assignment.work().entrySet())
        .flatMap(
            entry -> {
              String instance = entry.getKey();
              int count = assignment.work().size();
              routing.counts().countFirst();
              AtomicBoolean isFetching = new AtomicBoolean();
              Mono<Attempt> first =
                  attempt(run, view, instance, entry.getValue(), count, finish, false, isFetching);
              return assignment.replaceable().contains(instance)
                  ? seconds.beside(
                      first,
                      others(run, view, leaving, parts, instance, entry.getValue(), isFetching))
                  : attempts.taken(run.answer(), first);
            },
            MOST_AT_ONCE)
        .then();
  }

  /** Who else is to be asked for the parts of a server, when it comes to that. */
  private SecondRequests.Others others(
      Run run,
      ClusterView view,
      Set<String> leaving,
      List<PartitionParts> parts,
      String instance,
      ServerWork work,
      AtomicBoolean isFetching) {
    return new SecondRequests.Others(
        instance,
        isFetching,
        run.tableId(),
        run.answer(),
        run.budget(),
        run.deadlineNanos(),
        leaving,
        run.answer().isOfFewParts() ? Schedulers.immediate() : threads.usual(),
        hasFailed -> {
          Set<String> avoid = new HashSet<>(routing.health().avoided());
          avoid.addAll(run.answer().failedInstances());
          avoid.add(instance);
          ServerAssignment second =
              choose(run, work.among(parts), new ReplicaOrder(avoid, leaving));
          boolean isWhole = !second.work().containsKey(instance);
          if (!isWhole && !hasFailed) {
            return Map.of();
          }
          Map<String, Mono<Attempt>> asked = new LinkedHashMap<>();
          second
              .work()
              .forEach(
                  (other, theirs) -> {
                    if (!other.equals(instance)) {
                      asked.put(
                          other,
                          attempt(
                              run,
                              view,
                              other,
                              theirs,
                              second.work().size(),
                              Optional.empty(),
                              !hasFailed,
                              new AtomicBoolean()));
                    }
                  });
          return asked;
        });
  }

  private ServerAssignment choose(Run run, List<PartitionParts> parts, ReplicaOrder order) {
    return ServerAssignment.choose(
        parts,
        new ServerAssignment.Terms(
            run.tableId(), marks, run.offsets().minimumEnds(), order, run.spread()),
        run.picker());
  }

  private Mono<Attempt> attempt(
      Run run,
      ClusterView view,
      String instance,
      ServerWork work,
      int serverCount,
      Optional<FinishPlan> finish,
      boolean isBeside,
      AtomicBoolean isFetching) {
    InstanceView server = view.instances().get(instance);
    if (server == null) {
      return Mono.empty();
    }
    return Mono.defer(
        () -> {
          Duration left = Duration.ofNanos(run.deadlineNanos() - nanoTime.getAsLong());
          if (!left.isPositive()) {
            run.answer().tooLateFor(instance);
            return Mono.empty();
          }
          ServerRequest request =
              new ServerRequest(
                  run.running().serverRequestId(),
                  run.tableId(),
                  run.query().plan().server(),
                  run.query().plan().trim(),
                  finish,
                  work.sealed(),
                  work.tails(),
                  left,
                  run.query().plan().options().resultCache(),
                  limits(run.query().plan().options().limits(), serverCount),
                  run.offsets().ends(),
                  run.query().plan().query().explain());
          return attempts.at(
              server.config(),
              request,
              run.running(),
              run.answer(),
              run.budget(),
              isBeside,
              isFetching);
        });
  }

  private ServerRequest.Limits limits(QueryLimits asked, int serverCount) {
    return new ServerRequest.Limits(
        asked.maxThreads(),
        asked.maxMemoryBytes(),
        asked.maxScannedRows(),
        Math.min(limits.maxResponseBytes(), asked.responseBytesOf(serverCount)));
  }

  // -- what did not come

  private Mono<Void> askAgain(Run run) {
    ClusterView fresh = views.get();
    TableView table = fresh.tables().get(run.query().table().config().name());
    if (table == null || !table.tableId().equals(run.tableId())) {
      return Mono.empty();
    }
    Set<String> avoid = new HashSet<>(routing.health().avoided());
    avoid.addAll(run.answer().failedInstances());
    PartitionRouter router = router(fresh);
    List<PartitionParts> missing =
        run.answer().missing(router, table, run.query().plan().server().filter());
    ServerAssignment assignment = choose(run, missing, new ReplicaOrder(avoid, router.leaving()));
    return Flux.fromIterable(assignment.work().entrySet())
        .flatMap(
            entry ->
                attempts.taken(
                    run.answer(),
                    attempt(
                        run,
                        fresh,
                        entry.getKey(),
                        entry.getValue(),
                        assignment.work().size(),
                        Optional.empty(),
                        false,
                        new AtomicBoolean())),
            MOST_AT_ONCE)
        .then();
  }
}
