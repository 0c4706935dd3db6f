package io.gamay.query.differential;

import io.gamay.query.differential.RandomSqlValues.Kind;
import io.gamay.query.testing.RandomTable;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.testkit.random.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Random queries as text, each for Gamay and, with the meaning that its dialect and its options
 * give it, for DuckDB. Rows and groups are in a total order in both.
 */
final class RandomSql {

  /**
   * A query.
   *
   * @param duck over a table that has NULL or the default where ours has
   */
  record Statement(String ours, String duck, boolean isPinot) {}

  private static final List<String> GROUPINGS =
      List.of(
          "ROLLUP({0}, {1})",
          "CUBE({0}, {1})",
          "GROUPING SETS (({0}, {1}), ({1}), ())",
          "GROUPING SETS ({0}, ROLLUP({1}))",
          "ROLLUP(({0}, {1}))",
          "{0}, ROLLUP({1})",
          "GROUPING SETS (({0}), ({1}))");

  private final SeededRandom random;
  private final boolean isTame;
  private final boolean isPinot;
  private final boolean handlesNulls;
  private final String options;
  private final String table;
  private final RandomSqlValues values;

  private RandomSql(
      SeededRandom random,
      boolean isTame,
      boolean isPinot,
      boolean handlesNulls,
      String options,
      String table) {
    this.random = random;
    this.isTame = isTame;
    this.isPinot = isPinot;
    this.handlesNulls = handlesNulls;
    this.options = options;
    this.table = table;
    this.values = new RandomSqlValues(random, isPinot);
  }

  static Statement statement(SeededRandom random, RandomTable of) {
    boolean isPinot = random.chance(0.45);
    boolean hasNullable = of.schema().columns().stream().anyMatch(ColumnSpec::nullable);
    int nulls = random.between(0, 3);
    String options =
        (isPinot ? "SET sqlDialect = 'pinot'; " : "")
            + (nulls == 0
                ? "SET enableNullHandling = true; "
                : nulls == 1 ? "SET enableNullHandling = false; " : "");
    String table = nulls == 0 ? "t_nullable" : nulls == 1 ? "t_defaults" : "t";
    boolean handlesNulls = nulls == 0 || nulls > 1 && hasNullable;
    return new RandomSql(random, of.isTame(), isPinot, handlesNulls, options, table).statement();
  }

  private Statement statement() {
    return switch (random.between(0, 9)) {
      case 0, 1, 2 -> selection();
      case 3 -> distinct();
      case 4 -> groupingSets();
      case 5 -> random.chance(0.5) ? distinctGroups() : groups(0);
      case 6 -> groups(0);
      default -> groups(random.between(1, 3));
    };
  }

  private Statement made(String ours, String duck) {
    return new Statement(options + ours, duck, isPinot);
  }

  /** A WHERE clause or none. */
  private SqlText where() {
    return random.chance(0.8) ? SqlText.of(" WHERE {0}", values.condition(3)) : SqlText.same("");
  }

  /** LIMIT and OFFSET; without LIMIT the dialect's own. */
  private SqlText limit() {
    if (random.chance(0.2)) {
      return new SqlText("", isPinot ? " LIMIT 10" : " LIMIT 100000");
    }
    int limit = random.chance(0.5) ? 100_000 : random.between(0, 40);
    int offset = random.chance(0.3) ? random.between(1, 8) : 0;
    String duck = " LIMIT %d OFFSET %d".formatted(limit, offset);
    if (offset == 0) {
      return new SqlText(" LIMIT " + limit, duck);
    }
    return new SqlText(random.chance(0.5) ? duck : " LIMIT %d, %d".formatted(offset, limit), duck);
  }

  /**
   * A sort key. NULL counts as the largest value where nothing is said of it.
   *
   * @param by what the two sides order by
   */
  private SqlText sortKey(SqlText by) {
    boolean descending = random.chance(0.5);
    boolean isSaid = random.chance(0.5);
    boolean nullsFirst = isSaid ? random.chance(0.5) : descending;
    String direction = descending ? " DESC" : random.chance(0.5) ? " ASC" : "";
    String nulls = nullsFirst ? " NULLS FIRST" : " NULLS LAST";
    return new SqlText(
        by.ours() + direction + (isSaid ? nulls : ""), by.duck() + direction + nulls);
  }

  private static String joined(List<SqlText> texts, boolean ours) {
    return texts.stream()
        .map(text -> ours ? text.ours() : text.duck())
        .collect(Collectors.joining(", "));
  }

