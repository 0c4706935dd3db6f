package io.gamay.benchmarks.mutable;

import io.gamay.segment.dictionary.MutableDictionary;
import io.gamay.segment.memory.OffHeapMemory;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.DataType;
import java.util.List;
import java.util.Objects;
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

/** Values that a mutable dictionary holds already, uniformly chosen; values per microsecond. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class DictionaryLookupBenchmark {

  private static final int LOOKUPS = 1 << 17;

  @Param({"5000", "1000000"})
  int keys;

  @Param({"STRING", "LONG", "INT", "DOUBLE"})
  DataType type = DataType.STRING;

  private final OffHeapMemory memory = new OffHeapMemory();
  private @Nullable MutableDictionary made;
  private final int[] out = new int[DictionaryKeys.BATCH];
  private List<ColumnBuffer> lookups = List.of();
  private int next;

  @Setup
  public void fill() {
    MutableDictionary dictionary =
        MutableDictionary.of(type.storedType(), memory.openAccount(), 42);
    made = dictionary;
    for (ColumnBuffer batch : DictionaryKeys.each(type, keys)) {
      dictionary.encode(batch, 0, batch.valueCount(), out);
    }
    lookups = DictionaryKeys.uniform(type, keys, LOOKUPS, 7);
  }

  @TearDown
  public void release() {
    memory.close();
  }

  @Benchmark
  @OperationsPerInvocation(DictionaryKeys.BATCH)
  public int[] lookUp() {
    Objects.requireNonNull(made).encode(lookups.get(next), 0, DictionaryKeys.BATCH, out);
    next = next + 1 == lookups.size() ? 0 : next + 1;
    return out;
  }
}
