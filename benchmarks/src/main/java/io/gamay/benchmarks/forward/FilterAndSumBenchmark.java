package io.gamay.benchmarks.forward;

import io.gamay.segment.forward.PackedKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
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
 * A range of 13-bit ids, and the sum of 19-bit integers where it holds, over 5 M rows; rows per
 * nanosecond.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FilterAndSumBenchmark.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
public class FilterAndSumBenchmark {

  static final int ROWS = 5 << 20;
  private static final int RUN = 4096;
  private static final int ID_BITS = 13;
  private static final int VALUE_BITS = 19;

  /** Percent of the rows that pass. */
  @Param({"1", "50", "99"})
  public int selectivity;

  @Param({"vector", "scalar"})
  public String kernel = "vector";

  private final Arena arena = Arena.ofConfined();
  private final long[] mask = new long[RUN / 64];
  private MemorySegment ids = MemorySegment.NULL;
  private MemorySegment values = MemorySegment.NULL;
  private PackedKernel tested = PackedKernel.scalar();

  @Setup
  public void pack() {
    tested = kernel.equals("vector") ? PackedKernel.best() : PackedKernel.scalar();
    ids = PackedKernelBenchmark.packed(arena, ID_BITS, ROWS, new SplittableRandom(1));
    values = PackedKernelBenchmark.packed(arena, VALUE_BITS, ROWS, new SplittableRandom(2));
  }

  @TearDown
  public void free() {
    arena.close();
  }

  @Benchmark
  public long filterAndSum() {
    int width = (1 << ID_BITS) * selectivity / 100;
    long sum = 0;
    for (int first = 0; first < ROWS; first += RUN) {
      tested.matchRange(ids, 0, ID_BITS, first, RUN, 0, width, mask, 0);
      sum += tested.sum(values, VALUE_BITS, first, RUN, mask);
    }
    return sum;
  }
}
