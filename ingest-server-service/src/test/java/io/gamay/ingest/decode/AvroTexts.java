package io.gamay.ingest.decode;

import io.gamay.testkit.random.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** Makes Avro schemas, records of them, and their bytes, with the library. */
final class AvroTexts {

  private int named;

  Schema anyRecord(SeededRandom random, int depth) {
    List<Schema.Field> fields = new ArrayList<>();
    int count = random.between(1, depth == 0 ? 8 : 4);
    for (int field = 0; field < count; field++) {
      fields.add(new Schema.Field("f" + field, anySchema(random, depth + 1)));
    }
    return Schema.createRecord("R" + named++, null, "test", false, fields);
  }

  private Schema anySchema(SeededRandom random, int depth) {
    return switch (random.nextInt(depth > 3 ? 12 : 17)) {
      case 0 -> Schema.create(Schema.Type.BOOLEAN);
      case 1 -> Schema.create(Schema.Type.INT);
      case 2 -> Schema.create(Schema.Type.LONG);
      case 3 -> Schema.create(Schema.Type.FLOAT);
      case 4 -> Schema.create(Schema.Type.DOUBLE);
      case 5, 6 -> Schema.create(Schema.Type.STRING);
      case 7 -> Schema.create(Schema.Type.BYTES);
      case 8 -> Schema.createFixed("F" + named++, null, "test", random.nextInt(5));
      case 9 -> Schema.createEnum("E" + named++, null, "test", List.of("RED", "GREEN", "BLUE"));
      case 10 -> anyTime(random);
      case 11 ->
          LogicalTypes.decimal(12, random.nextInt(6)).addToSchema(Schema.create(Schema.Type.BYTES));
      case 12 -> Schema.createArray(anySchema(random, depth + 1));
      case 13 -> Schema.createMap(anySchema(random, depth + 1));
      case 14 -> anyRecord(random, depth);
      default -> nullable(anySchema(random, depth + 1), random);
    };
  }

  private static Schema anyTime(SeededRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      case 1 -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case 2 -> LogicalTypes.timestampNanos().addToSchema(Schema.create(Schema.Type.LONG));
      default -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
    };
  }

  private static Schema nullable(Schema schema, SeededRandom random) {
    if (schema.getType() == Schema.Type.UNION) {
      return schema;
    }
    Schema none = Schema.create(Schema.Type.NULL);
    return random.chance(0.5) ? Schema.createUnion(none, schema) : Schema.createUnion(schema, none);
  }

  static @Nullable Object anyValue(Schema schema, SeededRandom random) {
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> random.chance(0.5);
      case INT -> random.anyInt();
      case LONG -> random.anyLong();
      case FLOAT -> random.anyFloat();
      case DOUBLE -> random.anyDouble();
      case STRING -> random.chance(0.2) ? "" + random.anyInt() : random.anyString(30);
      case BYTES ->
          ByteBuffer.wrap(
              schema.getLogicalType() == null
                  ? random.anyBytes(10)
                  : BigInteger.valueOf(random.anyInt()).toByteArray());
      case FIXED ->
          new GenericData.Fixed(schema, Arrays.copyOf(random.anyBytes(5), schema.getFixedSize()));
      case ENUM -> new GenericData.EnumSymbol(schema, random.oneOf(schema.getEnumSymbols()));
      case ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
          elements.add(anyValue(schema.getElementType(), random));
        }
        yield elements;
      }
      case MAP -> {
        Map<String, @Nullable Object> entries = new HashMap<>();
        for (int count = random.nextInt(4); count > 0; count--) {
          entries.put(
              random.oneOf(List.of("f0", "f1", "f0.f1", "key", "\"")),
              anyValue(schema.getValueType(), random));
        }
        yield entries;
      }
      case UNION -> anyValue(random.oneOf(schema.getTypes()), random);
      case RECORD -> {
        GenericRecord record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          record.put(field.pos(), anyValue(field.schema(), random));
        }
        yield record;
      }
    };
  }

  /** Items of arrays and maps in blocks with or without their sizes. */
  static byte[] encode(Schema schema, GenericRecord record, boolean isBlocking) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      var encoder =
          isBlocking
              ? new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(bytes, null)
              : EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads as the library does.
   *
   * @throws IOException if it cannot, or bytes are left
   */
  static GenericRecord read(Schema schema, byte[] record) throws IOException {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(record, null);
    GenericRecord read = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IOException("bytes are left");
    }
    return read;
  }
}
