package io.gamay.benchmarks.decode;

import io.gamay.ingest.decode.DecodeOutcome;
import io.gamay.ingest.decode.FieldWriter;
import io.gamay.ingest.decode.JsonRecordDecoder;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON record of {@link Events}: ours to typed columns, checked to its last byte; Jackson's
 * streaming parser over the same bytes, the values as String, long and double; ns a record.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@OperationsPerInvocation(Events.COUNT)
public class JsonDecodeBenchmark {

  /** Rows until the columns are emptied, as batches from Kafka are. */
  private static final int BATCH = 512;

  private byte[][] records = new byte[0][];
  private FetchedRecords fetched = new FetchedRecords(records);
  private FetchedRecords twoLayouts = fetched;
  private FieldWriter[] columns = new FieldWriter[0];
  private JsonRecordDecoder decoder = newDecoder();
  private final JsonFactory jackson = JsonFactory.builder().build();

  @Setup
  public void generate() {
    records = Events.json(Events.generate());
    columns =
        Events.COLUMNS.stream()
            .map(ColumnBuffer::new)
            .map(FieldWriter::new)
            .toArray(FieldWriter[]::new);
    decoder = newDecoder();
    fetched = new FetchedRecords(records);
    byte[][] mixed = new byte[records.length][];
    for (int index = 0; index < records.length; index++) {
      // every second record begins with its last field
      mixed[index] = index % 2 == 0 ? records[index] : tagsFirst(records[index]);
    }
    twoLayouts = new FetchedRecords(mixed);
  }

  /**
   * @throws IllegalStateException if a record did not take the short way
   */
  @Benchmark
  public int columns() {
    int rows = decodeAll(fetched);
    if (!decoder.detours().equals(new JsonRecordDecoder.Detours(0, 0, 0))) {
      throw new IllegalStateException(decoder.detours().toString());
    }
    return rows;
  }

  @Benchmark
  public int columnsTwoLayouts() {
    return decodeAll(twoLayouts);
  }

  @Benchmark
  public void jackson(Blackhole values) {
    for (byte[] record : records) {
      read(record, values);
    }
  }

  private int decodeAll(FetchedRecords from) {
    int rows = 0;
    for (int index = 0; index < from.count(); index++) {
      if (index % BATCH == 0) {
        for (FieldWriter column : columns) {
          column.column().clear();
        }
      }
      DecodeOutcome outcome =
          decoder.decode(from.bytes, from.starts[index], from.ends[index], columns);
      if (outcome instanceof DecodeOutcome.DecodeFailure) {
        throw new IllegalStateException(outcome.toString());
      }
      ColumnBuffer tags = columns[9].column();
      if (tags.rowCount() == index % BATCH) {
        tags.appendNull();
      }
      rows++;
    }
    return rows;
  }

  private void read(byte[] record, Blackhole values) {
    try (JsonParser parser = jackson.createParser(ObjectReadContext.empty(), record)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (name) {
          case "ts", "user_id" -> values.consume(parser.getLongValue());
          case "quantity", "latency_ms" -> values.consume(parser.getIntValue());
          case "amount" -> values.consume(parser.getDoubleValue());
          case "tags" -> {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              values.consume(parser.getString());
            }
          }
          default -> values.consume(parser.getString());
        }
        values.consume(token);
      }
    }
  }

  private static byte[] tagsFirst(byte[] record) {
    String json = new String(record, StandardCharsets.UTF_8);
    int tags = json.indexOf(",\"tags\"");
    return ("{" + json.substring(tags + 1, json.length() - 1) + "," + json.substring(1, tags) + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static JsonRecordDecoder newDecoder() {
    return new JsonRecordDecoder(Events.COLUMNS.stream().map(ColumnSpec::name).toList());
  }
}
