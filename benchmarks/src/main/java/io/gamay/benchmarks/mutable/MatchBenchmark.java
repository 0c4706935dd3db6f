package io.gamay.benchmarks.mutable;

import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** Masks of half of the rows of a mutable column, in blocks of 4,096; rows per microsecond. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class MatchBenchmark {

  private static final int BLOCK = 4096;
  private static final int ROWS = 128 * BLOCK;

  /** Distinct values: dictIds of one, two and (mostly) four bytes. */
  @Param({"200", "20000", "100000"})
  int distinct;

  private final TableSchema schema =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("coded", DataType.LONG),
              ColumnSpec.dimension("raw", DataType.LONG)));
  private final MutableSegment segment =
      new MutableSegment(
          "t__0__0__0", 0, schema, new EncodingDecisions(1, Set.of("raw"), Set.of()), 0);
  private final long[] mask = new long[BLOCK / Long.SIZE];
  private long[] members = new long[0];
  private @Nullable ColumnReader coded;
  private @Nullable ColumnReader raw;

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(3);
    RowBatch batch = new RowBatch(schema);
    for (int row = 0; row < ROWS; row++) {
      long value = row < distinct ? row : random.nextInt(distinct);
      batch.column(0).appendLong(value);
      batch.column(1).appendLong(value);
      batch.endRow(row);
    }
    segment.append(batch);
    segment.publish(ROWS);
    coded = segment.snapshot().column("coded");
    raw = segment.snapshot().column("raw");
    members = random.longs(distinct / Long.SIZE + 1).toArray();
  }

  @TearDown
  public void release() {
    segment.close();
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long range() {
    ColumnReader column = Objects.requireNonNull(coded);
    long sum = 0;
    for (int first = 0; first < ROWS; first += BLOCK) {
      column.matchDictIds(first, BLOCK, distinct / 4, distinct * 3 / 4, mask);
      sum += mask[5];
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long set() {
    ColumnReader column = Objects.requireNonNull(coded);
    long sum = 0;
    for (int first = 0; first < ROWS; first += BLOCK) {
      column.matchDictIds(first, BLOCK, members, mask);
      sum += mask[5];
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long rawRange() {
    ColumnReader column = Objects.requireNonNull(raw);
    long sum = 0;
    for (int first = 0; first < ROWS; first += BLOCK) {
      column.matchLongs(first, BLOCK, distinct / 4, distinct * 3L / 4, mask);
      sum += mask[5];
    }
    return sum;
  }
}
