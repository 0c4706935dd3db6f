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
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names of answer columns without an alias, as Pinot's clients know them: {@code count(*)}, {@code
 * sum(amount)}, {@code plus(a,'1')}. Columns are spelled as in the schema. An aggregation that is a
 * column by itself is named by its function and what it is of, {@code distinctcounthll(a)}, with
 * its percentage as a number, {@code percentile(a, 95.0)}; within an expression it is written like
 * any function, {@code plus(percentile(a,'95'),'1')}.
 */
final class ColumnNames {

  private static final int MAX_DESCRIBED = 200;
  private static final String ROWS = "count(*)";
  private static final Expression USUAL_COMPRESSION = new Expression.IntegerLiteral(100);

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

  /** An expression in an error message, cut off if it is long. */
  static String describe(Expression expression) {
    boolean isText = expression instanceof Expression.StringLiteral;
    var names = new ColumnNames();
    String whole = isText ? names.within(expression) : names.unquoted(expression);
    return whole.length() <= MAX_DESCRIBED ? whole : whole.substring(0, MAX_DESCRIBED) + "...";
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

  /** The name of a column. */
  String of(Expression expression) {
    if (expression instanceof Call call) {
      Optional<FunctionNames.Aggregate> aggregate = FunctionNames.aggregate(call.name());
      if (aggregate.isPresent()) {
        return filtered(call, aggregate(call, aggregate.get()));
      }
    }
    return within(expression);
  }

  /** An expression as part of a name. */
  private String within(Expression expression) {
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
      case Expression.Cast e ->
          "cast(" + within(e.operand()) + "," + literal(sqlName(e.type())) + ")";
      case Call call -> filtered(call, plain(call));
    };
  }

  private String filtered(Call call, String name) {
    return call.filter()
        .map(filter -> name + " FILTER(WHERE " + condition(filter) + ")")
        .orElse(name);
  }

  private String plain(Call call) {
    String name = FunctionNames.canonical(call.name());
    if (name.equals("array") && call.arguments().stream().allMatch(ColumnNames::isLiteral)) {
      return array(call.arguments());
    }
    return countsRows(call) ? ROWS : function(distinct(call, name), call.arguments());
  }

  private boolean countsRows(Call call) {
    return FunctionNames.canonical(call.name()).equals("count")
        && !call.distinct()
        && !isNullHandling;
  }

  private static String distinct(Call call, String name) {
    boolean hasOwnName = Set.of("count", "sum", "avg").contains(name);
    return call.distinct() && hasOwnName ? "distinct" + name : name;
  }

  private static boolean isLiteral(Expression expression) {
    return switch (expression) {
      case Expression.IntegerLiteral _,
          Expression.DecimalLiteral _,
          Expression.DoubleLiteral _,
          Expression.StringLiteral _,
          Expression.BooleanLiteral _ ->
          true;
      default -> false;
    };
  }

  /** Literals in one pair of quotes. */
  private String array(List<Expression> literals) {
    return literals.stream()
        .map(this::within)
        .map(quoted -> quoted.substring(1, quoted.length() - 1))
        .collect(Collectors.joining(", ", "'[", "]'"));
  }

  private String aggregate(Call call, FunctionNames.Aggregate aggregate) {
    String name = distinct(call, FunctionNames.canonical(call.name()));
    List<Expression> arguments = call.arguments();
    if (countsRows(call)) {
      return ROWS;
    }
    return switch (aggregate.name()) {
      case FUNNEL_COUNT,
          FIRST_WITH_TIME,
          LAST_WITH_TIME,
          ARG_MIN,
          ARG_MAX,
          MIN_BY,
          MAX_BY,
          COVAR_POP,
          COVAR_SAMP,
          CORR ->
          function(name, arguments);
      default ->
          aggregate.name().takesPercentage() && aggregate.percentage().isEmpty()
              ? ofPercentage(name, aggregate.name(), arguments)
              : function(name, arguments.subList(0, Math.min(1, arguments.size())));
    };
  }

  /** The compression of a t-digest is told if it is not the usual one. */
  private String ofPercentage(String name, AggregateName aggregate, List<Expression> arguments) {
    Optional<BigDecimal> percentage =
        arguments.size() < 2 ? Optional.empty() : number(arguments.get(1));
    if (percentage.isEmpty()) {
      return function(name, arguments);
    }
    boolean tellsMore =
        arguments.size() > 2
            && aggregate == AggregateName.PERCENTILE_TDIGEST
            && !arguments.get(2).equals(USUAL_COMPRESSION);
    return name
        + "("
        + within(arguments.getFirst())
        + ", "
        + percentage.get().doubleValue()
        + (tellsMore ? ", " + unquoted(arguments.get(2)) : "")
        + ")";
  }

  private static Optional<BigDecimal> number(Expression literal) {
    return switch (literal) {
      case Expression.IntegerLiteral(long value) -> Optional.of(BigDecimal.valueOf(value));
      case Expression.DecimalLiteral(BigDecimal value) -> Optional.of(value);
      case Expression.DoubleLiteral(double value) when Double.isFinite(value) ->
          Optional.of(BigDecimal.valueOf(value));
      default -> Optional.empty();
    };
  }

  private String unquoted(Expression expression) {
    String name = within(expression);
    return isLiteral(expression) ? name.substring(1, name.length() - 1) : name;
  }

  /** A condition in infix form; the literal of a comparison is on the right. */
  private String condition(Expression expression) {
    return switch (expression) {
      case Expression.Comparison e ->
          isLiteral(e.left()) && !isLiteral(e.right())
              ? infix(e.right(), turned(e.operator()), e.left())
              : infix(e.left(), e.operator(), e.right());
      case Expression.And e -> joined(e.operands(), " AND ");
      case Expression.Or e -> joined(e.operands(), " OR ");
      case Expression.Not e -> "(NOT " + condition(e.operand()) + ")";
      case Expression.In e ->
          within(e.operand())
              + (e.negated() ? " NOT IN " : " IN ")
              + e.values().stream().map(this::within).collect(Collectors.joining(",", "(", ")"));
      case Expression.Between e -> {
        String between =
            within(e.operand()) + " BETWEEN " + within(e.low()) + " AND " + within(e.high());
        yield e.negated() ? "(NOT " + between + ")" : between;
      }
      case Expression.IsNull e -> within(e.operand()) + (e.negated() ? " IS NOT NULL" : " IS NULL");
      case Expression.Name name -> within(name) + " = 'true'";
      default -> within(expression);
    };
  }

  private String infix(Expression left, ComparisonOperator operator, Expression right) {
    return within(left) + " " + symbol(operator) + " " + within(right);
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
    parts.add(expression.otherwise().orElse(new Expression.NullLiteral()));
    return function("case", parts);
  }

  private String function(String name, Expression... arguments) {
    return function(name, List.of(arguments));
  }

  private String function(String name, List<Expression> arguments) {
    return arguments.stream().map(this::within).collect(Collectors.joining(",", name + "(", ")"));
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

  /** The operator for exchanged operands. */
  private static ComparisonOperator turned(ComparisonOperator operator) {
    return switch (operator) {
      case EQUAL, NOT_EQUAL -> operator;
      case LESS -> ComparisonOperator.GREATER;
      case LESS_OR_EQUAL -> ComparisonOperator.GREATER_OR_EQUAL;
      case GREATER -> ComparisonOperator.LESS;
      case GREATER_OR_EQUAL -> ComparisonOperator.LESS_OR_EQUAL;
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
