package io.gamay.benchmarks.decode;

import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.SchemaJson;
import io.gamay.cluster.table.TableConfigJson;
import io.gamay.ingest.stream.StreamBatch;
import io.gamay.ingest.transform.RowAssembler;
import io.gamay.segment.ledger.OffsetLedger;
import io.gamay.segment.schema.TableSchema;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
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

/**
 * Batches of 512 JSON records of {@link Events} to batches of rows, with the fate of each offset
 * told; ns a record.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@OperationsPerInvocation(Events.COUNT)
public class RowAssembleBenchmark {

  private static final int BATCH = 512;

  private static final String SCHEMA =
      """
      {"schemaName": "events",
       "dimensionFieldSpecs": [
         {"name": "user_id", "dataType": "LONG"},
         {"name": "session_id", "dataType": "STRING"},
         {"name": "country", "dataType": "STRING"},
         {"name": "city", "dataType": "STRING"},
         {"name": "device", "dataType": "STRING"},
         {"name": "event_type", "dataType": "STRING"},
         {"name": "url", "dataType": "STRING"},
         {"name": "quantity", "dataType": "INT"},
         {"name": "latency_ms", "dataType": "INT"},
         {"name": "tags", "dataType": "STRING", "singleValueField": false}],
       "metricFieldSpecs": [{"name": "amount", "dataType": "DOUBLE"}],
       "dateTimeFieldSpecs": [
         {"name": "ts", "dataType": "LONG", "format": "1:MILLISECONDS:EPOCH",
          "granularity": "1:MILLISECONDS"}]}
      """;

  private static final String CONFIG =
      """
      {"tableName": "events",
       "tableType": "REALTIME",
       "segmentsConfig": {"timeColumnName": "ts", "replication": "1"},
       "tenants": {},
       "tableIndexConfig": {},
       "metadata": {},
       "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [
         {"streamType": "kafka",
          "stream.kafka.topic.name": "events",
          "stream.kafka.broker.list": "localhost:9092",
          "stream.kafka.decoder.class.name": "JSONMessageDecoder",
          "stream.kafka.consumer.prop.auto.offset.reset": "smallest"}]}}}
      """;

  private Batch batch = new Batch(new FetchedRecords(new byte[0][]));
  private RowAssembler assembler = newAssembler();

  @Setup
  public void generate() {
    batch = new Batch(new FetchedRecords(Events.json(Events.generate())));
    assembler = newAssembler();
  }

  @Benchmark
  public long rows() {
    OffsetLedger ledger = new OffsetLedger(0);
    int rows = 0;
    for (batch.start = 0; batch.start < Events.COUNT; batch.start += BATCH) {
      rows += assembler.assemble(batch, ledger).rowCount();
    }
    if (rows != Events.COUNT) {
      throw new IllegalStateException("only %d rows".formatted(rows));
    }
    return ledger.position();
  }

  private static RowAssembler newAssembler() {
    SchemaDefinition schema = SchemaJson.parse(SCHEMA).orThrow();
    return new RowAssembler(
        new TableSchema("events", 1, schema.columns()),
        TableConfigJson.parse(CONFIG, schema, 1).orThrow(),
        new LongAdder());
  }

  private static final class Batch implements StreamBatch {

    private final FetchedRecords records;
    private int start;
    private int current;

    Batch(FetchedRecords records) {
      this.records = records;
    }

    @Override
    public int size() {
      return BATCH;
    }

    @Override
    public void moveTo(int index) {
      current = start + index;
    }

    @Override
    public long offset() {
      return current;
    }

    @Override
    public long timestampMillis() {
      return -1;
    }

    @Override
    public byte[] value() {
      return records.bytes;
    }

    @Override
    public int valueStart() {
      return records.starts[current];
    }

    @Override
    public int valueEnd() {
      return records.ends[current];
    }

    @Override
    public byte @Nullable [] key() {
      return null;
    }

    @Override
    public long nextOffset() {
      return (long) start + BATCH;
    }
  }
}
