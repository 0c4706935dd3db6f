package io.gamay.query.explain;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Branch;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.Case;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.IsNull;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.ValueConverter;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Planned expressions as SQL for people, cut off where they are long. Keys and aggregates that a
 * broker's expressions refer to are written out.
 */
public final class ExpressionText {

  private static final int MOST_CHARACTERS = 200;
  private static final int MOST_OF_A_VALUE = 64;

  private final StringBuilder text = new StringBuilder();
  private final IntFunction<String> keys;
  private final IntFunction<String> aggregates;

  private ExpressionText(IntFunction<String> keys, IntFunction<String> aggregates) {
    this.keys = keys;
    this.aggregates = aggregates;
  }

  public static String of(TypedExpression expression) {
    return of(expression, index -> "key " + index, index -> "aggregate " + index);
  }

  /**
   * @param keys text of what a reference to a key means; {@code aggregates} the same for aggregates
   */
  public static String of(
      TypedExpression expression, IntFunction<String> keys, IntFunction<String> aggregates) {
    ExpressionText all = new ExpressionText(keys, aggregates);
    all.add(expression);
    return all.cut();
  }

  /** Several, with commas between them. */
  public static String of(List<TypedExpression> expressions) {
    ExpressionText all = new ExpressionText(Integer::toString, Integer::toString);
    all.addAll(expressions);
    return all.cut();
  }

  /** A call without the types that it was planned with. */
  public static String of(AggregateCall call) {
    ExpressionText all = new ExpressionText(Integer::toString, Integer::toString);
    all.text.append(call.function().name().toLowerCase(Locale.ROOT)).append('(');
    if (call.arguments().isEmpty()) {
      all.text.append('*');
    }
    all.addAll(call.arguments());
    call.parameters().forEach(parameter -> all.text.append(", ").append(parameterText(parameter)));
    all.text.append(')');
    call.filter()
        .ifPresent(
            filter -> {
              all.text.append(" FILTER (WHERE ");
              all.add(filter);
              all.text.append(')');
            });
    return all.cut();
  }

  public static String ofCalls(List<AggregateCall> calls) {
    StringBuilder joined = new StringBuilder();
    for (AggregateCall call : calls) {
      if (joined.length() > MOST_CHARACTERS) {
        return joined.append(", ...").toString();
      }
      joined.append(joined.isEmpty() ? "" : ", ").append(of(call));
    }
    return joined.toString();
  }

  public static String ofOrder(
      List<SortKey> order, IntFunction<String> keys, IntFunction<String> aggregates) {
    StringBuilder joined = new StringBuilder();
    for (SortKey key : order) {
      joined
          .append(joined.isEmpty() ? "" : ", ")
          .append(of(key.expression(), keys, aggregates))
          .append(key.descending() ? " DESC" : "")
          .append(key.nullsFirst() == key.descending() ? "" : nulls(key));
    }
    return joined.toString();
  }

  private static String nulls(SortKey key) {
    return key.nullsFirst() ? " NULLS FIRST" : " NULLS LAST";
  }

  private static String parameterText(Value parameter) {
    return shortened(
        switch (parameter) {
          case Value.IntValue value -> ValueConverter.text(value, DataType.INT);
          case Value.LongValue value -> ValueConverter.text(value, DataType.LONG);
          case Value.FloatValue value -> ValueConverter.text(value, DataType.FLOAT);
          case Value.DoubleValue value -> ValueConverter.text(value, DataType.DOUBLE);
          case Value.BigDecimalValue value -> ValueConverter.text(value, DataType.BIG_DECIMAL);
          case Value.StringValue value -> "'" + value.value() + "'";
          case Value.BytesValue value -> ValueConverter.text(value, DataType.BYTES);
        });
  }

  private String cut() {
    return text.length() <= MOST_CHARACTERS
        ? text.toString()
        : text.substring(0, MOST_CHARACTERS) + "...";
  }

  private void addAll(List<TypedExpression> expressions) {
    joined(expressions, ", ");
  }

  private void joined(List<TypedExpression> expressions, String between) {
    for (int index = 0; index < expressions.size() && text.length() <= MOST_CHARACTERS; index++) {
      text.append(index == 0 ? "" : between);
      add(expressions.get(index));
    }
  }

