package io.gamay.benchmarks.mutable;

import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
 * A million rows of {@link EventRows} into an empty mutable segment, in batches of 500 with a
 * publish after each; all columns, or one alone. As after a decoder, a batch is in the cache when
 * it is appended: it is copied into a reused one, outside of what is measured. Read {@code
 * nanosPerRow} (CPU time of the appending thread), not the score (which has the copying in it); it
 * and its neighbours are sums over the measured iterations: divide by {@code Cnt}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx3g"})
@Warmup(iterations = 3)
@Measurement(iterations = 4)
public class AppendBenchmark {

  private static final int ROWS = 1_000_000;
  private static final int BATCH = 500;
  private static final Set<String> INVERTED = Set.of("country", "device", "event_type");

  @Param({
    "all",
    "all+inverted",
    "all+inverted+raw ts",
    "ts",
    "raw ts",
    "user_id",
    "session_id",
    "country",
    "country+inverted",
    "city",
    "url",
    "amount",
    "quantity",
    "latency_ms",
    "tags",
    "tags+inverted"
  })
  String columns = "all";

  private List<RowBatch> batches = List.of();
  private TableSchema schema = EventRows.SCHEMA;
  private EncodingDecisions encoding = EncodingDecisions.DEFAULT;

  /** What a run shows beside its time. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Seen {
    public long nanosPerRow;
    public long bytesPerThousandRows;
    public long slowestBatchMicros;

    @Setup(Level.Iteration)
    public void reset() {
      nanosPerRow = 0;
      bytesPerThousandRows = 0;
      slowestBatchMicros = 0;
    }
  }

  @Setup
  public void rows() {
    boolean isAll = columns.startsWith("all");
    boolean isInverted = columns.contains("+inverted");
    boolean isRaw = columns.contains("raw ");
    String name = columns.replace("+inverted", "").replace("+raw ts", "").replace("raw ", "");
    schema =
        isAll
            ? EventRows.SCHEMA
            : new TableSchema("one", 1, List.of(EventRows.SCHEMA.column(name).orElseThrow()));
    encoding =
        new EncodingDecisions(
            EncodingDecisions.CURRENT_FORMAT_VERSION,
            isRaw ? Set.of("ts") : Set.of(),
            !isInverted ? Set.of() : isAll ? INVERTED : Set.of(name));
    batches = new ArrayList<>();
    EventRows rows = new EventRows(11);
    RowBatch whole = new RowBatch(EventRows.SCHEMA);
    for (int from = 0; from < ROWS; from += BATCH) {
      rows.next(whole, BATCH);
      RowBatch kept = new RowBatch(schema);
      copy(whole, schema, kept);
      batches.add(kept);
    }
  }

  @Benchmark
  public int append(Seen seen) {
    try (MutableSegment segment = new MutableSegment("events__0__0__0", 0, schema, encoding, 0)) {
      RowBatch batch = new RowBatch(schema);
      long slowest = 0;
      long total = 0;
      for (RowBatch source : batches) {
        copy(source, schema, batch);
        long start = CpuTime.nanos();
        segment.append(batch);
        segment.publish(batch.offset(batch.rowCount() - 1) + 1);
        long nanos = CpuTime.nanos() - start;
        slowest = Math.max(slowest, nanos);
        total += nanos;
      }
      seen.nanosPerRow = total / ROWS;
      seen.slowestBatchMicros = slowest / 1000;
      seen.bytesPerThousandRows = segment.memoryBytes() * 1000 / ROWS;
      if (Boolean.getBoolean("columns")) {
        report(segment.memoryBytesByColumn());
      }
      return segment.docCount();
    }
  }

  private static void report(Map<String, Long> bytesByColumn) {
    System.Logger logger = System.getLogger(AppendBenchmark.class.getName());
    logger.log(
        System.Logger.Level.INFO,
        bytesByColumn.entrySet().stream()
            .map(entry -> "%s %.2f B".formatted(entry.getKey(), entry.getValue() / (double) ROWS))
            .collect(Collectors.joining(", ")));
  }

  /** Replaces the content of a batch by those columns of another that its schema has. */
  private static void copy(RowBatch source, TableSchema schema, RowBatch target) {
    target.clear();
    int[] from =
        schema.columns().stream().mapToInt(c -> source.schema().indexOf(c.name())).toArray();
    for (int row = 0; row < source.rowCount(); row++) {
      for (int column = 0; column < from.length; column++) {
        ColumnCopier.copyRow(source.column(from[column]), row, target.column(column));
      }
      target.endRow(source.offset(row));
    }
  }
}
