package io.gamay.benchmarks.index;

import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
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
import org.roaringbitmap.BatchIterator;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * DocIds of the rows that hold one value in so many, of 1,000,000 rows: from a bitmap as it is
 * mapped, and from a scan of 11-bit ids; microseconds.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class PostingListBenchmark {

  private static final int ROWS = 1_000_000;

  /** One row in so many holds the values asked for. */
  @Param({"4", "16", "64", "256", "1024"})
  public int oneIn;

  private final long[] mask = new long[DocIdBlock.MAX_DOCS / Long.SIZE];
  private final int[] docIds = new int[DocIdBlock.MAX_DOCS];
  private ImmutableSegment segment;
  private ColumnReader latency;
  private ByteBuffer list = ByteBuffer.allocate(0);
  private int ids;

  @Setup
  public void build() throws IOException {
    segment = EventSegment.sealed(ROWS, 1, Set.of(), Map.of());
    latency = segment.column("latency");
    ids = EventSegment.LATENCIES / oneIn;
    if (latency.dictionary().orElseThrow().indexOf(new Value.IntValue(ids)) != ids) {
      throw new IllegalStateException("a latency does not occur");
    }
    RoaringBitmap rows = new RoaringBitmap();
    for (int first = 0; first < ROWS; first += DocIdBlock.MAX_DOCS) {
      int found = select(first);
      rows.addN(docIds, 0, found);
    }
    rows.runOptimize();
    list = ByteBuffer.allocateDirect(rows.serializedSizeInBytes());
    rows.serialize(list);
    list.flip();
    System.err.printf("%none in %d: %,d bytes%n", oneIn, list.remaining());
  }

  @TearDown
  public void free() throws IOException {
    EventSegment.remove(segment);
  }

  @Benchmark
  public long listed() {
    BatchIterator rows = new ImmutableRoaringBitmap(list).getBatchIterator();
    long sum = 0;
    while (rows.hasNext()) {
      int count = rows.nextBatch(docIds);
      sum += docIds[count - 1];
    }
    return sum;
  }

  @Benchmark
  public long scanned() {
    long sum = 0;
    for (int first = 0; first < ROWS; first += DocIdBlock.MAX_DOCS) {
      int count = select(first);
      sum += count == 0 ? 0 : docIds[count - 1];
    }
    return sum;
  }

  private int select(int first) {
    int count = Math.min(DocIdBlock.MAX_DOCS, ROWS - first);
    latency.matchDictIds(first, count, 0, ids, mask);
    int kept = 0;
    for (int word = 0; word < (count + 63) / 64; word++) {
      for (long bits = mask[word]; bits != 0; bits &= bits - 1) {
        docIds[kept++] = first + word * 64 + Long.numberOfTrailingZeros(bits);
      }
    }
    return kept;
  }
}
