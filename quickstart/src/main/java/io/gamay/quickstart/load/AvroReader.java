package io.gamay.quickstart.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * An Avro object container file, each record as one JSON object.
 *
 * <p>A field that is null is left out; a union is the value it holds; a null inside an array or map
 * stays null. Bytes and fixed are lower-case hexadecimal text, the form that BYTES columns read and
 * print, except decimals, which are JSON numbers. Enums are text. Dates and times are the numbers
 * they are stored as. NaN and infinities are text.
 */
final class AvroReader implements RecordReader {
  private final DataFileStream<GenericRecord> records;
  private @Nullable GenericRecord reused;
  private long recordCount;

  AvroReader(InputStream input) throws IOException {
    try {
      records = new DataFileStream<>(input, new GenericDatumReader<>());
    } catch (IOException | AvroRuntimeException failure) {
      input.close();
      throw new MalformedFileException(
          "not an Avro container file: " + failure.getMessage(), failure);
    }
    if (records.getSchema().getType() != Schema.Type.RECORD) {
      input.close();
      throw new MalformedFileException("the file's Avro schema is not a record");
    }
  }

  @Override
  public @Nullable Row next() throws IOException {
    try {
      if (!records.hasNext()) {
        return null;
      }
      GenericRecord value = records.next(reused);
      reused = value;
      var bytes = new ByteArrayOutputStream(512);
      try (JsonGenerator json = JsonValueReader.JSON.createGenerator(bytes)) {
        writeRecord(value, json);
      }
      recordCount++;
      return new Row.Sendable(bytes.toByteArray());
    } catch (AvroRuntimeException | IOException failure) {
      throw new MalformedFileException(
          "broken Avro data after " + recordCount + " records: " + failure.getMessage(), failure);
    }
  }

  private static void writeRecord(GenericRecord value, JsonGenerator json) {
    json.writeStartObject();
    for (Schema.Field field : value.getSchema().getFields()) {
      Object content = value.get(field.pos());
      if (content != null) {
        json.writeName(field.name());
        write(content, field.schema(), json);
      }
    }
    json.writeEndObject();
  }

  private static void write(@Nullable Object value, Schema declared, JsonGenerator json) {
    if (value == null) {
      json.writeNull();
      return;
    }
    Schema schema = held(value, declared);
    switch (schema.getType()) {
      case RECORD -> writeRecord((GenericRecord) value, json);
      case ARRAY -> writeArray((Collection<?>) value, schema.getElementType(), json);
      case MAP -> writeMap((Map<?, ?>) value, schema.getValueType(), json);
      case BYTES -> writeBytes(bytes((ByteBuffer) value), schema, json);
      case FIXED -> writeBytes(((GenericData.Fixed) value).bytes(), schema, json);
      case INT -> json.writeNumber((int) value);
      case LONG -> json.writeNumber((long) value);
      case FLOAT -> json.writeNumber((float) value);
      case DOUBLE -> json.writeNumber((double) value);
      case BOOLEAN -> json.writeBoolean((boolean) value);
      case STRING, ENUM -> json.writeString(value.toString());
      case NULL -> json.writeNull();
      case UNION -> throw new IllegalStateException("a union holds no union");
    }
  }

  private static Schema held(Object value, Schema declared) {
    return declared.getType() == Schema.Type.UNION
        ? declared.getTypes().get(GenericData.get().resolveUnion(declared, value))
        : declared;
  }

  private static void writeArray(Collection<?> values, Schema element, JsonGenerator json) {
    json.writeStartArray();
    for (Object value : values) {
      write(value, element, json);
    }
    json.writeEndArray();
  }

  private static void writeMap(Map<?, ?> values, Schema valueSchema, JsonGenerator json) {
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      json.writeName(String.valueOf(entry.getKey()));
      write(entry.getValue(), valueSchema, json);
    }
    json.writeEndObject();
  }

  private static void writeBytes(byte[] bytes, Schema schema, JsonGenerator json) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      json.writeNumber(new BigDecimal(new BigInteger(bytes), decimal.getScale()));
    } else {
      json.writeString(HexFormat.of().formatHex(bytes));
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
