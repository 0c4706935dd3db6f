package io.gamay.query.plan;

import io.gamay.query.function.ScalarFunctions;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The functions that exist, by their names without case and underscores. */
final class FunctionNames {

  /**
   * @param multiValueOnly whether the argument must be a multi-value column (the names in MV)
   * @param percentage if it is part of the name, as in PERCENTILE95
   */
  record Aggregate(AggregateName name, boolean multiValueOnly, OptionalDouble percentage) {}

  private static final Map<String, ArithmeticOperator> ARITHMETIC =
      Map.ofEntries(
          Map.entry("add", ArithmeticOperator.PLUS),
          Map.entry("plus", ArithmeticOperator.PLUS),
          Map.entry("sub", ArithmeticOperator.MINUS),
          Map.entry("minus", ArithmeticOperator.MINUS),
          Map.entry("mult", ArithmeticOperator.TIMES),
          Map.entry("times", ArithmeticOperator.TIMES),
          Map.entry("div", ArithmeticOperator.DIVIDE),
          Map.entry("divide", ArithmeticOperator.DIVIDE),
          Map.entry("mod", ArithmeticOperator.MODULO),
          Map.entry("modulo", ArithmeticOperator.MODULO));

  private FunctionNames() {}

  static String canonical(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  static Optional<Aggregate> aggregate(String name) {
    return AggregateNames.find(canonical(name));
  }

  static Optional<ArithmeticOperator> arithmetic(String name) {
    return Optional.ofNullable(ARITHMETIC.get(canonical(name)));
  }

  static List<String> all() {
    var names = new ArrayList<String>(AggregateNames.all());
    names.addAll(ARITHMETIC.keySet());
    names.addAll(ScalarFunctions.names());
    return names;
  }
}
