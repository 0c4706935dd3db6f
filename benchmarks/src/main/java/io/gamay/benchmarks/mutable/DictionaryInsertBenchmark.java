package io.gamay.benchmarks.mutable;

import io.gamay.segment.dictionary.MutableDictionary;
import io.gamay.segment.memory.OffHeapMemory;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.DataType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A million draws of a million keys into an empty dictionary (632,000 distinct ones), or each key
 * once. A score is milliseconds per million; beside it, CPU time of all and of the slowest batch of
 * 512, and off-heap bytes per distinct value, each a sum over the measured iterations: divide by
 * {@code Cnt}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 6)
@Measurement(iterations = 6)
public class DictionaryInsertBenchmark {

  private static final int KEYS = 1_000_000;

  @Param({"STRING", "LONG", "INT", "DOUBLE"})
  DataType type = DataType.STRING;

  @Param({"uniform", "each"})
  String draws = "uniform";

  private List<ColumnBuffer> batches = List.of();
  private final int[] out = new int[DictionaryKeys.BATCH];

  /** What a run shows beside its time. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Seen {
    public long cpuMillis;
    public long slowestBatchMicros;
    public long bytesPerValue;

    @Setup(Level.Iteration)
    public void reset() {
      cpuMillis = 0;
      slowestBatchMicros = 0;
      bytesPerValue = 0;
    }
  }

  @Setup
  public void keys() {
    batches =
        draws.equals("each")
            ? DictionaryKeys.each(type, KEYS)
            : DictionaryKeys.uniform(type, KEYS, KEYS, 7);
  }

  @Benchmark
  public int insertOrLookUp(Seen seen) {
    try (OffHeapMemory memory = new OffHeapMemory()) {
      MutableDictionary dictionary =
          MutableDictionary.of(type.storedType(), memory.openAccount(), 42);
      long slowest = 0;
      long total = 0;
      for (ColumnBuffer batch : batches) {
        long start = CpuTime.nanos();
        dictionary.encode(batch, 0, batch.valueCount(), out);
        long nanos = CpuTime.nanos() - start;
        slowest = Math.max(slowest, nanos);
        total += nanos;
      }
      seen.cpuMillis = total / 1_000_000;
      seen.slowestBatchMicros = slowest / 1000;
      seen.bytesPerValue = memory.bytes() / dictionary.cardinality();
      return dictionary.cardinality();
    }
  }
}
