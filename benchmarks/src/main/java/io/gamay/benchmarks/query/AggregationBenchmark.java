package io.gamay.benchmarks.query;

import io.gamay.query.merge.PartialResult;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Aggregations over the 5,000,000 rows of one sealed segment of events, in one group and in many;
 * nanoseconds a row of the segment. Some of those in one group are answered from dictionaries and
 * bounds, without a look at the rows. {@code -jvmArgsPrepend -Dsegments=FOLDER} lets all forks use
 * one file.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(SegmentQuery.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class AggregationBenchmark {

  /** What rows are taken together. */
  public enum Grouping {
    ALL(""),
    /** One group of every second row, as it falls. */
    HALF(" WHERE quantity <= 50"),
    /** 5 groups. */
    DEVICE(" GROUP BY device"),
    /** 2,000 groups. */
    CITY(" GROUP BY city"),
    /** 286,000 groups. */
    USER(" GROUP BY user_id");

    private final String sql;

    Grouping(String sql) {
      this.sql = sql;
    }
  }

  @Param public Aggregation aggregation = Aggregation.COUNT;

  @Param public Grouping grouping = Grouping.ALL;

  private SegmentQuery query;

  @Setup
  public void open() throws IOException {
    query =
        new SegmentQuery(
            SegmentQuery.ROWS, "SELECT " + aggregation.sql() + " FROM events" + grouping.sql);
  }

  @TearDown
  public void close() {
    query.close();
  }

  @Benchmark
  public PartialResult aggregate() {
    return query.run();
  }
}
