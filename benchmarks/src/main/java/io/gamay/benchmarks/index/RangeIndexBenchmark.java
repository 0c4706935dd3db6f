package io.gamay.benchmarks.index;

import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
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
import org.roaringbitmap.RangeBitmap;

/**
 * Rows of a range over 1,000,000 rows, microseconds: RoaringBitmap's bit-sliced index against zone
 * maps and a scan of the zones in between. ts ascends, latency is random and packed in 11 bits,
 * amount is random and raw.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class RangeIndexBenchmark {

  private static final int ROWS = 1_000_000;
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

  @Param({"ts", "latency", "amount"})
  public String column = "ts";

  /** Percent of the rows that pass. */
  @Param({"1", "50"})
  public int selectivity;

  private final long[] mask = new long[DocIdBlock.MAX_DOCS / Long.SIZE];
  private ImmutableSegment segment;
  private ColumnReader reader;
  private ZoneMapReader zones;
  private RangeBitmap sliced;
  private double[] amounts = new double[0];
  private long low;
  private long high;
  private int lowId;
  private int highId;

  @Setup
  public void build() throws IOException {
    segment = EventSegment.sealed(ROWS, 1, Set.of(), Map.of());
    reader = segment.column(column);
    zones = reader.zoneMap().orElseThrow();
    long[] values = values();
    long max = 0;
    for (long value : values) {
      max = Math.max(max, value);
    }
    low = max / 4;
    high = low + max * selectivity / 100;
    RangeBitmap.Appender appender = RangeBitmap.appender(max);
    for (long value : values) {
      appender.add(value);
    }
    System.err.printf(
        "%n%s: bit-sliced %,d bytes, zones %,d%n",
        column, appender.serializedSizeInBytes(), zones.zoneCount() * 16);
    sliced = appender.build();
    if (column.equals("latency")) {
      lowId = Math.abs(reader.dictionary().orElseThrow().indexOf(new Value.IntValue((int) low)));
      highId =
          Math.abs(reader.dictionary().orElseThrow().indexOf(new Value.IntValue((int) high))) + 1;
    }
    if (scan() != slicedIndex()) {
      throw new IllegalStateException("%d rows, %d".formatted(scan(), slicedIndex()));
    }
  }

  /** As numbers from 0 on. */
  private long[] values() {
    long[] values = new long[ROWS];
    DocIdBlock docs = new DocIdBlock();
    long[] longs = new long[DocIdBlock.MAX_DOCS];
    double[] doubles = new double[DocIdBlock.MAX_DOCS];
    if (column.equals("amount")) {
      amounts = new double[ROWS];
    }
    for (int first = 0; first < ROWS; first += DocIdBlock.MAX_DOCS) {
      int count = Math.min(DocIdBlock.MAX_DOCS, ROWS - first);
      docs.setRange(first, count);
      if (column.equals("amount")) {
        reader.readDoubles(docs, doubles);
        System.arraycopy(doubles, 0, amounts, first, count);
        for (int row = 0; row < count; row++) {
          values[first + row] = Double.doubleToLongBits(doubles[row]);
        }
      } else {
        reader.readLongs(docs, longs);
        for (int row = 0; row < count; row++) {
          values[first + row] = longs[row] - (column.equals("ts") ? EventSegment.FIRST_TIME : 0);
        }
      }
    }
    return values;
  }

  @TearDown
  public void free() throws IOException {
    EventSegment.remove(segment);
  }

  @Benchmark
  public long slicedIndex() {
    return sliced.between(low, high).getLongCardinality();
  }

  @Benchmark
  public long zonesAndScan() {
    return scan();
  }

  private long scan() {
    return switch (column) {
      case "ts" -> scanTimes();
      case "latency" -> scanIds();
      default -> scanAmounts();
    };
  }

  private long scanTimes() {
    long from = low + EventSegment.FIRST_TIME;
    long to = high + EventSegment.FIRST_TIME;
    long rows = 0;
    for (int zone = 0; zone < zones.zoneCount(); zone++) {
      long min = zones.minLong(zone);
      long max = zones.maxLong(zone);
      if (max < from || min > to) {
        continue;
      }
      int first = zone * ZoneMapReader.ZONE_DOCS;
      int count = Math.min(ZoneMapReader.ZONE_DOCS, ROWS - first);
      if (min >= from && max <= to) {
        rows += count;
      } else {
        reader.matchLongs(first, count, from, to, mask);
        rows += bits(count);
      }
    }
    return rows;
  }

  private long scanIds() {
    long rows = 0;
    for (int first = 0; first < ROWS; first += DocIdBlock.MAX_DOCS) {
      int count = Math.min(DocIdBlock.MAX_DOCS, ROWS - first);
      reader.matchDictIds(first, count, lowId, highId, mask);
      rows += bits(count);
    }
    return rows;
  }

  /** No zone of random amounts is decided by its bounds. */
  private long scanAmounts() {
    double from = Double.longBitsToDouble(low);
    double to = Double.longBitsToDouble(high);
    long rows = 0;
    for (int first = 0; first < ROWS; first += DocIdBlock.MAX_DOCS) {
      int count = Math.min(DocIdBlock.MAX_DOCS, ROWS - first);
      match(first, count, from, to);
      rows += bits(count);
    }
    return rows;
  }

  private void match(int first, int count, double from, double to) {
    int lanes = SPECIES.length();
    for (int word = 0; word < (count + 63) / 64; word++) {
      long bits = 0;
      for (int row = word * 64; row < Math.min(count, word * 64 + 64); row += lanes) {
        DoubleVector values = DoubleVector.fromArray(SPECIES, amounts, first + row);
        VectorMask<Double> found =
            values.compare(VectorOperators.GE, from).and(values.compare(VectorOperators.LE, to));
        bits |= found.toLong() << row;
      }
      mask[word] = bits;
    }
  }

  private long bits(int count) {
    long rows = 0;
    for (int word = 0; word < (count + 63) / 64; word++) {
      rows += Long.bitCount(mask[word]);
    }
    return rows;
  }
}
