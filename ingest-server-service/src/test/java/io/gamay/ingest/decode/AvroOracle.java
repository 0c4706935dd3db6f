package io.gamay.ingest.decode;

import io.gamay.ingest.decode.JsonOracle.Expected;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a record of the library's generic reader holds for a column, the plainest way. */
final class AvroOracle {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private record Found(@Nullable Object value, Schema schema) {}

  private AvroOracle() {}

  static Expected expected(GenericRecord record, Schema schema, ColumnSpec column) {
    List<Found> found = new ArrayList<>();
    find(record, schema, column.name(), found);
    if (found.isEmpty()) {
      return Expected.MISSING;
    }
    return found.size() == 1 ? ofRow(column, found.getFirst()) : Expected.UNKNOWN;
  }

  /** More than one if several members of a record or map could lead to the value. */
  private static void find(@Nullable Object value, Schema schema, String name, List<Found> found) {
    Schema chosen = branch(value, schema);
    if (chosen.getType() != Schema.Type.RECORD && chosen.getType() != Schema.Type.MAP) {
      return;
    }
    member(value, chosen, name, found);
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      List<Found> inner = new ArrayList<>();
      member(value, chosen, name.substring(0, dot), inner);
      if (!inner.isEmpty()) {
        int before = found.size();
        find(inner.getFirst().value, inner.getFirst().schema, name.substring(dot + 1), found);
        if (before > 0 || found.size() == before) {
          found.add(new Found(null, Schema.create(Schema.Type.NULL)));
        }
      }
    }
  }

  private static void member(
      @Nullable Object value, Schema schema, String name, List<Found> found) {
    if (value instanceof GenericRecord record) {
      if (schema.getField(name) != null) {
        found.add(new Found(record.get(name), schema.getField(name).schema()));
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, held) -> {
            if (key.toString().equals(name)) {
              found.add(new Found(held, schema.getValueType()));
            }
          });
    }
  }

  private static Schema branch(@Nullable Object value, Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    return schema.getTypes().stream()
        .filter(branch -> (branch.getType() == Schema.Type.NULL) == (value == null))
        .findFirst()
        .orElseThrow();
  }

  private static Expected ofRow(ColumnSpec column, Found found) {
    Schema schema = branch(found.value, found.schema);
    boolean isWhole = column.singleValue() && column.type() == DataType.JSON;
    if (!(found.value instanceof List<?> elements) || isWhole) {
      return ofOne(column, found.value, schema);
    }
    if (column.singleValue() && elements.size() > 1) {
      return Expected.WRONG_TYPE;
    }
    List<Value> values = new ArrayList<>();
    Expected odd = Expected.MISSING;
    for (Object element : elements) {
      Expected one = ofOne(column, element, branch(element, schema.getElementType()));
      if (one instanceof Expected.Values(List<Value> some)) {
        values.addAll(some);
      } else if (!(odd instanceof Expected.Unknown)) {
        odd = one;
      }
    }
    return odd instanceof Expected.Values ? new Expected.Values(values) : odd;
  }

  private static Expected ofOne(ColumnSpec column, @Nullable Object value, Schema schema) {
    DataType type = column.type();
    if (value == null) {
      return Expected.MISSING;
    }
    return switch (schema.getType()) {
      case NULL -> Expected.MISSING;
      case BOOLEAN ->
          type == DataType.TIMESTAMP
              ? Expected.WRONG_TYPE
              : ofNumber(type, ((Boolean) value) ? BigDecimal.ONE : BigDecimal.ZERO, "" + value);
      case INT, LONG -> {
        long number = ((Number) value).longValue();
        long stored = type == DataType.TIMESTAMP ? millis(number, schema) : number;
        yield ofNumber(type, BigDecimal.valueOf(stored), "" + stored);
      }
      case FLOAT, DOUBLE -> ofFloating(type, value);
      case STRING, ENUM -> type == DataType.STRING ? text(value.toString()) : Expected.UNKNOWN;
      case BYTES, FIXED -> ofBytes(type, bytes(value), schema);
      case ARRAY, MAP, RECORD ->
          type == DataType.STRING || type == DataType.JSON
              ? text(json(value, schema).toString())
              : Expected.WRONG_TYPE;
      case UNION -> throw new IllegalStateException("the branch is chosen");
    };
  }

  private static long millis(long number, Schema schema) {
    if (schema.getLogicalType() == null) {
      return number;
    }
    return switch (schema.getLogicalType().getName()) {
      case "date" -> number * 86_400_000;
      case "timestamp-micros" -> Math.floorDiv(number, 1_000);
      case "timestamp-nanos" -> Math.floorDiv(number, 1_000_000);
      default -> number;
    };
  }

  private static Expected ofNumber(DataType type, BigDecimal number, String text) {
    try {
      return switch (type) {
        case INT -> one(new Value.IntValue(number.intValueExact()));
        case LONG, TIMESTAMP -> one(new Value.LongValue(number.longValueExact()));
        case BOOLEAN ->
            number.compareTo(BigDecimal.ONE) == 0 || number.signum() == 0
                ? one(new Value.IntValue(number.intValueExact()))
                : Expected.WRONG_TYPE;
        case FLOAT -> one(new Value.FloatValue(number.floatValue() + 0.0f));
        case DOUBLE -> one(new Value.DoubleValue(number.doubleValue() + 0.0));
        case BIG_DECIMAL -> one(new Value.BigDecimalValue(number));
        case STRING, JSON -> text(text);
        case BYTES -> Expected.WRONG_TYPE;
      };
    } catch (ArithmeticException lossy) {
      return Expected.WRONG_TYPE;
    }
  }

  private static Expected ofFloating(DataType type, Object value) {
    double number = ((Number) value).doubleValue();
    if (Double.isNaN(number)) {
      return Expected.MISSING;
    }
    if (Double.isInfinite(number)) {
      return switch (type) {
        case DOUBLE -> one(new Value.DoubleValue(number));
        case FLOAT -> one(new Value.FloatValue((float) number));
        case STRING -> text("" + number);
        case JSON -> text("\"" + number + "\"");
        case INT, LONG, TIMESTAMP, BOOLEAN, BIG_DECIMAL, BYTES -> Expected.WRONG_TYPE;
      };
    }
    if (type == DataType.FLOAT && Double.isInfinite((float) number)) {
      return Expected.WRONG_TYPE;
    }
    boolean isText = type == DataType.STRING || type == DataType.JSON;
    BigDecimal decimal =
        type == DataType.BIG_DECIMAL ? new BigDecimal(value.toString()) : new BigDecimal(number);
    return isText ? text(value.toString()) : ofNumber(type, decimal, "");
  }

  private static Expected ofBytes(DataType type, byte[] bytes, Schema schema) {
    boolean isDecimal = schema.getLogicalType() instanceof LogicalTypes.Decimal;
    if (type == DataType.BYTES) {
      return one(new Value.BytesValue(bytes));
    }
    if (isDecimal) {
      BigDecimal decimal = decimal(bytes, schema);
      return ofNumber(type, decimal, decimal.toString());
    }
    String hex = HexFormat.of().formatHex(bytes);
    return switch (type) {
      case STRING -> text(hex);
      case JSON -> text("\"" + hex + "\"");
      default -> Expected.WRONG_TYPE;
    };
  }

  private static BigDecimal decimal(byte[] unscaled, Schema schema) {
    return new BigDecimal(
        new BigInteger(unscaled), ((LogicalTypes.Decimal) schema.getLogicalType()).getScale());
  }

  private static byte[] bytes(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static JsonNode json(@Nullable Object value, Schema unresolved) {
    Schema schema = branch(value, unresolved);
    if (value == null) {
      return NODES.nullNode();
    }
    return switch (schema.getType()) {
      case NULL -> NODES.nullNode();
      case BOOLEAN -> NODES.booleanNode((Boolean) value);
      case INT, LONG -> NODES.numberNode(((Number) value).longValue());
      case FLOAT ->
          Float.isFinite((Float) value)
              ? NODES.numberNode((Float) value)
              : NODES.stringNode("" + value);
      case DOUBLE ->
          Double.isFinite((Double) value)
              ? NODES.numberNode((Double) value)
              : NODES.stringNode("" + value);
      case STRING, ENUM -> NODES.stringNode(value.toString());
      case BYTES, FIXED ->
          schema.getLogicalType() instanceof LogicalTypes.Decimal
              ? NODES.numberNode(decimal(bytes(value), schema))
              : NODES.stringNode(HexFormat.of().formatHex(bytes(value)));
      case ARRAY -> {
        ArrayNode list = NODES.arrayNode();
        ((List<?>) value).forEach(element -> list.add(json(element, schema.getElementType())));
        yield list;
      }
      case MAP -> {
        ObjectNode object = NODES.objectNode();
        ((Map<?, ?>) value)
            .forEach((key, held) -> object.set(key.toString(), json(held, schema.getValueType())));
        yield object;
      }
      case RECORD -> {
        ObjectNode object = NODES.objectNode();
        for (Schema.Field field : schema.getFields()) {
          object.set(field.name(), json(((GenericRecord) value).get(field.pos()), field.schema()));
        }
        yield object;
      }
      case UNION -> throw new IllegalStateException("the branch is chosen");
    };
  }

  private static Expected one(Value value) {
    return new Expected.Values(List.of(value));
  }

  private static Expected text(String text) {
    return one(new Value.StringValue(text));
  }
}
