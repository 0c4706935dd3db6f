package io.gamay.query.filter;

import io.gamay.query.evaluate.Totality;
import io.gamay.query.function.RegexPrefix;
import io.gamay.query.function.ScalarFunction;
import io.gamay.query.function.ScalarFunction.NullRule;
import io.gamay.query.plan.FunctionCalls;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.StringValue;
import java.util.Optional;

/**
 * Functions of one column and constants, that can be computed once for each value of the column's
 * dictionary: they never fail, and are NULL for no value.
 */
final class FunctionTests {

  private FunctionTests() {}

  /**
   * The column that a condition by a function is about: one of single values, or one of several for
   * functions that ask whether any value passes, if they ask it of the column itself: what another
   * function makes of a list is not told by its values one by one.
   */
  static Optional<ColumnReference> column(Call condition) {
    Optional<ColumnReference> column = onlyColumn(condition);
    boolean isAnyElement =
        FunctionCalls.function(condition).isAnyElement()
            && condition.arguments().stream().allMatch(FunctionTests::isPlain);
    return column.filter(found -> !found.type().isArray() || isAnyElement);
  }

  /** The single-value column that a function's value depends on. */
  static Optional<ColumnReference> singleColumn(Call call) {
    return onlyColumn(call).filter(column -> !column.type().isArray());
  }

  private static Optional<ColumnReference> onlyColumn(TypedExpression expression) {
    return switch (expression) {
      case ColumnReference column -> Optional.of(column);
      case Convert convert when Totality.isTotal(convert) -> onlyColumn(convert.operand());
      case Call call -> {
        ScalarFunction function = FunctionCalls.function(call);
        if (!function.isTotal() || function.nullRule() != NullRule.STRICT) {
          yield Optional.empty();
        }
        Optional<ColumnReference> found = Optional.empty();
        for (TypedExpression argument : call.arguments()) {
          if (argument instanceof Constant constant) {
            if (constant.value().isEmpty()) {
              yield Optional.empty();
            }
            continue;
          }
          Optional<ColumnReference> column = onlyColumn(argument);
          if (column.isEmpty() || (found.isPresent() && !found.equals(column))) {
            yield Optional.empty();
          }
          found = column;
        }
        yield found;
      }
      case TypedExpression _ -> Optional.empty();
    };
  }

  /** Whether no function is computed. */
  static boolean isPlain(TypedExpression operand) {
    return switch (operand) {
      case Call _ -> false;
      case Convert convert -> isPlain(convert.operand());
      case TypedExpression _ -> true;
    };
  }

  /** What all texts that pass a test of the bare column begin with; may be empty. */
  static String prefix(TypedExpression test) {
    return switch (test) {
      case Call call
          when !call.arguments().isEmpty()
              && call.arguments().getFirst() instanceof ColumnReference ->
          switch (call.function()) {
            case "startswith" -> text(call, 1).orElse("");
            case "regexplike" ->
                call.arguments().size() == 2 ? text(call, 1).map(RegexPrefix::of).orElse("") : "";
            default -> "";
          };
      case TypedExpression _ -> "";
    };
  }

  private static Optional<String> text(Call call, int argument) {
    return call.arguments().get(argument) instanceof Constant(Optional<Value> value, var _)
            && value.orElse(null) instanceof StringValue(String text)
        ? Optional.of(text)
        : Optional.empty();
  }
}
