package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.function.JsonDocuments.Found;
import io.gamay.query.function.JsonDocuments.MalformedException;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TimestampText;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values out of JSON documents. */
final class JsonFunctions {

  private static final String EXTRACT_SCALAR = "JSON_EXTRACT_SCALAR";
  private static final Parameter DOCUMENT = of("json", ParameterType.TEXT);
  private static final Parameter PATH = constant("path", ParameterType.TEXT);
  private static final Parameter TYPE = constant("type", ParameterType.TEXT);

  private JsonFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    all.add(
        extract(EXTRACT_SCALAR, false)
            .alias("JSON_EXTRACT_INDEX")
            .doc(
                "The value at a path, as a type: INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN,"
                    + " TIMESTAMP, STRING, JSON, or one of these with _ARRAY. Where there is none,"
                    + " or JSON's null, the default; without a default NULL (in the Pinot dialect"
                    + " the query fails). Paths: $.a.b, $['a b'][0], $.list[*].x.")
            .example("JSON_EXTRACT_SCALAR('{\"a\":{\"b\":[1,2]}}', '$.a.b[1]', 'INT')", "2")
            .example("JSON_EXTRACT_SCALAR('{\"a\":1}', '$.c', 'STRING', 'none')", "none")
            .example("JSON_EXTRACT_SCALAR('{\"a\":[1,2]}', '$.a[*]', 'LONG_ARRAY')", "[1, 2]")
            .build());
    all.add(
        extract("JSON_EXTRACT_SCALAR_STRICT", true)
            .doc("As JSON_EXTRACT_SCALAR, but fails where there is no value and no default.")
            .example("JSON_EXTRACT_SCALAR_STRICT('{\"a\":1}', '$.a', 'LONG')", "1")
            .build());
    all.add(
        path("JSON_PATH_STRING", "text", DataType.STRING, ParameterType.TEXT)
            .example("JSON_PATH_STRING('{\"a\":\"x\"}', '$.a')", "x")
            .build());
    all.add(
        path("JSON_PATH_LONG", "LONG", DataType.LONG, ParameterType.LONG)
            .example("JSON_PATH_LONG('{\"a\":7}', '$.a')", "7")
            .example("JSON_PATH_LONG('{\"a\":7}', '$.b', 0)", "0")
            .build());
    all.add(
        path("JSON_PATH_DOUBLE", "DOUBLE", DataType.DOUBLE, ParameterType.DOUBLE)
            .example("JSON_PATH_DOUBLE('{\"a\":7}', '$.a')", "7.0")
            .build());
    all.add(
        function("JSON_PATH_ARRAY", FunctionGroup.JSON)
            .alias("JSON_PATH_ARRAY_DEFAULT_EMPTY")
            .doc("The elements at a path as texts; none where there is nothing.")
            .example("JSON_PATH_ARRAY('{\"a\":[1,\"x\"]}', '$.a')", "[1, x]")
            .mayFail()
            .listSignature(
                DataType.STRING,
                arguments -> {
                  JsonPath path = parsed("JSON_PATH_ARRAY", arguments);
                  return RowBodies.lists(
                      (a, r) -> elements("JSON_PATH_ARRAY", a[0], r, path, DataType.STRING));
                },
                DOCUMENT,
                PATH)
            .build());
    all.add(
        function("JSON_PATH_EXISTS", FunctionGroup.JSON)
            .doc("Whether there is anything at a path; false for texts that are not JSON.")
            .example("JSON_PATH_EXISTS('{\"a\":1}', '$.b')", "false")
            .signature(
                DataType.BOOLEAN,
                arguments -> {
                  JsonPath path = parsed("JSON_PATH_EXISTS", arguments);
                  return RowBodies.flags((a, r) -> exists(a[0], r, path));
                },
                DOCUMENT,
                PATH)
            .build());
    all.add(
        function("JSON_EXTRACT_KEY", FunctionGroup.JSON)
            .doc(
                "The paths of what is at and directly below a path (with a third argument: so many"
                    + " levels below).")
            .example(
                "JSON_EXTRACT_KEY('{\"a\":1,\"b\":{\"c\":2}}', '$.*')",
                "[$['a'], $['b'], $['b']['c']]")
            .mayFail()
            .listSignature(
                DataType.STRING,
                JsonFunctions::keys,
                DOCUMENT,
                PATH,
                constant("depth", ParameterType.INT).optional())
            .build());
    all.add(
        function("JSON_FORMAT", FunctionGroup.JSON)
            .doc("A JSON document without blanks.")
            .example("JSON_FORMAT('{ \"a\" : 1 }')", "{\"a\":1}")
            .example("JSON_FORMAT(' \"a\"')", "\"a\"")
            .mayFail()
            .signature(
                DataType.STRING, _ -> RowBodies.texts((a, r) -> formatted(a[0], r)), DOCUMENT)
            .build());
    all.add(
        function("JSON_KEY_VALUE_ARRAY_TO_MAP", FunctionGroup.JSON)
            .doc(
                "The object that an array of objects with the members key and value stands for;"
                    + " elements without a key are left out, the last value of a key counts.")
            .example("JSON_KEY_VALUE_ARRAY_TO_MAP('[{\"key\":\"a\",\"value\":1}]')", "{\"a\":1}")
            .mayFail()
            .signature(
                DataType.JSON, _ -> RowBodies.texts((a, r) -> keyValueMap(a[0], r)), DOCUMENT)
            .build());
    all.add(
        function("JSON_MATCH", FunctionGroup.JSON)
            .doc(
                "Whether a document passes a filter: paths in double quotes compared with literals"
                    + " (=, <>, <, <=, >, >=, IN, BETWEEN, LIKE, REGEXP_LIKE, IS NULL), with AND,"
                    + " OR and NOT. Numbers compare as numbers, also with strings that say one;"
                    + " texts with strings, with numbers and booleans as written. [*] stands for"
                    + " one element, the same one in all comparisons; IS NULL as the whole filter"
                    + " says that no element has a value. What is not there passes IS NULL only;"
                    + " false for texts that are not JSON. Every document is read: there is no"
                    + " index yet.")
            .example("JSON_MATCH('{\"a\":{\"b\":7}}', '\"$.a.b\" > 5')", "true")
            .example(
                "JSON_MATCH('{\"l\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}]}',"
                    + " '\"$.l[*].x\" = 1 AND \"$.l[*].y\" = 4')",
                "false")
            .example("JSON_MATCH('{\"a\":1}', '\"$.c\" IS NULL')", "true")
            .signature(
                DataType.BOOLEAN,
                arguments -> {
                  JsonFilter filter = JsonFilter.of("JSON_MATCH", Constants.text(arguments.get(1)));
                  return RowBodies.flags((a, r) -> matches(filter, a[0], r));
                },
                DOCUMENT,
                constant("filter", ParameterType.TEXT))
            .build());
    all.add(
        function("IS_JSON", FunctionGroup.JSON)
            .doc("Whether a text is a JSON document.")
            .example("IS_JSON('{\"a\":1}')", "true")
            .example("IS_JSON('{a')", "false")
            .signature(
                DataType.BOOLEAN,
                _ -> RowBodies.flags((a, r) -> JsonDocuments.isJson(a[0], r)),
                of("text", ParameterType.TEXT))
            .build());
    return all;
  }

  private static boolean matches(JsonFilter filter, Vector documents, int row) {
    try {
      return filter.matches(JsonDocuments.tree(documents, row));
    } catch (MalformedException e) {
      return false;
    }
  }

  private static String keyValueMap(Vector documents, int row) {
    try {
      return JsonDocuments.keyValueMap(documents, row);
    } catch (MalformedException e) {
      throw malformed("JSON_KEY_VALUE_ARRAY_TO_MAP", documents, row);
    }
  }

  private static String formatted(Vector documents, int row) {
    try {
      return JsonDocuments.format(documents, row);
    } catch (MalformedException e) {
      throw malformed("JSON_FORMAT", documents, row);
    }
  }

  private static ScalarFunction.Builder extract(String name, boolean isStrict) {
    return function(name, FunctionGroup.JSON)
        .mayFail()
        .maybeNull()
        .signature(
            arguments -> type(EXTRACT_SCALAR, arguments.get(2)),
            arguments -> extraction(EXTRACT_SCALAR, arguments, isStrict),
            DOCUMENT,
            PATH,
            TYPE,
            constant("default", ParameterType.ANY).optional());
  }

  private static ArgumentType type(String function, Argument argument) {
    String text = Constants.text(argument).strip().toUpperCase(Locale.ROOT);
    boolean isArray = text.endsWith("_ARRAY");
    String element = isArray ? text.substring(0, text.length() - "_ARRAY".length()) : text;
    DataType type =
        switch (element) {
          case "INT", "INTEGER" -> DataType.INT;
          case "LONG", "BIGINT" -> DataType.LONG;
          case "FLOAT" -> DataType.FLOAT;
          case "DOUBLE" -> DataType.DOUBLE;
          case "BIG_DECIMAL", "DECIMAL" -> DataType.BIG_DECIMAL;
          case "BOOLEAN" -> DataType.BOOLEAN;
          case "TIMESTAMP" -> DataType.TIMESTAMP;
          case "STRING", "VARCHAR" -> DataType.STRING;
          case "JSON" -> DataType.JSON;
          default ->
              throw Failures.ofConstant(
                  function,
                  "unknown type, expected INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN,"
                      + " TIMESTAMP, STRING, JSON or one of these with _ARRAY",
                  text);
        };
    return new ArgumentType(type, isArray);
  }

  private static ScalarBody extraction(String name, List<Argument> arguments, boolean isStrict) {
    ArgumentType type = type(name, arguments.get(2));
    JsonPath path = parsed(name, arguments);
    Optional<Value> fallback =
        arguments.size() > 3
            ? Optional.of(fallback(name, arguments.get(3), type.element()))
            : Optional.empty();
    if (type.isArray()) {
      return RowBodies.lists(
          (a, r) -> {
            List<Value> found = elements(name, a[0], r, path, type.element());
            return found.isEmpty() && fallback.isPresent() ? List.of(fallback.get()) : found;
          });
    }
    return RowBodies.values(
        (a, r) -> {
          Optional<Found> found = one(name, a[0], r, path).filter(value -> !value.isNull());
          if (found.isPresent()) {
            return value(name, found.get(), type.element());
          }
          if (fallback.isEmpty() && isStrict) {
            throw Failures.ofValue(
                name, "nothing at " + Constants.text(arguments.get(1)) + " in", a[0].stringAt(r));
          }
          return orNull(fallback);
        });
  }

  private static @Nullable Value orNull(Optional<Value> value) {
    return value.isPresent() ? value.get() : null;
  }

  private static Value fallback(String name, Argument argument, DataType type) {
    Value value = argument.constant().orElseThrow();
    String text =
        switch (value) {
          case Value.IntValue(int v) ->
              argument.type().element() == DataType.BOOLEAN
                  ? Boolean.toString(v != 0)
                  : Integer.toString(v);
          case Value.LongValue(long v) ->
              argument.type().element() == DataType.TIMESTAMP
                  ? TimestampText.format(v)
                  : Long.toString(v);
          case Value.FloatValue(float v) -> Float.toString(v);
          case Value.DoubleValue(double v) -> Double.toString(v);
          case Value.BigDecimalValue(BigDecimal v) -> v.toPlainString();
          case Value.StringValue(String v) -> v;
          case Value.BytesValue _ ->
              throw Failures.ofConstant(name, "a default cannot be BYTES", value);
        };
    try {
      return converted(new Found(Found.Kind.STRING, text), type);
    } catch (ArithmeticException | IllegalArgumentException _) {
      throw Failures.ofConstant(name, "default is no " + type, text);
    }
  }

  private static JsonPath parsed(String function, List<Argument> arguments) {
    return JsonPath.parse(function, Constants.text(arguments.get(1)));
  }

  private static Optional<Found> one(String function, Vector documents, int row, JsonPath path) {
    try {
      if (path.isDefinite()) {
        return JsonDocuments.findOne(documents, row, path);
      }
      return JsonDocuments.find(documents, row, path).stream().findFirst();
    } catch (MalformedException e) {
      throw malformed(function, documents, row);
    }
  }

  private static RuntimeException malformed(String function, Vector documents, int row) {
    return Failures.ofValue(function, "not JSON", documents.stringAt(row));
  }

  private static List<Value> elements(
      String function, Vector documents, int row, JsonPath path, DataType type) {
    try {
      List<Value> values = new ArrayList<>();
      for (Found found : JsonDocuments.find(documents, row, path)) {
        for (Found element : path.isDefinite() ? JsonDocuments.elements(found) : List.of(found)) {
          if (!element.isNull()) {
            values.add(value(function, element, type));
          }
        }
      }
      return values;
    } catch (MalformedException e) {
      throw malformed(function, documents, row);
    }
  }

  private static boolean exists(Vector documents, int row, JsonPath path) {
    try {
      return !JsonDocuments.find(documents, row, path).isEmpty();
    } catch (MalformedException e) {
      return false;
    }
  }

  private static ScalarBody keys(List<Argument> arguments) {
    JsonPath path = parsed("JSON_EXTRACT_KEY", arguments);
    int depth = arguments.size() > 2 ? Constants.integer(arguments.get(2)) : 1;
    return RowBodies.lists(
        (a, r) -> {
          try {
            return JsonDocuments.keys(a[0], r, path, depth).stream()
                .<Value>map(Value.StringValue::new)
                .toList();
          } catch (MalformedException e) {
            throw malformed("JSON_EXTRACT_KEY", a[0], r);
          }
        });
  }

  /** JSON_PATH_STRING and so on: with a default they never fail, without one they may. */
  private static ScalarFunction.Builder path(
      String name, String typeName, DataType type, ParameterType parameter) {
    return function(name, FunctionGroup.JSON)
        .doc(
            "The value at a path as %s; where there is none, or the text is not JSON, the default;"
                    .formatted(typeName)
                + " without a default NULL.")
        .maybeNull()
        .mayFail()
        .signature(
            type,
            arguments -> {
              JsonPath path = parsed(name, arguments);
              return RowBodies.values((a, r) -> orNull(lenient(name, a[0], r, path, type)));
            },
            DOCUMENT,
            PATH)
        .signature(
            type,
            arguments -> {
              JsonPath path = parsed(name, arguments);
              return RowBodies.values(
                  (a, r) -> lenient(name, a[0], r, path, type).orElseGet(() -> a[2].valueAt(r)));
            },
            DOCUMENT,
            PATH,
            of("default", parameter));
  }

  private static Optional<Value> lenient(
      String name, Vector documents, int row, JsonPath path, DataType type) {
    try {
      return JsonDocuments.find(documents, row, path).stream()
          .findFirst()
          .filter(found -> !found.isNull())
          .map(found -> value(name, found, type));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  private static Value value(String function, Found found, DataType type) {
    try {
      return converted(found, type);
    } catch (ArithmeticException | IllegalArgumentException _) {
      throw Failures.ofValue(function, "value is no " + type, found.text());
    }
  }

  private static Value converted(Found found, DataType type) {
    String text = found.text();
    return switch (type) {
      case INT -> new Value.IntValue(number(found).intValueExact());
      case LONG -> new Value.LongValue(number(found).longValueExact());
      case FLOAT -> new Value.FloatValue(Float.parseFloat(numeric(found)));
      case DOUBLE -> new Value.DoubleValue(Double.parseDouble(numeric(found)));
      case BIG_DECIMAL -> new Value.BigDecimalValue(decimal(numeric(found)));
      case BOOLEAN -> {
        boolean isTrue = text.equalsIgnoreCase("true") || text.equals("1");
        if (!isTrue && !text.equalsIgnoreCase("false") && !text.equals("0")) {
          throw new IllegalArgumentException(text);
        }
        yield new Value.IntValue(isTrue ? 1 : 0);
      }
      case TIMESTAMP ->
          new Value.LongValue(
              TimestampText.parse(text).orElseThrow(() -> new IllegalArgumentException(text)));
      case STRING, JSON -> new Value.StringValue(text);
      case BYTES -> throw new IllegalArgumentException(text);
    };
  }

  /** Whole numbers: fractions are cut towards zero. */
  private static BigDecimal number(Found found) {
    return decimal(numeric(found)).setScale(0, java.math.RoundingMode.DOWN);
  }

  private static String numeric(Found found) {
    return found.kind() == Found.Kind.BOOLEAN
        ? (found.text().equals("true") ? "1" : "0")
        : found.text().strip();
  }

  private static BigDecimal decimal(String text) {
    BigDecimal number = text.length() > 1000 ? null : new BigDecimal(text);
    if (number == null || Math.abs((long) number.scale()) > 1000) {
      throw new IllegalArgumentException("number is too long");
    }
    return number;
  }
}
