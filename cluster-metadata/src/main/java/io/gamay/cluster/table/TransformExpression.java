package io.gamay.cluster.table;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An ingestion transform as it was written, not yet bound to types. */
public sealed interface TransformExpression {

  /** The field of the record, or the column that another transform makes. */
  record Field(String name) implements TransformExpression {}

  record TextLiteral(String value) implements TransformExpression {}

  record NumberLiteral(BigDecimal value) implements TransformExpression {}

  record BooleanLiteral(boolean value) implements TransformExpression {}

  /**
   * @param function one of {@link TransformFunctions#NAMES}
   */
  record Call(String function, List<TransformExpression> arguments) implements TransformExpression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** Names of all fields that the expression reads, in the order of the text. */
  default Set<String> fields() {
    Set<String> names = new LinkedHashSet<>();
    switch (this) {
      case Field(String name) -> names.add(name);
      case TextLiteral _, NumberLiteral _, BooleanLiteral _ -> {}
      case Call(String _, List<TransformExpression> arguments) ->
          arguments.forEach(argument -> names.addAll(argument.fields()));
    }
    return names;
  }
}
