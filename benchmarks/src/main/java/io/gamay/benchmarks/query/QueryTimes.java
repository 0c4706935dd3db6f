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
 * same rows in mutable segments.
 */
public final class QueryTimes {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<SegmentReader> segments;
  private final SegmentExecutor executor = new SegmentExecutor();
  private final long nanosPerRound;

  private QueryTimes(List<SegmentReader> segments, Duration perRound) {
    this.segments = segments;
    this.nanosPerRound = perRound.toNanos();
  }

  /** Medians of the runs of one round. */
  private record Cost(double cpuMillis, double leastMillis, long allocatedBytes, int runs) {}

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
    new QueryTimes(read(segments), perRound)
        .run(queries, Integer.parseInt(property("rounds", "3")), System.out);
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

  private void run(List<PlannedQuery> queries, int warmUps, PrintStream out) {
    for (int round = 0; round < warmUps; round++) {
      for (PlannedQuery query : queries) {
        measure(query);
      }
    }
    out.printf("%-20s %10s %10s %12s %7s%n", "query", "cpu ms", "least ms", "bytes", "runs");
    double logarithms = 0;
    for (PlannedQuery query : queries) {
      Cost cost = measure(query);
      logarithms += Math.log(Math.max(cost.cpuMillis, 0.001));
      out.printf(
          "%-20s %10.3f %10.3f %12d %7d%n",
          query.id(), cost.cpuMillis, cost.leastMillis, cost.allocatedBytes, cost.runs);
    }
    out.printf("%-20s %10.3f%n", "geometric mean", Math.exp(logarithms / queries.size()));
  }

  private Cost measure(PlannedQuery query) {
    long[] nanos = new long[1 << 16];
    int runs = 0;
    long start = THREADS.getCurrentThreadCpuTime();
    long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
    while (runs < nanos.length && isWithin(runs, start)) {
      long before = THREADS.getCurrentThreadCpuTime();
      execute(query);
      nanos[runs++] = THREADS.getCurrentThreadCpuTime() - before;
    }
    long bytes = (THREADS.getCurrentThreadAllocatedBytes() - bytesBefore) / runs;
    Arrays.sort(nanos, 0, runs);
    return new Cost(nanos[runs / 2] / 1e6, nanos[0] / 1e6, bytes, runs);
  }

  private boolean isWithin(int runs, long start) {
    return runs < 3 || THREADS.getCurrentThreadCpuTime() - start < nanosPerRound;
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
