package io.gamay.query.sql;

import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.Case;
import io.gamay.query.sql.Expression.ComparisonOperator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Queries as text: every operator in parentheses, so that the text shows how they bind. */
final class SqlPrinter {

  private SqlPrinter() {}

  static String print(Query query) {
    var sql = new StringBuilder();
    query.options().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            option ->
                sql.append("SET \"")
                    .append(option.getKey())
                    .append("\" = ")
                    .append(quoted(option.getValue()))
                    .append("; "));
    sql.append(
            switch (query.explain()) {
              case NONE -> "";
              case PLAN -> "EXPLAIN PLAN FOR ";
              case ANALYZE -> "EXPLAIN ANALYZE ";
            })
        .append("SELECT ");
    sql.append(query.distinct() ? "DISTINCT " : "");
    sql.append(
        query.select().stream()
            .map(
                item ->
                    print(item.expression())
                        + item.alias().map(alias -> " AS " + name(alias)).orElse(""))
            .collect(Collectors.joining(", ")));
    sql.append(" FROM ").append(name(query.table()));
    query.where().ifPresent(where -> sql.append(" WHERE ").append(print(where)));
    if (!query.groupingSets().isEmpty()) {
      sql.append(" GROUP BY GROUPING SETS (")
          .append(
              query.groupingSets().stream()
                  .map(set -> "(" + list(set.stream().map(query.groupBy()::get).toList()) + ")")
                  .collect(Collectors.joining(", ")))
          .append(")");
    } else if (!query.groupBy().isEmpty()) {
      sql.append(" GROUP BY ").append(list(query.groupBy()));
    }
    query.having().ifPresent(having -> sql.append(" HAVING ").append(print(having)));
    if (!query.orderBy().isEmpty()) {
      sql.append(" ORDER BY ");
      sql.append(
          query.orderBy().stream()
              .map(
                  item ->
                      print(item.expression())
                          + (item.descending() ? " DESC" : "")
                          + item.nullsFirst()
                              .map(first -> first ? " NULLS FIRST" : " NULLS LAST")
                              .orElse(""))
              .collect(Collectors.joining(", ")));
    }
    query.limit().ifPresent(limit -> sql.append(" LIMIT ").append(limit));
    if (query.offset() > 0) {
      sql.append(" OFFSET ").append(query.offset());
    }
    return sql.toString();
  }

  static String print(Expression expression) {
    return switch (expression) {
      case Expression.Name e -> e.quoted() ? name(e.name()) : e.name();
      case Expression.IntegerLiteral e -> Long.toString(e.value());
      case Expression.DecimalLiteral e ->
          e.value().scale() == 0 ? e.value().toPlainString() : decimal(e.value().toPlainString());
      case Expression.DoubleLiteral e -> {
        String digits = Double.toString(e.value());
        yield digits.contains("E") ? digits : digits + "E0";
      }
      case Expression.StringLiteral e -> quoted(e.value());
      case Expression.BooleanLiteral e -> e.value() ? "TRUE" : "FALSE";
      case Expression.BytesLiteral e -> "X'" + HexFormat.of().formatHex(e.value()) + "'";
      case Expression.NullLiteral _ -> "NULL";
      case Expression.Star _ -> "*";
      case Expression.Arithmetic e ->
          "(" + print(e.left()) + " " + symbol(e.operator()) + " " + print(e.right()) + ")";
      case Expression.Negate e -> "(- " + print(e.operand()) + ")";
      case Expression.Comparison e ->
          "(" + print(e.left()) + " " + symbol(e.operator()) + " " + print(e.right()) + ")";
      case Expression.And e ->
          e.operands().stream()
              .map(SqlPrinter::print)
              .collect(Collectors.joining(" AND ", "(", ")"));
      case Expression.Or e ->
          e.operands().stream()
              .map(SqlPrinter::print)
              .collect(Collectors.joining(" OR ", "(", ")"));
      case Expression.Not e -> "(NOT " + print(e.operand()) + ")";
      case Expression.In e ->
          "(" + print(e.operand()) + not(e.negated()) + " IN (" + list(e.values()) + "))";
      case Expression.Between e ->
          "(%s%s BETWEEN %s AND %s)"
              .formatted(print(e.operand()), not(e.negated()), print(e.low()), print(e.high()));
      case Expression.Like e ->
          "(%s%s LIKE %s%s)"
              .formatted(
                  print(e.operand()),
                  not(e.negated()),
                  print(e.pattern()),
                  e.escape().map(c -> " ESCAPE " + quoted(c.toString())).orElse(""));
      case Expression.IsNull e -> "(" + print(e.operand()) + " IS" + not(e.negated()) + " NULL)";
      case Expression.IsTruth e ->
          "(" + print(e.operand()) + " IS" + not(e.negated()) + " " + e.truth() + ")";
      case Expression.IsDistinct e ->
          "(%s IS%s DISTINCT FROM %s)"
              .formatted(print(e.left()), not(e.negated()), print(e.right()));
      case Case e ->
          "CASE"
              + e.branches().stream()
                  .map(b -> " WHEN " + print(b.condition()) + " THEN " + print(b.result()))
                  .collect(Collectors.joining())
              + e.otherwise().map(o -> " ELSE " + print(o)).orElse("")
              + " END";
      case Expression.Cast e ->
          "CAST("
              + print(e.operand())
              + " AS "
              + e.type()
              + e.size().map(SqlPrinter::print).orElse("")
              + ")";
      case Expression.Call e ->
          e.name()
              + "("
              + (e.distinct() ? "DISTINCT " : "")
              + list(e.arguments())
              + ")"
              + e.filter().map(f -> " FILTER (WHERE " + print(f) + ")").orElse("");
    };
  }

  private static String print(Expression.TypeSize size) {
    return size.scale() == 0
        ? "(" + size.length() + ")"
        : "(" + size.length() + ", " + size.scale() + ")";
  }

  private static String decimal(String plain) {
    return plain.contains(".") ? plain : plain + ".";
  }

  private static String list(List<Expression> expressions) {
    return expressions.stream().map(SqlPrinter::print).collect(Collectors.joining(", "));
  }

  private static String not(boolean negated) {
    return negated ? " NOT" : "";
  }

  private static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
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
