package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryException;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the parser library, left alone, reads as something else without an error: here it means what
 * was written, or is refused.
 */
class SqlMeaningTest {

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("a", DataType.INT),
              ColumnSpec.dimension("docId", DataType.INT),
              ColumnSpec.dimension("b", DataType.BOOLEAN).withNullable(true),
              ColumnSpec.dimension("l", DataType.LONG),
              ColumnSpec.dimension("ts", DataType.TIMESTAMP),
              ColumnSpec.dimension("s", DataType.STRING)));

  private static QueryPlan plan(String sql) {
    return new QueryPlanner()
        .plan(
            new SqlParser().parse(sql),
            SCHEMA,
            Map.of(),
            new QueryPlanner.Context(
                InstantSource.fixed(Instant.ofEpochMilli(1234)),
                Dialect.STANDARD,
                Duration.ofSeconds(10),
                100_000));
  }

  private static String meaning(String expression) {
    return PlanPrinter.print(
        ((ServerWork.Select) plan("SELECT " + expression + " FROM t").server().work())
            .columns()
            .getFirst());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        // the dollar sign stays, beside a column of the name without it
        "$docId ¦ $docId",
        "docId ¦ docId",
        "$docId + 1 ¦ (LONG($docId) + LONG:1):LONG",
        "ABS($docId) ¦ abs($docId):INT",
        "CASE WHEN $docId = docId THEN 1 END ¦ case when ($docId = docId) then INT:1 end:INT",
        // functions are not made into operators or other functions
        "REGEXP_LIKE(s, 'x') ¦ regexplike(s, STRING:x):BOOLEAN",
        "NOW() ¦ LONG:1234",
        "STRPOS(s, 'a', 1) ¦ strpos(s, STRING:a, INT:1):INT",
        // no casts come in
        "s || s ¦ concat(s, s):STRING",
        "s || 'x' || s ¦ concat(concat(s, STRING:x):STRING, s):STRING",
        "a % 2 ¦ (LONG(a) % LONG:2):LONG",
        "MOD(a, 2) ¦ (LONG(a) % LONG:2):LONG",
        "ADD(a, 1) ¦ (LONG(a) + LONG:1):LONG",
        "SUB(a, 1) ¦ (LONG(a) - LONG:1):LONG",
        "DIV(a, 2) ¦ (LONG(a) / LONG:2):LONG",
        "CAST(a AS STRING) ¦ STRING(a)",
        "CAST(s AS LONG) ¦ LONG(s)",
        // unknown is told from false, and truth from equality
        "b IS TRUE ¦ (b? and (b? is not null))",
        "b IS NOT TRUE ¦ not((b? and (b? is not null)))",
        "b = TRUE ¦ (b? = BOOLEAN:true)",
        // literals keep their kind
        "5 ¦ INT:5",
        "1.5 ¦ DOUBLE:1.5",
        "1e3 ¦ DOUBLE:1000.0",
        "9223372036854775808 ¦ BIG_DECIMAL:9223372036854775808",
        "X'0a' ¦ BYTES:0a",
        "'it''s' ¦ STRING:it's",
        "a -1 ¦ (LONG(a) - LONG:1):LONG",
        "a - -1 ¦ (LONG(a) - LONG:-1):LONG",
        "NOT a BETWEEN 1 AND 2 ¦ not(((a >= INT:1) and (a <= INT:2)))",
      })
  void expressionsMeanWhatIsWritten(String expression, String meaning) {
    assertThat(meaning(expression)).isEqualTo(meaning);
  }

  @Test
  void virtualColumnsKeepTheirDollarSignInEveryClause() {
    QueryPlan plan =
        plan(
            "SELECT $docId, COUNT(*) FROM t WHERE $offset > 5 GROUP BY $docId"
                + " HAVING $docId > 1 ORDER BY $docId");

    assertThat(PlanPrinter.print(plan))
        .isEqualTo(
            "where ($offset > LONG:5) group [$docId] aggregate [COUNT(*):LONG] "
                + "-> [$docId=key0:INT, count(*)=agg0:LONG] "
                + "having (key0:INT > INT:1) order [key0:INT]");
  }

  @Test
  void booleanFunctionsAreConditionsAsTheyAre() {
    assertThat(
            plan("SELECT a FROM t WHERE REGEXP_LIKE(s, 'x') AND NOT STARTSWITH(s, 'y') = false")
                .server()
                .filter()
                .map(PlanPrinter::print))
        .hasValue(
            "(regexplike(s, STRING:x):BOOLEAN and"
                + " not((startswith(s, STRING:y):BOOLEAN = BOOLEAN:false)))");
  }

  @Test
  void yearIsTheFunctionAndExtractIsTheSame() {
    assertThat(meaning("EXTRACT(YEAR FROM ts)")).isEqualTo(meaning("EXTRACT('YEAR' FROM ts)"));
    assertThat(meaning("YEAR(ts)")).startsWith("year(ts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      value = {
        "SELECT a FROM t UNION SELECT l FROM t ¦ UNION",
        "SELECT a FROM t WHERE a = 1 INTERSECT SELECT l FROM t ¦ INTERSECT",
        "SELECT a FROM t GROUP BY a EXCEPT SELECT l FROM t ¦ EXCEPT",
        "SELECT SUM(a) OVER (ORDER BY l) FROM t ¦ window functions",
        "SELECT a FROM t WHERE (a, l) IN ((1, 2)) ¦ row values",
        "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM t) ¦ sub-queries",
        "SELECT a FROM t WHERE a IN (SELECT 1 FROM t) ¦ sub-queries",
        "SELECT ABS(a) FILTER (WHERE b) FROM t ¦ need an aggregation",
        "SELECT ABS(DISTINCT a) FROM t ¦ need an aggregation",
      })
  void whatWouldLoseAPartIsRefused(String sql, String message) {
    assertThatThrownBy(() -> plan(sql))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining(message);
  }
}
