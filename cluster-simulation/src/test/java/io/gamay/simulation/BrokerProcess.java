package io.gamay.simulation;

import io.gamay.broker.admit.BrokerLimits;
import io.gamay.broker.admit.RunningQueries;
import io.gamay.broker.admit.RunningQuery;
import io.gamay.broker.compile.QueryCompiler;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.route.ServerHealth;
import io.gamay.broker.route.ServerLoads;
import io.gamay.broker.scatter.AttemptCounts;
import io.gamay.broker.scatter.QueryThreads;
import io.gamay.broker.scatter.ScatterGather;
import io.gamay.broker.scatter.ServerProber;
import io.gamay.broker.scatter.ServerRouting;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.QueryOptions;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A broker, from the text of a query to its answer. */
final class BrokerProcess extends ClusterProcess {

  private static final int GROUP_LIMIT = 100_000;
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  private final ClusterViewWatcher views;
  private final QueryCompiler compiler;
  private final RunningQueries queries;
  private final QueryMemory memory;
  private final ScatterGather scatterGather;

  BrokerProcess(World world, String id) {
    super(world, id);
    Scheduler timer = Schedulers.fromExecutorService(thread());
    ServerHealth health = new ServerHealth(ServerHealth.Settings.DEFAULT, node::nanoTime);
    HighWaterMarks marks = new HighWaterMarks();
    views = new ClusterViewWatcher(session, world.resync(), thread());
    views.subscribe(health::observe);
    compiler =
        new QueryCompiler(
            new QueryPlanner.Context(
                node.clock(), Dialect.STANDARD, Duration.ofSeconds(10), GROUP_LIMIT));
    queries = new RunningQueries(() -> id, node.clock());
    memory = new QueryMemory(Long.MAX_VALUE, "", node::nanoTime);
    scatterGather =
        new ScatterGather(
            views::current,
            world.mutation.questions(this::ask),
            new ServerRouting(
                health,
                new ServerLoads(node::nanoTime),
                new AttemptCounts(),
                world.random.nextBoolean() ? AdaptiveSelector.NO_OP : AdaptiveSelector.HYBRID,
                true,
                () -> timer),
            marks,
            new QueryThreads(Schedulers.immediate(), Schedulers.immediate(), timer),
            BrokerLimits.NONE,
            node::nanoTime);
    ServerProber.start(health, this::probe, timer);
    join();
  }

  @Override
  InstanceRole role() {
    return InstanceRole.BROKER;
  }

  @Override
  ClusterViewWatcher views() {
    return views;
  }

  /**
   * Answers a query some time.
   *
   * @param onAnswer not called if the query cannot be planned, as before there is a table
   */
  void query(String sql, Consumer<QueryAnswer> onAnswer) {
    RunningQuery running = queries.begin(sql);
    CompiledQuery query;
    try {
      query = (CompiledQuery) compiler.compile(sql, Map.of(), view());
    } catch (QueryException unknown) {
      queries.end(running);
      return;
    }
    QueryOptions options = query.plan().options();
    QueryBudget budget = memory.open(options.timeout(), BrokerLimits.NONE.with(options.limits()));
    running.setBudget(budget);
    var _ =
        scatterGather
            .answer(running, query, budget)
            .doFinally(
                _ -> {
                  queries.end(running);
                  budget.close();
                })
            .onErrorResume(
                QueryException.class, failure -> Mono.just(failed(running.requestId(), failure)))
            .subscribe(onAnswer, failure -> world.onFailure(node, failure));
  }

  private static QueryAnswer failed(String requestId, QueryException failure) {
    return QueryAnswer.failed(
        requestId, Optional.empty(), failure.code(), String.valueOf(failure.getMessage()));
  }

  private Mono<ServerResponse> ask(
      InstanceConfig server, ServerRequest request, QueryBudget budget, Runnable onFetching) {
    return Mono.fromFuture(
            () ->
                world.network.ask(
                    node,
                    server.id(),
                    request.timeout(),
                    () -> world.server(server.id()).answer(request)))
        .map(bytes -> ServerResponseCodec.decode(bytes).received(bytes.length))
        .onErrorMap(TimeoutException.class, late -> new IOException("no answer in time", late));
  }

  private Mono<String> probe(InstanceConfig server) {
    return Mono.fromFuture(
            () ->
                world.network.ask(
                    node, server.id(), PROBE_TIMEOUT, () -> CompletableFuture.completedFuture("")))
        .onErrorResume(failure -> Mono.just(failure.toString()));
  }

  /** Tried again until the metadata can be reached. */
  private void join() {
    try {
      var _ = InstanceRegistration.register(session, config(), thread());
    } catch (MetadataException away) {
      world.timeline.plan(node, Duration.ofSeconds(1), this::join);
    }
  }
}
