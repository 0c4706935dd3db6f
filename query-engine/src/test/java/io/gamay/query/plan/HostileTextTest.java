package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.gamay.query.error.QueryException;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.wire.PlanCodec;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are long, deep or mean a lot: planned or refused, in bounded time and stack. */
class HostileTextTest {

  private static final Duration BOUND = Duration.ofMinutes(5);

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("a", DataType.INT).withNullable(true),
              ColumnSpec.dimension("b", DataType.BOOLEAN).withNullable(true),
              ColumnSpec.dimension("s", DataType.STRING)));

  private static QueryPlan plan(String sql) {
    return assertTimeoutPreemptively(
        BOUND,
        () ->
            new QueryPlanner()
                .plan(
                    new SqlParser().parse(sql),
                    SCHEMA,
                    Map.of(),
                    new QueryPlanner.Context(
                        InstantSource.fixed(Instant.EPOCH),
                        Dialect.STANDARD,
                        Duration.ofSeconds(10),
                        100_000)));
  }

  private static String filled(int length, String before, String part, String after) {
    int times = (length - before.length() - after.length()) / part.length();
    return before + part.repeat(times) + after;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "SELECT a FROM t WHERE a IN (1 ¦ ,7 ¦ )",
        "SELECT a FROM t WHERE a = 1 ¦ ~ OR a = 2~ ¦ ~~",
        "SELECT a FROM t WHERE s = ' ¦ x ¦ '",
        "SELECT a FROM t -- ¦ x ¦ ~~",
      })
  void aMegabyteThatMakesSenseIsPlanned(String before, String part, String after) {
    String sql = filled(SqlParser.MAX_LENGTH, before, part, after);

    assertThat(sql.length()).isGreaterThan(1_000_000);
    assertThat(plan(sql).output().columns()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "SELECT a FROM t WHERE a = 1 ¦ ~ OR a NOT BETWEEN 1 AND 2~ ¦ ~~",
        "SELECT a ¦ ~,a~ ¦ ~ FROM t~",
        "SELECT COUNT(*) FROM t GROUP BY s ¦ ~,a+1~ ¦ ~~",
        "SELECT a FROM t ORDER BY s ¦ ~,a DESC~ ¦ ~~",
        "SELECT CASE WHEN b THEN 1 ¦ ~ WHEN a=1 THEN 2~ ¦ ~ END FROM t~",
      })
  void longTextsThatMakeSenseArePlanned(String before, String part, String after) {
    String sql = filled(100_000, before, part, after);

    assertThat(plan(sql).output().columns()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "~SELECT ~ ¦ ( ¦ nested deeper than 300",
        "~SELECT ~ ¦ f( ¦ nested deeper than 300",
        "~SELECT ~ ¦ ARRAY[ ¦ nested deeper than 300",
        "~SELECT ~ ¦ ~CASE WHEN ~ ¦ nested deeper than 300",
        "~SELECT ~ ¦ ~CASE ~ ¦ nested deeper than 300",
        "~SELECT ~ ¦ ~NOT ~ ¦ nested deeper than 300",
        "SELECT a ¦ +a ¦ operators in a row: put parts of the row in parentheses",
        "SELECT s ¦ ||s ¦ operators in a row: put parts of the row in parentheses",
        "SELECT b ¦ ~ IS TRUE~ ¦ nested deeper than 300",
        "SELECT a FROM t GROUP BY a ¦ ~,CUBE(a)~ ¦ more than 256 grouping sets",
        "~SELECT a FROM t GROUP BY ~ ¦ ~GROUPING SETS (~ ¦ nested deeper than 20",
        "~SELECT a FROM t GROUP BY ~ ¦ ( ¦ nested deeper than 300",
        "SELECT 1 ¦ 1 ¦ number is longer than 1000",
        "SELECT a ¦ a ¦ name is longer than 1024",
        "~SELECT a FROM t WHERE a IN (~ ¦ ~SELECT ~ ¦ sub-queries",
        "~~ ¦ ~SET a=1;~ ¦ expected SELECT",
        "SELECT a FROM t ¦ ; ¦ ~~",
        "~~ ¦ ' ¦ ~~",
        "~~ ¦ /* ¦ comment is not closed",
      })
  void aMegabyteOfNonsenseIsRefused(String before, String part, String message) {
    String sql = filled(SqlParser.MAX_LENGTH, before, part, "");
    if (message.isEmpty()) {
      assertTimeoutPreemptively(BOUND, () -> planOrRefuse(sql));
      return;
    }
    assertThatThrownBy(() -> plan(sql))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining(message);
  }

  /** Each level means twice what it holds, or more. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "b ¦ ~(~ ¦ ~ BETWEEN FALSE AND TRUE)~",
        "b ¦ ~(~ ¦ ~ IS DISTINCT FROM b)~",
        "b ¦ ~(b IS NOT DISTINCT FROM ~ ¦ )",
        "b ¦ ~((~ ¦ ~ AND b) IS NOT TRUE)~",
        "a ¦ ~CASE ~ ¦ ~ WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN a END~",
        "a ¦ COALESCE( ¦ ~, a)~",
        "a ¦ NULLIF( ¦ ~, 1)~",
        "a ¦ COALESCE(a, ¦ )",
        "b ¦ ~(~ ¦ ~ IN (b, a = 1, a = 2))~",
      })
  void whatMultipliesIsRefusedOnceItIsTooLarge(String core, String before, String after) {
    for (int depth : new int[] {3, 95}) {
      String nested = before.repeat(depth) + core + after.repeat(depth);
      String sql = "SELECT %s FROM t WHERE %s IS NOT NULL".formatted(nested, nested);
      if (depth == 3) {
        assertThat(plan(sql).output().columns()).hasSize(1);
      } else {
        assertTimeoutPreemptively(BOUND, () -> planOrRefuse(sql));
      }
    }
  }

  @Test
  void aliasesThatMeanMuchAndStandOftenAreRefused() {
    String much = "a IN (" + "a,".repeat(100_000) + "1)";
    String often = "x OR ".repeat(100_000);
    assertThatThrownBy(() -> plan("SELECT %s AS x FROM t WHERE %s b".formatted(much, often)))
        .hasMessageContaining("query is too large");
  }

  @Test
  void fiftyThousandValuesAndTenThousandConditionsArePlanned() {
    String values =
        IntStream.range(0, 50_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
    QueryPlan in = plan("SELECT a FROM t WHERE a IN (" + values + ")");
    assertThat(in.server().filter().orElseThrow())
        .isInstanceOfSatisfying(
            TypedExpression.InSet.class, set -> assertThat(set.values()).hasSize(50_000));

    String conditions =
        IntStream.range(0, 10_000).mapToObj(i -> "a <> " + i).collect(Collectors.joining(" AND "));
    assertThat(plan("SELECT a FROM t WHERE " + conditions).server().filter().orElseThrow())
        .isInstanceOfSatisfying(
            TypedExpression.And.class, and -> assertThat(and.operands()).hasSize(10_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a + ", "s || "})
  void longRowsOfOperatorsTakePartsInParentheses(String link) {
    String operand = link.substring(0, 1);
    String part = "(%s%s)".formatted(link.repeat(49), operand);
    String whole = part + (link.substring(1) + part).repeat(39);

    QueryPlan plan = plan("SELECT %s FROM t".formatted(whole));
    assertThat(PlanCodec.encode(plan.server())).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000, 100_000})
  void randomBytesAreRefused(int length) {
    for (long seed = 0; seed < 6; seed++) {
      byte[] bytes = new byte[length];
      new SplittableRandom(seed).nextBytes(bytes);
      String text =
          (seed % 2 == 0 ? "SELECT " : "")
              + new String(
                  bytes, seed % 3 == 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
      assertTimeoutPreemptively(BOUND, () -> planOrRefuse(text), () -> "length " + length);
    }
  }

  private static void planOrRefuse(String sql) {
    try {
      plan(sql);
    } catch (QueryException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2_000);
    }
  }
}
