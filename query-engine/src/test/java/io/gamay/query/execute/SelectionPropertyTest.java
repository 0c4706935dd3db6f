package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.testing.IndexedSegments;
import io.gamay.query.testing.Plans;
import io.gamay.query.testing.Row;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first rows by an order are those with which all rows in that order begin, however rows are
 * left out and in whatever order they are looked at.
 */
class SelectionPropertyTest {

  private static final int TABLES = 30;
  private static final int PLANS = 25;

  /** More than {@link Selection} calls few: with this limit it looks at all rows and all keys. */
  private static final int ALL_ROWS = 10_000;

  @TempDir private Path folder;
  private long leftOut;

  @Test
  void theFirstRowsAreThoseOfAllRowsInOrder() {
    Seeds.forEach(TABLES, this::checkTable);
    if (Long.getLong(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(leftOut).as("plans that left zones out").isPositive();
    }
  }

  private void checkTable(SeededRandom random) throws IOException {
    TableSchema schema = schema(random);
    List<Row> rows = rows(schema, random.oneOf(List.of(1, 2, 1024, 1025, 5000, 9000)), random);
    Set<String> raw = new HashSet<>();
    schema.columns().stream()
        .filter(_ -> random.chance(0.5))
        .forEach(column -> raw.add(column.name()));
    IndexDecisions indexes =
        new IndexDecisions(Set.of("country"), Set.of("ts", "amount"), Map.of())
            .fitting(schema.columns(), raw);
    try (IndexedSegments segments =
        IndexedSegments.of(random, schema, rows, raw, indexes, indexes, folder)) {
      for (int plan = 0; plan < PLANS; plan++) {
        Optional<TypedExpression> filter =
            random.chance(0.4) ? Optional.empty() : Optional.of(filter(schema, rows, random));
        List<SortKey> order = order(schema, random);
        int limit = random.oneOf(List.of(1, 2, 10, 100, 4096));
        segments.byName().forEach((name, segment) -> check(name, segment, filter, order, limit));
      }
    }
  }

  private void check(
      String name,
      SegmentReader segment,
      Optional<TypedExpression> filter,
      List<SortKey> order,
      int limit) {
    StatisticsCollector all = new StatisticsCollector();
    StatisticsCollector first = new StatisticsCollector();
    int[] expected = select(segment, filter, order, ALL_ROWS, all);
    int[] found = select(segment, filter, order, limit, first);
    assertThat(found)
        .as("%s, %s, %s, %d", name, filter, order, limit)
        .isEqualTo(Arrays.copyOf(expected, Math.min(limit, expected.length)));
    leftOut += first.total().docsScanned() < all.total().docsScanned() ? 1 : 0;
  }

  private static int[] select(
      SegmentReader segment,
      Optional<TypedExpression> filter,
      List<SortKey> order,
      int limit,
      StatisticsCollector statistics) {
    ServerWork work =
        new ServerWork.Select(List.of(new VirtualColumn(VirtualColumnKind.DOC_ID)), order, limit);
    SelectedRows rows =
        (SelectedRows)
            new SegmentExecutor()
                .execute(
                    new ServerPlan("t", 1, filter, work),
                    segment,
                    QueryBudget.unlimited(),
                    statistics);
    return Arrays.copyOf(rows.columns().getFirst().ints(), rows.rowCount());
  }

  private static TypedExpression filter(TableSchema schema, List<Row> rows, SeededRandom random) {
    if (random.chance(0.3)) {
      return new Or(List.of(condition(schema, rows, random), condition(schema, rows, random)));
    }
    if (random.chance(0.2)) {
      return new Comparison(
          random.oneOf(List.of(ComparisonOperator.LESS, ComparisonOperator.GREATER)),
          new VirtualColumn(VirtualColumnKind.OFFSET),
          Plans.constant(random.oneOf(rows).offset()));
    }
    return condition(schema, rows, random);
  }

  private static TypedExpression condition(
      TableSchema schema, List<Row> rows, SeededRandom random) {
    ColumnSpec column = random.oneOf(schema.columns());
    List<Value> held = random.oneOf(rows).values().get(column.name());
    Value bound = held == null ? column.defaultValue() : held.getFirst();
    return new Comparison(
        random.oneOf(List.of(ComparisonOperator.values())),
        Plans.reference(column),
        new Constant(Optional.of(bound), ResultType.of(column.type())));
  }

  private static List<SortKey> order(TableSchema schema, SeededRandom random) {
    List<SortKey> order = new ArrayList<>();
    do {
      ColumnSpec column = random.oneOf(schema.columns());
      TypedExpression key = Plans.reference(column);
      if (column.type() == DataType.INT && random.chance(0.3)) {
        key = new Convert(key, DataType.LONG);
      }
      order.add(new SortKey(key, random.chance(0.5), random.chance(0.5)));
    } while (random.chance(0.5));
    return order;
  }

  private static TableSchema schema(SeededRandom random) {
    List<ColumnSpec> columns = new ArrayList<>();
    columns.add(ColumnSpec.dimension("ts", DataType.LONG));
    columns.add(ColumnSpec.dimension("falling", DataType.INT));
    columns.add(ColumnSpec.dimension("country", DataType.STRING));
    columns.add(ColumnSpec.dimension("text", DataType.STRING));
    columns.add(ColumnSpec.dimension("amount", DataType.DOUBLE));
    columns.add(ColumnSpec.dimension("rate", DataType.FLOAT));
    columns.add(ColumnSpec.dimension("price", DataType.BIG_DECIMAL));
    columns.replaceAll(spec -> spec.withNullable(random.chance(0.4)));
    return new TableSchema("t", 1, columns);
  }

  private static List<Row> rows(TableSchema schema, int count, SeededRandom random) {
    double missing = random.chance(0.5) ? 0 : 0.1;
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      Map<String, List<Value>> values = new HashMap<>();
      for (ColumnSpec column : schema.columns()) {
        if (!random.chance(missing)) {
          values.put(column.name(), List.of(value(column.name(), row, random)));
        }
      }
      rows.add(new Row(0, 100 + 2L * row, values));
    }
    return rows;
  }

  private static Value value(String column, int row, SeededRandom random) {
    return switch (column) {
      case "ts" ->
          new Value.LongValue(
              random.chance(0.001)
                  ? random.oneOf(List.of(Long.MIN_VALUE, Long.MAX_VALUE))
                  : 1_700_000_000_000L + row * 40L + random.between(0, 500));
      case "falling" -> new Value.IntValue(-row / 7);
      case "country" -> new Value.StringValue("c" + random.between(0, 5));
      case "text" -> new Value.StringValue("abcdefgh".substring(random.between(0, 8)) + row % 50);
      case "amount" ->
          new Value.DoubleValue(
              random.chance(0.1) ? random.anyDouble() : random.between(-500, 500) / 4.0);
      case "rate" ->
          new Value.FloatValue(
              random.chance(0.1) ? random.anyFloat() : random.between(-50, 50) / 4.0f);
      case "price" ->
          new Value.BigDecimalValue(BigDecimal.valueOf(random.between(-300, 300) * 10L, 2));
      default -> throw new IllegalArgumentException(column);
    };
  }
}
