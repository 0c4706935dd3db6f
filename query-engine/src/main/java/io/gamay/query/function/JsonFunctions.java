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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values out of JSON documents. */
final class JsonFunctions {

  static final Parameter DOCUMENT = of("json", ParameterType.TEXT);
  static final Parameter PATH = constant("path", ParameterType.TEXT);

  private JsonFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    all.addAll(JsonExtraction.all());
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

  static @Nullable Value orNull(Optional<Value> value) {
    return value.isPresent() ? value.get() : null;
  }

  static JsonPath parsed(String function, List<Argument> arguments) {
    return JsonPath.parse(function, Constants.text(arguments.get(1)));
  }

  static Optional<Found> one(String function, Vector documents, int row, JsonPath path) {
    try {
      if (path.isDefinite()) {
        return JsonDocuments.findOne(documents, row, path);
      }
      return JsonDocuments.find(documents, row, path).stream().findFirst();
    } catch (MalformedException e) {
      throw malformed(function, documents, row);
    }
  }

  static RuntimeException malformed(String function, Vector documents, int row) {
    return Failures.ofValue(function, "not JSON", documents.stringAt(row));
  }

  static List<Value> elements(
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

  static Value value(String function, Found found, DataType type) {
    try {
      return converted(found, type);
    } catch (ArithmeticException | IllegalArgumentException _) {
      throw Failures.ofValue(function, "value is no " + type, found.text());
    }
  }

  static Value converted(Found found, DataType type) {
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
