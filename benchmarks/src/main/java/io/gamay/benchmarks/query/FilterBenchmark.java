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
 * Conditions over the 5,000,000 rows of one sealed segment of events, whose passing rows are
 * counted; nanoseconds a row of the segment. What is found of a dictionary's values is kept between
 * runs, as in a server. {@code -jvmArgsPrepend -Dsegments=FOLDER} lets all forks use one file.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(SegmentQuery.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class FilterBenchmark {

  /** Conditions by the way in which they are tested. */
  public enum Condition {
    /** dictIds of 11 bits. */
    RANGE_OF_IDS("latency_ms BETWEEN 60 AND 200"),
    /** A raw column that ascends but for seconds: most zones are decided by their bounds. */
    RANGE_OF_TIMES("ts BETWEEN 1780086000000 AND 1780172400000"),
    /** An expression of one column, tested once for each value of its dictionary. */
    RANGE_OF_COMPUTED("LENGTH(url) > 22"),
    /** An expression of two columns, tested for each row. */
    RANGE_OF_COMPUTED_ROWS("amount * quantity > 100000"),
    /** Ten of 60 dictIds. */
    SET("country IN ('C3', 'C7', 'C9', 'C12', 'C18', 'C21', 'C28', 'C33', 'C41', 'C55')"),
    /** 25,000 of 50,000 dictIds. */
    LARGE_SET("url LIKE '%1%2%'"),
    /** One of 286,000, which follow from sessions. */
    ONE_USER("user_id = 4711"),
    AND("country <> 'C0' AND device = 'device_0' AND latency_ms < 100"),
    OR("country = 'C5' OR event_type = 'event_3' OR latency_ms > 500"),
    NOT("NOT (country = 'C0' OR event_type = 'event_0')"),
    /** Lists of 2 texts in the mean. */
    LIST("tags = 'tag_003'"),
    LIST_SET("tags IN ('tag_003', 'tag_050', 'tag_100')");

    private final String sql;

    Condition(String sql) {
      this.sql = sql;
    }
  }

  @Param public Condition condition = Condition.RANGE_OF_IDS;

  private SegmentQuery query;

  @Setup
  public void open() throws IOException {
    query =
        new SegmentQuery(SegmentQuery.ROWS, "SELECT COUNT(*) FROM events WHERE " + condition.sql);
  }

  @TearDown
  public void close() {
    query.close();
  }

  @Benchmark
  public PartialResult count() {
    return query.run();
  }
}
