package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.OutputPlan.OutputColumn;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An embedded SQL database that is asked the SQL of a plan. One thread. */
public final class SqlDatabase implements AutoCloseable {

  /** The plan has no equivalent in this database's SQL. */
  private static final class NotInSql extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Connection connection;
  private final boolean isDuck;

  private SqlDatabase(Connection connection, boolean isDuck) {
    this.connection = connection;
    this.isDuck = isDuck;
  }

  public static SqlDatabase duckDb() throws SQLException {
    SqlDatabase duck = new SqlDatabase(DriverManager.getConnection("jdbc:duckdb:"), true);
    try (Statement statement = duck.connection.createStatement()) {
      statement.execute("SET threads TO 1");
    }
    return duck;
  }

  public static SqlDatabase h2() throws SQLException {
    return new SqlDatabase(DriverManager.getConnection("jdbc:h2:mem:"), false);
  }

  /**
   * Makes the table {@code t}, and in DuckDB beside it {@code t_nullable} and {@code t_defaults}:
   * the same rows as if all columns were nullable, or none.
   */
  public void load(RandomTable table) throws SQLException {
    List<ColumnSpec> columns =
        table.schema().columns().stream().filter(spec -> isDuck || spec.singleValue()).toList();
    try (Statement statement = connection.createStatement()) {
      create(statement, "t_nullable", columns);
      for (int first = 0; first < table.rows().size(); first += 100) {
        statement.execute(
            table.rows().subList(first, Math.min(first + 100, table.rows().size())).stream()
                .map(row -> tuple(row, columns))
                .collect(Collectors.joining(", ", "INSERT INTO t_nullable VALUES ", "")));
      }
      copy(statement, "t", columns, spec -> !spec.nullable());
      if (isDuck) {
        copy(statement, "t_defaults", columns, _ -> true);
      }
    }
  }

  private void create(Statement statement, String name, List<ColumnSpec> columns)
      throws SQLException {
    statement.execute("DROP TABLE IF EXISTS " + name);
    statement.execute(
        columns.stream()
            .map(
                spec ->
                    spec.name() + " " + typeName(spec.type()) + (spec.singleValue() ? "" : "[]"))
            .collect(
                Collectors.joining(
                    ", ", "CREATE TABLE " + name + " (part INTEGER, off BIGINT, ", ")")));
  }

  private void copy(
      Statement statement, String name, List<ColumnSpec> columns, Predicate<ColumnSpec> hasDefault)
      throws SQLException {
    create(statement, name, columns);
    statement.execute(
        columns.stream()
            .map(spec -> hasDefault.test(spec) ? orDefault(spec) : spec.name())
            .collect(
                Collectors.joining(
                    ", ", "INSERT INTO " + name + " SELECT part, off, ", " FROM t_nullable")));
  }

  private String orDefault(ColumnSpec spec) {
    String value = literal(spec.defaultValue(), spec.type());
    return "coalesce(%s, %s)"
        .formatted(spec.name(), spec.singleValue() ? value : "[" + value + "]");
  }

  private String tuple(Row row, List<ColumnSpec> columns) {
    List<String> literals = new ArrayList<>();
    literals.add(Integer.toString(row.partition()));
    literals.add(Long.toString(row.offset()));
    for (ColumnSpec spec : columns) {
      List<Value> values = row.values().get(spec.name());
      if (values == null) {
        literals.add("NULL");
      } else if (spec.singleValue()) {
        literals.add(literal(values.getFirst(), spec.type()));
      } else {
        literals.add(
            values.stream()
                .map(value -> literal(value, spec.type()))
                .collect(Collectors.joining(", ", "[", "]")));
      }
    }
    return literals.stream().collect(Collectors.joining(", ", "(", ")"));
  }

  private String typeName(DataType type) {
    return switch (type) {
      case INT -> "INTEGER";
      case LONG, TIMESTAMP -> "BIGINT";
      case FLOAT -> "REAL";
      case DOUBLE -> isDuck ? "DOUBLE" : "DOUBLE PRECISION";
      case BIG_DECIMAL -> "DECIMAL(18,2)";
      case BOOLEAN -> "BOOLEAN";
      case STRING, JSON -> "VARCHAR";
      case BYTES -> isDuck ? "BLOB" : "VARBINARY";
    };
  }

