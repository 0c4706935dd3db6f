package io.gamay.benchmarks.decode;

import io.gamay.ingest.decode.AvroRecordDecoder;
import io.gamay.ingest.decode.DecodeOutcome;
import io.gamay.ingest.decode.FieldWriter;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * One Avro record of {@link Events}: ours to typed columns; the library's generic reader over the
 * same bytes, its record and decoder reused; ns a record.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@OperationsPerInvocation(Events.COUNT)
public class AvroDecodeBenchmark {

  private static final int BATCH = 512;

  private static final Schema SCHEMA =
      SchemaBuilder.record("Event")
          .fields()
          .requiredLong("ts")
          .requiredLong("user_id")
          .requiredString("session_id")
          .requiredString("country")
          .requiredString("city")
          .requiredString("device")
          .requiredString("event_type")
          .requiredString("url")
          .optionalDouble("amount")
          .requiredInt("quantity")
          .requiredInt("latency_ms")
          .name("tags")
          .type()
          .array()
          .items()
          .stringType()
          .noDefault()
          .endRecord();

  private static final List<ColumnSpec> THREE_COLUMNS =
      Events.COLUMNS.stream()
          .filter(column -> List.of("ts", "country", "amount").contains(column.name()))
          .toList();

  private byte[][] records = new byte[0][];
  private FetchedRecords fetched = new FetchedRecords(records);
  private FieldWriter[] columns = new FieldWriter[0];
  private FieldWriter[] threeColumns = new FieldWriter[0];
  private AvroRecordDecoder decoder = newDecoder(Events.COLUMNS);
  private AvroRecordDecoder threeColumnDecoder = newDecoder(THREE_COLUMNS);
  private final GenericDatumReader<GenericRecord> library = new GenericDatumReader<>(SCHEMA);
  private @Nullable GenericRecord reusedRecord;
  private @Nullable BinaryDecoder reusedDecoder;

  @Setup
  public void generate() throws IOException {
    Events.Event[] events = Events.generate();
    records = new byte[events.length][];
    for (int index = 0; index < events.length; index++) {
      records[index] = encode(events[index]);
    }
    fetched = new FetchedRecords(records);
    columns = writers(Events.COLUMNS);
    threeColumns = writers(THREE_COLUMNS);
    decoder = newDecoder(Events.COLUMNS);
    threeColumnDecoder = newDecoder(THREE_COLUMNS);
  }

  @Benchmark
  public int columns() {
    return decodeAll(decoder, columns);
  }

  @Benchmark
  public int threeColumnsOfTwelve() {
    return decodeAll(threeColumnDecoder, threeColumns);
  }

  @Benchmark
  public void library(Blackhole read) throws IOException {
    for (byte[] record : records) {
      reusedDecoder = DecoderFactory.get().binaryDecoder(record, reusedDecoder);
      reusedRecord = library.read(reusedRecord, reusedDecoder);
      read.consume(reusedRecord);
    }
  }

  private int decodeAll(AvroRecordDecoder with, FieldWriter[] to) {
    for (int index = 0; index < records.length; index++) {
      if (index % BATCH == 0) {
        for (FieldWriter column : to) {
          column.column().clear();
        }
      }
      DecodeOutcome outcome =
          with.decode(fetched.bytes, fetched.starts[index], fetched.ends[index], to);
      if (outcome instanceof DecodeOutcome.DecodeFailure) {
        throw new IllegalStateException(outcome.toString());
      }
      for (FieldWriter column : to) {
        if (column.column().rowCount() == index % BATCH) {
          column.column().appendNull();
        }
      }
    }
    return records.length;
  }

  private static byte[] encode(Events.Event event) throws IOException {
    GenericRecord record = new GenericData.Record(SCHEMA);
    record.put("ts", event.ts());
    record.put("user_id", event.userId());
    record.put("session_id", event.sessionId());
    record.put("country", event.country());
    record.put("city", event.city());
    record.put("device", event.device());
    record.put("event_type", event.eventType());
    record.put("url", event.url());
    record.put("amount", event.cents() / 100d);
    record.put("quantity", event.quantity());
    record.put("latency_ms", event.latencyMillis());
    record.put("tags", event.tags());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static FieldWriter[] writers(List<ColumnSpec> specs) {
    return specs.stream().map(ColumnBuffer::new).map(FieldWriter::new).toArray(FieldWriter[]::new);
  }

  private static AvroRecordDecoder newDecoder(List<ColumnSpec> specs) {
    return new AvroRecordDecoder(SCHEMA, specs.stream().map(ColumnSpec::name).toList());
  }
}