  private void add(TypedExpression expression) {
    if (text.length() > MOST_CHARACTERS) {
      return;
    }
    switch (expression) {
      case ColumnReference column -> text.append(column.column());
      case VirtualColumn column -> text.append(column.kind().columnName());
      case Constant constant -> value(constant.value(), constant.type().element());
      case KeyReference key -> text.append(keys.apply(key.index()));
      case AggregateReference call -> text.append(aggregates.apply(call.index()));
      case Convert convert -> {
        text.append("CAST(");
        add(convert.operand());
        text.append(" AS ").append(convert.target()).append(')');
      }
      case Arithmetic arithmetic ->
          binary(arithmetic.left(), symbol(arithmetic.operator()), arithmetic.right());
      case Comparison comparison -> {
        add(comparison.left());
        text.append(' ').append(symbol(comparison.operator())).append(' ');
        add(comparison.right());
      }
      case AnyBetween between -> {
        add(between.operand());
        text.append(between.negated() ? " NOT BETWEEN " : " BETWEEN ");
        add(between.low());
        text.append(" AND ");
        add(between.high());
      }
      case InSet set -> set(set);
      case Like like -> {
        add(like.operand());
        text.append(like.negated() ? " NOT LIKE '" : " LIKE '");
        text.append(shortened(like.pattern())).append('\'');
      }
      case IsNull isNull -> {
        add(isNull.operand());
        text.append(isNull.negated() ? " IS NOT NULL" : " IS NULL");
      }
      case And and -> parenthesised(and.operands(), " AND ");
      case Or or -> parenthesised(or.operands(), " OR ");
      case Not not -> {
        text.append("NOT (");
        add(not.operand());
        text.append(')');
      }
      case Call call -> {
        text.append(call.function()).append('(');
        addAll(call.arguments());
        text.append(')');
      }
      case Case cases -> cases(cases);
    }
  }

  private void binary(TypedExpression left, String operator, TypedExpression right) {
    text.append('(');
    add(left);
    text.append(' ').append(operator).append(' ');
    add(right);
    text.append(')');
  }

  private void parenthesised(List<TypedExpression> operands, String between) {
    text.append('(');
    joined(operands, between);
    text.append(')');
  }

  private void set(InSet set) {
    add(set.operand());
    text.append(set.negated() ? " NOT IN (" : " IN (");
    String between = "";
    for (Value value : set.values()) {
      if (text.length() > MOST_CHARACTERS) {
        return;
      }
      text.append(between);
      value(Optional.of(value), set.operand().type().element());
      between = ", ";
    }
    text.append(set.hasNull() ? between + "NULL)" : ")");
  }

  private void cases(Case cases) {
    text.append("CASE");
    for (Branch branch : cases.branches()) {
      if (text.length() > MOST_CHARACTERS) {
        return;
      }
      text.append(" WHEN ");
      add(branch.condition());
      text.append(" THEN ");
      add(branch.result());
    }
    cases
        .otherwise()
        .ifPresent(
            otherwise -> {
              text.append(" ELSE ");
              add(otherwise);
            });
    text.append(" END");
  }

  private void value(Optional<Value> value, DataType type) {
    if (value.isEmpty()) {
      text.append("NULL");
      return;
    }
    boolean isBare =
        switch (type) {
          case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN -> true;
          case TIMESTAMP, STRING, JSON, BYTES -> false;
        };
    String written = shortened(ValueConverter.text(value.get(), type));
    text.append(isBare ? written : "'" + written.replace("'", "''") + "'");
  }

  private static String shortened(String written) {
    return written.length() <= MOST_OF_A_VALUE
        ? written
        : written.substring(0, MOST_OF_A_VALUE) + "...";
  }

  private static String symbol(ArithmeticOperator operator) {
    return switch (operator) {
      case PLUS -> "+";
      case MINUS -> "-";
      case TIMES -> "*";
      case DIVIDE -> "/";
      case MODULO -> "%";
    };
  }

  private static String symbol(ComparisonOperator operator) {
    return switch (operator) {
      case EQUAL -> "=";
      case NOT_EQUAL -> "<>";
      case LESS -> "<";
      case LESS_OR_EQUAL -> "<=";
      case GREATER -> ">";
      case GREATER_OR_EQUAL -> ">=";
    };
  }
}
