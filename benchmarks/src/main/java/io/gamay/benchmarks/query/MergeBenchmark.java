package io.gamay.benchmarks.query;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.SegmentResult;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.wire.SegmentResultCodec;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Results of segments, as bytes, to one result: reading them, and merging eight of the same groups;
 * microseconds for each of the eight. Merging includes the reading, because a merge may change what
 * it is given.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(MergeBenchmark.PARTS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class MergeBenchmark {

  static final int PARTS = 8;

  private static final int ROWS = 200_000;

  @Param({
    "COUNT",
    "SUM_OF_DECIMALS",
    "DISTINCTCOUNT",
    "DISTINCTCOUNTHLL",
    "DISTINCTCOUNTTHETASKETCH",
    "PERCENTILE",
    "PERCENTILETDIGEST",
    "PERCENTILEKLL",
    "VAR_POP"
  })
  public Aggregation aggregation = Aggregation.COUNT;

  /** 5 groups, 2,000 and 22,000. */
  @Param({"device", "city", "user_id"})
  public String key = "";

  private ServerWork work;
  private byte[] bytes;

  @Setup
  public void fill() throws IOException {
    String sql = "SELECT %1$s, %2$s FROM events GROUP BY %1$s".formatted(key, aggregation.sql());
    try (SegmentQuery query = new SegmentQuery(ROWS, sql)) {
      work = query.plan().work();
      PartialResult result = query.run();
      bytes = SegmentResultCodec.encode(new SegmentResult(result, ExecutionStatistics.ZERO));
      System.err.printf("%n%,d groups, %,d bytes%n", result.rowCount(), bytes.length);
    }
  }

  @Benchmark
  @OperationsPerInvocation(1)
  public SegmentResult read() {
    return SegmentResultCodec.decode(bytes);
  }

  @Benchmark
  public PartialResult readAndMerge() {
    try (PartialResultMerger merger = PartialResultMerger.onServer(work, QueryBudget.unlimited())) {
      for (int part = 0; part < PARTS; part++) {
        merger.add(SegmentResultCodec.decode(bytes).result());
      }
      return merger.result();
    }
  }
}
