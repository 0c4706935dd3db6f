package io.gamay.benchmarks.index;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.immutable.IndexDescription;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code SELECT COUNT(*) WHERE user = x} over five segments of 200,000 rows, one of which holds the
 * user, without HTTP and planning; microseconds.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class BloomFilterBenchmark {

  private static final int ROWS = 200_000;
  private static final int SEGMENTS = 5;

  /** With a dictionary, or without. */
  @Param({"user_id", "user_raw"})
  public String column = "user_id";

  @Param({"none", "bloom"})
  public String index = "none";

  private final List<ImmutableSegment> segments = new ArrayList<>();
  private final SegmentExecutor executor = new SegmentExecutor();
  private ServerPlan plan;

  @Setup
  public void build() throws IOException {
    Map<String, Double> bloom = index.equals("bloom") ? Map.of(column, 0.01) : Map.of();
    for (int segment = 0; segment < SEGMENTS; segment++) {
      segments.add(
          EventSegment.sealed(ROWS, segment, Set.of("country", "event_type", "device"), bloom));
    }
    for (IndexDescription description : segments.getFirst().describeIndexes()) {
      System.err.println(description);
    }
    ColumnReference user =
        new ColumnReference(
            column, ResultType.of(DataType.STRING), false, new Value.StringValue("null"));
    Constant wanted =
        new Constant(
            Optional.of(new Value.StringValue(EventSegment.user(4711, 3))),
            ResultType.of(DataType.STRING));
    AggregateCall count =
        new AggregateCall(
            AggregateFunction.COUNT,
            List.of(),
            List.of(),
            Optional.empty(),
            ResultType.of(DataType.LONG),
            false,
            EmptyHabit.STANDARD_NULL);
    plan =
        new ServerPlan(
            "events",
            1,
            Optional.of(new Comparison(ComparisonOperator.EQUAL, user, wanted)),
            new ServerWork.Aggregate(List.of(count)));
    StatisticsCollector statistics = new StatisticsCollector();
    for (ImmutableSegment segment : segments) {
      executor.execute(plan, segment, QueryBudget.unlimited(), statistics);
    }
    System.err.println(statistics.total());
  }

  @TearDown
  public void free() throws IOException {
    for (ImmutableSegment segment : segments) {
      EventSegment.remove(segment);
    }
  }

  @Benchmark
  public int count() {
    StatisticsCollector statistics = new StatisticsCollector();
    int rows = 0;
    for (ImmutableSegment segment : segments) {
      rows += executor.execute(plan, segment, QueryBudget.unlimited(), statistics).rowCount();
    }
    return rows;
  }
}
