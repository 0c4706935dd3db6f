package io.gamay.query.plan;

import io.gamay.query.sql.Expression.ComparisonOperator;
import java.util.List;
import java.util.stream.Collectors;

/** Plans as short text, types in sight. */
final class PlanPrinter {

  private PlanPrinter() {}

  static String print(TypedExpression expression) {
    return switch (expression) {
      case TypedExpression.ColumnReference e -> e.column() + (e.isNullable() ? "?" : "");
      case TypedExpression.VirtualColumn e -> e.kind().columnName();
      case TypedExpression.Constant e ->
          e.type().element()
              + ":"
              + e.value().map(v -> ValueConverter.text(v, e.type().element())).orElse("null");
      case TypedExpression.KeyReference e ->
          "key" + e.index() + ":" + e.type().displayName() + (e.isNullable() ? "?" : "");
      case TypedExpression.AggregateReference e ->
          "agg" + e.index() + ":" + e.type().displayName() + (e.isNullable() ? "?" : "");
      case TypedExpression.Convert e -> e.target() + "(" + print(e.operand()) + ")";
      case TypedExpression.Arithmetic e ->
          "(%s %s %s):%s"
              .formatted(
                  print(e.left()),
                  switch (e.operator()) {
                    case PLUS -> "+";
                    case MINUS -> "-";
                    case TIMES -> "*";
                    case DIVIDE -> "/";
                    case MODULO -> "%";
                  },
                  print(e.right()),
                  e.type().displayName());
      case TypedExpression.Comparison e ->
          "(" + print(e.left()) + " " + symbol(e.operator()) + " " + print(e.right()) + ")";
      case TypedExpression.AnyBetween e ->
          "(any %s%s between %s and %s)"
              .formatted(
                  print(e.operand()), e.negated() ? " not" : "", print(e.low()), print(e.high()));
      case TypedExpression.InSet e ->
          "("
              + print(e.operand())
              + (e.negated() ? " not" : "")
              + " in "
              + e.values().stream()
                  .map(v -> ValueConverter.text(v, e.operand().type().element()))
                  .toList()
              + (e.hasNull() ? "+null" : "")
              + ")";
      case TypedExpression.Like e ->
          "(%s%s %s '%s'%s)"
              .formatted(
                  print(e.operand()),
                  e.negated() ? " not" : "",
                  e.caseInsensitive() ? "ilike" : "like",
                  e.pattern(),
                  e.escape().map(c -> " escape " + c).orElse(""));
      case TypedExpression.Call e ->
          e.arguments().stream()
                  .map(PlanPrinter::print)
                  .collect(Collectors.joining(", ", e.function() + "(", "):"))
              + e.type().displayName()
              + (e.isNullable() ? "?" : "");
      case TypedExpression.IsNull e ->
          "(" + print(e.operand()) + " is" + (e.negated() ? " not" : "") + " null)";
      case TypedExpression.And e -> joined(e.operands(), " and ");
      case TypedExpression.Or e -> joined(e.operands(), " or ");
      case TypedExpression.Not e -> "not" + "(" + print(e.operand()) + ")";
      case TypedExpression.Case e ->
          "case"
              + e.branches().stream()
                  .map(b -> " when " + print(b.condition()) + " then " + print(b.result()))
                  .collect(Collectors.joining())
              + e.otherwise().map(o -> " else " + print(o)).orElse("")
              + " end:"
              + e.type().displayName();
    };
  }

  static String print(AggregateCall call) {
    return call.function()
        + "("
        + (call.arguments().isEmpty()
            ? "*"
            : call.arguments().stream().map(PlanPrinter::print).collect(Collectors.joining(", ")))
        + call.parameters().stream().map(value -> ", " + value).collect(Collectors.joining())
        + ")"
        + call.filter().map(f -> " filter " + print(f)).orElse("")
        + ":"
        + call.type().displayName()
        + (call.isNullable() ? "?" : "")
        + (call.emptyHabit() == AggregateCall.EmptyHabit.PINOT_VALUES ? "!" : "");
  }

  static String print(ServerWork work) {
    return switch (work) {
      case ServerWork.Select e ->
          "select "
              + list(e.columns())
              + (e.orderBy().isEmpty() ? "" : " order " + order(e.orderBy()))
              + " rows "
              + e.rowLimit();
      case ServerWork.Aggregate e ->
          "aggregate " + e.aggregates().stream().map(PlanPrinter::print).toList();
      case ServerWork.GroupBy e ->
          "group "
              + list(e.keys())
              + " aggregate "
              + e.aggregates().stream().map(PlanPrinter::print).toList()
              + (e.groupingSets().isEmpty() ? "" : " sets " + e.groupingSets());
    };
  }

  /** The server's part and the broker's. */
  static String print(QueryPlan plan) {
    OutputPlan output = plan.output();
    return plan.server().filter().map(f -> "where " + print(f) + " ").orElse("")
        + print(plan.server().work())
        + (output.distinct() ? " -> distinct " : " -> ")
        + output.columns().stream()
            .map(column -> column.name() + "=" + print(column.expression()))
            .toList()
        + output.having().map(h -> " having " + print(h)).orElse("")
        + (output.orderBy().isEmpty() ? "" : " order " + order(output.orderBy()));
  }

  private static String order(List<SortKey> keys) {
    return keys.stream()
        .map(
            key ->
                print(key.expression())
                    + (key.descending() ? " desc" : "")
                    + (key.nullsFirst() ? " nulls first" : ""))
        .toList()
        .toString();
  }

  private static String list(List<TypedExpression> expressions) {
    return expressions.stream().map(PlanPrinter::print).toList().toString();
  }

  private static String joined(List<TypedExpression> operands, String connective) {
    return operands.stream()
        .map(PlanPrinter::print)
        .collect(Collectors.joining(connective, "(", ")"));
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
