package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.explain.Operator;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.QueryPlanner.Context;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.testing.Explanations;
import io.gamay.query.testing.IndexedSegments;
import io.gamay.query.testing.Row;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What EXPLAIN tells of each way to run a query over real segments, and why it is that one. */
class ExplainTest {

  private static final int ROWS = 4096;

  private static final Context CONTEXT =
      new Context(
          InstantSource.fixed(Instant.EPOCH), Dialect.STANDARD, Duration.ofSeconds(10), 100_000);

  private static final ColumnSpec TS = dateTime("ts");

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          1,
          List.of(
              TS,
              ColumnSpec.dimension("country", DataType.STRING),
              ColumnSpec.dimension("city", DataType.STRING),
              ColumnSpec.dimension("code", DataType.INT),
              ColumnSpec.dimension("shop", DataType.INT),
              ColumnSpec.dimension("amount", DataType.DOUBLE),
              ColumnSpec.dimension("note", DataType.STRING).withNullable(true),
              ColumnSpec.dimension("tags", DataType.STRING).asMultiValue()));

  @TempDir private Path folder;

  private IndexedSegments segments;

  @BeforeEach
  void seal() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      Map<String, List<Value>> values = new HashMap<>();
      values.put("ts", List.of(new Value.LongValue(1_000_000 + row)));
      values.put("country", List.of(text(country(row))));
      values.put("city", List.of(text("city" + row % 50)));
      values.put("code", List.of(new Value.IntValue(row % 512)));
      values.put("shop", List.of(new Value.IntValue(row / 1024)));
      values.put("amount", List.of(new Value.DoubleValue(row % 1000 / 3.0)));
      if (row % 10 != 0) {
        values.put("note", List.of(text("n" + row % 7)));
      }
      values.put("tags", List.of(text("t" + row % 5), text("u" + row % 11)));
      rows.add(new Row(0, 100 + row, values));
    }
    IndexDecisions indexes =
        new IndexDecisions(Set.of("country", "code", "tags"), Set.of(), Map.of("city", 0.01));
    segments =
        IndexedSegments.of(
            new SeededRandom(1),
            SCHEMA,
            rows,
            Set.of("ts", "amount"),
            indexes,
            IndexDecisions.NONE,
            folder);
  }

  @AfterEach
  void close() throws IOException {
    segments.close();
  }

  private static Value text(String text) {
    return new Value.StringValue(text);
  }

  private static ColumnSpec dateTime(String name) {
    ColumnSpec plain = ColumnSpec.dimension(name, DataType.LONG);
    return new ColumnSpec(
        name,
        plain.type(),
        true,
        ColumnRole.DATE_TIME,
        plain.defaultValue(),
        false,
        plain.maxLength(),
        plain.onTooLong(),
        plain.timeFormat());
  }

  @Test
  void theBrokersPartStandsAboveTheServersAndTheirGroupsOfSegments() {
    assertThat(
            plan(
                "SELECT city, SUM(code) FROM t WHERE shop < 9 GROUP BY city HAVING COUNT(*) > 3 "
                    + "ORDER BY SUM(code) DESC LIMIT 5 OFFSET 2",
                "sealed",
                "mutable",
                "sealed"))
        .containsExactly(
            "BROKER_REDUCE(having: count(*) > 3, sort: sum(code) DESC, offset: 2, limit: 5)",
            " COMBINE_GROUP_BY: servers: 1",
            "  SEALED_SEGMENTS: segments: 2, rows: 8,192",
            "   GROUP_BY(city; sum(code), count(*)): arrays over 50 possible groups; key by dictIds: 50; sums and counts of dictIds' values in one array",
            "    PROJECT(city, code)",
            "     DOC_ID_SET: bounds tell that all rows pass",
            "      FILTER_MATCH_ALL(shop < 9): bounds tell that it is true for all rows",
            "  CONSUMING_SEGMENTS: segments: 1, rows: 4,096",
            "   GROUP_BY(city; sum(code), count(*)): arrays over 50 possible groups; key by dictIds: 50; sums and counts of dictIds' values in one array",
            "    PROJECT(city, code)",
            "     DOC_ID_SET: bounds tell that all rows pass",
            "      FILTER_MATCH_ALL(shop < 9): bounds tell that it is true for all rows");
  }

  @Test
  void aFunctionOfAWholeListIsNotTestedByItsValuesOneByOne() {
    Operator root =
        operators(
            "SELECT SUM(code) FROM t WHERE REGEXP_LIKE(ARRAY_TO_STRING(tags, ''), 'x')", "sealed");
    assertThat(Explanations.lines(root)).anyMatch(line -> line.contains("FILTER_EXPRESSION("));
  }

  @Test
  void anInvertedIndexIsUsedForFewRowsAndSaysHowFew() {
    assertFilter(
        "code = 3",
        "DOC_ID_SET: an inverted index counts the rows that pass: 8; 8 rows that an index lists are looked at",
        "FILTER_INVERTED_INDEX(code = 3): 8 of 4,096 rows listed for 1 values, at most 256");
    assertFilter(
        "code IN (3, 4) AND country = 'rare'",
        "DOC_ID_SET: 16 rows that an index lists are looked at",
        "FILTER_INVERTED_INDEX(code IN (3, 4)): 16 of 4,096 rows listed for 2 values, at most 256",
        scan(
            "DICT_ID_RANGE(country = 'rare'): 1 of 5",
            "an index lists 69 rows, and 16 for another condition, whose rows are tested"));
    assertFilter(
        "country = 'rare' AND ts > 1002000 AND ts <= 1003000",
        "DOC_ID_SET: 34 rows that an index lists are looked at",
        "FILTER_INVERTED_INDEX(country = 'rare'): 69 of 4,096 rows listed for 1 values, at most 256",
        "FILTER_RAW_RANGE(ts > 1002000 AND ts <= 1003000): ranges: 1; values are compared as stored; zone map: 0 zones match whole, 2 not at all, 2 are looked at; no dictionary");
  }

  @Test
  void aScanSaysWhyNoIndexIsUsed() {
    assertFilter(
        "code < 300 AND shop >= 0",
        "DOC_ID_SET: an inverted index counts the rows that pass: 2,400",
        "FILTER_MATCH_ALL(shop >= 0): bounds tell that it is true for all rows",
        scan(
            "DICT_ID_RANGE(code < 300): 300 of 512",
            "300 values match, more than 64 that an index is asked for"));
    assertFilter(
        "country = 'c1'",
        "DOC_ID_SET: an inverted index counts the rows that pass: 1,284",
        scan(
            "DICT_ID_RANGE(country = 'c1'): 1 of 5",
            "an index lists 1,284 rows or more, more than 256"));
    assertFilter(
        "country = 'seldom'",
        "DOC_ID_SET: an inverted index counts the rows that pass: 237",
        scan(
            "DICT_ID_RANGE(country = 'seldom'): 1 of 5",
            "an index counts a value's rows but does not list them: they are too many"));
    assertFilter(
        "country <> 'c1'",
        "DOC_ID_SET: an inverted index counts the rows that pass: 2,812",
        scan("DICT_ID_SET(country <> 'c1'): 4 of 5", "an index lists only what is left out"));
    assertFilter(
        "city IN ('city1', 'city7')",
        "DOC_ID_SET",
        scan("DICT_ID_SET(city IN ('city1', 'city7')): 2 of 50", "no inverted index"));
  }

  /** One row in 60, one in 17, and three values for all others. */
  private static String country(int row) {
    if (row % 60 == 0) {
      return "rare";
    }
    return row % 17 == 1 ? "seldom" : "c" + row % 3;
  }

  /** Of a sealed segment of four zones, none of which bounds decide. */
  private static String scan(String tested, String why) {
    return "FILTER_%s values match; dictIds are compared as packed; zone map: 0 zones match whole, 0 not at all, 4 are looked at; %s"
        .formatted(tested, why);
  }

  @Test
  void zoneMapsSayHowManyZonesTheyDecide() {
    assertFilter(
        "shop = 2",
        "DOC_ID_SET",
        "FILTER_DICT_ID_RANGE(shop = 2): 1 of 4 values match; dictIds are compared as packed; zone map: 1 zones match whole, 3 not at all, 0 are looked at; no inverted index");
    assertFilter(
        "ts > 1002000 AND ts <= 1003000",
        "DOC_ID_SET",
        "FILTER_RAW_RANGE(ts > 1002000 AND ts <= 1003000): ranges: 1; values are compared as stored; zone map: 0 zones match whole, 2 not at all, 2 are looked at; no dictionary");
  }

  @Test
  void otherConditionsSayHowTheyAreTested() {
    assertFilter(
        "tags = 't1' AND note IS NULL",
        "DOC_ID_SET",
        "FILTER_NULLS(note IS NULL): bitmap of NULLs, rows in it: 410",
        "FILTER_LIST_DICT_IDS(tags = 't1'): 1 of 16 values match; dictIds are compared as packed; an index lists 819 rows or more, more than 256");
    assertFilter(
        "amount + code > 5 OR note = 'n1'",
        "DOC_ID_SET",
        "FILTER_OR",
        scan(
            "DICT_ID_RANGE(note = 'n1'): 1 of 8",
            "an index is asked for conditions of the outermost AND only"),
        "FILTER_EXPRESSION((amount + CAST(code AS DOUBLE)) > 5.0): evaluated row by row; it reads something else than one single-value column");
    assertFilter(
        "1000 / code > 5 AND amount * 2 > 5",
        "DOC_ID_SET",
        "FILTER_EXPRESSION((amount * 2.0) > 5.0): evaluated row by row; no dictionary",
        "FILTER_EXPRESSION((1000 / CAST(code AS LONG)) > 5): evaluated row by row; behind cheaper conditions: it may fail; it may fail for a value that no row has");
    assertFilter(
        "note IN ('n1x', 'n2x')",
        "DOC_ID_SET: it is known that no row passes",
        "FILTER_EMPTY(note IN ('n1x', 'n2x')): 0 of 8 values match; no inverted index");
    assertFilter(
        "country = 'c0x'",
        "DOC_ID_SET: it is known that no row passes; an inverted index counts the rows that pass: 0; 0 rows that an index lists are looked at",
        "FILTER_INVERTED_INDEX(country = 'c0x'): 0 of 4,096 rows listed for 0 values, at most 256");
    assertFilter(
        "\"$offset\" >= 4000",
        "DOC_ID_SET: 196 rows in a run of offsets are looked at",
        "FILTER_OFFSETS($offset >= 4000): rows lie in the order of offsets: 196 of 4,096 rows");
  }

  @Test
  void whatIsConsumedIsReadValueByValue() {
    assertThat(plan("SELECT SUM(code) FROM t WHERE city = 'city1' AND amount < 3", "mutable"))
        .endsWith(
            "      FILTER_DICT_ID_RANGE(city = 'city1'): 1 of 50 values match; dictIds are read; no inverted index",
            "      FILTER_RAW_RANGE(amount < 3.0): ranges: 1; values are read; zone map: 0 zones match whole, 0 not at all, 4 are looked at; no dictionary");
  }

  @Test
  void prunedSegmentsAreToldByWhatPrunedThem() {
    assertPruned("ts > 5000000", "time: values are 1,000,000 to 1,004,095");
    assertPruned("shop > 70", "zone map of the segment: values are 0 to 3");
    assertPruned("city = 'city1x'", "bloom filter: no row has the value");
    assertPruned("$partitionId = 7", "partition: values are 0");
    assertPruned("$offset < 7", "offsets, rows or name of the segment: values are 100 to 4,195");
    assertThat(plan("SELECT city FROM t LIMIT 0", "sealed", "sealed"))
        .endsWith("  PRUNED_BY_SERVER: LIMIT 0; segments: 2, rows: 8,192");
  }

  private void assertPruned(String condition, String why) {
    String sql = "SELECT SUM(code) FROM t WHERE " + condition.replaceAll("^(\\$\\w+)", "\"$1\"");
    assertThat(plan(sql, "sealed", "mutable", "sealed").getLast())
        .startsWith("  PRUNED_BY_SERVER(%s): %s; segments: ".formatted(condition, why));
  }

  @Test
  void metadataThatAnswersIsNamed() {
    assertOperator("COUNT(*)", "", "AGGREGATE(count(*)): no row is read: the segment's rows");
    assertOperator(
        "COUNT(*)",
        "WHERE country = 'rare'",
        "AGGREGATE(count(*)): no row is read: counts of an inverted index");
    assertOperator(
        "MIN(ts), MAX(code), COUNT(DISTINCT city)",
        "",
        "AGGREGATE(min(ts), max(code), count_distinct(city)): no row is read: the column's bounds, the dictionary's values");
    assertOperator(
        "country, COUNT(*)",
        "GROUP BY country",
        "GROUP_BY(country; count(*)): no row is read: counts of an inverted index");
    assertOperator(
        "MIN(ts), SUM(amount)",
        "",
        "AGGREGATE(min(ts), sum(amount)): rows counted in an array; calls that take values block by block: 1; some calls without rows: the column's bounds");
  }

  @Test
  void eachWayToGroupIsNamedWithWhatDecidedIt() {
    assertOperator(
        "city, note, SUM(code)",
        "GROUP BY city, note",
        "GROUP_BY(city, note; sum(code)): arrays over 450 possible groups; key by dictIds: 50; key by dictIds: 9; sums and counts of dictIds' values in one array");
    assertOperator(
        "DISTINCT UPPER(city)",
        "",
        "DISTINCT(upper(city)): arrays over 51 possible groups; key computed once for each of 50 combinations of dictIds; rows counted in an array");
    assertOperator(
        "ts / 1000, MAX(code)",
        "GROUP BY 1",
        "GROUP_BY((ts / 1000); max(code)): arrays over 4,096 possible groups; key computed for each row, its values numbered as they are met: room for 4,096; least or greatest dictIds; rows counted in an array");
    assertOperator(
        "amount, ts, COUNT(*)",
        "GROUP BY amount, ts",
        "GROUP_BY(amount, ts; count(*)): groups numbered as they are met: hash table of keys packed into 64 bits; no arrays: key 1 is a list or has no dictionary");
    assertOperator(
        "code, ts / 1000, ts / 100, COUNT(*)",
        "GROUP BY 1, 2, 3",
        "GROUP_BY(code, (ts / 1000), (ts / 100); count(*)): groups numbered as they are met: hash table of key tuples; no arrays: keys have more than 65,536 combinations of values");
    assertOperator(
        "tags, COUNT(*)",
        "GROUP BY tags",
        "GROUP_BY(tags; count(*)): elements counted by dictIds as they lie: 16");
    assertOperator(
        "tags, SUM(code)",
        "GROUP BY tags",
        "GROUP_BY(tags; sum(code)): combinations of lists' elements, numbered: array over all combinations of keys; no arrays: key 1 is a list or has no dictionary");
  }

  @Test
  void aRunTellsWhenAKeyTurnedOutToHaveTooManyValues() {
    QueryPlan plan = planned("SELECT ts + 0, COUNT(*) FROM t GROUP BY 1");
    Operator root =
        Explanations.run(plan.server(), plan.output(), readers("sealed"), System::nanoTime).root();
    assertThat(Explanations.lines(root))
        .anyMatch(
            line ->
                line.endsWith(
                    "no arrays: a key turned out to have more values than there was room"));
  }

  @Test
  void eachWayToSelectIsNamed() {
    assertOperator(
        "city",
        "LIMIT 3",
        "SELECT(city; rows: 3): rows in the order of docIds, until there are enough");
    assertOperator(
        "city",
        "ORDER BY ts DESC LIMIT 3",
        "SELECT_ORDER_BY(city, ts; order: ts DESC; rows: 3): zones with the best bounds of the first sort key first, until no other can have a row");
    assertOperator(
        "city",
        "ORDER BY ts * -1 LIMIT 3",
        "SELECT_ORDER_BY(city, (ts * -1); order: (ts * -1); rows: 3): first rows first: no bounds of the first sort key, and it may fail");
    assertOperator(
        "city",
        "ORDER BY CAST(ts AS DOUBLE) DESC LIMIT 3",
        "SELECT_ORDER_BY(city, CAST(ts AS DOUBLE); order: CAST(ts AS DOUBLE) DESC; rows: 3): last rows first: the sort key tells that the order falls with docIds");
    assertOperator(
        "city",
        "ORDER BY note DESC LIMIT 3",
        "SELECT_ORDER_BY(city, note; order: note DESC; rows: 3): first rows first: no bounds of the first sort key, and its order rises with docIds");
    assertOperator(
        "city",
        "WHERE code = 3 ORDER BY ts LIMIT 3",
        "SELECT_ORDER_BY(city, ts; order: ts; rows: 3): rows in the order in which an index lists them");
    assertOperator(
        "city",
        "ORDER BY ts LIMIT 5000",
        "SELECT_ORDER_BY(city, ts; order: ts; rows: 5000): all rows: no first sort key of few wanted rows leaves any out");
  }

  @Test
  void callsWithAFilterOfTheirOwnAndGroupingSetsAreToldOneByOne() {
    assertThat(names("SELECT COUNT(*), SUM(code) FILTER (WHERE shop = 1) FROM t"))
        .containsExactly("AGGREGATE(count(*))", "AGGREGATE(sum(code) FILTER (WHERE shop = 1))");
    assertThat(names("SELECT shop, country, COUNT(*) FROM t GROUP BY ROLLUP(shop, country)"))
        .containsExactly(
            "GROUP_BY(shop, country; count(*))", "GROUP_BY(shop; count(*))", "AGGREGATE(count(*))");
  }

  @Test
  void numbersOfSegmentsThatRunAlikeAreSummedOrARange() {
    assertThat(plan("SELECT SUM(code) FROM t WHERE city = 'city1'", "sealed", "reloaded", "sealed"))
        .hasSize(7)
        .endsWith(
            "      FILTER_DICT_ID_RANGE(city = 'city1'): 1 of 50 values match; dictIds are compared as packed; zone map: 0 zones match whole, 0 not at all, 12 are looked at; no inverted index");
  }

  @Test
  void ofAFilterOfVeryManyConditionsAFewAreTold() {
    StringBuilder condition = new StringBuilder("amount < 0");
    for (int or = 0; or < 150; or++) {
      condition.append(" OR (amount > ").append(or);
      for (int and = 0; and < 20; and++) {
        condition.append(" AND amount <> ").append(and);
      }
      condition.append(')');
    }
    Operator root = operators("SELECT SUM(code) FROM t WHERE " + condition, "sealed");
    Operator or = Explanations.named(root, "FILTER_OR").getFirst();
    assertThat(or.children()).hasSize(100);
    assertThat(or.text()).isEqualTo("FILTER_OR: conditions not told: 51");
    assertThat(Explanations.lines(root)).hasSizeLessThan(210);
  }

  @Test
  void longExpressionsAreCutOff() {
    String condition = "city NOT IN ('" + "x', 'y".repeat(5_000) + "')";
    String line = plan("SELECT SUM(code) FROM t WHERE " + condition, "mutable").getLast();
    assertThat(line.strip()).startsWith("FILTER_").hasSizeLessThan(500);
  }

  private List<String> names(String sql) {
    return Explanations.named(operators(sql, "sealed"), "SEALED_SEGMENTS")
        .getFirst()
        .children()
        .stream()
        .map(Operator::name)
        .toList();
  }

  private void assertFilter(String condition, String... lines) {
    Operator root = operators("SELECT SUM(code) FROM t WHERE " + condition, "sealed");
    Operator docIds = Explanations.named(root, "DOC_ID_SET").getFirst();
    assertThat(Explanations.lines(docIds).stream().map(String::strip)).containsExactly(lines);
  }

  private void assertOperator(String selected, String rest, String line) {
    Operator root = operators("SELECT %s FROM t %s".formatted(selected, rest), "sealed");
    assertThat(Explanations.named(root, "SEALED_SEGMENTS").getFirst().children().getFirst().text())
        .isEqualTo(line);
  }

  private List<String> plan(String sql, String... names) {
    return Explanations.lines(operators(sql, names));
  }

  private static QueryPlan planned(String sql) {
    return new QueryPlanner().plan(new SqlParser().parse(sql), SCHEMA, Map.of(), CONTEXT);
  }

  private Operator operators(String sql, String... names) {
    QueryPlan plan = planned(sql);
    return Explanations.plan(plan.server(), plan.output(), readers(names));
  }

  private List<SegmentReader> readers(String... names) {
    List<SegmentReader> readers = new ArrayList<>();
    for (String name : names) {
      readers.add(Objects.requireNonNull(segments.byName().get(name)));
    }
    return readers;
  }
}
