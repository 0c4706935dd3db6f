package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.QueryPlanner.Context;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.structure.DictionaryStructures;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.testing.SqlDatabase;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The same text through parser, planner and execution, and through DuckDB. */
class SqlTextDifferentialTest {

  /** Values are numbered across segments from the first on, and forgotten now and then. */
  private static final QueryExecution EXECUTION =
      new QueryExecution(new SegmentExecutor(new DictionaryStructures(1 << 16, 1)));

  private static final Context CONTEXT =
      new Context(
          InstantSource.fixed(Instant.EPOCH), Dialect.STANDARD, Duration.ofSeconds(10), 100_000);

  private static final List<String> CONDITIONS =
      List.of(
          "c_int > {i}",
          "c_int > 1.5",
          "c_int BETWEEN {i} AND {i}",
          "c_int NOT BETWEEN -5 AND {i}",
          "c_long <= {i} * 1000003",
          "c_double < {i}",
          "c_double <> 12.5",
          "c_float >= {i} / 4.0",
          "c_int IN (1, 2, {i}, {i})",
          "c_int NOT IN (3, {i})",
          "c_string LIKE '%b%'",
          "c_string NOT LIKE 'B_r%'",
          "c_string IN ('a', 'Berlin', 'Zürich')",
          "c_string >= 'abc'",
          "c_boolean",
          "NOT c_boolean",
          "c_boolean = true",
          "c_string IS NULL",
          "c_double IS NOT NULL",
          "c_big_decimal > 2.5",
          "c_timestamp > 1700001000000",
          "CASE WHEN c_int > {i} THEN c_double > 0 ELSE c_boolean END",
          "CAST(c_int AS DOUBLE) > c_double",
          "c_boolean IS TRUE",
          "c_boolean IS NOT FALSE",
          "(c_int > {i}) IS NOT TRUE",
          "(c_double < 0 OR c_boolean) IS FALSE",
          "c_string IS NOT DISTINCT FROM 'a'",
          "c_int IS DISTINCT FROM {i}",
          "c_int IS DISTINCT FROM c_long",
          "c_double IS NOT DISTINCT FROM NULL",
          "(c_int < {i}) IS DISTINCT FROM c_boolean",
          "NOT (c_string IS DISTINCT FROM c_json)",
          "c_int < c_long",
          "LENGTH(c_string) > 3",
          "UPPER(c_string) LIKE 'B%'",
          "LOWER(c_string) = 'berlin'",
          "SUBSTRING(c_string, 2, 2) = 'er'",
          "REVERSE(c_string) >= 'm'",
          "STARTS_WITH(c_string, 'B')",
          "CONTAINS(c_string, 'e')",
          "REPLACE(c_string, 'a', 'bb') = 'bb'",
          "LEVENSHTEIN(c_string, 'Berlin') < 4",
          "ABS(c_int) < 10",
          "SIGN(c_int) = 1",
          "MOD(c_int, 7) = 3",
          "FLOOR(c_double) <= {i}",
          "CEIL(c_double) > {i}",
          "SQRT(ABS(c_int)) > 2",
          "COALESCE(c_int, 0) = {i}",
          "NULLIF(c_int, {i}) IS NULL",
          "POWER(c_int, 2) > 16",
          "BIT_COUNT(c_int) > 2");

  private static final List<String> VALUES =
      List.of(
          "COUNT(*)",
          "COUNT(c_string)",
          "SUM(c_long)",
          "SUM(c_double)",
          "AVG(c_double)",
          "MIN(c_string)",
          "MAX(c_int)",
          "MIN(c_big_decimal)",
          "SUM(c_big_decimal)",
          "COUNT(DISTINCT c_string)",
          "COUNT(DISTINCT c_int)",
          "SUM(c_double) FILTER (WHERE {c})",
          "COUNT(*) FILTER (WHERE {c})",
          "MAX(CASE WHEN {c} THEN c_double END)",
          "SUM(c_double * 2 + 1)",
          "SUM(LENGTH(c_string))",
          "MAX(REVERSE(c_string))",
          "SUM(COALESCE(c_long, 1))",
          "MIN(ABS(c_int))",
          "COUNT(DISTINCT LOWER(c_string))");

  private static final List<String> KEYS =
      List.of(
          "c_string", "c_int", "c_boolean", "c_double", "c_timestamp", "c_big_decimal", "c_json");

  private static final List<String> GROUPINGS =
      List.of(
          "ROLLUP({k}, {o})",
          "CUBE({k}, {o})",
          "GROUPING SETS (({k}, {o}), ({o}), ())",
          "GROUPING SETS ({k}, ROLLUP({o}))",
          "ROLLUP(({k}, {o}))",
          "{k}, ROLLUP({o})",
          "GROUPING SETS (({k}), ({o}))");

