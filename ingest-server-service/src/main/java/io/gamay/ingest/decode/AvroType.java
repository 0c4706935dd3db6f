package io.gamay.ingest.decode;

import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * An Avro schema in the form that decoding needs: one class, so that a value costs one switch. What
 * a field means depends on the kind; elsewhere it is empty. A record may contain itself. Immutable
 * once made, arrays included.
 */
final class AvroType {

  enum Kind {
    NULL,
    BOOLEAN,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    STRING,
    ENUM,
    /** bytes or fixed. */
    BYTES,
    LIST,
    MAP,
    UNION,
    RECORD
  }

  /** What a whole number counts, since 1970 where it is a moment. */
  enum Time {
    NONE,
    DAYS,
    MILLIS,
    MICROS,
    NANOS;

    /** A moment in milliseconds; other numbers stay as they are. */
    long toMillis(long value) {
      return switch (this) {
        case NONE, MILLIS -> value;
        case DAYS -> value * 86_400_000L; // of an int: no overflow
        case MICROS -> Math.floorDiv(value, 1_000L);
        case NANOS -> Math.floorDiv(value, 1_000_000L);
      };
    }
  }

  static final int NO_DECIMAL = Integer.MIN_VALUE;

  final Kind kind;

  /** INT, LONG. */
  final Time time;

  /** BYTES: the size of a fixed, else -1. */
  final int size;

  /** BYTES: the scale of a decimal, else {@link #NO_DECIMAL}. */
  final int scale;

  /** ENUM: symbols; RECORD: field names; in UTF-8. */
  private byte[][] names = new byte[0][];

  /** LIST: its elements; MAP: its values; UNION: branches; RECORD: fields. */
  private AvroType[] parts = new AvroType[0];

  private AvroType(Kind kind, Time time, int size, int scale) {
    this.kind = kind;
    this.time = time;
    this.size = size;
    this.scale = scale;
  }

  byte[][] names() {
    return names;
  }

  AvroType[] parts() {
    return parts;
  }

  /** LIST: its elements; MAP: its values. */
  AvroType item() {
    return parts[0];
  }

  static AvroType of(Schema schema) {
    return of(schema, new IdentityHashMap<>());
  }

  private static AvroType of(Schema schema, Map<Schema, AvroType> records) {
    return switch (schema.getType()) {
      case NULL -> plain(Kind.NULL, schema);
      case BOOLEAN -> plain(Kind.BOOLEAN, schema);
      case INT -> plain(Kind.INT, schema);
      case LONG -> plain(Kind.LONG, schema);
      case FLOAT -> plain(Kind.FLOAT, schema);
      case DOUBLE -> plain(Kind.DOUBLE, schema);
      case STRING -> plain(Kind.STRING, schema);
      case BYTES -> new AvroType(Kind.BYTES, Time.NONE, -1, scaleOf(schema));
      case FIXED -> new AvroType(Kind.BYTES, Time.NONE, schema.getFixedSize(), scaleOf(schema));
      case ENUM -> {
        AvroType made = plain(Kind.ENUM, schema);
        made.names = utf8(schema.getEnumSymbols());
        yield made;
      }
      case ARRAY -> withParts(Kind.LIST, schema, List.of(schema.getElementType()), records);
      case MAP -> withParts(Kind.MAP, schema, List.of(schema.getValueType()), records);
      case UNION -> withParts(Kind.UNION, schema, schema.getTypes(), records);
      case RECORD -> ofRecord(schema, records);
    };
  }

  private static AvroType ofRecord(Schema schema, Map<Schema, AvroType> records) {
    AvroType known = records.get(schema);
    if (known != null) {
      return known;
    }
    AvroType made = plain(Kind.RECORD, schema);
    records.put(schema, made);
    made.names = utf8(schema.getFields().stream().map(Schema.Field::name).toList());
    made.parts =
        schema.getFields().stream()
            .map(field -> of(field.schema(), records))
            .toArray(AvroType[]::new);
    return made;
  }

  private static AvroType plain(Kind kind, Schema schema) {
    return new AvroType(kind, timeOf(schema), -1, NO_DECIMAL);
  }

  private static AvroType withParts(
      Kind kind, Schema schema, List<Schema> parts, Map<Schema, AvroType> records) {
    AvroType made = plain(kind, schema);
    made.parts = parts.stream().map(part -> of(part, records)).toArray(AvroType[]::new);
    return made;
  }

  private static Time timeOf(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical == null) {
      return Time.NONE;
    }
    return switch (logical.getName()) {
      case "date" -> Time.DAYS;
      case "timestamp-millis", "local-timestamp-millis" -> Time.MILLIS;
      case "timestamp-micros", "local-timestamp-micros" -> Time.MICROS;
      case "timestamp-nanos", "local-timestamp-nanos" -> Time.NANOS;
      default -> Time.NONE;
    };
  }

  private static int scaleOf(Schema schema) {
    return schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
        ? decimal.getScale()
        : NO_DECIMAL;
  }

  private static byte[][] utf8(List<String> texts) {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }
}
