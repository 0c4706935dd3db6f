package io.gamay.query.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlParserTest {

  private final SqlParser parser = new SqlParser();

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        // names keep their spelling, and no built-in of the library takes them
        "$docId ¦ $docId",
        "t.$docId ¦ t.$docId",
        "\"$docId\" ¦ \"$docId\"",
        "f($offset) ¦ f($offset)",
        "timestamp ¦ timestamp",
        "date ¦ date",
        "count ¦ count",
        "value ¦ value",
        "type ¦ type",
        "year ¦ year",
        "\"group\" ¦ \"group\"",
        "\"a\"\"b\" ¦ \"a\"\"b\"",
        "payload.size ¦ payload.size",
        "payload.order ¦ payload.order",
        "current_timestamp ¦ current_timestamp",
        "rownum ¦ rownum",
        "user ¦ user",
        "interval ¦ interval",
        "offset ¦ offset",
        "left ¦ left",
        "straße ¦ straße",
        // calls stay the calls that were written
        "REGEXP_LIKE(a, 'x') ¦ REGEXP_LIKE(a, 'x')",
        "NOW() ¦ NOW()",
        "now() ¦ now()",
        "YEAR(x) ¦ YEAR(x)",
        "MOD(a, 2) ¦ MOD(a, 2)",
        "ADD(a, b) ¦ ADD(a, b)",
        "SUB(a, b) ¦ SUB(a, b)",
        "DIV(a, b) ¦ DIV(a, b)",
        "MODE(a) ¦ MODE(a)",
        "STRPOS(a, 'b', 1) ¦ STRPOS(a, 'b', 1)",
        "DATEDIFF('DAY', a, b) ¦ DATEDIFF('DAY', a, b)",
        "ARRAY_AGG(a, 'INT') ¦ ARRAY_AGG(a, 'INT')",
        "ST_POINT(a, b) ¦ ST_POINT(a, b)",
        "COALESCE(a, b) ¦ COALESCE(a, b)",
        "IF(a, b, c) ¦ IF(a, b, c)",
        "\"count\"(a) ¦ count(a)",
        "LEFT(a, 2) ¦ LEFT(a, 2)",
        "count(*) ¦ count(*)",
        "COUNT(DISTINCT a) ¦ COUNT(DISTINCT a)",
        "SUM(a) FILTER (WHERE b > 1) ¦ SUM(a) FILTER (WHERE (b > 1))",
        "COUNT(*) FILTER(WHERE b) ¦ COUNT(*) FILTER (WHERE b)",
        // binds closer than comparisons; beside other operators in parentheses only
        "a AT TIME ZONE 'UTC' ¦ at_time_zone(a, 'UTC')",
        "a at time zone 'it''s' ¦ at_time_zone(a, 'it''s')",
        "f(a) AT TIME ZONE 'UTC' = b ¦ (at_time_zone(f(a), 'UTC') = b)",
        "b < a AT TIME ZONE 'UTC' ¦ (b < at_time_zone(a, 'UTC'))",
        "(a + b) AT TIME ZONE 'UTC' ¦ at_time_zone((a + b), 'UTC')",
        "a + (b AT TIME ZONE 'UTC') ¦ (a + at_time_zone(b, 'UTC'))",
        "(a AT TIME ZONE 'UTC') + b ¦ (at_time_zone(a, 'UTC') + b)",
        "a + b = c AT TIME ZONE 'UTC' ¦ ((a + b) = at_time_zone(c, 'UTC'))",
        "a AT TIME ZONE 'UTC' IS NULL ¦ (at_time_zone(a, 'UTC') IS NULL)",
        "a AT TIME ZONE 'UTC' BETWEEN b AT TIME ZONE 'UTC' AND c ¦ (at_time_zone(a, 'UTC') BETWEEN"
            + " at_time_zone(b, 'UTC') AND c)",
        "f(a AND b, c = d) ¦ f((a AND b), (c = d))",
        // literals keep kind and value
        "5 ¦ 5",
        "-5 ¦ -5",
        "- -5 ¦ 5",
        "- 5 ¦ -5",
        "9223372036854775807 ¦ 9223372036854775807",
        "-9223372036854775808 ¦ -9223372036854775808",
        "9223372036854775808 ¦ 9223372036854775808",
        "-9223372036854775809 ¦ -9223372036854775809",
        "-(-9223372036854775808) ¦ 9223372036854775808",
        "1.50 ¦ 1.50",
        ".5 ¦ 0.5",
        "1e3 ¦ 1000.0E0",
        "-1.5E-3 ¦ -0.0015E0",
        "'it''s' ¦ 'it''s'",
        "'a\\b' ¦ 'a\\b'",
        "'?:x{d}--/*' ¦ '?:x{d}--/*'",
        "'' ¦ ''",
        "X'0aFF' ¦ X'0aff'",
        "x'' ¦ X''",
        "TRUE ¦ TRUE",
        "false ¦ FALSE",
        "NULL ¦ NULL",
        "TIMESTAMP '2026-01-31 00:00:00' ¦ CAST('2026-01-31 00:00:00' AS TIMESTAMP)",
        "CAST(a AS STRING) ¦ CAST(a AS STRING)",
        "CAST(a AS VARCHAR) ¦ CAST(a AS STRING)",
        "CAST(a AS BIGINT) ¦ CAST(a AS LONG)",
        "CAST(a AS DECIMAL) ¦ CAST(a AS BIG_DECIMAL)",
        "CAST(a AS NUMERIC) ¦ CAST(a AS BIG_DECIMAL)",
        "CAST(a AS INTEGER) ¦ CAST(a AS INT)",
        "CAST(a AS REAL) ¦ CAST(a AS FLOAT)",
        "CAST(a AS DOUBLE PRECISION) ¦ CAST(a AS DOUBLE)",
        "CAST(a AS CHAR) ¦ CAST(a AS STRING)",
        "CAST(a AS VARBINARY) ¦ CAST(a AS BYTES)",
        "CAST(a AS json) ¦ CAST(a AS JSON)",
        "CAST(a AS VARCHAR(10)) ¦ CAST(a AS STRING(10))",
        "CAST(a AS DECIMAL(10, 2)) ¦ CAST(a AS BIG_DECIMAL(10, 2))",
        "CAST(a AS NUMERIC(5)) ¦ CAST(a AS BIG_DECIMAL(5))",
        "TIMESTAMP '2026-01-31 12:34:56.789' ¦ CAST('2026-01-31 12:34:56.789' AS TIMESTAMP)",
        "timestamp '2026-01-31T12:34:56Z' ¦ CAST('2026-01-31T12:34:56Z' AS TIMESTAMP)",
        "DATE '2026-01-31' ¦ CAST('2026-01-31' AS TIMESTAMP)",
        "EXTRACT(YEAR FROM ts) ¦ extract('YEAR', ts)",
        "extract(day from a + b) ¦ extract('DAY', (a + b))",
        "EXTRACT('year' FROM ts) ¦ extract('YEAR', ts)",
        "EXTRACT(a, b) ¦ EXTRACT(a, b)",
        "TIMESTAMPADD(DAY, 1, ts) ¦ TIMESTAMPADD('DAY', 1, ts)",
        "DATE_DIFF(month, a, b) ¦ DATE_DIFF('month', a, b)",
        "DATEADD(day + 1, b) ¦ DATEADD((day + 1), b)",
        "TRUNC(day, 1) ¦ TRUNC(day, 1)",
        "ARRAY[1, 2 + a, 'x'] ¦ array(1, (2 + a), 'x')",
        "ARRAY[] ¦ array()",
        "cosineDistance(v, ARRAY[0.5, 1]) ¦ cosineDistance(v, array(0.5, 1))",
        "array ¦ array",
        "interval + date ¦ (interval + date)",
        // ||
        "a || b ¦ concat(a, b)",
        "a || '-' || b ¦ concat(concat(a, '-'), b)",
        "a || b = c ¦ (concat(a, b) = c)",
        "a || b + c ¦ concat(a, (b + c))",
        "a || b LIKE 'x' || 'y' ESCAPE '!' ¦ (concat(a, b) LIKE concat('x', 'y') ESCAPE '!')",
        "a || b IN ('x') ¦ (concat(a, b) IN ('x'))",
        "a BETWEEN b || 'a' AND c ¦ (a BETWEEN concat(b, 'a') AND c)",
        // tests of truth
        "a IS TRUE ¦ (a IS TRUE)",
        "a IS NOT TRUE ¦ (a IS NOT TRUE)",
        "a IS FALSE AND b ¦ ((a IS FALSE) AND b)",
        "a IS NOT FALSE ¦ (a IS NOT FALSE)",
        "a IS UNKNOWN ¦ (a IS UNKNOWN)",
        "a IS NOT UNKNOWN ¦ (a IS NOT UNKNOWN)",
        "NOT a IS TRUE ¦ (NOT (a IS TRUE))",
        "(a = 1) IS TRUE ¦ ((a = 1) IS TRUE)",
        "(a OR b) IS NOT TRUE ¦ ((a OR b) IS NOT TRUE)",
        "f(a) IS FALSE ¦ (f(a) IS FALSE)",
        "(a IS TRUE) IS FALSE ¦ ((a IS TRUE) IS FALSE)",
        "a = TRUE ¦ (a = TRUE)",
        "f(a) = false ¦ (f(a) = FALSE)",
        "a IS DISTINCT FROM b ¦ (a IS DISTINCT FROM b)",
        "a IS NOT DISTINCT FROM b + 1 ¦ (a IS NOT DISTINCT FROM (b + 1))",
        "a IS DISTINCT FROM TRUE ¦ (a IS DISTINCT FROM TRUE)",
        "a + 1 IS DISTINCT FROM NULL OR b ¦ (((a + 1) IS DISTINCT FROM NULL) OR b)",
        "NOT a IS DISTINCT FROM b AND c ¦ ((NOT (a IS DISTINCT FROM b)) AND c)",
        // how operators bind
        "a%2 ¦ (a % 2)",
        "a + b * c ¦ (a + (b * c))",
        "a - b - c ¦ ((a - b) - c)",
        "a - (b - c) ¦ (a - (b - c))",
        "a * b % c / d ¦ (((a * b) % c) / d)",
        "-a * b ¦ ((- a) * b)",
        "-(a + b) ¦ (- (a + b))",
        "+a ¦ a",
        "a - -b ¦ (a - (- b))",
        "a -1 ¦ (a - 1)",
        "a * -1 ¦ (a * -1)",
        "a = 1 AND b = 2 OR c = 3 ¦ (((a = 1) AND (b = 2)) OR (c = 3))",
        "a = 1 OR b = 2 AND c = 3 ¦ ((a = 1) OR ((b = 2) AND (c = 3)))",
        "(a OR b) AND c ¦ ((a OR b) AND c)",
        "a AND (b AND c) ¦ (a AND (b AND c))",
        "NOT a = 1 AND b ¦ ((NOT (a = 1)) AND b)",
        "NOT NOT a ¦ (NOT (NOT a))",
        "NOT (a OR b) ¦ (NOT (a OR b))",
        "a AND NOT b ¦ (a AND (NOT b))",
        "a <> 1 ¦ (a <> 1)",
        "a != 1 ¦ (a <> 1)",
        "a + 1 >= b * 2 ¦ ((a + 1) >= (b * 2))",
        "(a = b) = c ¦ ((a = b) = c)",
        "a IN (1, 'x', b + 1) ¦ (a IN (1, 'x', (b + 1)))",
        "a NOT IN (1) ¦ (a NOT IN (1))",
        "NOT a IN (1) ¦ (NOT (a IN (1)))",
        "a + 1 IN (-2) ¦ ((a + 1) IN (-2))",
        "a BETWEEN 1 AND 2 AND b ¦ ((a BETWEEN 1 AND 2) AND b)",
        "a BETWEEN 1 + 1 AND 2 * 3 OR b ¦ ((a BETWEEN (1 + 1) AND (2 * 3)) OR b)",
        "a NOT BETWEEN 1 AND 2 ¦ (a NOT BETWEEN 1 AND 2)",
        "NOT a BETWEEN 1 AND 2 ¦ (a NOT BETWEEN 1 AND 2)",
        "a LIKE 'x%' ¦ (a LIKE 'x%')",
        "a NOT LIKE 'x' ESCAPE '!' ¦ (a NOT LIKE 'x' ESCAPE '!')",
        "a LIKE 'x' ESCAPE '''' ¦ (a LIKE 'x' ESCAPE '''')",
        "a LIKE 'x' ESCAPE '\\' ¦ (a LIKE 'x' ESCAPE '\\')",
        "a IS NULL OR b IS NOT NULL ¦ ((a IS NULL) OR (b IS NOT NULL))",
        "f(a) AND NOT g(b) ¦ (f(a) AND (NOT g(b)))",
        "CASE WHEN a THEN 1 WHEN b = 2 THEN c ELSE -1 END "
            + "¦ CASE WHEN a THEN 1 WHEN (b = 2) THEN c ELSE -1 END",
        "CASE a WHEN 1 THEN 'x' END ¦ CASE WHEN (a = 1) THEN 'x' END",
        "CASE WHEN CASE WHEN a THEN b END THEN c END + 1 "
            + "¦ (CASE WHEN CASE WHEN a THEN b END THEN c END + 1)",
        // comments and blanks
        "a /* b */ + -- c ¦ (a + d)",
      })
  void expressionMeansWhatWasWritten(String written, String meaning) {
    String text = written.endsWith("--c") || written.endsWith("-- c") ? written + "\n d" : written;

    Query selected = parser.parse("SELECT " + text + " FROM t");
    assertThat(SqlPrinter.print(selected.select().getFirst().expression())).isEqualTo(meaning);
    assertThat(selected.select()).hasSize(1);
    assertThat(selected.select().getFirst().alias()).isEmpty();

    Query argument = parser.parse("SELECT f(" + text + ") FROM t");
    assertThat(SqlPrinter.print(argument.select().getFirst().expression()))
        .isEqualTo("f(" + meaning + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = 1",
        "isPaid",
        "f(a)",
        "REGEXP_LIKE(a, 'x')",
        "TEXT_MATCH(a, 'x') AND JSON_MATCH(b, '\"$.a\"=1')",
        "CASE WHEN a THEN b END",
        "CAST(a AS BOOLEAN)",
        "$docId = 1",
        "TRUE",
        "NOT isPaid OR f(x)"
      })
  void conditionsStandInWhereHavingFilterAndCase(String condition) {
    Query query =
        parser.parse(
            "SELECT SUM(a) FILTER (WHERE %s), CASE WHEN %s THEN 1 END FROM t WHERE %s HAVING %s"
                .formatted(condition, condition, condition, condition));

    assertThat(query.having()).isEqualTo(query.where());
    assertThat(query.select().get(0).expression())
        .isEqualTo(
            new Expression.Call(
                "SUM", List.of(new Expression.Name("a", false)), false, query.where()));
    assertThat(query.select().get(1).expression())
        .isEqualTo(
            new Expression.Case(
                List.of(
                    new Expression.Branch(
                        query.where().orElseThrow(), new Expression.IntegerLiteral(1))),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "select * from t | SELECT * FROM \"t\"",
        "SELECT a, b x, c AS y, d \"z w\" FROM t "
            + "| SELECT a, b AS \"x\", c AS \"y\", d AS \"z w\" FROM \"t\"",
        "SELECT *, $offset FROM t | SELECT *, $offset FROM \"t\"",
        "SELECT DISTINCT a FROM t | SELECT DISTINCT a FROM \"t\"",
        "SELECT a count FROM t | SELECT a AS \"count\" FROM \"t\"",
        "SELECT a AS order FROM t | SELECT a AS \"order\" FROM \"t\"",
        "SELECT a = 1 AS x, NOT b y, c IN (1), d IS NULL z FROM t ORDER BY a = 1 DESC, b IS TRUE "
            + "| SELECT (a = 1) AS \"x\", (NOT b) AS \"y\", (c IN (1)), (d IS NULL) AS \"z\" FROM \"t\" "
            + "ORDER BY (a = 1) DESC, (b IS TRUE)",
        "SELECT a FROM db.t | SELECT a FROM \"db.t\"",
        "SELECT a FROM t_REALTIME | SELECT a FROM \"t_REALTIME\"",
        "SELECT a FROM \"my table\" | SELECT a FROM \"my table\"",
        "SELECT x.a, y.b FROM t AS x WHERE X.c = 1 | SELECT a, y.b FROM \"t\" WHERE (c = 1)",
        "SELECT x.a FROM t x ORDER BY f(x.b) | SELECT a FROM \"t\" ORDER BY f(b)",
        "SELECT a FROM t WHERE b GROUP BY a, 2 HAVING c > 1 ORDER BY a DESC, b NULLS FIRST, "
            + "c ASC NULLS LAST "
            + "| SELECT a FROM \"t\" WHERE b GROUP BY a, 2 HAVING (c > 1) ORDER BY a DESC, "
            + "b NULLS FIRST, c NULLS LAST",
        "SELECT a FROM t LIMIT 5 | SELECT a FROM \"t\" LIMIT 5",
        "SELECT a FROM t LIMIT 5, 7 | SELECT a FROM \"t\" LIMIT 7 OFFSET 5",
        "SELECT a FROM t LIMIT 5 OFFSET 7; | SELECT a FROM \"t\" LIMIT 5 OFFSET 7",
        "SELECT a FROM t OFFSET 7 | SELECT a FROM \"t\" OFFSET 7",
        "SELECT a FROM t LIMIT 0 | SELECT a FROM \"t\" LIMIT 0",
        "SELECT a FROM t ; ; | SELECT a FROM \"t\"",
        "EXPLAIN PLAN FOR SELECT a FROM t | EXPLAIN PLAN FOR SELECT a FROM \"t\"",
        "EXPLAIN SELECT a FROM t | EXPLAIN PLAN FOR SELECT a FROM \"t\"",
        "explain analyze select a FROM t | EXPLAIN ANALYZE SELECT a FROM \"t\"",
        "SELECT a FROM t GROUP BY (a), (b + 1) * 2 | SELECT a FROM \"t\" GROUP BY a, ((b + 1) * 2)",
        "SELECT a FROM t GROUP BY (a, b) | SELECT a FROM \"t\" GROUP BY a, b",
        "SELECT a FROM t GROUP BY () | SELECT a FROM \"t\" GROUP BY GROUPING SETS (())",
        "SELECT a FROM t GROUP BY ROLLUP(a, b) "
            + "| SELECT a FROM \"t\" GROUP BY GROUPING SETS ((a, b), (a), ())",
        "SELECT a FROM t GROUP BY ROLLUP((a, b), c) "
            + "| SELECT a FROM \"t\" GROUP BY GROUPING SETS ((a, b, c), (a, b), ())",
        "SELECT a FROM t GROUP BY CUBE(a, b) "
            + "| SELECT a FROM \"t\" GROUP BY GROUPING SETS ((a, b), (a), (b), ())",
        "SELECT a FROM t GROUP BY GROUPING SETS ((a, f(b)), a, (), ROLLUP(c)) "
            + "| SELECT a FROM \"t\" GROUP BY GROUPING SETS ((a, f(b)), (a), (), (c), ())",
        "SELECT a FROM t GROUP BY a, ROLLUP(b) "
            + "| SELECT a FROM \"t\" GROUP BY GROUPING SETS ((a, b), (a))",
        "SELECT a FROM t GROUP BY CUBE(a), GROUPING SETS (b, c) "
            + "| SELECT a FROM \"t\" GROUP BY GROUPING SETS ((a, b), (a, c), (b), (c))",
        "SELECT rollup FROM t GROUP BY rollup, cube "
            + "| SELECT rollup FROM \"t\" GROUP BY rollup, cube",
        "SET timeoutMs = 5; SET a='b';SELECT a FROM t "
            + "| SET \"a\" = 'b'; SET \"timeoutMs\" = '5'; SELECT a FROM \"t\"",
        "SET a = -1; set A = true; SELECT a FROM t | SET \"A\" = 'true'; SELECT a FROM \"t\"",
        "SET a = 1; EXPLAIN PLAN FOR SELECT a FROM t "
            + "| SET \"a\" = '1'; EXPLAIN PLAN FOR SELECT a FROM \"t\"",
        "SELECT a FROM t OPTION(timeoutMs=5, b='c') "
            + "| SET \"b\" = 'c'; SET \"timeoutMs\" = '5'; SELECT a FROM \"t\"",
        "SELECT a FROM t LIMIT 1 OPTION(a=1) OPTION(a=2) "
            + "| SET \"a\" = '2'; SELECT a FROM \"t\" LIMIT 1",
        "SELECT option FROM t | SELECT option FROM \"t\"",
        "SELECT a FROM t -- end | SELECT a FROM \"t\"",
        "/*+ hint */ SELECT a FROM t /* end */ | SELECT a FROM \"t\"",
      })
  void statementMeansWhatWasWritten(String written, String meaning) {
    Query query = parser.parse(written);

    assertThat(SqlPrinter.print(query)).isEqualTo(meaning);
    assertThat(parser.parse(meaning).select()).hasSameSizeAs(query.select());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "SELECT a FROM t UNION SELECT b FROM u ¦ UNION",
        "SELECT a FROM t WHERE b UNION ALL SELECT b FROM u ¦ UNION",
        "SELECT a FROM t LIMIT 1 INTERSECT SELECT b FROM u ¦ INTERSECT",
        "SELECT a FROM t EXCEPT SELECT b FROM u ¦ EXCEPT",
        "(SELECT a FROM t) ¦ parentheses around a query",
        "SELECT a FROM t JOIN u ON t.x = u.x ¦ JOIN",
        "SELECT a FROM t x LEFT OUTER JOIN u ON 1 = 1 ¦ JOIN",
        "SELECT a FROM t, u ¦ JOIN",
        "SELECT a FROM t CROSS JOIN u ¦ JOIN",
        "SELECT a FROM (SELECT b FROM t) ¦ sub-queries in FROM",
        "SELECT a FROM t WHERE a IN (SELECT b FROM u) ¦ sub-queries",
        "SELECT a FROM t WHERE EXISTS (SELECT b FROM u) ¦ sub-queries",
        "SELECT (SELECT 1 FROM u) FROM t ¦ sub-queries",
        "SELECT SUM(a) OVER (PARTITION BY b) FROM t ¦ window functions (OVER)",
        "SELECT RANK() OVER w FROM t ¦ window functions (OVER)",
        "WITH x AS (SELECT 1) SELECT a FROM x ¦ WITH",
        "SELECT a::INT FROM t ¦ the operator ::",
        "SELECT a[1] FROM t ¦ array and map access",
        "SELECT a FROM t FETCH FIRST 5 ROWS ONLY ¦ FETCH",
        "SELECT a FROM t WHERE (a, b) = (1, 2) ¦ row values",
        "SELECT a FROM t WHERE (a, b) IN ((1, 2)) ¦ row values",
        "SELECT a FROM t WHERE a ILIKE 'x' ¦ ILIKE",
        "SELECT a FROM t WHERE a NOT ILIKE 'x' ¦ ILIKE (write LOWER(x) LIKE 'pattern')",
        "SELECT ts + INTERVAL '1' DAY FROM t ¦ INTERVAL: add to a timestamp with DATEADD",
        "SELECT ts + INTERVAL 1 DAY FROM t ¦ INTERVAL",
        "SELECT TIME '12:00:00' FROM t ¦ TIME before a string",
        "SELECT OVERLAY(a FROM 2) FROM t ¦ OVERLAY(... FROM ...): write commas",
        "SELECT a FROM t WHERE a IS JSON ¦ IS JSON",
        "INSERT INTO t VALUES (1) ¦ INSERT",
        "DROP TABLE t ¦ DROP",
        "SELECT a FROM t; SELECT b FROM t ¦ several queries",
      })
  void whatIsNotBuiltIsRefusedByName(String sql, String construct) {
    assertThatThrownBy(() -> parser.parse(sql))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("not supported yet: " + construct)
        .hasMessageStartingWith("line 1, column ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "TRIM(BOTH 'x' FROM a) ¦ TRIM('BOTH', 'x', a)",
        "trim(leading FROM a) ¦ trim('LEADING', ' ', a)",
        "TRIM(TRAILING b || 'x' FROM TRIM(a)) ¦ TRIM('TRAILING', b || 'x', TRIM(a))",
        "TRIM('x' FROM a) ¦ TRIM('BOTH', 'x', a)",
        "TRIM(FROM a) ¦ TRIM('BOTH', ' ', a)",
        "TRIM(both) ¦ TRIM(both)",
        "TRIM(both FROM both) ¦ TRIM('BOTH', ' ', both)",
        "SUBSTRING(a FROM 2) ¦ SUBSTRING(a, 2)",
        "SUBSTRING(a FROM b + 1 FOR 3) ¦ SUBSTRING(a, b + 1, 3)",
        "SUBSTRING(a FOR 3) ¦ SUBSTRING(a, 1, 3)",
        "SUBSTRING(a, 2, 3) ¦ SUBSTRING(a, 2, 3)",
        "SUBSTRING(SUBSTRING(a FROM 2) FROM 3) ¦ SUBSTRING(SUBSTRING(a, 2), 3)",
        "POSITION('b' IN a) ¦ POSITION('b', a)",
        "POSITION(b IN (a)) ¦ POSITION(b, a)",
        "POSITION(b || 'c' IN a) + 1 ¦ POSITION(b || 'c', a) + 1",
        "POSITION((CASE WHEN b IN (1) THEN 'x' END) IN a) ¦ POSITION(CASE WHEN b IN (1) THEN 'x' END, a)",
        "POSITION('b', a) ¦ POSITION('b', a)",
      })
  void wordsBetweenArgumentsAreCommas(String written, String meaning) {
    assertThat(expression(written)).isEqualTo(expression(meaning));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRIM(BOTH 'x' FROM a, b)",
        "TRIM(UPPER 'x' FROM a)",
        "SUBSTRING(a FROM 2 FROM 3)",
        "SUBSTRING(a FOR 2 FROM 3)",
        "SUBSTRING(FROM 2)",
        "POSITION(IN a)",
        "POSITION('a' IN)",
        "POSITION('a' IN b IN c)",
        "a AT TIME ZONE",
        "a AT TIME ZONE b",
        "a AT TIME ZONE INTERVAL '1' HOUR",
        "a AT TIME ZONE ('UTC')",
        "a AT TIME 'UTC'",
        "a AT ZONE 'UTC'",
        "a AT LOCAL",
        "a AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin'",
        "a + b AT TIME ZONE 'UTC'",
        "a || b AT TIME ZONE 'UTC'",
        "- a AT TIME ZONE 'UTC'",
        "a AT TIME ZONE 'UTC' + 1",
        "a AT TIME ZONE 'UTC' || b",
      })
  void wordsInOtherPlacesAreRefused(String written) {
    assertThatThrownBy(() -> expression(written)).isInstanceOf(QueryException.class);
  }

  @Test
  void fromMayBeLeftOut() {
    for (String sql : List.of("SELECT 1 + 1", "SELECT 1 + 1;", "SELECT 1 + 1 LIMIT 5 OFFSET 0")) {
      Query query = new SqlParser().parse(sql);
      assertThat(query.table()).isEmpty();
      assertThat(query.select()).hasSize(1);
    }
    assertThatThrownBy(() -> new SqlParser().parse("SELECT 1 WHERE 1 = 1"))
        .hasMessageContaining("expected an operator, ',' or FROM");
  }

  private static Expression expression(String text) {
    return new SqlParser().parse("SELECT " + text + " FROM t").select().getFirst().expression();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT a, FROM t | line 1, column 11: unexpected 'FROM', expected a value",
        "SELECT FROM t | line 1, column 8: unexpected 'FROM', expected a value",
        "SELECT | line 1, column 7: unexpected end of query, expected a value",
        "SELEC a FROM t | line 1, column 1: unexpected 'SELEC', expected SELECT",
        "~~ | line 1, column 1: unexpected end of query, expected SELECT",
        "SELECT country COUNT(*) FROM t | line 1, column 16: unexpected 'COUNT', expected an operator, ',' or FROM before it",
        "SELECT COUNT(*) t.a FROM t | line 1, column 17: unexpected 't', expected an operator, ',' or FROM before it",
        "SELECT a FROM order | line 1, column 15: unexpected 'order', expected the name of a table (a table of that name is written in double quotes)",
        "SELECT a FROM t GROUP BY a b | line 1, column 28: unexpected 'b', expected an operator, ',', the next clause or the end of the query",
        "SELECT a FROM t ORDER BY a WHERE b | line 1, column 28: unexpected 'WHERE', expected each clause once, and WHERE before GROUP, HAVING, ORDER, LIMIT, OFFSET",
        "SELECT a FROM t LIMIT 1 LIMIT 2 | line 1, column 25: unexpected 'LIMIT', expected each clause once",
        "SELECT TIMESTAMP 'yesterday' FROM t | line 1, column 18: unexpected 'yesterday', expected a timestamp as 2026-01-31 12:34:56.789",
        "SELECT DATE '2026-02-30' FROM t | line 1, column 13: unexpected '2026-02-30', expected a day as 2026-01-31",
        "SELECT DATE '2026-01-31 10:00:00' FROM t | line 1, column 13: unexpected '2026-01-31 10:00:00', expected a day as 2026-01-31",
        "SELECT CAST(a AS VARCHAR(0)) FROM t | line 1, column 26: unexpected '0', expected a whole number from 1 to 1000000",
        "SELECT CAST(a AS DECIMAL(5, 6)) FROM t | line 1, column 29: unexpected '6', expected a scale that is not above the precision of 5",
        "SELECT CAST(a AS INT(5)) FROM t | line 1, column 21: unexpected '(', expected ')', as INT has no size",
        "SELECT CAST(a INT) FROM t | line 1, column 15: unexpected 'INT', expected an operator or AS",
        "SELECT ARRAY[1 2] FROM t | line 1, column 16: unexpected '2', expected an operator, ',' or ']'",
        "SELECT ARRAY[1, FROM t | line 1, column 17: unexpected 'FROM', expected a value",
        "SELECT a FROM t WHERE a = b IS TRUE | line 1, column 29: 'IS': unexpected here, expected parentheses around the comparison before it",
        "SELECT a FROM t WHERE a IS DISTINCT b | line 1, column 37: unexpected 'b', expected FROM",
        "SELECT a FROM t GROUP BY ROLLUP(a | line 1, column 34: unexpected end of query, expected ',' or ')'",
        "SELECT a FROM t GROUP BY CUBE() | line 1, column 31: unexpected ')', expected a value",
        "SELECT a FROM t GROUP BY CUBE(a,b,c,d,e,f,g,h,i) | line 1, column 49: GROUP BY has more than 256 grouping sets up to here",
        "SELECT a FROM t GROUP BY CUBE(a,b,c,d,e), CUBE(f,g,h,i) | line 1, column 56: GROUP BY has more than 256 grouping sets up to here",
        "EXPLAIN PLAN SELECT a FROM t | line 1, column 14: unexpected 'SELECT', expected FOR",
        "EXPLAIN VERBOSE SELECT a FROM t | line 1, column 9: unexpected 'VERBOSE', expected PLAN FOR, ANALYZE or SELECT",
        "SELECT a b c FROM t | line 1, column 12: unexpected 'c', expected an operator, ',' or FROM",
        "SELECT a FROM | line 1, column 14: unexpected end of query, expected the name of a table",
        "SELECT a FROM t WHERE | line 1, column 22: unexpected end of query, expected a value",
        "SELECT a FROM t WHERE a = AND b | line 1, column 27: unexpected 'AND', expected a value",
        "SELECT a FROM t WHERE a = | line 1, column 26: unexpected end of query",
        "SELECT a FROM t WHERE (a = 1 | line 1, column 29: unexpected end of query, expected an operator or ')'",
        "SELECT a FROM t WHERE a = 1) | line 1, column 28: unexpected ')'",
        "SELECT a FROM t GROUP a | line 1, column 23: unexpected 'a', expected BY",
        "SELECT group FROM t | line 1, column 8: unexpected 'group', expected a value, a column or '(' (a column of that name is written in double quotes)",
        "SELECT a FROM t LIMIT x | line 1, column 23: unexpected 'x', expected a number of rows",
        "SELECT a FROM t LIMIT -1 | line 1, column 23: unexpected '-', expected a number of rows",
        "SELECT a FROM t LIMIT 99999999999999999999 | line 1, column 23",
        "SELECT a FROM t ORDER BY a NULLS | line 1, column 33: unexpected end of query, expected FIRST or LAST",
        "SELECT `a` FROM t | line 1, column 8: unexpected '`', expected double quotes",
        "SELECT 'a FROM t | line 1, column 8: string is not closed",
        "SELECT \"a FROM t | line 1, column 8: quoted name is not closed",
        "SELECT \"\" FROM t | line 1, column 8: quoted name is empty",
        "SELECT a /* FROM t | line 1, column 10: comment is not closed",
        "SELECT a ? b FROM t | line 1, column 10: unexpected character '?'",
        "SELECT a FROM t WHERE a == b | line 1, column 25: unexpected '==', expected '='",
        "SELECT a ^ 2 FROM t | line 1, column 10: unexpected character '^': write POWER(a, b), or BIT_XOR(a, b)",
        "SELECT a & b FROM t | line 1, column 10: unexpected character '&': write AND, or BIT_AND(a, b)",
        "SELECT ~a FROM t | line 1, column 8: unexpected character '~': write REGEXP_LIKE(x, 'pattern'), or BIT_NOT(a)",
        "SELECT !a FROM t | line 1, column 8: unexpected character '!': write NOT",
        "SELECT a FROM t WHERE a ILIKE 'b' | line 1, column 25: not supported yet: ILIKE (write LOWER(x) LIKE 'pattern')",
        "SELECT a FROM t WHERE a RLIKE 'b' | line 1, column 25: not supported yet: RLIKE (write REGEXP_LIKE(x, 'pattern'))",
        "SELECT a FROM t WHERE a REGEXP 'b' | line 1, column 25: not supported yet: REGEXP (write REGEXP_LIKE(x, 'pattern'))",
        "SELECT a DIV 2 FROM t | line 1, column 10: not supported yet: the operator DIV (write INT_DIV(a, b))",
        "SELECT DISTINCT ON (a) b FROM t | line 1, column 17: not supported yet: DISTINCT ON (write GROUP BY",
        "SELECT a FROM t GROUP BY ALL | line 1, column 26: not supported yet: GROUP BY ALL (write the columns",
        "SELECT a FROM t GROUP BY a WITH ROLLUP | line 1, column 28: not supported yet: WITH behind GROUP BY (write GROUP BY ROLLUP(a, b)",
        "SELECT 1a FROM t | line 1, column 8: malformed number",
        "SELECT 0x1F FROM t | line 1, column 8: malformed number",
        "SELECT 1e FROM t | line 1, column 8: malformed number",
        "SELECT 1e999 FROM t | line 1, column 8: number is out of the range of DOUBLE",
        "SELECT 1.2.3 FROM t | line 1, column 8: malformed number",
        "SELECT X'0' FROM t | line 1, column 8: malformed bytes",
        "SELECT X'zz' FROM t | line 1, column 8: malformed bytes",
        "SELECT E'a' FROM t | line 1, column 8: unexpected string after 'E'",
        "SELECT a 'b' FROM t | line 1, column 10: unexpected 'b'",
        "SELECT a 5 FROM t | line 1, column 10: unexpected '5'",
        "SELECT TOP 10 a FROM t | line 1, column 12: unexpected '10'",
        "SELECT ALL a FROM t | line 1, column 8: unexpected 'ALL'",
        "SELECT a FROM t WHERE a IN () | line 1, column 29: unexpected ')', expected at least one value",
        "SELECT a FROM t WHERE a IN b | line 1, column 28: unexpected 'b', expected '('",
        "SELECT a FROM t WHERE a BETWEEN 1 | line 1, column 34: unexpected end of query, expected AND of BETWEEN",
        "SELECT a FROM t WHERE a BETWEEN 1 OR b | line 1, column 35: unexpected 'OR', expected AND of BETWEEN",
        "SELECT a FROM t WHERE a LIKE 'b' ESCAPE 'xy' | line 1, column 41: unexpected 'xy', expected a string of one character",
        "SELECT a FROM t WHERE a IS 5 | line 1, column 28: unexpected '5', expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM",
        "SELECT a FROM t WHERE a + b | line 1, column 27: 'b': expected a condition",
        "SELECT a FROM t WHERE a = b = c | line 1, column 29: '=': unexpected here, expected parentheses",
        "SELECT a FROM t WHERE a = NOT b | line 1, column 27: unexpected 'NOT'",
        "SELECT a FROM t WHERE a b | line 1, column 25: unexpected 'b'",
        "SELECT CASE WHEN a THEN b FROM t | line 1, column 27: unexpected 'FROM', expected an operator or END",
        "SELECT CASE a END FROM t | line 1, column 15: unexpected 'END', expected WHEN",
        "SELECT CAST(a AS GEOMETRY) FROM t | line 1, column 18: unexpected 'GEOMETRY', expected one of the types",
        "SELECT COUNT(DISTINCT) FROM t | line 1, column 22: unexpected ')'",
        "SELECT f(a b) FROM t | line 1, column 12: unexpected 'b', expected ',' or ')'",
        "SELECT t.* FROM t | line 1, column 10: unexpected '*', expected a name after '.'",
        "SELECT t.5 FROM t | line 1, column 10: unexpected '5', expected a name after '.'",
        "SET a 5; SELECT a FROM t | line 1, column 7: unexpected '5', expected '='",
        "SET a = 5 SELECT a FROM t | line 1, column 11: unexpected 'SELECT', expected ';'",
        "SELECT a FROM t OPTION(a) | line 1, column 25: unexpected ')', expected '='",
        "SELECT a FROM t OPTION(b=c) LIMIT 5 | line 1, column 29: unexpected 'LIMIT', expected the end of the query: OPTION(...) comes last, behind LIMIT",
        "SELECT a FROM t HAVING b WHERE c | line 1, column 26: unexpected 'WHERE', expected each clause once, and WHERE before",
        "SELECT a FROM t ORDER BY a DESC DESC | line 1, column 33: unexpected 'DESC'",
        "SELECT * x FROM t | line 1, column 10: unexpected 'x'",
        "SELECT a AS 'b' FROM t | line 1, column 13: unexpected 'b', expected an alias",
      })
  void errorsNamePositionTokenAndWhatWasExpected(String sql, String message) {
    assertThatThrownBy(() -> parser.parse(sql))
        .isInstanceOfSatisfying(
            QueryException.class, e -> assertThat(e.code()).isEqualTo(QueryErrorCode.SQL_PARSING))
        .hasMessageStartingWith(message);
  }

  @Test
  void operatorsOfOtherDatabasesAreTold() {
    assertThatThrownBy(() -> parser.parse("SELECT a | b FROM t"))
        .hasMessage("line 1, column 10: unexpected character '|': write OR, or BIT_OR(a, b)");
  }

  @Test
  void errorsCountLines() {
    assertThatThrownBy(() -> parser.parse("SELECT a\nFROM t\n  WHERE b = = c"))
        .hasMessageStartingWith("line 3, column 13: unexpected '='");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "-(",
        "f(",
        "NOT (",
        "CASE WHEN ",
        "NOT ",
        "- ",
        "a IN (",
        "1 + (",
        "(((",
        "ARRAY[",
        "EXTRACT(YEAR FROM ",
        "CASE a WHEN "
      })
  void depthIsAnErrorNeverAStackOverflow(String nesting) {
    assertThatThrownBy(() -> parser.parse("SELECT " + nesting.repeat(10_000) + " FROM t"))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("nested deeper than 300");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" + a", " - 1", " IS NULL", " IN (1)", " = a", " * a % b", " || a", " IS TRUE"})
  void longChainsOfOperatorsAreAnErrorNeverAStackOverflow(String link) {
    assertThatThrownBy(() -> parser.parse("SELECT a" + link.repeat(10_000) + " FROM t"))
        .isInstanceOf(QueryException.class);
  }

  @Test
  void deepNestingBelowTheLimitIsRead() {
    String sql = "SELECT " + "(".repeat(250) + "a" + ")".repeat(250) + " FROM t";

    assertThat(parser.parse(sql).select().getFirst().expression())
        .isEqualTo(new Expression.Name("a", false));
  }

  @Test
  void nestingAndChainsCountTogether() {
    String chain = " + 1".repeat(40);
    String sql = "SELECT " + "(".repeat(40) + "a" + (chain + ")").repeat(40) + " FROM t";

    assertThatThrownBy(() -> parser.parse(sql)).hasMessageContaining("nested deeper than 300");
  }

  @Test
  void longListsAndConditionsAreRead() {
    String list =
        IntStream.range(0, 50_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String conditions =
        IntStream.range(0, 10_000).mapToObj(i -> "a = " + i).collect(Collectors.joining(" OR "));
    Query query =
        parser.parse("SELECT a FROM t WHERE a IN (" + list + ") AND (" + conditions + ")");

    assertThat(query.where().orElseThrow())
        .isInstanceOfSatisfying(
            Expression.And.class,
            and -> {
              assertThat(((Expression.In) and.operands().get(0)).values()).hasSize(50_000);
              assertThat(((Expression.Or) and.operands().get(1)).operands())
                  .hasSize(10_000)
                  .startsWith(
                      new Expression.Comparison(
                          Expression.ComparisonOperator.EQUAL,
                          new Expression.Name("a", false),
                          new Expression.IntegerLiteral(0)));
            });
  }

  @Test
  void textOverTheLimitIsRefusedUnread() {
    assertThatThrownBy(() -> parser.parse(" ".repeat(SqlParser.MAX_LENGTH + 1)))
        .hasMessageContaining("at most 1048576");
  }

  /** Encoded it would be a question mark, and match one. */
  @Test
  void halfASurrogatePairIsRefused() {
    char half = Character.highSurrogate(0x1f600);
    assertThatThrownBy(() -> parser.parse("SELECT a FROM t WHERE a = '" + half + "'"))
        .hasMessageContaining("surrogate");
    assertThat(parser.parse("SELECT a FROM t WHERE a = '\ud83d\ude00'").where()).isPresent();
  }

  @Test
  void namesAndNumbersHaveAMaximumLength() {
    assertThat(parser.parse("SELECT " + "a".repeat(1024) + " FROM t").select()).hasSize(1);
    assertThatThrownBy(() -> parser.parse("SELECT " + "a".repeat(1025) + " FROM t"))
        .hasMessageContaining("longer than 1024");
    assertThatThrownBy(() -> parser.parse("SELECT " + "9".repeat(500_000) + " FROM t"))
        .hasMessageContaining("number is longer than");
  }
}
