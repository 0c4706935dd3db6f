package io.gamay.benchmarks.forward;

import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.forward.PackedKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * Unpacking and matching packed integers, 1,024 at a time; values per nanosecond (10^9 a second).
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(PackedKernelBenchmark.VALUES)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
public class PackedKernelBenchmark {

  static final int VALUES = 1 << 20;
  private static final int RUN = 1024;

  /** Bits per value. */
  @Param({"5", "8", "13", "16", "20"})
  public int bits;

  @Param({"vector", "scalar"})
  public String kernel = "vector";

  private final Arena arena = Arena.ofConfined();
  private final int[] out = new int[RUN];
  private final long[] mask = new long[RUN / 64];
  private final long[] everyTwentieth = new long[RUN / 64];
  private final int[] selected = new int[RUN];
  private final long[] members = new long[(1 << 20) / 64];
  private MemorySegment packed = MemorySegment.NULL;
  private PackedKernel tested = PackedKernel.scalar();

  @Setup
  public void pack() {
    tested = kernel.equals("vector") ? PackedKernel.best() : PackedKernel.scalar();
    packed = packed(arena, bits, VALUES, new SplittableRandom(bits));
    SplittableRandom random = new SplittableRandom(1);
    for (int word = 0; word < members.length; word++) {
      members[word] = random.nextLong();
    }
    for (int index = 0; index < RUN; index++) {
      everyTwentieth[index / 64] |= random.nextInt(20) == 0 ? 1L << index : 0;
    }
  }

  @TearDown
  public void free() {
    arena.close();
  }

  @Benchmark
  public int[] unpack() {
    for (int first = 0; first < VALUES; first += RUN) {
      tested.unpack(packed, bits, first, RUN, out, 0);
    }
    return out;
  }

  /** Values passed over and taken together; one in twenty is taken. */
  @Benchmark
  public int[] select() {
    for (int first = 0; first < VALUES; first += RUN) {
      tested.select(packed, bits, first, RUN, everyTwentieth, selected);
    }
    return selected;
  }

  @Benchmark
  public long[] matchRange() {
    for (int first = 0; first < VALUES; first += RUN) {
      int low = 1 << (bits - 2);
      tested.matchRange(packed, 0, bits, first, RUN, low, 2 * low, mask, 0);
    }
    return mask;
  }

  @Benchmark
  public long[] matchSet() {
    for (int first = 0; first < VALUES; first += RUN) {
      tested.matchSet(packed, bits, first, RUN, members, mask);
    }
    return mask;
  }

  /** Random values, evenly spread. */
  static MemorySegment packed(Arena arena, int bits, int count, SplittableRandom random) {
    MemorySegment packed = arena.allocate(PackedLayout.lengthBytes(count, bits), 64);
    for (long index = 0; index < count; index++) {
      long bit = index * bits;
      long value = (random.nextLong() >>> (64 - bits)) << (bit & 7);
      long before = packed.get(ValueLayout.JAVA_LONG_UNALIGNED, bit >>> 3);
      packed.set(ValueLayout.JAVA_LONG_UNALIGNED, bit >>> 3, before | value);
    }
    return packed;
  }
}
