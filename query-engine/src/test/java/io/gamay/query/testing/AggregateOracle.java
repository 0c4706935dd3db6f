package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.testing.Oracle.NoAnswer;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Aggregations the obvious way: all values in a list, then what the definition says. */
final class AggregateOracle {

  private AggregateOracle() {}

  /**
   * @param rows the arguments of each row that passes the filter, in the order of the rows
   */
  static Cell aggregate(AggregateCall call, List<List<Cell>> rows) {
    if (call.arguments().isEmpty()) {
      return number(call, BigDecimal.valueOf(rows.size()));
    }
    List<Value> values = new ArrayList<>();
    for (List<Cell> row : rows) {
      for (Cell element : elements(row.getFirst())) {
        if (element instanceof Cell.Single(Value value)) {
          values.add(value);
        }
      }
    }
    if (call.function() == AggregateFunction.COUNT) {
      return number(call, BigDecimal.valueOf(values.size()));
    }
    if (call.function() == AggregateFunction.COUNT_DISTINCT) {
      return number(call, BigDecimal.valueOf(new TreeSet<>(values).size()));
    }
    return values.isEmpty() ? empty(call) : ofValues(call, values);
  }

  private static Cell ofValues(AggregateCall call, List<Value> values) {
    return switch (call.function()) {
      case MIN -> typed(call, Collections.min(values));
      case MAX -> typed(call, Collections.max(values));
      case SUM -> sum(call, values, BigDecimal.ONE);
      case AVG -> sum(call, values, BigDecimal.valueOf(values.size()));
      case SUM_DISTINCT -> sum(call, distinct(values), BigDecimal.ONE);
      case AVG_DISTINCT -> sum(call, distinct(values), BigDecimal.valueOf(distinct(values).size()));
      case MIN_MAX_RANGE -> range(call, Collections.min(values), Collections.max(values));
      case PERCENTILE -> {
        List<Value> sorted = values.stream().sorted().toList();
        double p = ((Value.DoubleValue) call.parameters().getFirst()).value();
        int index = (int) Math.floor(sorted.size() * p / 100);
        yield typed(call, sorted.get(Math.min(index, sorted.size() - 1)));
      }
      case MODE -> mode(call, values);
      default -> throw new IllegalArgumentException("no oracle for " + call.function());
    };
  }

  private static List<Value> distinct(List<Value> values) {
    return List.copyOf(new TreeSet<>(values));
  }

  private static Cell mode(AggregateCall call, List<Value> values) {
    Map<Value, Long> counts = new TreeMap<>();
    values.forEach(value -> counts.merge(value, 1L, Long::sum));
    long most = Collections.max(counts.values());
    List<Value> modes =
        counts.entrySet().stream()
            .filter(e -> e.getValue() == most)
            .map(Map.Entry::getKey)
            .toList();
    return switch (((Value.StringValue) call.parameters().getFirst()).value()) {
      case "MIN" -> typed(call, modes.getFirst());
      case "MAX" -> typed(call, modes.getLast());
      default ->
          real(
              modes.stream().mapToDouble(AggregateOracle::real).reduce(0, Double::sum)
                  / modes.size());
    };
  }

  private static Cell range(AggregateCall call, Value smallest, Value largest) {
    return switch (smallest) {
      case Value.FloatValue _, Value.DoubleValue _ -> real(real(largest) - real(smallest));
      case Value other -> number(call, decimal(largest).subtract(decimal(other)));
    };
  }

  private static Cell empty(AggregateCall call) {
    return switch (call.emptyHabit()) {
      case STANDARD_NULL -> Cell.NULL;
      case PINOT_VALUES ->
          call.isNullable()
              ? Cell.NULL
              : real(
                  switch (call.function()) {
                    case SUM, SUM_DISTINCT -> 0;
                    case MIN -> Double.POSITIVE_INFINITY;
                    default -> Double.NEGATIVE_INFINITY;
                  });
    };
  }

  private static Cell sum(AggregateCall call, List<Value> values, BigDecimal divisor) {
    double plain = 0;
    BigDecimal exact = BigDecimal.ZERO;
    for (Value value : values) {
      plain += real(value);
      if (Double.isFinite(plain)) {
        exact = exact.add(decimal(value));
      }
    }
    if (!Double.isFinite(plain)) {
      return real(plain);
    }
    return number(
        call,
        divisor.compareTo(BigDecimal.ONE) == 0
            ? exact
            : exact.divide(divisor, MathContext.DECIMAL128));
  }

  private static Cell typed(AggregateCall call, Value value) {
    StoredType wanted = call.type().element().storedType();
    return value.storedType() == wanted ? Oracle.single(value) : number(call, decimal(value));
  }

  private static Cell number(AggregateCall call, BigDecimal exact) {
    return Oracle.single(ofDecimal(exact, call.type().element().storedType()));
  }

  private static Cell real(double value) {
    return Oracle.single(new Value.DoubleValue(value));
  }

  static double real(Value value) {
    return switch (value) {
      case Value.FloatValue(float v) -> v;
      case Value.DoubleValue(double v) -> v;
      case Value other -> decimal(other).doubleValue();
    };
  }

  static Value ofDecimal(BigDecimal exact, StoredType type) {
    try {
      return switch (type) {
        case INT -> new Value.IntValue(exact.intValueExact());
        case LONG -> new Value.LongValue(exact.longValueExact());
        case FLOAT -> new Value.FloatValue(exact.floatValue());
        case DOUBLE -> new Value.DoubleValue(exact.doubleValue());
        case BIG_DECIMAL -> new Value.BigDecimalValue(exact);
        case STRING, BYTES -> throw new IllegalStateException("number as " + type);
      };
    } catch (ArithmeticException e) {
      throw new NoAnswer(exact + " is no " + type);
    }
  }

  static BigDecimal decimal(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> BigDecimal.valueOf(v);
      case Value.LongValue(long v) -> BigDecimal.valueOf(v);
      case Value.FloatValue(float v) -> new BigDecimal(v);
      case Value.DoubleValue(double v) -> new BigDecimal(v);
      case Value.BigDecimalValue(BigDecimal v) -> v;
      case Value other -> throw new IllegalStateException("number of " + other);
    };
  }

  private static List<Cell> elements(Cell cell) {
    return cell instanceof Cell.Many(List<Value> values)
        ? values.stream().map(Oracle::single).toList()
        : List.of(cell);
  }
}
