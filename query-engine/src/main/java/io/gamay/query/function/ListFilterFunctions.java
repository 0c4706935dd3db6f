package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.function.FilterNode.All;
import io.gamay.query.function.FilterNode.Any;
import io.gamay.query.function.FilterNode.Present;
import io.gamay.query.function.FilterNode.Tested;
import io.gamay.query.function.FilterValue.Domain;
import io.gamay.query.function.FilterValue.Literal;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TimestampText;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Elements of lists that pass a filter. */
final class ListFilterFunctions {

  private static final String NAME = "FILTER_MV";

  private ListFilterFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        function(NAME, FunctionGroup.ARRAY)
            .doc(
                "The elements for which a condition is true. The condition calls the element v and"
                    + " compares it with literals: =, <>, <, <=, >, >=, IN, BETWEEN, LIKE,"
                    + " REGEXP_LIKE, with AND, OR and NOT.")
            .example("FILTER_MV(ARRAY(1, 5, 9), 'v > 2 AND v < 9')", "[5]")
            .example("FILTER_MV(ARRAY('ant', 'bee'), 'v LIKE ''b%''')", "[bee]")
            .signature(
                arguments -> arguments.getFirst().type(),
                ListFilterFunctions::filter,
                of("array", ParameterType.ANY_LIST),
                constant("condition", ParameterType.TEXT))
            .build());
  }

  private static ScalarBody filter(List<Argument> arguments) {
    DataType type = arguments.getFirst().type().element();
    String condition = Constants.text(arguments.get(1));
    FilterNode<String> filter =
        FilterReader.read(
            NAME,
            condition,
            name -> element(name, condition),
            literal -> literal(literal, type, condition));
    return RowBodies.lists((a, r) -> passing(filter, a[0], r, type));
  }

  private static String element(String name, String condition) {
    if (!name.equalsIgnoreCase("v")) {
      throw Failures.ofConstant(NAME, "the element is called v, not " + name, condition);
    }
    return name;
  }

  private static List<Value> passing(
      FilterNode<String> filter, Vector lists, int row, DataType type) {
    List<Value> passing = new ArrayList<>();
    for (int at = lists.listStart(row); at < lists.listEnds()[row]; at++) {
      Value value = lists.element(at);
      if (passes(filter, new Element(value, type))) {
        passing.add(value);
      }
    }
    return passing;
  }

  private static boolean passes(FilterNode<String> filter, Element element) {
    return switch (filter) {
      case All<String>(List<FilterNode<String>> parts) ->
          parts.stream().allMatch(part -> passes(part, element));
      case Any<String>(List<FilterNode<String>> parts) ->
          parts.stream().anyMatch(part -> passes(part, element));
      case Tested<String> tested -> tested.passes(element);
      case Present<String> present -> !present.negated();
    };
  }

  private static Domain domain(DataType type) {
    return switch (type) {
      case INT, LONG, BIG_DECIMAL, BOOLEAN, TIMESTAMP -> Domain.NUMBER;
      case FLOAT, DOUBLE -> Domain.REAL;
      case STRING, JSON, BYTES -> Domain.TEXT;
    };
  }

  private record Element(Value value, DataType type) implements FilterValue {

    @Override
    public @Nullable Object in(Domain domain) {
      if (domain != domain(type)) {
        return null;
      }
      return switch (value) {
        case Value.IntValue(int number) -> BigDecimal.valueOf(number);
        case Value.LongValue(long number) -> BigDecimal.valueOf(number);
        case Value.BigDecimalValue(BigDecimal number) -> number;
        case Value.FloatValue(float number) -> (double) Vector.canonical(number);
        case Value.DoubleValue(double number) -> Vector.canonical(number);
        case Value.StringValue(String text) -> text;
        case Value.BytesValue bytes -> bytes.toString();
      };
    }

    @Override
    public String text() {
      return switch (value) {
        case Value.IntValue(int number) ->
            type == DataType.BOOLEAN ? Boolean.toString(number != 0) : Integer.toString(number);
        case Value.LongValue(long number) ->
            type == DataType.TIMESTAMP ? TimestampText.format(number) : Long.toString(number);
        case Value.BigDecimalValue(BigDecimal number) -> number.toPlainString();
        case Value.FloatValue(float number) -> Float.toString(number);
        case Value.DoubleValue(double number) -> Double.toString(number);
        case Value.StringValue(String text) -> text;
        case Value.BytesValue bytes -> bytes.toString();
      };
    }
  }

  /** A literal as elements of the type are compared. */
  private static Literal literal(Value literal, DataType type, String condition) {
    String text =
        switch (literal) {
          case Value.StringValue(String written) -> written;
          case Value.BigDecimalValue(BigDecimal number) -> number.toPlainString();
          case Value.LongValue(long number) -> Long.toString(number);
          case Value.DoubleValue(double number) -> Double.toString(number);
          case Value.BytesValue bytes -> bytes.toString();
          case Value.IntValue _, Value.FloatValue _ ->
              throw new IllegalStateException("not a literal: " + literal);
        };
    try {
      return new Literal(domain(type), valueOf(text, type));
    } catch (IllegalArgumentException _) {
      throw Failures.ofConstant(NAME, "%s is no %s in".formatted(text, type), condition);
    }
  }

  private static Object valueOf(String text, DataType type) {
    return switch (type) {
      case INT, LONG, BIG_DECIMAL -> new BigDecimal(text);
      case BOOLEAN ->
          switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> BigDecimal.ONE;
            case "false" -> BigDecimal.ZERO;
            default -> new BigDecimal(text);
          };
      case TIMESTAMP -> {
        OptionalLong millis = TimestampText.parse(text);
        yield millis.isPresent() ? BigDecimal.valueOf(millis.getAsLong()) : new BigDecimal(text);
      }
      case FLOAT -> (double) Vector.canonical(Float.parseFloat(text));
      case DOUBLE -> Vector.canonical(Double.parseDouble(text));
      case STRING, JSON -> text;
      case BYTES -> text.toLowerCase(Locale.ROOT);
    };
  }
}
