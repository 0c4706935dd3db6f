package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gamay.query.error.QueryException;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.sql.Query;
import io.gamay.query.sql.RandomQueries;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QueryPlannerPropertyTest {

  private static final List<String> COLUMNS =
      List.of("a", "timestamp", "count", "date", "payload.size", "group", "a b", "SELECT", "e0");

  private final QueryPlanner planner = new QueryPlanner();

  @Test
  void anyQueryIsPlannedOrRefusedWithAReason() {
    int planned = 0;
    for (long seed = 0; seed < 5_000; seed++) {
      var random = new SplittableRandom(seed);
      Query query = RandomQueries.query(random);
      try {
        QueryPlan plan = planner.plan(query, schema(random), Map.of(), context(random));
        checkReferences(seed, plan);
        planned++;
      } catch (QueryException e) {
        assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
      } catch (RuntimeException e) {
        fail("seed %d: %s".formatted(seed, query), e);
      }
    }
    assertThat(planned).isGreaterThan(50);
  }

  /** References of the broker's part point at what the servers return. */
  private static void checkReferences(long seed, QueryPlan plan) {
    int keys =
        switch (plan.server().work()) {
          case ServerWork.Select select -> select.columns().size();
          case ServerWork.Aggregate _ -> 0;
          case ServerWork.GroupBy groupBy -> groupBy.keys().size();
        };
    String output =
        plan.output().columns().stream()
            .map(column -> PlanPrinter.print(column.expression()))
            .toList()
            .toString();
    for (int index = keys; index < keys + 5; index++) {
      assertThat(output).as("seed %d", seed).doesNotContain("key" + index + ":");
    }
    assertThat(plan.server().filter().map(PlanPrinter::print).orElse(""))
        .as("seed %d", seed)
        .doesNotContain("key0:")
        .doesNotContain("agg0:");
  }

  @Test
  void theHighestTreesArePlanned() {
    String sum = "a" + " + 1".repeat(290);
    String nested = "-(".repeat(140) + "a" + ")".repeat(140);
    for (String expression : List.of(sum, nested)) {
      Query query =
          new SqlParser()
              .parse(
                  "SELECT %s, SUM(%s) FROM t WHERE %s > 1 GROUP BY %s HAVING %s > 2 ORDER BY %s"
                      .formatted(
                          expression, expression, expression, expression, expression, expression));
      var schema = new TableSchema("t", 1, List.of(ColumnSpec.dimension("a", DataType.INT)));

      assertThat(
              planner
                  .plan(query, schema, Map.of(), context(new SplittableRandom(0)))
                  .output()
                  .columns())
          .hasSize(2);
    }
  }

  private static QueryPlanner.Context context(SplittableRandom random) {
    return new QueryPlanner.Context(
        InstantSource.fixed(Instant.EPOCH),
        random.nextBoolean() ? Dialect.STANDARD : Dialect.PINOT,
        Duration.ofSeconds(10),
        1000);
  }

  /** BOOLEAN mostly, so that a fair part of the queries makes sense. */
  private static TableSchema schema(SplittableRandom random) {
    var columns = new ArrayList<ColumnSpec>();
    for (String name : COLUMNS) {
      List<DataType> types = List.of(DataType.values());
      DataType type =
          random.nextInt(3) > 0 ? DataType.BOOLEAN : types.get(random.nextInt(types.size()));
      ColumnSpec column = ColumnSpec.dimension(name, type).withNullable(random.nextBoolean());
      columns.add(random.nextInt(6) == 0 ? column.asMultiValue() : column);
    }
    return new TableSchema("t", 1, columns);
  }
}
