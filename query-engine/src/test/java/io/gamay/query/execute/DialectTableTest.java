package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.AggregateName;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ValueConverter;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.testing.Row;
import io.gamay.query.testing.RowsSegment;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The tables of docs/sql.md are true: each row's query is run in both dialects over the table that
 * the document describes.
 */
class DialectTableTest {

  private static final int ROWS = 15;

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("i", DataType.INT),
              ColumnSpec.dimension("l", DataType.LONG),
              ColumnSpec.dimension("f", DataType.FLOAT),
              ColumnSpec.dimension("d", DataType.DOUBLE),
              ColumnSpec.dimension("m", DataType.BIG_DECIMAL),
              ColumnSpec.dimension("b", DataType.BOOLEAN),
              ColumnSpec.dimension("ts", DataType.TIMESTAMP),
              ColumnSpec.dimension("s", DataType.STRING),
              ColumnSpec.dimension("n", DataType.INT).withNullable(true)));

  private static final RowsSegment SEGMENT =
      new RowsSegment(
          "t__0__0__x",
          SCHEMA,
          IntStream.rangeClosed(1, ROWS).mapToObj(DialectTableTest::row).toList(),
          RowsSegment.Shape.SEALED);

  private static Row row(int number) {
    Map<String, List<Value>> values = new HashMap<>();
    values.put("i", List.of(new Value.IntValue(number)));
    values.put("l", List.of(new Value.LongValue((1L << 53) + number)));
    values.put("f", List.of(new Value.FloatValue(number / 10.0f)));
    values.put("d", List.of(new Value.DoubleValue(number / 2.0)));
    values.put("m", List.of(new Value.BigDecimalValue(BigDecimal.valueOf(number, 1))));
    values.put("b", List.of(new Value.IntValue(number % 2)));
    values.put("ts", List.of(new Value.LongValue(number * 86_400_000L)));
    values.put("s", List.of(new Value.StringValue(List.of("Ant", "bee", "Bug").get(number % 3))));
    if (number % 5 != 0) {
      values.put("n", List.of(new Value.IntValue(number)));
    }
    return new Row(0, number, values);
  }

  /** One row of a table of the document. */
  private record Documented(String id, String sql, String standard, String pinot) {}

  private static List<Documented> documented() throws IOException {
    var rows = new ArrayList<Documented>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "sql.md"))) {
      List<String> cells =
          Stream.of(line.split("\\|", -1)).map(String::strip).map(DialectTableTest::plain).toList();
      if (line.matches("\\| D\\d+ \\|.*")) {
        rows.add(new Documented(cells.get(1), cells.get(3), cells.get(4), cells.get(5)));
      } else if (line.matches("\\| S\\d+ \\|.*")) {
        rows.add(new Documented(cells.get(1), cells.get(3), cells.get(4), cells.get(4)));
      }
    }
    return rows;
  }

  private static String plain(String cell) {
    return cell.startsWith("`") && cell.endsWith("`") ? cell.substring(1, cell.length() - 1) : cell;
  }

  @TestFactory
  List<DynamicTest> everyRowOfTheDocumentsTablesIsTrue() throws IOException {
    return documented().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.id() + " " + row.sql(),
                    () -> {
                      requireAnswer(row, Dialect.STANDARD, row.standard());
                      requireAnswer(row, Dialect.PINOT, row.pinot());
                    }))
        .toList();
  }

  @Test
  void theDocumentHasRowsAndNoIdTwice() throws IOException {
    List<Documented> rows = documented();

    assertThat(rows).hasSizeGreaterThan(40);
    assertThat(rows.stream().map(Documented::id)).doesNotHaveDuplicates();
    for (Documented row : rows) {
      assertThat(row.standard().equals(row.pinot()))
          .as(row.id())
          .isEqualTo(row.id().startsWith("S"));
    }
  }

  /** A row of the table of what aggregations give where there is no row. */
  private record Empty(String call, String standard, String pinot, String pinotWithNulls) {

    AggregateName name() {
      String written = call.substring(0, call.indexOf('(')).replace("_", "");
      return Stream.of(AggregateName.values())
          .filter(name -> name.canonical().equals(written))
          .findFirst()
          .orElseThrow();
    }
  }

  private static List<Empty> empties() throws IOException {
    var rows = new ArrayList<Empty>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "sql.md"))) {
      List<String> cells =
          Stream.of(line.split("\\|", -1)).map(String::strip).map(DialectTableTest::plain).toList();
      if (line.matches("\\| E\\d+ \\|.*")) {
        rows.add(new Empty(cells.get(2), cells.get(3), cells.get(4), cells.get(5)));
      }
    }
    return rows;
  }

  @TestFactory
  List<DynamicTest> everyAggregationOfNoRowGivesWhatTheDocumentSays() throws IOException {
    return empties().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.call(),
                    () -> {
                      requireEmpty(row.call(), Dialect.STANDARD, false, row.standard());
                      requireEmpty(row.call(), Dialect.STANDARD, true, row.standard());
                      requireEmpty(row.call(), Dialect.PINOT, false, row.pinot());
                      requireEmpty(row.call(), Dialect.PINOT, true, row.pinotWithNulls());
                    }))
        .toList();
  }

  @Test
  void everyAggregationIsInTheTableOfNoRowsOnce() throws IOException {
    assertThat(empties().stream().map(Empty::name))
        .containsExactlyInAnyOrder(AggregateName.values());
  }

  private static void requireEmpty(
      String call, Dialect dialect, boolean isNullHandling, String expected) {
    String actual = empty(call, dialect, isNullHandling);
    if (expected.endsWith("...")) {
      assertThat(actual).startsWith(expected.substring(0, expected.length() - 3));
    } else {
      assertThat(actual).as("%s %s", dialect, isNullHandling).isEqualTo(expected);
    }
  }

  /** The type and the value of an aggregation over no row. */
  static String empty(String call, Dialect dialect, boolean isNullHandling) {
    String sql =
        "SET enableNullHandling = %s; SELECT %s AS x FROM t WHERE i > 99"
            .formatted(isNullHandling, call);
    return answer(sql, dialect).substring(2);
  }

  private static void requireAnswer(Documented row, Dialect dialect, String expected) {
    String actual = answer(row.sql(), dialect);
    if (expected.startsWith("error: ")) {
      assertThat(actual).as("%s %s", row.id(), dialect).startsWith(expected);
    } else {
      assertThat(actual).as("%s %s", row.id(), dialect).isEqualTo(expected);
    }
  }

  /** Columns and types, then the rows; or the error. */
  private static String answer(String sql, Dialect dialect) {
    try {
      QueryPlan plan =
          new QueryPlanner()
              .plan(
                  new SqlParser().parse(sql),
                  SCHEMA,
                  Map.of(),
                  new QueryPlanner.Context(
                      InstantSource.fixed(Instant.EPOCH), dialect, Duration.ofSeconds(10), 1_000));
      return text(
          ResultBuilder.build(
              plan,
              Optional.of(
                  new QueryExecution()
                      .execute(
                          plan.server(),
                          List.of(SEGMENT),
                          QueryBudget.unlimited(),
                          new StatisticsCollector()))));
    } catch (QueryException e) {
      return "error: " + e.getMessage();
    }
  }

  private static String text(ResultTable table) {
    String header =
        IntStream.range(0, table.columnNames().size())
            .mapToObj(
                column ->
                    table.columnNames().get(column)
                        + " "
                        + table.columnTypes().get(column).displayName())
            .collect(Collectors.joining(", "));
    if (table.rows().isEmpty() || table.rows().size() > 4) {
      return header + ": " + table.rows().size() + " rows";
    }
    return table.rows().stream()
        .map(row -> row(row, table.columnTypes()))
        .collect(Collectors.joining(" / ", header + ": ", ""));
  }

  private static String row(List<Cell> cells, List<ResultType> types) {
    return IntStream.range(0, cells.size())
        .mapToObj(
            column ->
                switch (cells.get(column)) {
                  case Cell.Single(Value value) ->
                      ValueConverter.text(value, types.get(column).element());
                  case Cell.Many(List<Value> values) ->
                      values.stream()
                          .map(value -> ValueConverter.text(value, types.get(column).element()))
                          .toList()
                          .toString();
                  case Cell.Null _ -> "null";
                })
        .collect(Collectors.joining(", "));
  }
}