  private static String orderBy(List<SqlText> keys) {
    return keys.isEmpty() ? "" : " ORDER BY " + joined(keys, true);
  }

  private Statement selection() {
    List<SqlText> columns = new ArrayList<>();
    for (int left = random.between(1, 4); left > 0; left--) {
      columns.add(values.value(values.kind(), 2));
    }
    List<SqlText> keys = new ArrayList<>();
    while (random.chance(0.5)) {
      int position = random.between(0, columns.size() - 1);
      keys.add(
          sortKey(
              random.chance(0.3)
                  ? new SqlText(
                      random.chance(0.5) ? Integer.toString(position + 1) : "x" + position,
                      "coalesce(" + columns.get(position).duck() + ", NULL)")
                  : values.key(values.kind(), 1)));
    }
    SqlText where = where();
    SqlText limit = limit();
    String duckOrder = keys.isEmpty() ? "" : joined(keys, false) + ", ";
    return made(
        "SELECT %s FROM t%s%s%s"
            .formatted(aliased(columns), where.ours(), orderBy(keys), limit.ours()),
        "SELECT %s FROM %s%s ORDER BY %spart, off%s"
            .formatted(joined(columns, false), table, where.duck(), duckOrder, limit.duck()));
  }

  private Statement distinct() {
    List<SqlText> columns = new ArrayList<>();
    for (int left = random.between(1, 3); left > 0; left--) {
      columns.add(values.key(values.kind(), 2));
    }
    List<SqlText> keys = new ArrayList<>();
    while (random.chance(0.5)) {
      int position = random.between(0, columns.size() - 1);
      String ours =
          random.chance(0.5) ? Integer.toString(position + 1) : columns.get(position).ours();
      keys.add(sortKey(new SqlText(ours, "k" + position)));
    }
    SqlText where = where();
    SqlText limit = limit();
    return made(
        "SELECT DISTINCT %s FROM t%s%s%s"
            .formatted(joined(columns, true), where.ours(), orderBy(keys), limit.ours()),
        "SELECT * FROM (SELECT DISTINCT %s FROM %s%s) q%s%s"
            .formatted(
                named(columns, "k"),
                table,
                where.duck(),
                duckOrder(keys, columns.size()),
                limit.duck()));
  }

  private static String aliased(List<SqlText> texts) {
    return IntStream.range(0, texts.size())
        .mapToObj(index -> texts.get(index).ours() + " AS x" + index)
        .collect(Collectors.joining(", "));
  }

  private static String named(List<SqlText> texts, String prefix) {
    return IntStream.range(0, texts.size())
        .mapToObj(index -> texts.get(index).duck() + " AS " + prefix + index)
        .collect(Collectors.joining(", "));
  }

