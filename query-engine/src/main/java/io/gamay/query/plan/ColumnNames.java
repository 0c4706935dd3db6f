package io.gamay.query.plan;

import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.Call;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names of answer columns without an alias, as Pinot's clients know them: {@code count(*)}, {@code
 * sum(amount)}, {@code plus(a,'1')}. Columns are spelled as in the schema.
 */
final class ColumnNames {

  private final UnaryOperator<String> spelling;
  private final boolean isNullHandling;

  /**
   * @param isNullHandling without it COUNT of a column is named as COUNT(*)
   */
  ColumnNames(ColumnResolver columns, boolean isNullHandling) {
    this.spelling = name -> spelling(columns, name);
    this.isNullHandling = isNullHandling;
  }

  private ColumnNames() {
    this.spelling = name -> name;
    this.isNullHandling = true;
  }

  /** An expression in an error message. */
  static String describe(Expression expression) {
    return new ColumnNames().of(expression);
  }

  private static String spelling(ColumnResolver columns, String name) {
    return columns
        .find(name)
        .map(
            found ->
                switch (found) {
                  case ColumnReference column -> column.column();
                  case VirtualColumn virtual -> virtual.kind().columnName();
                  default -> name;
                })
        .orElse(name);
  }

  String of(Expression expression) {
    return switch (expression) {
      case Expression.Name name -> spelling.apply(name.name());
      case Expression.IntegerLiteral(long value) -> literal(Long.toString(value));
      case Expression.DecimalLiteral(BigDecimal value) -> literal(value.toPlainString());
      case Expression.DoubleLiteral(double value) -> literal(Double.toString(value));
      case Expression.StringLiteral(String value) -> literal(value);
      case Expression.BooleanLiteral(boolean value) -> literal(Boolean.toString(value));
      case Expression.BytesLiteral(byte[] value) -> literal(HexFormat.of().formatHex(value));
      case Expression.NullLiteral _ -> literal("null");
      case Expression.Star _ -> "*";
      case Expression.Arithmetic e -> function(name(e.operator()), e.left(), e.right());
      case Expression.Negate e -> function("minus", e.operand());
      case Expression.Comparison e -> function(name(e.operator()), e.left(), e.right());
      case Expression.And e -> function("and", e.operands());
      case Expression.Or e -> function("or", e.operands());
      case Expression.Not e -> function("not", e.operand());
      case Expression.In e ->
          function(
              e.negated() ? "notin" : "in",
              Stream.concat(Stream.of(e.operand()), e.values().stream()).toList());
      case Expression.Between e ->
          negated(e.negated(), function("between", e.operand(), e.low(), e.high()));
      case Expression.Like e -> negated(e.negated(), function("like", e.operand(), e.pattern()));
      case Expression.IsNull e -> function(e.negated() ? "isnotnull" : "isnull", e.operand());
      case Expression.IsTruth e ->
          function(
              (e.negated() ? "isnot" : "is") + e.truth().name().toLowerCase(Locale.ROOT),
              e.operand());
      case Expression.IsDistinct e ->
          function(e.negated() ? "isnotdistinctfrom" : "isdistinctfrom", e.left(), e.right());
      case Expression.Case e -> caseOf(e);
      case Expression.Cast e -> "cast(" + of(e.operand()) + "," + literal(sqlName(e.type())) + ")";
      case Call call -> call(call);
    };
  }

  private String call(Call call) {
    String name = FunctionNames.canonical(call.name());
    boolean isCount = name.equals("count");
    if (isCount && call.distinct()) {
      name = "distinctcount";
    }
    boolean countsRows = isCount && !call.distinct() && !isNullHandling;
    String base = countsRows ? "count(*)" : function(name, call.arguments());
    return call.filter()
        .map(filter -> base + " FILTER(WHERE " + condition(filter) + ")")
        .orElse(base);
  }

  /** A condition in infix form. */
  private String condition(Expression expression) {
    return switch (expression) {
      case Expression.Comparison e ->
          of(e.left()) + " " + symbol(e.operator()) + " " + of(e.right());
      case Expression.And e -> joined(e.operands(), " AND ");
      case Expression.Or e -> joined(e.operands(), " OR ");
      default -> of(expression);
    };
  }

  private String joined(List<Expression> operands, String connective) {
    return operands.stream().map(this::condition).collect(Collectors.joining(connective, "(", ")"));
  }

  private String caseOf(Expression.Case expression) {
    var parts = new ArrayList<Expression>();
    for (Expression.Branch branch : expression.branches()) {
      parts.add(branch.condition());
      parts.add(branch.result());
    }
    expression.otherwise().ifPresent(parts::add);
    return function("case", parts);
  }

  private String function(String name, Expression... arguments) {
    return function(name, List.of(arguments));
  }

  private String function(String name, List<Expression> arguments) {
    return arguments.stream().map(this::of).collect(Collectors.joining(",", name + "(", ")"));
  }

  private static String negated(boolean isNegated, String function) {
    return isNegated ? "not(" + function + ")" : function;
  }

  private static String literal(String value) {
    return "'" + value + "'";
  }

  private static String name(ArithmeticOperator operator) {
    return switch (operator) {
      case PLUS -> "plus";
      case MINUS -> "minus";
      case TIMES -> "times";
      case DIVIDE -> "divide";
      case MODULO -> "mod";
    };
  }

  private static String name(ComparisonOperator operator) {
    return switch (operator) {
      case EQUAL -> "equals";
      case NOT_EQUAL -> "notequals";
      case LESS -> "lessthan";
      case LESS_OR_EQUAL -> "lessthanorequal";
      case GREATER -> "greaterthan";
      case GREATER_OR_EQUAL -> "greaterthanorequal";
    };
  }

  private static String symbol(ComparisonOperator operator) {
    return switch (operator) {
      case EQUAL -> "=";
      case NOT_EQUAL -> "!=";
      case LESS -> "<";
      case LESS_OR_EQUAL -> "<=";
      case GREATER -> ">";
      case GREATER_OR_EQUAL -> ">=";
    };
  }

  private static String sqlName(DataType type) {
    return switch (type) {
      case INT -> "INTEGER";
      case LONG -> "BIGINT";
      case BIG_DECIMAL -> "DECIMAL";
      case STRING -> "VARCHAR";
      case BYTES -> "VARBINARY";
      case FLOAT, DOUBLE, BOOLEAN, TIMESTAMP, JSON -> type.name();
    };
  }
}
