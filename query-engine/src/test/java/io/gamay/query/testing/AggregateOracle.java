package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.IdSet;
import io.gamay.query.plan.SketchSets;
import io.gamay.query.testing.Oracle.NoAnswer;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Aggregations the obvious way: all values in a list, then what the definition says.
 *
 * @param isOfScales whether statistics that differences are added up for are those of their
 *     absolute amounts: what their rounding errors are to be measured by
 */
record AggregateOracle(boolean isOfScales) {

  /**
   * @param rows the arguments of each row that passes the filter, in the order of the rows
   */
  Cell aggregate(AggregateCall call, List<List<Cell>> rows) {
    if (call.arguments().isEmpty()) {
      return number(call, BigDecimal.valueOf(rows.size()));
    }
    switch (call.function()) {
      case ARG_MIN, ARG_MAX, FIRST_WITH_TIME, LAST_WITH_TIME -> {
        return firstRow(call, rows);
      }
      case FUNNEL_COUNT -> {
        return funnel(call, rows);
      }
      case FUNNEL_MAX_STEP,
          FUNNEL_MATCH_STEP,
          FUNNEL_COMPLETE_COUNT,
          FUNNEL_STEP_DURATION_STATS -> {
        return new FunnelOracle(call, rows).answer();
      }
      case COUNT_DISTINCT_THETA_SETS -> {
        String sets = ((Value.StringValue) call.parameters().get(1)).value();
        int last = call.arguments().size() - 1;
        return Oracle.single(new Value.LongValue(set(SketchSets.parse(sets, last), rows).size()));
      }
      case SUM_ARRAY -> {
        return arraySum(call, rows);
      }
      case COVAR_POP, COVAR_SAMP, CORR -> {
        return pairs(call, rows);
      }
      default -> {}
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
    if (call.function() == AggregateFunction.ID_SET) {
      StoredType type = call.firstArgument().type().element().storedType();
      return Oracle.single(new Value.StringValue(new IdSet(type, distinct(values)).text()));
    }
    if (call.function() == AggregateFunction.HISTOGRAM) {
      return histogram(call, values);
    }
    return values.isEmpty() ? empty(call) : ofValues(call, values);
  }

  private Cell ofValues(AggregateCall call, List<Value> values) {
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
      case ARRAY_AGG -> new Cell.Many(values);
      case ARRAY_AGG_DISTINCT -> new Cell.Many(distinct(values));
      case LIST_AGG -> joined(call, values);
      case LIST_AGG_DISTINCT -> joined(call, distinct(values));
      case VAR_POP -> real(moment(values, 2) / values.size());
      case STDDEV_POP -> real(Math.sqrt(moment(values, 2) / values.size()));
      case VAR_SAMP -> values.size() < 2 ? empty(call) : real(sampleVariance(values));
      case STDDEV_SAMP -> values.size() < 2 ? empty(call) : real(Math.sqrt(sampleVariance(values)));
      case SKEWNESS -> {
        double n = values.size();
        if (n < 3 || sampleVariance(values) == 0) {
          yield empty(call);
        }
        yield real(
            n / (n - 1) / (n - 2) * moment(values, 3) / Math.pow(sampleVariance(values), 1.5));
      }
      case KURTOSIS -> {
        double n = values.size();
        if (n < 4 || sampleVariance(values) == 0) {
          yield empty(call);
        }
        double sum = moment(values, 4) / Math.pow(sampleVariance(values), 2);
        yield real(
            n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * sum
                + term(-3 * Math.pow(n - 1, 2) / ((n - 2) * (n - 3))));
      }
      default -> throw new IllegalArgumentException("no oracle for " + call.function());
    };
  }

  private double sampleVariance(List<Value> values) {
    return moment(values, 2) / (values.size() - 1);
  }

  /** The sum of a power of the distances from the mean. */
  private double moment(List<Value> values, int power) {
    BigDecimal mean = mean(values);
    boolean isOne = new TreeSet<>(values).size() == 1;
    return isOne
        ? 0
        : values.stream().mapToDouble(v -> term(Math.pow(distance(v, mean), power))).sum();
  }

  private double term(double difference) {
    return isOfScales ? Math.abs(difference) : difference;
  }

  private static double distance(Value value, BigDecimal mean) {
    return decimal(value).subtract(mean).doubleValue();
  }

  private static BigDecimal mean(List<Value> values) {
    return values.stream()
        .map(AggregateOracle::decimal)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .divide(BigDecimal.valueOf(values.size()), MathContext.DECIMAL128);
  }

  private Cell pairs(AggregateCall call, List<List<Cell>> rows) {
    List<Value> x = new ArrayList<>();
    List<Value> y = new ArrayList<>();
    for (List<Cell> row : rows) {
      if (row.get(0) instanceof Cell.Single(Value a)
          && row.get(1) instanceof Cell.Single(Value b)) {
        x.add(a);
        y.add(b);
      }
    }
    int n = x.size();
    if (n == 0 || (n == 1 && call.function() == AggregateFunction.COVAR_SAMP)) {
      return empty(call);
    }
    BigDecimal meanX = mean(x);
    BigDecimal meanY = mean(y);
    double products = 0;
    for (int row = 0; row < n; row++) {
      products += term(distance(x.get(row), meanX) * distance(y.get(row), meanY));
    }
    return switch (call.function()) {
      case COVAR_POP -> real(products / n);
      case COVAR_SAMP -> real(products / (n - 1));
      default -> {
        double scale = Math.sqrt(moment(x, 2)) * Math.sqrt(moment(y, 2));
        yield scale == 0 ? empty(call) : real(products / scale);
      }
    };
  }