  /** What is asked for, then all keys. */
  private static String duckOrder(List<SqlText> keys, int groupKeys) {
    List<String> order = new ArrayList<>(keys.stream().map(SqlText::duck).toList());
    for (int key = 0; key < groupKeys; key++) {
      order.add("k%d NULLS LAST".formatted(key));
    }
    return order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order);
  }

  private Statement groups(int keyCount) {
    List<SqlText> keys = new ArrayList<>();
    for (int key = 0; key < keyCount; key++) {
      keys.add(values.key(values.kind(), 2));
    }
    List<Aggregation> calls = new ArrayList<>();
    for (int left = random.between(keyCount == 0 ? 1 : 0, 3); left > 0; left--) {
      calls.add(aggregation());
    }
    List<SqlText> outputs = outputs(keys, calls);
    List<SqlText> orderable = new ArrayList<>();
    for (int key = 0; key < keys.size(); key++) {
      orderable.add(new SqlText(keys.get(key).ours(), "k" + key));
    }
    for (int call = 0; call < calls.size(); call++) {
      if (calls.get(call).isExact()) {
        orderable.add(new SqlText(calls.get(call).text().ours(), "a" + call));
      }
    }
    List<SqlText> order = new ArrayList<>();
    while (!orderable.isEmpty() && random.chance(0.5)) {
      order.add(sortKey(random.oneOf(orderable)));
    }
    SqlText having = having(calls);
    SqlText where = where();
    SqlText limit = limit();
    List<SqlText> inner = new ArrayList<>(keys);
    calls.forEach(call -> inner.add(call.text()));
    String duckKeys = named(keys, "k");
    String duckCalls = named(calls.stream().map(Aggregation::text).toList(), "a");
    String duckInner =
        "SELECT %s%sCOUNT(*) AS everything FROM %s%s%s"
            .formatted(
                duckKeys.isEmpty() ? "" : duckKeys + ", ",
                duckCalls.isEmpty() ? "" : duckCalls + ", ",
                table,
                where.duck(),
                keys.isEmpty() ? "" : " GROUP BY " + positions(keys.size()));
    return made(
        "SELECT %s FROM t%s%s%s%s%s"
            .formatted(
                joined(outputs, true),
                where.ours(),
                keys.isEmpty() ? "" : " GROUP BY " + joined(keys, true),
                having.ours(),
                orderBy(order),
                limit.ours()),
        "SELECT %s FROM (%s) q%s%s%s"
            .formatted(
                joined(outputs, false),
                duckInner,
                having.duck(),
                duckOrder(order, keys.size()),
                limit.duck()));
  }

  /** Groups of which only some columns are selected, each combination of them once. */
  private Statement distinctGroups() {
    SqlText key = values.key(values.kind(), 1);
    SqlText other = values.column(values.kind());
    SqlText where = where();
    String having = random.chance(0.3) ? " HAVING COUNT(*) > 1" : "";
    SqlText first = sortKey(new SqlText("c", "1"));
    SqlText second = sortKey(new SqlText("k", "2"));
    int limit = random.between(0, 30);
    SqlText all =
        SqlText.of(
            "SELECT DISTINCT COUNT(*) AS c, {0} AS k FROM {3}{2} GROUP BY {0}, {1}"
                + having
                + " ORDER BY {4}, {5} LIMIT "
                + limit,
            key,
            other,
            where,
            new SqlText("t", table),
            first,
            second);
    return made(all.ours(), all.duck());
  }

  private static String positions(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
  }

  /** Keys and aggregations in any order, some of them computed with. */
  private List<SqlText> outputs(List<SqlText> keys, List<Aggregation> calls) {
    List<SqlText> outputs = new ArrayList<>();
    for (int key = 0; key < keys.size(); key++) {
      outputs.add(new SqlText(keys.get(key).ours(), "k" + key));
    }
    for (int call = 0; call < calls.size(); call++) {
      SqlText text = new SqlText(calls.get(call).text().ours(), "a" + call);
      outputs.add(
          calls.get(call).isReal() && random.chance(0.3)
              ? SqlText.of("{0} * 2 + 1", "CAST({0} AS DOUBLE) * 2 + 1", text)
              : text);
    }
    Collections.shuffle(outputs, random);
    return outputs.size() > 1 && random.chance(0.2) ? outputs.subList(1, outputs.size()) : outputs;
  }

  private SqlText having(List<Aggregation> calls) {
    if (random.chance(0.7)) {
      return SqlText.same("");
    }
    List<Integer> exact =
        IntStream.range(0, calls.size()).filter(call -> calls.get(call).isCount()).boxed().toList();
    String than = " > " + random.between(0, 4);
    if (exact.isEmpty() || random.chance(0.5)) {
      return new SqlText(" HAVING COUNT(*)" + than, " WHERE everything" + than);
    }
    int call = random.oneOf(exact);
    return new SqlText(" HAVING " + calls.get(call).text().ours() + than, " WHERE a" + call + than);
  }

  /**
   * One aggregation.
   *
   * @param isExact whether groups may be ordered by it: no rounding
   * @param isReal whether it is a DOUBLE
   */
  private record Aggregation(SqlText text, boolean isExact, boolean isReal, boolean isCount) {
    static Aggregation count(SqlText text) {
      return new Aggregation(text, true, false, true);
    }

    static Aggregation real(SqlText text) {
      return new Aggregation(text, false, true, false);
    }

    static Aggregation exact(SqlText text) {
      return new Aggregation(text, true, false, false);
    }

    Aggregation with(SqlText changed) {
      return new Aggregation(changed, isExact, isReal, isCount);
    }
  }

  private Aggregation aggregation() {
    Aggregation plain = unfiltered();
    if (random.chance(0.75)) {
      return plain.with(orNothing(plain.text(), ""));
    }
    SqlText condition = values.condition(1);
    String ours = plain.text().ours() + " FILTER (WHERE " + condition.ours() + ")";
    return plain.with(
        orNothing(
            new SqlText(ours, plain.text().duck()), " FILTER (WHERE " + condition.duck() + ")"));
  }

  /** Without null handling, Pinot's aggregations of nothing have values of their own. */
  private SqlText orNothing(SqlText call, String filter) {
    int mark = call.duck().indexOf('|');
    if (mark < 0) {
      return call.mapDuck(duck -> duck + filter);
    }
    String nothing = call.duck().substring(0, mark);
    String duck = call.duck().substring(mark + 1) + filter;
    return new SqlText(
        call.ours(),
        isPinot && !handlesNulls
            ? "coalesce(%s, CAST('%s' AS DOUBLE))".formatted(duck, nothing)
            : duck);
  }

  private Kind number() {
    return random.oneOf(List.of(Kind.WHOLE, Kind.REAL, Kind.DECIMAL));
  }

  /** Sums of wild floating-point numbers depend on the order in which they overflow. */
  private Kind summable() {
    return isTame ? number() : random.oneOf(List.of(Kind.WHOLE, Kind.DECIMAL));
  }

  private Aggregation unfiltered() {
    return switch (random.between(0, 9)) {
      case 0 -> Aggregation.count(SqlText.same("COUNT(*)"));
      case 1 -> Aggregation.count(SqlText.of("COUNT({0})", values.value(values.kind(), 1)));
      case 2, 3 ->
          Aggregation.count(SqlText.of("COUNT(DISTINCT {0})", values.key(values.kind(), 1)));
      case 4, 5 -> sum();
      case 6 -> extreme("MIN", "Infinity");
      case 7 -> extreme("MAX", "-Infinity");
      case 8 ->
          Aggregation.real(
              SqlText.of(
                  "AVG({0})",
                  "-Infinity|AVG(CAST({0} AS DOUBLE))",
                  values.value(isTame && random.chance(0.5) ? Kind.REAL : Kind.WHOLE, 1)));
      default -> inBothDialects();
    };
  }

  private Aggregation sum() {
    if (isPinot) {
      return Aggregation.real(
          SqlText.of("SUM({0})", "0|SUM(CAST({0} AS DOUBLE))", values.value(summable(), 1)));
    }
    return switch (summable()) {
      case WHOLE -> Aggregation.exact(SqlText.of("SUM({0})", values.value(Kind.WHOLE, 1)));
      case DECIMAL -> Aggregation.exact(SqlText.of("SUM({0})", values.value(Kind.DECIMAL, 1)));
      default -> Aggregation.real(SqlText.of("SUM({0})", values.value(Kind.REAL, 1)));
    };
  }

  private Aggregation extreme(String name, String nothing) {
    if (isPinot) {
      SqlText value = values.value(number(), 1);
      return Aggregation.real(
          SqlText.of(name + "({0})", nothing + "|" + name + "(CAST({0} AS DOUBLE))", value));
    }
    Kind kind = values.kind();
    SqlText text = SqlText.of(name + "({0})", values.value(kind, 1));
    return kind == Kind.REAL ? Aggregation.real(text) : Aggregation.exact(text);
  }

  private Aggregation inBothDialects() {
    return switch (random.between(0, 2)) {
      case 0 ->
          Aggregation.count(
              SqlText.of(
                  "SUM(CASE WHEN {0} THEN 1 ELSE 0 END)",
                  isPinot
                      ? "0|SUM(CASE WHEN {0} THEN 1e0 ELSE 0e0 END)"
                      : "SUM(CASE WHEN {0} THEN 1 ELSE 0 END)",
                  values.condition(1)));
      case 1 -> Aggregation.count(SqlText.same("COUNT(DISTINCT c_bytes)"));
      default ->
          Aggregation.real(
              SqlText.of(
                  "MAX(LENGTH({0}))",
                  isPinot ? "-Infinity|MAX(CAST(LENGTH({0}) AS DOUBLE))" : "MAX(LENGTH({0}))",
                  values.value(Kind.TEXT, 1)));
    };
  }

  private Statement groupingSets() {
    SqlText key = values.column(values.kind());
    SqlText other = values.column(values.kind());
    while (other.equals(key)) {
      other = values.column(values.kind());
    }
    Aggregation one = aggregation();
    SqlText where = where();
    SqlText by = SqlText.of(random.oneOf(GROUPINGS), key, other);
    String having = random.chance(0.3) ? " HAVING GROUPING({0}) = 1 OR COUNT(*) > 1" : "";
    int limit = random.between(0, 60);
    SqlText all =
        SqlText.of(
            "SELECT {0}, GROUPING({1}, {0}) AS g, {1}, {2} FROM {5}{3} GROUP BY {4}"
                + having
                + " ORDER BY GROUPING({0}, {1}), {0} NULLS FIRST, {1} NULLS LAST LIMIT "
                + limit,
            key,
            other,
            one.text(),
            where,
            by,
            new SqlText("t", table));
    return made(all.ours(), all.duck());
  }
}
