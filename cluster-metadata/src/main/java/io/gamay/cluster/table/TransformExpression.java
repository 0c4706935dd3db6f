package io.gamay.cluster.table;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** An ingestion transform as it was written, not yet bound to types. */
public sealed interface TransformExpression {

  /** The field of the record, or the column that another transform makes. */
  record Field(String name) implements TransformExpression {}

  record TextLiteral(String value) implements TransformExpression {}

  record NumberLiteral(BigDecimal value) implements TransformExpression {

    /** The number as a LONG, if it is one. */
    public OptionalLong asLong() {
      try {
        return OptionalLong.of(value.longValueExact());
      } catch (ArithmeticException notALong) {
        return OptionalLong.empty();
      }
    }
  }

  record BooleanLiteral(boolean value) implements TransformExpression {}

  record Call(TransformFunction function, List<TransformExpression> arguments)
      implements TransformExpression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * Reads a literal, a field, or a call of a known function with fitting arguments. Function names
   * are matched without regard to case and underscores. Text is in single quotes, names may be in
   * double quotes; a quote inside is written twice.
   *
   * @throws IllegalArgumentException saying what is wrong, and where
   */
  static TransformExpression parse(String text) {
    return new TransformParser(text).parse();
  }

  /** Names of all fields that the expression reads, in the order of the text. */
  default Set<String> fields() {
    Set<String> names = new LinkedHashSet<>();
    switch (this) {
      case Field(String name) -> names.add(name);
      case TextLiteral _, NumberLiteral _, BooleanLiteral _ -> {}
      case Call(TransformFunction _, List<TransformExpression> arguments) ->
          arguments.forEach(argument -> names.addAll(argument.fields()));
    }
    return names;
  }
}
