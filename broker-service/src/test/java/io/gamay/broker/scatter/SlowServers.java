package io.gamay.broker.scatter;

import static io.gamay.broker.Views.config;
import static io.gamay.broker.Views.partition;
import static io.gamay.broker.Views.view;

import io.gamay.broker.Views;
import io.gamay.broker.admit.BrokerLimits;
import io.gamay.broker.admit.RunningQueries;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.route.ServerHealth;
import io.gamay.broker.route.ServerLoads;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Servers {@code s1} to {@code s4} that count the rows of what they are asked for, in virtual time
 * and by one thread, with the faults that a test sets; and a broker that asks them.
 */
final class SlowServers implements ServerClient {

  static final long TAIL_END = 230;
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Duration STEP = Duration.ofMillis(1);
  private static final TableSchema SCHEMA =
      new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.LONG)));

  final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  final HighWaterMarks marks = new HighWaterMarks();
  final Set<String> dead = new HashSet<>();
  final Set<String> silent = new HashSet<>();
  final Set<String> mistaken = new HashSet<>();

  /** Say at once that they fetch files, however late they are then. */
  final Set<String> fetching = new HashSet<>();

  final List<Asked> requests = new ArrayList<>();
  final List<String> cancelled = new ArrayList<>();
  final ServerRouting routing;
  final QueryThreads threads =
      new QueryThreads(Schedulers.immediate(), Schedulers.immediate(), time);
  private final Map<String, Set<String>> lacking = new HashMap<>();
  private final ScatterGather scatterGather;
  private final ClusterView instances = view(List.of("s1", "s2", "s3", "s4"), List.of());
  private Function<Asked, Duration> delays = asked -> Duration.ZERO;
  private final Map<String, Duration> fixed = new HashMap<>();
  private ClusterView view = instances;
  private Optional<ClusterView> freshView = Optional.empty();
  private boolean isViewTaken;
  private long startedNanos;
  private long endedNanos;

  /** One request. */
  record Asked(String server, ServerRequest request) {}

  SlowServers() {
    this(true);
  }

  SlowServers(boolean hedges) {
    routing =
        new ServerRouting(
            new ServerHealth(ServerHealth.Settings.DEFAULT, this::nanos),
            new ServerLoads(this::nanos),
            new AttemptCounts(),
            AdaptiveSelector.NO_OP,
            hedges,
            () -> time);
    routing.health().observe(instances);
    scatterGather =
        new ScatterGather(
            this::nextView, this, routing, marks, threads, BrokerLimits.NONE, this::nanos);
  }

  void delay(String server, Duration delay) {
    fixed.put(server, delay);
  }

  /** Instead of fixed delays. */
  void delays(Function<Asked, Duration> byRequest) {
    delays = byRequest;
  }

  void lacking(String server, Set<String> segments) {
    lacking.put(server, segments);
  }

  void pass(Duration duration) {
    time.advanceTimeBy(duration);
  }

  AttemptCounts counts() {
    return routing.counts();
  }

  /** What the last query took. */
  Duration elapsed() {
    return Duration.ofNanos(endedNanos - startedNanos);
  }

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  /** What the broker sees from its second look on, in queries to come. */
  void thenView(SegmentView... segments) {
    freshView = Optional.of(withTable(table(segments)));
  }

  private ClusterView nextView() {
    ClusterView seen = isViewTaken ? freshView.orElse(view) : view;
    isViewTaken = true;
    return seen;
  }

  private ClusterView withTable(TableView table) {
    return new ClusterView(1, Optional.empty(), 0, instances.instances(), Map.of("t", table));
  }

  private static TableView table(SegmentView... segments) {
    return new TableView(
        "id",
        config("t"),
        SCHEMA,
        Map.of(),
        Map.of(),
        new TreeMap<>(Map.of(0, partition(0, segments))));
  }

  /** Asks for the number of rows of one partition, and lets time pass until the answer is there. */
  QueryAnswer ask(SegmentView... segments) {
    TableView table = table(segments);
    view = withTable(table);
    isViewTaken = false;
    CompiledQuery query =
        new CompiledQuery(
            new QueryPlanner()
                .plan(
                    new SqlParser().parse("SELECT COUNT(*) FROM t"),
                    SCHEMA,
                    Map.of(),
                    new QueryPlanner.Context(
                        InstantSource.system(), Dialect.STANDARD, TIMEOUT, 1000)),
            table);
    List<QueryAnswer> answers = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    startedNanos = nanos();
    var _ =
        scatterGather
            .answer(
                new RunningQueries(() -> "b", InstantSource.system()).begin("q"),
                query,
                QueryBudget.unlimited())
            .subscribe(answers::add, failures::add);
    long most = TIMEOUT.plusSeconds(2).toNanos();
    while (answers.isEmpty() && failures.isEmpty() && nanos() - startedNanos < most) {
      time.advanceTimeBy(STEP);
    }
    endedNanos = nanos();
    if (answers.size() != 1) {
      throw new AssertionError(
          "%d answers after %s, failures %s".formatted(answers.size(), elapsed(), failures));
    }
    return answers.getFirst();
  }

  long count(QueryAnswer answer) {
    Cell cell = answer.table().orElseThrow().rows().getFirst().getFirst();
    return ((Value.LongValue) ((Cell.Single) cell).value()).value();
  }

  @Override
  public Mono<ServerResponse> ask(
      InstanceConfig server, ServerRequest request, QueryBudget budget, Runnable onFetching) {
    Asked asked = new Asked(server.id(), request);
    return Mono.defer(() -> answer(asked))
        .doOnSubscribe(
            _ -> {
              if (fetching.contains(server.id())) {
                onFetching.run();
              }
            })
        .timeout(request.timeout(), time)
        .onErrorMap(
            TimeoutException.class, e -> new IOException("no answer in time from " + asked, e))
        .doOnCancel(() -> cancelled.add(server.id()));
  }

  private Mono<ServerResponse> answer(Asked asked) {
    requests.add(asked);
    if (dead.contains(asked.server())) {
      return Mono.error(new IOException("nothing listens there"));
    }
    if (silent.contains(asked.server())) {
      return Mono.never();
    }
    Duration delay = fixed.getOrDefault(asked.server(), delays.apply(asked));
    Mono<ServerResponse> response = Mono.fromCallable(() -> response(asked));
    return delay.isZero() ? response : Mono.delay(delay, time).then(response);
  }

  private ServerResponse response(Asked asked) {
    ServerRequest request = asked.request();
    if (mistaken.contains(asked.server())) {
      return ServerResponse.of(request.requestId(), Optional.empty())
          .withErrors(List.of(new ServerError(QueryErrorCode.QUERY_EXECUTION, "sum overflows")));
    }
    List<String> missing =
        request.sealed().stream()
            .map(SealedPart::segmentName)
            .filter(lacking.getOrDefault(asked.server(), Set.of())::contains)
            .toList();
    List<TailCoverage> tails =
        request.tails().stream()
            .map(
                tail ->
                    new TailCoverage(
                        tail.partition(), new OffsetRange(tail.fromOffset(), TAIL_END)))
            .toList();
    ServerWork.Aggregate work = (ServerWork.Aggregate) request.plan().work();
    AggregateStates states = AggregateStates.of(work.aggregates().getFirst());
    states.ensureGroups(1);
    ((CountStates) states).counts()[0] =
        (long) Views.SEGMENT_OFFSETS * (request.sealed().size() - missing.size())
            + request.tails().stream().mapToLong(tail -> TAIL_END - tail.fromOffset()).sum();
    return ServerResponse.of(
            request.requestId(), Optional.of(new Groups(1, List.of(), List.of(states))))
        .withTails(tails)
        .withMissingSegments(missing);
  }
}
