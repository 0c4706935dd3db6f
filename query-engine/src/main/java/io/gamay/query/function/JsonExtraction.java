package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
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

/** What is at a path of JSON documents, as a type that the call names. */
final class JsonExtraction {

  private static final String SCALAR = "JSON_EXTRACT_SCALAR";
  private static final String INDEX = "JSON_EXTRACT_INDEX";
  private static final Parameter TYPE = constant("type", ParameterType.TEXT);
  private static final Parameter DEFAULT = constant("default", ParameterType.ANY);

  private final String name;
  private final String writtenPath;
  private final JsonPath path;
  private final ArgumentType type;
  private final Optional<JsonFilter> filter;

  /** Where nothing is found; empty: none was given. */
  private final Optional<List<Value>> fallback;

  private final boolean isStrict;

  private JsonExtraction(String name, List<Argument> arguments, boolean isStrict) {
    this.name = name;
    this.writtenPath = Constants.text(arguments.get(1));
    this.path = JsonPath.parse(name, writtenPath);
    this.type = type(name, arguments.get(2));
    this.filter = Constants.text(arguments, 4).map(text -> JsonFilter.of(name, text));
    this.fallback =
        arguments.size() > 3 ? Optional.of(fallback(arguments.get(3))) : Optional.empty();
    this.isStrict = isStrict;
  }

  static List<ScalarFunction> all() {
    return List.of(
        scalar(SCALAR, false)
            .doc(
                "The value at a path, as a type: INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN,"
                    + " TIMESTAMP, STRING, JSON, or one of these with _ARRAY. Where there is none,"
                    + " or JSON's null, the default; without a default NULL (in the Pinot dialect"
                    + " the query fails). Paths: $.a.b, $['a b'][0], $.list[*].x.")
            .example("JSON_EXTRACT_SCALAR('{\"a\":{\"b\":[1,2]}}', '$.a.b[1]', 'INT')", "2")
            .example("JSON_EXTRACT_SCALAR('{\"a\":1}', '$.c', 'STRING', 'none')", "none")
            .example("JSON_EXTRACT_SCALAR('{\"a\":[1,2]}', '$.a[*]', 'LONG_ARRAY')", "[1, 2]")
            .build(),
        scalar("JSON_EXTRACT_SCALAR_STRICT", true)
            .doc("As JSON_EXTRACT_SCALAR, but fails where there is no value and no default.")
            .example("JSON_EXTRACT_SCALAR_STRICT('{\"a\":1}', '$.a', 'LONG')", "1")
            .build(),
        index(INDEX, false)
            .doc(
                "As JSON_EXTRACT_SCALAR; the default of a type with _ARRAY is a JSON array. With a"
                    + " filter in the form of JSON_MATCH's, only strings, numbers and booleans"
                    + " count, and only those at elements for which the filter is true: [*] of the"
                    + " path and of the filter is the same element. Documents are read: there is"
                    + " no index yet.")
            .example("JSON_EXTRACT_INDEX('{\"a\":7}', '$.a', 'INT', 0, '\"$.b\" IS NOT NULL')", "0")
            .example(
                "JSON_EXTRACT_INDEX('{\"l\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}]}', '$.l[*].x',"
                    + " 'INT_ARRAY', '[]', '\"$.l[*].y\" > 2')",
                "[3]")
            .build(),
        index("JSON_EXTRACT_INDEX_STRICT", true)
            .doc("As JSON_EXTRACT_INDEX, but fails where there is no value and no default.")
            .example("JSON_EXTRACT_INDEX_STRICT('{\"a\":1}', '$.a', 'LONG')", "1")
            .build());
  }

  private static ScalarFunction.Builder scalar(String name, boolean isStrict) {
    return extract(name, SCALAR, isStrict, DEFAULT.optional());
  }

  private static ScalarFunction.Builder index(String name, boolean isStrict) {
    return extract(
        name,
        INDEX,
        isStrict,
        DEFAULT.optional(),
        constant("filter", ParameterType.TEXT).optional());
  }