  @Test
  void groupingSetsAnswerAsDuckDb() throws SQLException {
    AtomicInteger compared = new AtomicInteger();
    try (SqlDatabase duck = SqlDatabase.duckDb()) {
      int cases =
          Seeds.forEach(
              15,
              random -> {
                RandomTable table = RandomTable.of(random, true, 100);
                duck.load(table);
                for (int number = 0; number < 10; number++) {
                  compared.addAndGet(compare(duck, table, groupingSets(random)));
                }
              });
      assertThat(compared.get()).isGreaterThan(5 * cases);
    }
  }

  private static String groupingSets(SeededRandom random) {
    String key = random.oneOf(KEYS);
    String other = random.oneOf(KEYS.stream().filter(k -> !k.equals(key)).toList());
    String where = random.chance(0.7) ? " WHERE " + condition(random, 1) : "";
    String having = random.chance(0.3) ? " HAVING GROUPING({k}) = 1 OR COUNT(*) > 1" : "";
    String sql =
        "SELECT {k}, GROUPING({o}, {k}) AS g, {o}, "
            + values(random)
            + " FROM t"
            + where
            + " GROUP BY "
            + random.oneOf(GROUPINGS)
            + having
            + " ORDER BY GROUPING({k}, {o}), {k} NULLS FIRST, {o} NULLS LAST LIMIT "
            + random.between(0, 60);
    return sql.replace("{k}", key).replace("{o}", other);
  }

  @Test
  void textAnswersAsDuckDb() throws SQLException {
    AtomicInteger compared = new AtomicInteger();
    try (SqlDatabase duck = SqlDatabase.duckDb()) {
      int cases =
          Seeds.forEach(
              15,
              random -> {
                RandomTable table = RandomTable.of(random, true, 100);
                duck.load(table);
                for (int number = 0; number < 20; number++) {
                  compared.addAndGet(compare(duck, table, statement(random)));
                }
              });
      assertThat(compared.get()).isGreaterThan(10 * cases);
    }
  }

  private static String statement(SeededRandom random) {
    String where = random.chance(0.8) ? " WHERE " + condition(random, 2) : "";
    if (random.chance(0.3)) {
      return "SELECT " + values(random) + " FROM t" + where;
    }
    String key = random.oneOf(KEYS);
    String other = random.oneOf(KEYS.stream().filter(k -> !k.equals(key)).toList());
    String order =
        " ORDER BY %s %s NULLS %s, %s NULLS LAST LIMIT %d OFFSET %d"
            .formatted(
                key,
                random.chance(0.5) ? "ASC" : "DESC",
                random.chance(0.5) ? "FIRST" : "LAST",
                other,
                random.between(0, 40),
                random.between(0, 4));
    if (random.chance(0.3)) {
      return "SELECT DISTINCT %s, %s FROM t%s%s".formatted(key, other, where, order);
    }
    String having = random.chance(0.3) ? " HAVING COUNT(*) > " + random.between(0, 3) : "";
    if (random.chance(0.15)) {
      return "SELECT DISTINCT %s, COUNT(*) AS c FROM t%s GROUP BY %s, %s%s ORDER BY c, %s LIMIT 20"
          .formatted(key, where, key, other, having, key + " NULLS FIRST");
    }
    return "SELECT %s, %s, %s FROM t%s GROUP BY %s, %s%s%s"
        .formatted(key, other, values(random), where, key, other, having, order);
  }

  private static String values(SeededRandom random) {
    String values = random.oneOf(VALUES) + ", " + random.oneOf(VALUES) + " AS x";
    return values.replace("{c}", condition(random, 0));
  }

  private static String condition(SeededRandom random, int depth) {
    if (depth > 0 && random.chance(0.5)) {
      return switch (random.between(0, 2)) {
        case 0 -> "(" + condition(random, depth - 1) + " AND " + condition(random, depth - 1) + ")";
        case 1 -> "(" + condition(random, depth - 1) + " OR " + condition(random, depth - 1) + ")";
        default -> "NOT (" + condition(random, depth - 1) + ")";
      };
    }
    return random.oneOf(CONDITIONS).replace("{i}", Integer.toString(random.between(-20, 20)));
  }

  private static int compare(SqlDatabase duck, RandomTable table, String sql) {
    QueryPlan plan =
        new QueryPlanner().plan(new SqlParser().parse(sql), table.schema(), Map.of(), CONTEXT);
    List<List<Cell>> actual;
    try {
      PartialResult merged =
          EXECUTION.execute(
              plan.server(), table.segments(), QueryBudget.unlimited(), new StatisticsCollector());
      actual = ResultBuilder.build(plan, Optional.of(merged)).rows();
    } catch (QueryException e) {
      assertThat(e.code()).as(sql).isEqualTo(QueryErrorCode.QUERY_EXECUTION);
      return 0;
    }
    List<List<Cell>> expected;
    try {
      expected = duck.answer(sql, new RandomPlan(plan.server(), plan.output()));
    } catch (SQLException itsOwnReason) {
      return 0;
    }
    Answers.requireEqual(sql, expected, actual, 1e-9);
    return 1;
  }
}
