package io.gamay.benchmarks.query;

import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.sql.Query;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.wire.PlanCodec;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
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

/** Planning a parsed query, and writing its plan as bytes; microseconds. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class PlanBenchmark {

  private static final TableSchema SCHEMA =
      new TableSchema(
          "events",
          1,
          List.of(
              ColumnSpec.dimension("country", DataType.STRING),
              ColumnSpec.dimension("device", DataType.STRING),
              ColumnSpec.dimension("amount", DataType.DOUBLE),
              ColumnSpec.dimension("quantity", DataType.INT)));

  @Param({
    "SELECT COUNT(*) FROM events",
    "SELECT SUM(amount), AVG(amount), MIN(amount), MAX(amount), SUM(quantity) FROM events",
    "SELECT country, COUNT(*), SUM(amount * quantity) FROM events WHERE device = 'mobile'"
        + " AND quantity > 50 GROUP BY country ORDER BY COUNT(*) DESC LIMIT 10"
  })
  public String sql = "";

  private final QueryPlanner planner = new QueryPlanner();
  private final QueryPlanner.Context context =
      new QueryPlanner.Context(
          InstantSource.system(), Dialect.STANDARD, Duration.ofSeconds(10), 100_000);
  private Query query;
  private QueryPlan plan;

  @Setup
  public void parse() {
    query = new SqlParser().parse(sql);
    plan = plan();
  }

  @Benchmark
  public QueryPlan plan() {
    return planner.plan(query, SCHEMA, Map.of(), context);
  }

  @Benchmark
  public byte[] encode() {
    return PlanCodec.encode(plan.server());
  }
}