  private static Cell firstRow(AggregateCall call, List<List<Cell>> rows) {
    List<List<Cell>> whole =
        rows.stream().filter(row -> row.stream().allMatch(c -> c instanceof Cell.Single)).toList();
    int last = call.arguments().size() - 2;
    Comparator<List<Cell>> measures = Comparator.comparingInt(_ -> 0);
    for (int argument = 1; argument < last; argument++) {
      int index = argument;
      measures = measures.thenComparing(row -> value(row.get(index)));
    }
    return switch (call.function()) {
      // Of equal rows min gives the first and max the last.
      case ARG_MIN, FIRST_WITH_TIME ->
          whole.stream().min(measures).map(List::getFirst).orElseGet(() -> empty(call));
      case ARG_MAX ->
          whole.stream().min(measures.reversed()).map(List::getFirst).orElseGet(() -> empty(call));
      default ->
          whole.reversed().stream()
              .min(measures.reversed())
              .map(List::getFirst)
              .orElseGet(() -> empty(call));
    };
  }

  private static Cell funnel(AggregateCall call, List<List<Cell>> rows) {
    List<Value> counts = new ArrayList<>();
    @Nullable TreeSet<Value> left = null;
    for (int step = 1; step < call.arguments().size(); step++) {
      TreeSet<Value> met = new TreeSet<>();
      for (List<Cell> row : rows) {
        boolean isMet = row.get(step) instanceof Cell.Single(Value.IntValue(int flag)) && flag != 0;
        if (isMet && row.getFirst() instanceof Cell.Single(Value visitor)) {
          met.add(visitor);
        }
      }
      if (left != null) {
        met.retainAll(left);
      }
      left = met;
      counts.add(new Value.LongValue(met.size()));
    }
    return new Cell.Many(counts);
  }

  private static Set<Value> set(SketchSets sets, List<List<Cell>> rows) {
    return switch (sets) {
      case SketchSets.Numbered(int number) -> {
        Set<Value> values = new TreeSet<>();
        for (List<Cell> row : rows) {
          boolean isMet =
              number == 0
                  || (row.get(number) instanceof Cell.Single(Value.IntValue(int flag))
                      && flag != 0);
          for (Cell element : isMet ? elements(row.getFirst()) : List.<Cell>of()) {
            if (element instanceof Cell.Single(Value value)) {
              values.add(value);
            }
          }
        }
        yield values;
      }
      case SketchSets.Combined(SketchSets.Operation operation, List<SketchSets> operands) -> {
        Set<Value> values = set(operands.getFirst(), rows);
        for (SketchSets operand : operands.subList(1, operands.size())) {
          Set<Value> other = set(operand, rows);
          switch (operation) {
            case SET_UNION -> values.addAll(other);
            case SET_INTERSECT -> values.retainAll(other);
            case SET_DIFF -> values.removeAll(other);
          }
        }
        yield values;
      }
    };
  }

  private static Cell arraySum(AggregateCall call, List<List<Cell>> rows) {
    List<BigDecimal> sums = new ArrayList<>();
    for (List<Cell> row : rows) {
      if (row.getFirst() instanceof Cell.Many(List<Value> list)) {
        for (int index = 0; index < list.size(); index++) {
          if (index == sums.size()) {
            sums.add(BigDecimal.ZERO);
          }
          sums.set(index, sums.get(index).add(decimal(list.get(index))));
        }
      }
    }
    StoredType type = call.type().element().storedType();
    return sums.isEmpty()
        ? empty(call)
        : new Cell.Many(sums.stream().map(sum -> ofDecimal(sum, type)).toList());
  }

  private static Cell histogram(AggregateCall call, List<Value> values) {
    List<Double> edges = call.parameters().stream().map(AggregateOracle::real).toList();
    List<Value> counts = new ArrayList<>();
    for (int bin = 0; bin + 1 < edges.size(); bin++) {
      double low = edges.get(bin);
      double high = edges.get(bin + 1);
      boolean isLast = bin + 2 == edges.size();
      long count =
          values.stream()
              .map(AggregateOracle::real)
              .filter(v -> v >= low && (v < high || (isLast && v == high)))
              .count();
      counts.add(
          call.type().element() == DataType.DOUBLE
              ? new Value.DoubleValue(count)
              : new Value.LongValue(count));
    }
    return new Cell.Many(counts);
  }

  private static Cell joined(AggregateCall call, List<Value> values) {
    String separator = ((Value.StringValue) call.parameters().getFirst()).value();
    return Oracle.single(
        new Value.StringValue(
            values.stream()
                .map(value -> ((Value.StringValue) value).value())
                .collect(Collectors.joining(separator))));
  }

  private static Value value(Cell cell) {
    return ((Cell.Single) cell).value();
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
                    case PERCENTILE_TDIGEST,
                        PERCENTILE_KLL,
                        SKEWNESS,
                        KURTOSIS,
                        FIRST_WITH_TIME,
                        LAST_WITH_TIME ->
                        Double.NaN;
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
    if (value.storedType() == wanted) {
      return Oracle.single(value);
    }
    return wanted == StoredType.DOUBLE ? real(real(value)) : number(call, decimal(value));
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
