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
 * publish after each; all columns, or one alone. A score is milliseconds per million rows, which is
 * nanoseconds per row; beside it, off-heap bytes per thousand rows and the slowest batch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx3g"})
@Warmup(iterations = 3)
@Measurement(iterations = 4)
public class AppendBenchmark {

  private static final int ROWS = 1_000_000;
  private static final int BATCH = 500;
  private static final Set<String> INVERTED = Set.of("country", "device", "event_type");

  @Param({
    "all",
    "all+inverted",
    "all+inverted, raw ts",
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
    public long bytesPerThousandRows;
    public long slowestBatchMicros;

    @Setup(Level.Iteration)
    public void reset() {
      bytesPerThousandRows = 0;
      slowestBatchMicros = 0;
    }
  }

  @Setup
  public void rows() {
    boolean isAll = columns.startsWith("all");
    boolean isInverted = columns.contains("+inverted");
    boolean isRaw = columns.contains("raw ");
    String name = columns.replace("+inverted", "").replace("raw ", "");
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
      batches.add(copyOf(whole));
    }
  }

  @Benchmark
  public int append(Seen seen) {
    try (MutableSegment segment = new MutableSegment("events__0__0__0", 0, schema, encoding, 0)) {
      long slowest = 0;
      for (RowBatch batch : batches) {
        long start = System.nanoTime();
        segment.append(batch);
        segment.publish(batch.offset(batch.rowCount() - 1) + 1);
        slowest = Math.max(slowest, System.nanoTime() - start);
      }
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

  /** The rows of a batch in buffers no larger than they need, as far as the schema asks for. */
  private RowBatch copyOf(RowBatch source) {
    RowBatch copy = new RowBatch(schema);
    int[] sourceColumns =
        schema.columns().stream().mapToInt(c -> EventRows.SCHEMA.indexOf(c.name())).toArray();
    for (int row = 0; row < source.rowCount(); row++) {
      for (int column = 0; column < sourceColumns.length; column++) {
        ColumnCopier.copyRow(source.column(sourceColumns[column]), row, copy.column(column));
      }
      copy.endRow(source.offset(row));
    }
    return copy;
  }
}
