package io.gamay.ingest.decode;

import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/** What a record holds, by Jackson's tree and the plainest conversions there are. */
final class JsonOracle {

  private static final JsonMapper LENIENT = mapper(false);
  private static final JsonMapper WITHOUT_DUPLICATES = mapper(true);

  private JsonOracle() {}

  private static JsonMapper mapper(boolean refusesDuplicates) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNumberLength(1_000_000)
                    .maxNestingDepth(JsonScanner.MAX_DEPTH)
                    .build())
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, refusesDuplicates)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
        .build();
  }

  /** Whether the record is UTF-8 and a JSON object to Jackson's parser. */
  static boolean isObject(byte[] record) {
    return utf8(record).filter(JsonOracle::isObject).isPresent();
  }

  private static boolean isObject(String text) {
    try (JsonParser parser = LENIENT.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (JacksonException notJson) {
      return false;
    }
  }

  /**
   * The record, if it is UTF-8 and JSON, and no number has an exponent beyond what decimals have.
   */
  static Optional<JsonNode> read(byte[] record) {
    return utf8(record).flatMap(text -> read(LENIENT, text));
  }

  /** Whether no object of a record that is JSON has two members of one name. */
  static boolean isWithoutDuplicates(byte[] record) {
    return utf8(record).flatMap(text -> read(WITHOUT_DUPLICATES, text)).isPresent();
  }

  private static Optional<String> utf8(byte[] record) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(record)).toString());
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }

  private static Optional<JsonNode> read(JsonMapper mapper, String text) {
    try {
      return Optional.of(mapper.readTree(text)).filter(JsonNode::isObject);
    } catch (JacksonException | NumberFormatException notJson) {
      return Optional.empty();
    }
  }

  /** What a column holds of a record. */
  sealed interface Expected {

    Expected MISSING = new Values(List.of());
    Expected WRONG_TYPE = new WrongType();
    Expected UNKNOWN = new Unknown();

    /** These values; none: the column is missing. */
    record Values(List<Value> values) implements Expected {}

    record WrongType() implements Expected {}

    /** Not for this oracle to say. */
    record Unknown() implements Expected {}
  }

  static Expected expected(JsonNode record, ColumnSpec column) {
    List<JsonNode> found = new ArrayList<>();
    if (record.has(column.name())) {
      found.add(record.get(column.name()));
    } else {
      find(record, column.name(), found);
    }
    if (found.isEmpty()) {
      return Expected.MISSING;
    }
    return found.size() == 1 ? expected(column, found.getFirst()) : Expected.UNKNOWN;
  }

  /** More than one if several members of an object could lead to the value. */
  private static void find(JsonNode object, String name, List<JsonNode> found) {
    if (object.has(name)) {
      found.add(object.get(name));
    }
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      JsonNode inner = object.get(name.substring(0, dot));
      if (inner != null) {
        int before = found.size();
        if (inner.isObject()) {
          find(inner, name.substring(dot + 1), found);
        }
        if (before > 0 || found.size() == before) {
          found.add(NullNode.getInstance());
        }
      }
    }
  }

  private static Expected expected(ColumnSpec column, JsonNode value) {
    if (value.isArray() && (!column.singleValue() || column.type() != DataType.JSON)) {
      return ofList(column, List.copyOf(value.values()));
    }
    return ofOne(column, value);
  }

  private static Expected ofList(ColumnSpec column, List<JsonNode> elements) {
    if (column.singleValue() && elements.size() > 1) {
      return Expected.WRONG_TYPE;
    }
    List<Value> values = new ArrayList<>();
    boolean isUnknown = false;
    boolean isWrong = false;
    for (JsonNode element : elements) {
      switch (ofOne(column, element)) {
        case Expected.Values(List<Value> some) -> values.addAll(some);
        case Expected.WrongType _ -> isWrong = true;
        case Expected.Unknown _ -> isUnknown = true;
      }
    }
    if (isUnknown) {
      return Expected.UNKNOWN;
    }
    return isWrong ? Expected.WRONG_TYPE : new Expected.Values(values);
  }

  private static Expected ofOne(ColumnSpec column, JsonNode value) {
    if (value.isNull()) {
      return Expected.MISSING;
    }
    return switch (column.type()) {
      case INT, BOOLEAN, LONG, TIMESTAMP -> ofWhole(column.type(), value);
      case DOUBLE, FLOAT -> ofFloating(column.type(), value);
      case STRING -> ofText(value);
      case JSON, BYTES, BIG_DECIMAL -> Expected.UNKNOWN;
    };
  }

  private static Expected ofWhole(DataType type, JsonNode value) {
    if (value.isString()) {
      return Expected.UNKNOWN;
    }
    BigDecimal number = numberOf(value, type != DataType.TIMESTAMP);
    long whole;
    try {
      whole = number == null ? Long.MIN_VALUE : number.longValueExact();
    } catch (ArithmeticException notWhole) {
      return Expected.WRONG_TYPE;
    }
    if (number == null
        || (type == DataType.INT && whole != (int) whole)
        || (type == DataType.BOOLEAN && whole != 0 && whole != 1)) {
      return Expected.WRONG_TYPE;
    }
    boolean isInt = type == DataType.INT || type == DataType.BOOLEAN;
    return new Expected.Values(
        List.of(isInt ? new Value.IntValue((int) whole) : new Value.LongValue(whole)));
  }

  private static Expected ofFloating(DataType type, JsonNode value) {
    if (value.isString()) {
      return Expected.UNKNOWN;
    }
    BigDecimal number = numberOf(value, true);
    if (number == null) {
      return Expected.WRONG_TYPE;
    }
    if (type == DataType.FLOAT) {
      float nearest = number.floatValue() + 0.0f;
      return Float.isInfinite(nearest)
          ? Expected.WRONG_TYPE
          : new Expected.Values(List.of(new Value.FloatValue(nearest)));
    }
    double nearest = number.doubleValue() + 0.0;
    return Double.isInfinite(nearest)
        ? Expected.WRONG_TYPE
        : new Expected.Values(List.of(new Value.DoubleValue(nearest)));
  }

  private static @Nullable BigDecimal numberOf(JsonNode value, boolean takesBoolean) {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    if (value.isBoolean() && takesBoolean) {
      return value.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    return null;
  }

  private static Expected ofText(JsonNode value) {
    if (value.isString() || value.isBoolean()) {
      return new Expected.Values(List.of(new Value.StringValue(value.asString())));
    }
    return Expected.UNKNOWN;
  }
}