  private String literal(Value value, DataType type) {
    return switch (value) {
      case Value.IntValue(int v) ->
          type == DataType.BOOLEAN ? Boolean.toString(v != 0) : cast(v + "", type);
      case Value.LongValue(long v) ->
          v == Long.MIN_VALUE ? cast("'" + v + "'", type) : cast(v + "", type);
      case Value.FloatValue(float v) -> cast("'" + v + "'", type);
      case Value.DoubleValue(double v) -> cast("'" + v + "'", type);
      case Value.BigDecimalValue(BigDecimal v) -> cast(v.toPlainString(), type);
      case Value.StringValue(String v) -> "'" + v.replace("'", "''") + "'";
      case Value.BytesValue(byte[] v) ->
          isDuck
              ? cast(
                  IntStream.range(0, v.length)
                      .mapToObj(i -> "\\x" + HexFormat.of().toHexDigits(v[i]))
                      .collect(Collectors.joining("", "'", "'")),
                  type)
              : "X'" + HexFormat.of().formatHex(v) + "'";
    };
  }

  private String cast(String text, DataType type) {
    return "CAST(" + text + " AS " + typeName(type) + ")";
  }

  /** Empty if this database's SQL cannot say it. */
  public Optional<String> sql(RandomPlan plan) {
    try {
      return Optional.of(
          switch (plan.server().work()) {
            case ServerWork.Select select -> select(select, plan);
            case ServerWork.Aggregate aggregate -> groups(List.of(), aggregate.aggregates(), plan);
            case ServerWork.GroupBy groupBy -> groups(groupBy.keys(), groupBy.aggregates(), plan);
          });
    } catch (NotInSql e) {
      return Optional.empty();
    }
  }

