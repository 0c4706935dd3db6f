package io.gamay.query.plan;

import io.gamay.query.function.ScalarFunctions;
import io.gamay.query.plan.AggregateCall.AggregateFunction;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The functions that exist, by their names without case and underscores. */
final class FunctionNames {

  /**
   * @param multiValueOnly whether the argument must be a multi-value column (the names in MV)
   */
  record Aggregate(AggregateFunction function, boolean multiValueOnly) {}

  private static final Map<String, Aggregate> AGGREGATES =
      Map.ofEntries(
          Map.entry("count", new Aggregate(AggregateFunction.COUNT, false)),
          Map.entry("sum", new Aggregate(AggregateFunction.SUM, false)),
          Map.entry("min", new Aggregate(AggregateFunction.MIN, false)),
          Map.entry("max", new Aggregate(AggregateFunction.MAX, false)),
          Map.entry("avg", new Aggregate(AggregateFunction.AVG, false)),
          Map.entry("distinctcount", new Aggregate(AggregateFunction.COUNT_DISTINCT, false)),
          Map.entry("countmv", new Aggregate(AggregateFunction.COUNT, true)),
          Map.entry("summv", new Aggregate(AggregateFunction.SUM, true)),
          Map.entry("minmv", new Aggregate(AggregateFunction.MIN, true)),
          Map.entry("maxmv", new Aggregate(AggregateFunction.MAX, true)),
          Map.entry("avgmv", new Aggregate(AggregateFunction.AVG, true)),
          Map.entry("distinctcountmv", new Aggregate(AggregateFunction.COUNT_DISTINCT, true)));

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
          Map.entry("mod", ArithmeticOperator.MODULO));

  private FunctionNames() {}

  static String canonical(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  static Optional<Aggregate> aggregate(String name) {
    return Optional.ofNullable(AGGREGATES.get(canonical(name)));
  }

  static Optional<ArithmeticOperator> arithmetic(String name) {
    return Optional.ofNullable(ARITHMETIC.get(canonical(name)));
  }

  static List<String> all() {
    var names = new ArrayList<String>(AGGREGATES.keySet());
    names.addAll(ARITHMETIC.keySet());
    names.addAll(ScalarFunctions.names());
    return names;
  }
}
