package io.gamay.benchmarks.query;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.DoubleSumStates;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.SegmentResult;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.vector.Vector;
import io.gamay.query.wire.SegmentResultCodec;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What keeping the result of a segment as bytes costs, with a text key, a count and a sum in each
 * group: beside merging such results, which a query does in any case; microseconds.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class KeptResultBenchmark {

  private static final int MERGED = 8;

  @Param({"1", "100", "1000", "10000"})
  public int groups = 1;

  private ServerWork work;
  private SegmentResult result;
  private byte[] bytes;

  @Setup
  public void fill() {
    TableSchema schema =
        new TableSchema(
            "t",
            1,
            List.of(
                ColumnSpec.dimension("k", DataType.STRING),
                ColumnSpec.dimension("d", DataType.DOUBLE)));
    work =
        new QueryPlanner()
            .plan(
                new SqlParser().parse("SELECT k, COUNT(*), SUM(d) FROM t GROUP BY k"),
                schema,
                Map.of(),
                new QueryPlanner.Context(
                    InstantSource.system(), Dialect.STANDARD, Duration.ofSeconds(10), 100_000))
            .server()
            .work();
    Vector keys = Vector.of(StoredType.STRING);
    CountStates counts = new CountStates();
    DoubleSumStates sums = new DoubleSumStates();
    counts.ensureGroups(groups);
    sums.ensureGroups(groups);
    for (int group = 0; group < groups; group++) {
      keys.append(new Value.StringValue("key-" + group));
      counts.counts()[group] = 17L * group + 1;
      sums.sums()[group] = group * 1.1;
      sums.counts()[group] = group;
    }
    result =
        new SegmentResult(
            new PartialResult.Groups(groups, List.of(keys), List.of(counts, sums)),
            ExecutionStatistics.ZERO);
    bytes = SegmentResultCodec.encode(result);
  }

  @Benchmark
  public SegmentResult readBack() {
    return SegmentResultCodec.decode(bytes);
  }

  @Benchmark
  public byte[] write() {
    return SegmentResultCodec.encode(result);
  }

  /** Eight results of the same groups. */
  @Benchmark
  public PartialResult mergeEight() {
    try (PartialResultMerger merger = PartialResultMerger.onServer(work, QueryBudget.unlimited())) {
      for (int part = 0; part < MERGED; part++) {
        merger.add(result.result());
      }
      return merger.result();
    }
  }
}
