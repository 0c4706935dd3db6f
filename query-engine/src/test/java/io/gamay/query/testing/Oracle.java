package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Answers a plan the slow and obvious way: row by row, on boxed values, everything in memory.
 * Shares nothing with the engine but the plan and the value types.
 */
public final class Oracle {

  /** The plan has no answer for these rows. */
  public static final class NoAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswer(String message) {
      super(message);
    }
  }

  /** What the leaves of an expression mean. */
  private interface Scope {
    Cell leaf(TypedExpression leaf);
  }

  /** Whether operands of AND, OR and CASE are all evaluated, needed or not. */
  private final boolean eager;

  private final AggregateOracle aggregates;

  public Oracle(boolean eager) {
    this(eager, false);
  }

  private Oracle(boolean eager, boolean isOfScales) {
    this.eager = eager;
    this.aggregates = new AggregateOracle(isOfScales);
  }

  /**
   * Answers with the sums of absolute amounts where an answer adds up differences from means, which
   * may cancel out: the rounding errors of the answer are measured by them.
   */
  public static Oracle ofScales() {
    return new Oracle(false, true);
  }

  /** The value of an expression over one row. */
  public Cell evaluate(TypedExpression expression, Row row) {
    return evaluate(expression, scope(row));
  }

  public List<List<Cell>> answer(ServerPlan plan, OutputPlan output, List<Row> rows) {
    List<Row> passing = new ArrayList<>();
    for (Row row : rows) {
      if (plan.filter().isEmpty() || isTrue(evaluate(plan.filter().get(), scope(row)))) {
        passing.add(row);
      }
    }
    passing.sort(Comparator.comparingInt(Row::partition).thenComparingLong(Row::offset));
    List<List<Cell>> all =
        switch (plan.work()) {
          case ServerWork.Select select -> select(select, output, passing);
          case ServerWork.Aggregate aggregate ->
              finished(
                  List.of(),
                  aggregate.aggregates(),
                  output,
                  grouped(List.of(), List.of(), passing));
          case ServerWork.GroupBy groupBy ->
              finished(groupBy.keys(), groupBy.aggregates(), output, groups(groupBy, passing));
        };
    return all.stream().skip(output.offset()).limit(output.limit()).toList();
  }

  private List<List<Cell>> select(ServerWork.Select work, OutputPlan output, List<Row> rows) {
    record Keyed(Row row, List<Cell> keys) {}
    List<Keyed> keyed = new ArrayList<>();
    for (Row row : rows) {
      keyed.add(
          new Keyed(
              row,
              work.orderBy().stream().map(key -> evaluate(key.expression(), scope(row))).toList()));
    }
    keyed.sort(
        (a, b) -> {
          for (int index = 0; index < work.orderBy().size(); index++) {
            int sign = compare(a.keys.get(index), b.keys.get(index), work.orderBy().get(index));
            if (sign != 0) {
              return sign;
            }
          }
          return 0;
        });
    List<Row> ordered = keyed.stream().map(Keyed::row).toList();
    if (eager) {
      rows.forEach(row -> work.columns().forEach(column -> evaluate(column, scope(row))));
    }
    List<List<Cell>> result = new ArrayList<>();
    for (Row row : ordered.subList(0, (int) Math.min(ordered.size(), work.rowLimit()))) {
      List<Cell> selected = new ArrayList<>();
      for (TypedExpression column : work.columns()) {
        selected.add(evaluate(column, scope(row)));
      }
      result.add(
          output.columns().stream()
              .map(column -> evaluate(column.expression(), groupScope(selected, List.of())))
              .toList());
    }
    return result;
  }

  /** Rows by their group's keys; with grouping sets every row is in a group of each set. */
  private Map<List<Cell>, List<Row>> groups(ServerWork.GroupBy work, List<Row> rows) {
    List<TypedExpression> keys = work.keys();
    List<Integer> all = IntStream.range(0, keys.size()).boxed().toList();
    if (work.groupingSets().isEmpty()) {
      return grouped(keys, all, rows);
    }
    Map<List<Cell>, List<Row>> groups = new LinkedHashMap<>();
    for (int set = 0; set < work.groupingSets().size(); set++) {
      Cell number = new Cell.Single(new Value.IntValue(set));
      grouped(keys, work.groupingSets().get(set), rows)
          .forEach(
              (groupKeys, members) -> {
                List<Cell> whole = new ArrayList<>(groupKeys.subList(0, keys.size() - 1));
                whole.add(number);
                groups.put(whole, members);
              });
    }
    return groups;
  }

  /** Rows by some of the keys, the others NULL; without keys there is one group. */
  private Map<List<Cell>, List<Row>> grouped(
      List<TypedExpression> keys, List<Integer> present, List<Row> rows) {
    Map<List<Cell>, List<Row>> groups = new LinkedHashMap<>();
    if (present.isEmpty()) {
      groups.put(Collections.nCopies(keys.size(), Cell.NULL), new ArrayList<>());
    }
    for (Row row : rows) {
      List<List<Cell>> combinations = List.of(List.of());
      for (int key = 0; key < keys.size(); key++) {
        List<Cell> elements =
            present.contains(key)
                ? elements(evaluate(keys.get(key), scope(row)))
                : List.of(Cell.NULL);
        List<List<Cell>> longer = new ArrayList<>();
        for (List<Cell> combination : combinations) {
          for (Cell element : elements) {
            List<Cell> one = new ArrayList<>(combination);
            one.add(element);
            longer.add(one);
          }
        }
        combinations = longer;
      }
      for (List<Cell> combination : combinations) {
        groups.computeIfAbsent(combination, _ -> new ArrayList<>()).add(row);
      }
    }
    return groups;
  }

  private List<List<Cell>> finished(
      List<TypedExpression> keys,
      List<AggregateCall> calls,
      OutputPlan output,
      Map<List<Cell>, List<Row>> groups) {
    record Group(List<Cell> keys, List<Cell> aggregates) {}
    List<Group> finished = new ArrayList<>();
    groups.forEach(
        (groupKeys, members) ->
            finished.add(
                new Group(
                    groupKeys, calls.stream().map(call -> aggregate(call, members)).toList())));
    finished.removeIf(
        group ->
            output.having().isPresent()
                && !isTrue(
                    evaluate(output.having().get(), groupScope(group.keys, group.aggregates))));
    finished.sort(
        (a, b) -> {
          for (SortKey key : output.orderBy()) {
            int sign =
                compare(
                    evaluate(key.expression(), groupScope(a.keys, a.aggregates)),
                    evaluate(key.expression(), groupScope(b.keys, b.aggregates)),
                    key);
            if (sign != 0) {
              return sign;
            }
          }
          for (int index = 0; index < keys.size(); index++) {
            int sign =
                compare(
                    a.keys.get(index),
                    b.keys.get(index),
                    new SortKey(keys.get(index), false, false));
            if (sign != 0) {
              return sign;
            }
          }
          return 0;
        });
    List<List<Cell>> all =
        finished.stream()
            .map(
                group ->
                    output.columns().stream()
                        .map(
                            column ->
                                evaluate(
                                    column.expression(), groupScope(group.keys, group.aggregates)))
                        .toList())
            .toList();
    return output.distinct() ? List.copyOf(new LinkedHashSet<>(all)) : all;
  }

  private Cell aggregate(AggregateCall call, List<Row> rows) {
    List<List<Cell>> arguments = new ArrayList<>();
    for (Row row : rows) {
      if (call.filter().isEmpty() || isTrue(evaluate(call.filter().get(), scope(row)))) {
        arguments.add(call.arguments().stream().map(a -> evaluate(a, scope(row))).toList());
      }
    }
    return aggregates.aggregate(call, arguments);
  }

  private static List<Cell> elements(Cell cell) {
    return cell instanceof Cell.Many(List<Value> values)
        ? values.stream().map(Oracle::single).toList()
        : List.of(cell);
  }

  private static int compare(Cell a, Cell b, SortKey key) {
    if (a instanceof Cell.Null || b instanceof Cell.Null) {
      int sign = Boolean.compare(b instanceof Cell.Null, a instanceof Cell.Null);
      return key.nullsFirst() ? sign : -sign;
    }
    int sign = value(a).compareTo(value(b));
    return key.descending() ? -sign : sign;
  }

  private static boolean isTrue(Cell cell) {
    return cell instanceof Cell.Single(Value.IntValue(int flag)) && flag != 0;
  }

  private static Cell bool(boolean value) {
    return new Cell.Single(new Value.IntValue(value ? 1 : 0));
  }

  /** Floating-point numbers know one zero and one NaN. */
  static Cell single(Value value) {
    return new Cell.Single(one(value));
  }

  private static Value one(Value value) {
    return switch (value) {
      case Value.FloatValue(float v) -> new Value.FloatValue(v + 0.0f);
      case Value.DoubleValue(double v) -> new Value.DoubleValue(v + 0.0);
      case Value other -> other;
    };
  }

  private static Value value(Cell cell) {
    return ((Cell.Single) cell).value();
  }

  private static Scope scope(Row row) {
    return leaf ->
        switch (leaf) {
          case TypedExpression.ColumnReference column -> {
            List<Value> values = row.values().get(column.column());
            if (values == null && column.isNullable()) {
              yield Cell.NULL;
            }
            List<Value> present = values == null ? List.of(column.defaultValue()) : values;
            yield column.type().isArray()
                ? new Cell.Many(present.stream().map(Oracle::one).toList())
                : single(present.get(0));
          }
          case TypedExpression.VirtualColumn column ->
              switch (column.kind()) {
                case OFFSET -> single(new Value.LongValue(row.offset()));
                case PARTITION_ID -> single(new Value.IntValue(row.partition()));
                case DOC_ID, SEGMENT_NAME ->
                    throw new IllegalArgumentException("a row does not know " + column);
              };
          case TypedExpression other -> throw new IllegalArgumentException("no leaf " + other);
        };
  }

  private static Scope groupScope(List<Cell> keys, List<Cell> aggregates) {
    return leaf ->
        switch (leaf) {
          case TypedExpression.KeyReference key -> keys.get(key.index());
          case TypedExpression.AggregateReference aggregate -> aggregates.get(aggregate.index());
          case TypedExpression other -> throw new IllegalArgumentException("no leaf " + other);
        };
  }

  private Cell evaluate(TypedExpression expression, Scope scope) {
    return switch (expression) {
      case TypedExpression.ColumnReference _,
          TypedExpression.VirtualColumn _,
          TypedExpression.KeyReference _,
          TypedExpression.AggregateReference _ ->
          scope.leaf(expression);
      case TypedExpression.Constant constant ->
          constant.value().map(Oracle::single).orElse(Cell.NULL);
      case TypedExpression.Convert convert -> {
        Cell operand = evaluate(convert.operand(), scope);
        DataType from = convert.operand().type().element();
        yield switch (operand) {
          case Cell.Null() -> operand;
          case Cell.Single(Value value) -> single(convert(value, from, convert.target()));
          case Cell.Many(List<Value> values) ->
              new Cell.Many(
                  values.stream().map(v -> one(convert(v, from, convert.target()))).toList());
        };
      }
      case TypedExpression.Arithmetic arithmetic -> {
        Cell left = evaluate(arithmetic.left(), scope);
        Cell right = evaluate(arithmetic.right(), scope);
        yield left instanceof Cell.Null || right instanceof Cell.Null
            ? Cell.NULL
            : single(
                arithmetic(
                    arithmetic.operator(),
                    value(left),
                    value(right),
                    arithmetic.type().element().storedType()));
      }
      case TypedExpression.Comparison comparison -> {
        Cell left = evaluate(comparison.left(), scope);
        Cell right = evaluate(comparison.right(), scope);
        if (left instanceof Cell.Null || right instanceof Cell.Null) {
          yield Cell.NULL;
        }
        if (comparison.operator() == ComparisonOperator.NOT_EQUAL) {
          yield bool(elements(left).stream().noneMatch(e -> value(e).equals(value(right))));
        }
        yield bool(
            elements(left).stream()
                .anyMatch(e -> holds(comparison.operator(), value(e).compareTo(value(right)))));
      }
      case TypedExpression.AnyBetween between -> {
        Cell operand = evaluate(between.operand(), scope);
        Cell low = evaluate(between.low(), scope);
        Cell high = evaluate(between.high(), scope);
        if (operand instanceof Cell.Null || low instanceof Cell.Null || high instanceof Cell.Null) {
          yield Cell.NULL;
        }
        boolean found =
            elements(operand).stream()
                .map(Oracle::value)
                .anyMatch(v -> v.compareTo(value(low)) >= 0 && v.compareTo(value(high)) <= 0);
        yield bool(found != between.negated());
      }
      case TypedExpression.InSet set -> {
        Cell operand = evaluate(set.operand(), scope);
        if (operand instanceof Cell.Null) {
          yield Cell.NULL;
        }
        List<Value> members = set.values().stream().map(Oracle::one).toList();
        boolean found = elements(operand).stream().anyMatch(e -> members.contains(value(e)));
        yield !found && set.hasNull() ? Cell.NULL : bool(found != set.negated());
      }
      case TypedExpression.Like like -> {
        Cell operand = evaluate(like.operand(), scope);
        if (operand instanceof Cell.Null) {
          yield Cell.NULL;
        }
        Pattern pattern = pattern(like);
        boolean found =
            elements(operand).stream()
                .anyMatch(e -> pattern.matcher(((Value.StringValue) value(e)).value()).matches());
        yield bool(found != like.negated());
      }
      case TypedExpression.Call call ->
          OneRowCall.evaluate(
              call, call.arguments().stream().map(a -> evaluate(a, scope)).toList());
      case TypedExpression.IsNull isNull ->
          bool(evaluate(isNull.operand(), scope) instanceof Cell.Null != isNull.negated());
      case TypedExpression.And and -> connective(and.operands(), false, scope);
      case TypedExpression.Or or -> connective(or.operands(), true, scope);
      case TypedExpression.Not not -> {
        Cell operand = evaluate(not.operand(), scope);
        yield operand instanceof Cell.Null ? operand : bool(!isTrue(operand));
      }
      case TypedExpression.Case cases -> {
        if (eager) {
          cases.branches().forEach(branch -> evaluate(branch.result(), scope));
          cases.otherwise().ifPresent(otherwise -> evaluate(otherwise, scope));
        }
        for (TypedExpression.Branch branch : cases.branches()) {
          if (isTrue(evaluate(branch.condition(), scope))) {
            yield evaluate(branch.result(), scope);
          }
        }
        yield cases.otherwise().isPresent() ? evaluate(cases.otherwise().get(), scope) : Cell.NULL;
      }
    };
  }

  private Cell connective(List<TypedExpression> operands, boolean decisive, Scope scope) {
    Optional<Cell> decided = Optional.empty();
    boolean metNull = false;
    for (TypedExpression operand : operands) {
      Cell value = evaluate(operand, scope);
      metNull |= value instanceof Cell.Null;
      if (!(value instanceof Cell.Null) && isTrue(value) == decisive) {
        decided = Optional.of(bool(decisive));
        if (!eager) {
          break;
        }
      }
    }
    return decided.orElse(metNull ? Cell.NULL : bool(!decisive));
  }

  private static boolean holds(ComparisonOperator operator, int sign) {
    return switch (operator) {
      case EQUAL -> sign == 0;
      case NOT_EQUAL -> sign != 0;
      case LESS -> sign < 0;
      case LESS_OR_EQUAL -> sign <= 0;
      case GREATER -> sign > 0;
      case GREATER_OR_EQUAL -> sign >= 0;
    };
  }

  private static Value arithmetic(
      ArithmeticOperator operator, Value left, Value right, StoredType type) {
    if (type == StoredType.DOUBLE || type == StoredType.FLOAT) {
      double a = AggregateOracle.real(left);
      double b = AggregateOracle.real(right);
      double result =
          switch (operator) {
            case PLUS -> a + b;
            case MINUS -> a - b;
            case TIMES -> a * b;
            case DIVIDE -> a / b;
            case MODULO -> a % b;
          };
      return type == StoredType.DOUBLE
          ? new Value.DoubleValue(result)
          : new Value.FloatValue((float) result);
    }
    BigDecimal a = AggregateOracle.decimal(left);
    BigDecimal b = AggregateOracle.decimal(right);
    if (b.signum() == 0
        && (operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO)) {
      throw new NoAnswer("division by zero");
    }
    return AggregateOracle.ofDecimal(
        switch (operator) {
          case PLUS -> a.add(b);
          case MINUS -> a.subtract(b);
          case TIMES -> a.multiply(b);
          case DIVIDE ->
              type == StoredType.BIG_DECIMAL
                  ? a.divide(b, MathContext.DECIMAL128)
                  : a.divideToIntegralValue(b);
          case MODULO -> a.remainder(b);
        },
        type);
  }

  private static Value convert(Value value, DataType from, DataType to) {
    String text = text(value, from);
    try {
      return switch (to) {
        case STRING, JSON -> new Value.StringValue(text);
        case BYTES ->
            value instanceof Value.BytesValue
                ? value
                : new Value.BytesValue(HexFormat.of().parseHex(text));
        case BOOLEAN ->
            new Value.IntValue(
                value instanceof Value.StringValue
                    ? switch (text.strip().toLowerCase(java.util.Locale.ROOT)) {
                      case "true", "1" -> 1;
                      case "false", "0" -> 0;
                      default -> throw new NoAnswer("boolean " + text);
                    }
                    : AggregateOracle.real(value) != 0 ? 1 : 0);
        case FLOAT ->
            new Value.FloatValue(
                switch (value) {
                  case Value.StringValue(String v) -> Float.parseFloat(v);
                  case Value.DoubleValue(double v) -> (float) v;
                  case Value.FloatValue(float v) -> v;
                  case Value other -> AggregateOracle.decimal(other).floatValue();
                });
        case DOUBLE ->
            new Value.DoubleValue(
                value instanceof Value.StringValue(String v)
                    ? Double.parseDouble(v)
                    : AggregateOracle.real(value));
        case INT, LONG, TIMESTAMP -> {
          BigInteger whole =
              switch (value) {
                case Value.StringValue(String v) -> BigInteger.valueOf(Long.parseLong(v.strip()));
                case Value other -> AggregateOracle.decimal(other).toBigInteger();
              };
          yield AggregateOracle.ofDecimal(new BigDecimal(whole), to.storedType());
        }
        case BIG_DECIMAL ->
            new Value.BigDecimalValue(
                switch (value) {
                  case Value.FloatValue(float v) -> new BigDecimal(Float.toString(v));
                  case Value.DoubleValue(double v) -> new BigDecimal(Double.toString(v));
                  case Value.StringValue(String v) -> new BigDecimal(v.strip());
                  case Value other -> AggregateOracle.decimal(other);
                });
      };
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new NoAnswer(from + " " + text + " is no " + to);
    }
  }

  private static String text(Value value, DataType from) {
    return switch (value) {
      case Value.IntValue(int v) -> from == DataType.BOOLEAN ? v != 0 ? "true" : "false" : "" + v;
      case Value.LongValue(long v) ->
          from == DataType.TIMESTAMP ? new java.sql.Timestamp(v).toString() : "" + v;
      case Value.FloatValue(float v) -> "" + v;
      case Value.DoubleValue(double v) -> "" + v;
      case Value.BigDecimalValue(BigDecimal v) -> v.toPlainString();
      case Value.StringValue(String v) -> v;
      case Value.BytesValue(byte[] v) -> HexFormat.of().formatHex(v);
    };
  }

  private static Pattern pattern(TypedExpression.Like like) {
    StringBuilder regex = new StringBuilder();
    boolean escaped = false;
    for (int c : like.pattern().codePoints().toArray()) {
      if (escaped) {
        regex.append(Pattern.quote(Character.toString(c)));
        escaped = false;
      } else if (like.escape().isPresent() && like.escape().get() == c) {
        escaped = true;
      } else {
        regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(Character.toString(c)));
      }
    }
    int flags = Pattern.DOTALL;
    return Pattern.compile(
        regex.toString(),
        like.caseInsensitive() ? flags | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : flags);
  }
}