  private static ScalarFunction.Builder extract(
      String name, String shown, boolean isStrict, Parameter... further) {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(JsonFunctions.DOCUMENT);
    parameters.add(JsonFunctions.PATH);
    parameters.add(TYPE);
    parameters.addAll(List.of(further));
    return function(name, FunctionGroup.JSON)
        .mayFail()
        .maybeNull()
        .signature(
            arguments -> type(shown, arguments.get(2)),
            arguments -> new JsonExtraction(shown, arguments, isStrict).body(),
            parameters.toArray(Parameter[]::new));
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

  private ScalarBody body() {
    return type.isArray()
        ? RowBodies.lists((a, r) -> list(a[0], r))
        : RowBodies.values((a, r) -> single(a[0], r));
  }

  private List<Value> list(Vector documents, int row) {
    List<Value> found =
        filter.isPresent()
            ? passing(filter.get(), documents, row).stream().map(this::value).toList()
            : JsonFunctions.elements(name, documents, row, path, type.element());
    return found.isEmpty() ? fallback.orElse(found) : found;
  }

  /** Java null is SQL NULL. */
  private @Nullable Value single(Vector documents, int row) {
    Optional<Found> found =
        filter.isPresent()
            ? passing(filter.get(), documents, row).stream().findFirst()
            : JsonFunctions.one(name, documents, row, path).filter(value -> !value.isNull());
    if (found.isPresent()) {
      return value(found.get());
    }
    if (fallback.isPresent()) {
      return fallback.get().getFirst();
    }
    if (isStrict) {
      throw Failures.ofValue(name, "nothing at " + writtenPath + " in", documents.stringAt(row));
    }
    return null;
  }

  private Value value(Found found) {
    return JsonFunctions.value(name, found, type.element());
  }

  private List<Found> passing(JsonFilter wanted, Vector documents, int row) {
    try {
      List<Found> found = new ArrayList<>();
      for (JsonTree value : wanted.valuesAt(path, JsonDocuments.tree(documents, row))) {
        addScalars(value, found);
      }
      return found;
    } catch (MalformedException e) {
      throw JsonFunctions.malformed(name, documents, row);
    }
  }

  /** An array that a path without [*] leads to counts as its elements, as without a filter. */
  private void addScalars(JsonTree value, List<Found> found) {
    switch (value) {
      case JsonTree.Scalar(String text, boolean isBoolean) ->
          found.add(new Found(isBoolean ? Found.Kind.BOOLEAN : Found.Kind.STRING, text));
      case JsonTree.Elements(List<JsonTree> elements) -> {
        if (type.isArray() && path.isDefinite()) {
          elements.stream()
              .filter(JsonTree.Scalar.class::isInstance)
              .forEach(element -> addScalars(element, found));
        }
      }
      case JsonTree.Members _, JsonTree.Nothing _ -> {}
    }
  }

  private List<Value> fallback(Argument argument) {
    String text = written(argument);
    try {
      if (!type.isArray() || !name.equals(INDEX)) {
        return List.of(converted(new Found(Found.Kind.STRING, text)));
      }
      if (!text.stripLeading().startsWith("[")) {
        throw Failures.ofConstant(name, "default of a list is no JSON array", text);
      }
      return JsonDocuments.elements(new Found(Found.Kind.ARRAY, text)).stream()
          .map(this::converted)
          .toList();
    } catch (ArithmeticException | IllegalArgumentException _) {
      throw Failures.ofConstant(name, "default is no " + type.element(), text);
    } catch (MalformedException e) {
      throw Failures.ofConstant(name, "default of a list is no JSON array", text);
    }
  }

  private Value converted(Found found) {
    return JsonFunctions.converted(found, type.element());
  }

  private String written(Argument argument) {
    Value value = argument.constant().orElseThrow();
    return switch (value) {
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
  }
}
