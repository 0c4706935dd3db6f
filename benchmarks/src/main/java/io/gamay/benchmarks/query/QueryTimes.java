package io.gamay.benchmarks.query;

import com.sun.management.ThreadMXBean;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.TableSchema;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs queries over sealed segments on one thread and prints what each costs: processor time of
 * that thread, not what others took from it meanwhile, and bytes allocated. Every query is run for
 * a while before any is measured, as in a server that has served all of them.
 *
 * <p>Arguments: a file of queries (see {@link PlannedQuery}), or a text that begins with SELECT; a
 * file of a sealed segment, or a folder of such; then the ids of the queries wanted, else all.
 * System properties: {@code seconds} of processor time for each query in each round (0.5), {@code
 * rounds} before the one that counts (3), {@code segments} at most (all), {@code consuming} for the
 * same rows in mutable segments, {@code turns} for queries that are run in turn, so that each finds
 * the processor's caches as the others left them, instead of one by one.
 */
public final class QueryTimes {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int MAX_RUNS = 1 << 16;

  private final List<SegmentReader> segments;
  private final SegmentExecutor executor = new SegmentExecutor();
  private final long nanosPerRound;

  private QueryTimes(List<SegmentReader> segments, Duration perRound) {
    this.segments = segments;
    this.nanosPerRound = perRound.toNanos();
  }

  /** Medians of the runs of one round, and the least time. */
  private record Cost(double cpuMillis, double leastMillis, long allocatedBytes, int runs) {}

  /** What each run of a query took. */
  private static final class Runs {
    private final long[] nanos = new long[MAX_RUNS];
    private long bytes;
    private int count;

    void add(long cpuNanos, long allocatedBytes) {
      nanos[count++] = cpuNanos;
      bytes += allocatedBytes;
    }

    Cost cost() {
      Arrays.sort(nanos, 0, count);
      return new Cost(nanos[count / 2] / 1e6, nanos[0] / 1e6, bytes / count, count);
    }
  }

  public static void main(String[] arguments) throws IOException {
    List<ImmutableSegment> segments = open(Path.of(arguments[1]));
    TableSchema schema = segments.getFirst().schema();
    List<String> ids = List.of(arguments).subList(2, arguments.length);
    List<PlannedQuery> queries =
        arguments[0].regionMatches(true, 0, "SELECT", 0, 6)
            ? List.of(PlannedQuery.of("query", arguments[0], schema))
            : PlannedQuery.read(Path.of(arguments[0]), ids, schema);
    Duration perRound =
        Duration.ofMillis(Math.round(1000 * Double.parseDouble(property("seconds", "0.5"))));
    List<List<PlannedQuery>> groups =
        Boolean.getBoolean("turns") ? List.of(queries) : queries.stream().map(List::of).toList();
    new QueryTimes(read(segments), perRound)
        .run(groups, Integer.parseInt(property("rounds", "3")), System.out);
    segments.forEach(ImmutableSegment::close);
  }

  private static List<SegmentReader> read(List<ImmutableSegment> segments) {
    return Boolean.getBoolean("consuming")
        ? segments.stream().map(segment -> ConsumingCopy.of(segment).snapshot()).toList()
        : List.copyOf(segments);
  }

  private static String property(String name, String otherwise) {
    return System.getProperty(name, otherwise);
  }

  private static List<ImmutableSegment> open(Path path) throws IOException {
    long most = Long.parseLong(property("segments", "1000"));
    List<ImmutableSegment> segments = new ArrayList<>();
    try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path) : Stream.of(path)) {
      for (Path file : files.sorted().limit(most).toList()) {
        segments.add(ImmutableSegment.open(file));
      }
    }
    return segments;
  }

  /**
   * @param groups queries of a group take turns
   */
  private void run(List<List<PlannedQuery>> groups, int warmUps, PrintStream out) {
    for (int round = 0; round < warmUps; round++) {
      groups.forEach(this::measure);
    }
    out.printf("%-20s %10s %10s %12s %7s%n", "query", "cpu ms", "least ms", "bytes", "runs");
    List<Cost> costs = new ArrayList<>();
    for (List<PlannedQuery> group : groups) {
      List<Runs> measured = measure(group);
      for (int index = 0; index < group.size(); index++) {
        Cost cost = measured.get(index).cost();
        costs.add(cost);
        out.printf(
            "%-20s %10.3f %10.3f %12d %7d%n",
            group.get(index).id(),
            cost.cpuMillis,
            cost.leastMillis,
            cost.allocatedBytes,
            cost.runs);
      }
    }
    double logarithms =
        costs.stream().mapToDouble(cost -> Math.log(Math.max(cost.cpuMillis, 0.001))).sum();
    out.printf("%-20s %10.3f%n", "geometric mean", Math.exp(logarithms / costs.size()));
    out.printf(
        "%-20s %10.3f%n",
        "mean", costs.stream().mapToDouble(Cost::cpuMillis).average().orElseThrow());
  }

  private List<Runs> measure(List<PlannedQuery> queries) {
    List<Runs> measured = queries.stream().map(_ -> new Runs()).toList();
    long start = THREADS.getCurrentThreadCpuTime();
    for (int turn = 0; turn < MAX_RUNS && isWithin(turn, queries.size(), start); turn++) {
      for (int index = 0; index < queries.size(); index++) {
        Runs runs = measured.get(index);
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long before = THREADS.getCurrentThreadCpuTime();
        execute(queries.get(index));
        runs.add(
            THREADS.getCurrentThreadCpuTime() - before,
            THREADS.getCurrentThreadAllocatedBytes() - bytesBefore);
      }
    }
    return measured;
  }

  private boolean isWithin(int turns, int queries, long start) {
    return turns < 3 || THREADS.getCurrentThreadCpuTime() - start < nanosPerRound * queries;
  }

  /**
   * Gives what all segments together know of the answer.
   *
   * @throws QueryException if the query cannot be answered
   */
  private PartialResult execute(PlannedQuery query) {
    QueryBudget budget =
        new QueryBudget(System::nanoTime, Duration.ofMinutes(1), QueryBudget.Limits.NONE);
    StatisticsCollector statistics = new StatisticsCollector();
    try (PartialResultMerger merger = PartialResultMerger.onServer(query.plan().work(), budget)) {
      for (SegmentReader segment : segments) {
        merger.add(executor.execute(query.plan(), segment, budget, statistics));
      }
      return merger.result();
    }
  }
}