  public List<List<Cell>> answer(String sql, OutputPlan output) throws SQLException {
    List<List<Cell>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        List<Cell> row = new ArrayList<>();
        for (OutputColumn column : output.columns()) {
          row.add(cell(results, row.size() + 1, column.expression().type().element()));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static Cell cell(ResultSet results, int column, DataType type) throws SQLException {
    @Nullable Object value = results.getObject(column);
    if (value == null) {
      return Cell.NULL;
    }
    return new Cell.Single(
        switch (type) {
          case INT -> new Value.IntValue(number(value).intValueExact());
          case BOOLEAN -> new Value.IntValue(results.getBoolean(column) ? 1 : 0);
          case LONG, TIMESTAMP -> new Value.LongValue(number(value).longValueExact());
          case FLOAT -> new Value.FloatValue(results.getFloat(column) + 0.0f);
          case DOUBLE -> new Value.DoubleValue(results.getDouble(column) + 0.0);
          case BIG_DECIMAL -> new Value.BigDecimalValue(number(value));
          case STRING, JSON -> new Value.StringValue(results.getString(column));
          case BYTES -> new Value.BytesValue(results.getBytes(column));
        });
  }

  private static BigDecimal number(Object value) {
    return new BigDecimal(value.toString());
  }

  private String select(ServerWork.Select work, RandomPlan plan) {
    String columns = work.columns().stream().map(this::single).collect(Collectors.joining(", "));
    String order =
        work.orderBy().stream().map(key -> order(key) + ", ").collect(Collectors.joining());
    return "SELECT %s FROM t%s ORDER BY %spart, off %s"
        .formatted(columns, where(plan), order, limit(plan));
  }

  private String groups(List<TypedExpression> keys, List<AggregateCall> calls, RandomPlan plan) {
    StringBuilder from = new StringBuilder("t");
    List<String> select = new ArrayList<>();
    for (int key = 0; key < keys.size(); key++) {
      if (keys.get(key).type().isArray()) {
        String list = expression(keys.get(key));
        from.insert(0, "(SELECT *, unnest(coalesce(%s, [NULL])) AS u%d FROM ".formatted(list, key))
            .append(")");
        select.add("u%d AS k%d".formatted(key, key));
      } else {
        select.add("%s AS k%d".formatted(expression(keys.get(key)), key));
      }
    }
    for (int call = 0; call < calls.size(); call++) {
      select.add("%s AS a%d".formatted(call(calls.get(call)), call));
    }
    String groupBy =
        keys.isEmpty()
            ? ""
            : " GROUP BY "
                + IntStream.rangeClosed(1, keys.size())
                    .mapToObj(key -> isDuck ? Integer.toString(key) : expression(keys.get(key - 1)))
                    .collect(Collectors.joining(", "));
    if (from.length() > 1) {
      from.append(" q0");
    }
    String inner =
        "SELECT %s FROM %s%s%s".formatted(String.join(", ", select), from, where(plan), groupBy);
    String having = plan.output().having().map(h -> " WHERE " + expression(h)).orElse("");
    List<String> order =
        new ArrayList<>(plan.output().orderBy().stream().map(this::order).toList());
    for (int key = 0; key < keys.size(); key++) {
      order.add("k%d NULLS LAST".formatted(key));
    }
    return "SELECT %s FROM (%s) q%s%s %s"
        .formatted(
            plan.output().columns().stream()
                .map(column -> expression(column.expression()))
                .collect(Collectors.joining(", ")),
            inner,
            having,
            order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order),
            limit(plan));
  }

  private String where(RandomPlan plan) {
    return plan.server().filter().map(filter -> " WHERE " + expression(filter)).orElse("");
  }

  private static String limit(RandomPlan plan) {
    return "LIMIT %d OFFSET %d".formatted(plan.output().limit(), plan.output().offset());
  }

  private String order(SortKey key) {
    // A bare number would be the position of a column.
    if (key.expression() instanceof TypedExpression.Constant) {
      throw new NotInSql();
    }
    return single(key.expression())
        + (key.descending() ? " DESC" : " ASC")
        + (key.nullsFirst() ? " NULLS FIRST" : " NULLS LAST");
  }

  private String single(TypedExpression expression) {
    if (expression.type().isArray()) {
      throw new NotInSql();
    }
    return expression(expression);
  }

  private String call(AggregateCall call) {
    List<String> conditions = new ArrayList<>();
    call.filter().ifPresent(filter -> conditions.add(expression(filter)));
    // H2 counts all rows of a table at once, also under a FILTER that it has reduced to a constant.
    String everyRow = call.filter().isPresent() ? "part" : "*";
    List<String> arguments = call.arguments().stream().map(this::single).toList();
    String argument = arguments.isEmpty() ? everyRow : arguments.getFirst();
    String function =
        switch (call.function()) {
          case COUNT -> "COUNT(" + argument + ")";
          case COUNT_DISTINCT -> "COUNT(DISTINCT " + argument + ")";
          case SUM -> "SUM(" + argument + ")";
          case SUM_DISTINCT -> "SUM(DISTINCT " + argument + ")";
          case MIN -> "MIN(" + argument + ")";
          case MAX -> "MAX(" + argument + ")";
          case AVG -> "AVG(" + real(argument) + ")";
          case AVG_DISTINCT -> "AVG(DISTINCT " + real(argument) + ")";
          case VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP, COVAR_POP, COVAR_SAMP ->
              call.function() + "(" + String.join(", ", arguments) + ")";
          case SKEWNESS, KURTOSIS, CORR ->
              duckOnly(call.function() + "(" + String.join(", ", arguments) + ")");
          case LIST_AGG -> joined(call, argument, "part, off");
          case LIST_AGG_DISTINCT -> joined(call, "DISTINCT " + argument, argument);
          case ARG_MIN, FIRST_WITH_TIME -> firstRow(arguments, "", "", conditions);
          case ARG_MAX -> firstRow(arguments, " DESC", "", conditions);
          case LAST_WITH_TIME -> firstRow(arguments, " DESC", " DESC", conditions);
          default -> throw new NotInSql();
        };
    String filtered =
        conditions.isEmpty()
            ? function
            : function + " FILTER (WHERE " + String.join(" AND ", conditions) + ")";
    return switch (call.function()) {
      // DuckDB says NaN of values that are all alike, where others say NULL.
      case SKEWNESS, KURTOSIS, CORR -> "nullif(%s, CAST('nan' AS DOUBLE))".formatted(filtered);
      default -> filtered;
    };
  }

  private String duckOnly(String sql) {
    if (!isDuck) {
      throw new NotInSql();
    }
    return sql;
  }

  private String joined(AggregateCall call, String texts, String order) {
    String separator = ((Value.StringValue) call.parameters().getFirst()).value();
    return duckOnly("string_agg(%s, '%s' ORDER BY %s)".formatted(texts, separator, order));
  }

  /** The first argument of the first row in the order of the others, rows with NULL left out. */
  private String firstRow(
      List<String> arguments, String measures, String rows, List<String> conditions) {
    arguments.forEach(argument -> conditions.add("(" + argument + ") IS NOT NULL"));
    List<String> order = new ArrayList<>();
    for (int index = 1; index < arguments.size(); index++) {
      boolean isRow = index >= arguments.size() - 2;
      order.add("(" + arguments.get(index) + ")" + (isRow ? rows : measures));
    }
    return duckOnly(
        "first(%s ORDER BY %s)".formatted(arguments.getFirst(), String.join(", ", order)));
  }

  private String real(String argument) {
    return isDuck ? argument : "CAST(" + argument + " AS DOUBLE PRECISION)";
  }

  private String expression(TypedExpression expression) {
    return switch (expression) {
      case TypedExpression.ColumnReference column -> {
        if (column.type().isArray() && !isDuck) {
          throw new NotInSql();
        }
        yield column.column();
      }
      case TypedExpression.VirtualColumn column ->
          switch (column.kind()) {
            case OFFSET -> "off";
            case PARTITION_ID -> "part";
            case DOC_ID, SEGMENT_NAME -> throw new NotInSql();
          };
      case TypedExpression.KeyReference key -> "k" + key.index();
      case TypedExpression.AggregateReference aggregate -> "a" + aggregate.index();
      case TypedExpression.Constant constant ->
          constant
              .value()
              .map(value -> literal(value, constant.type().element()))
              .orElse(cast("NULL", constant.type().element()));
      case TypedExpression.Convert convert -> {
        boolean fromNumber = convert.operand().type().element().isNumeric();
        if (!fromNumber) {
          throw new NotInSql();
        }
        yield cast(expression(convert.operand()), convert.target());
      }
      case TypedExpression.Arithmetic arithmetic -> {
        String operator =
            switch (arithmetic.operator()) {
              case PLUS -> "+";
              case MINUS -> "-";
              case TIMES -> "*";
              case DIVIDE -> isDuck && arithmetic.type().element() != DataType.DOUBLE ? "//" : "/";
              case MODULO -> "%";
            };
        yield "(%s %s %s)"
            .formatted(expression(arithmetic.left()), operator, expression(arithmetic.right()));
      }
      case TypedExpression.Comparison comparison -> comparison(comparison);
      case TypedExpression.AnyBetween between -> {
        if (between.low().isNullable() || between.high().isNullable()) {
          throw new NotInSql();
        }
        String test =
            " BETWEEN " + expression(between.low()) + " AND " + expression(between.high());
        yield negated(between.negated(), any(between.operand(), element -> element + test));
      }
      case TypedExpression.InSet set -> {
        String members =
            set.values().stream()
                .map(value -> literal(value, set.operand().type().element()))
                .collect(Collectors.joining(", "));
        String in = " IN (" + members + (set.hasNull() ? ", NULL)" : ")");
        if (set.operand().type().isArray() && set.hasNull()) {
          throw new NotInSql();
        }
        yield negated(set.negated(), any(set.operand(), element -> element + in));
      }
      case TypedExpression.Like like -> {
        String operator = like.caseInsensitive() ? " ILIKE '" : " LIKE '";
        String escape = " ESCAPE '" + like.escape().map(String::valueOf).orElse("") + "'";
        boolean writesEscape = like.escape().isPresent() || !isDuck;
        String test =
            operator + like.pattern().replace("'", "''") + "'" + (writesEscape ? escape : "");
        yield negated(like.negated(), any(like.operand(), element -> element + test));
      }
      case TypedExpression.Call _ -> throw new NotInSql();
      case TypedExpression.IsNull isNull ->
          "(%s IS %sNULL)".formatted(expression(isNull.operand()), isNull.negated() ? "NOT " : "");
      case TypedExpression.And and -> joined(and.operands(), " AND ");
      case TypedExpression.Or or -> joined(or.operands(), " OR ");
      case TypedExpression.Not not -> "(NOT " + expression(not.operand()) + ")";
      case TypedExpression.Case cases -> {
        StringBuilder text = new StringBuilder("(CASE");
        for (TypedExpression.Branch branch : cases.branches()) {
          text.append(" WHEN ").append(expression(branch.condition()));
          text.append(" THEN ").append(expression(branch.result()));
        }
        cases
            .otherwise()
            .ifPresent(otherwise -> text.append(" ELSE ").append(expression(otherwise)));
        yield text.append(" END)").toString();
      }
    };
  }

  private String comparison(TypedExpression.Comparison comparison) {
    boolean notEqual = comparison.operator() == ComparisonOperator.NOT_EQUAL;
    String operator =
        switch (comparison.operator()) {
          case EQUAL, NOT_EQUAL -> " = ";
          case LESS -> " < ";
          case LESS_OR_EQUAL -> " <= ";
          case GREATER -> " > ";
          case GREATER_OR_EQUAL -> " >= ";
        };
    boolean isList = comparison.left().type().isArray();
    if (isList && !(comparison.right() instanceof TypedExpression.Constant)) {
      throw new NotInSql();
    }
    if (isList && comparison.right().isNullable()) {
      throw new NotInSql();
    }
    return negated(
        notEqual,
        any(comparison.left(), element -> element + operator + expression(comparison.right())));
  }

  private String any(TypedExpression operand, java.util.function.UnaryOperator<String> test) {
    String text = expression(operand);
    return operand.type().isArray()
        ? "(len(list_filter(%s, lambda e: %s)) > 0)".formatted(text, test.apply("e"))
        : "(" + test.apply(text) + ")";
  }

  private static String negated(boolean negated, String text) {
    return negated ? "(NOT " + text + ")" : text;
  }

  private String joined(List<TypedExpression> operands, String operator) {
    return operands.stream().map(this::expression).collect(Collectors.joining(operator, "(", ")"));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
