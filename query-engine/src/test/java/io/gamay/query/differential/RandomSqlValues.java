package io.gamay.query.differential;

import io.gamay.testkit.random.SeededRandom;
import java.util.List;

/**
 * Random expressions over the columns of a random table, as text. What DuckDB would not compute to
 * the same digits is not among them.
 *
 * @param isPinot whether ours is Pinot's dialect: arithmetic is of DOUBLE, LIKE knows no case
 */
record RandomSqlValues(SeededRandom random, boolean isPinot) {

  /** What an expression gives. */
  enum Kind {
    WHOLE,
    REAL,
    DECIMAL,
    TEXT,
    TRUTH,
    TIME
  }

  private static final List<Kind> KINDS = List.of(Kind.values());

  /** Conditions that both dialects and DuckDB write alike, or that ours have forms of their own. */
  private static final List<SqlText> CONDITIONS =
      List.of(
          SqlText.same("c_int > 1.5"),
          SqlText.same("c_int < 3000000000"),
          SqlText.same("c_long >= -9000000000000000000"),
          SqlText.same("c_double <> 12.5"),
          SqlText.same("c_big_decimal > 2.5"),
          SqlText.same("c_timestamp > 1700001000000"),
          SqlText.same("CAST(c_int AS DOUBLE) > c_double"),
          SqlText.same("STARTS_WITH(c_string, 'B')"),
          SqlText.same("CONTAINS(c_string, 'e')"),
          SqlText.same("LEVENSHTEIN(c_string, 'Berlin') < 4"),
          SqlText.same("c_double IS NOT DISTINCT FROM NULL"),
          SqlText.same("c_int IN (1, NULL, 7)"),
          SqlText.same("c_string NOT IN ('a', NULL)"),
          SqlText.same("c_int = NULL"),
          SqlText.same("BIT_COUNT(c_int) > 2"),
          new SqlText("c_int = '5'", "c_int = 5"),
          new SqlText("c_long > '-1000003'", "c_long > -1000003"),
          new SqlText("c_boolean = 'true'", "c_boolean = true"),
          new SqlText("c_boolean = 1", "c_boolean = true"),
          new SqlText("c_timestamp < '2023-11-14 22:38:20'", "c_timestamp < 1700001500000"),
          new SqlText(
              "c_timestamp >= TIMESTAMP '2023-11-14 22:30:00'", "c_timestamp >= 1700001000000"),
          new SqlText(
              "c_string != 'a' AND c_bytes > X'02'", "c_string != 'a' AND c_bytes > '\\x02'::BLOB"),
          new SqlText(
              "EXTRACT(MINUTE FROM c_timestamp) < 30", "((c_timestamp // 60000) % 60) < 30"));

  /** A value of a kind. */
  SqlText value(Kind kind, int depth) {
    if (depth <= 0 || random.chance(0.35)) {
      return random.chance(0.75) ? column(kind) : literal(kind);
    }
    if (random.chance(0.15)) {
      return SqlText.of(
          "CASE WHEN {0} THEN {1} ELSE {2} END",
          condition(depth - 1), value(kind, depth - 1), value(kind, depth - 1));
    }
    if (random.chance(0.1)) {
      return SqlText.of("COALESCE({0}, {1})", column(kind), value(kind, depth - 1));
    }
    return switch (kind) {
      case WHOLE -> whole(depth);
      case REAL -> real(depth);
      case DECIMAL -> decimal(depth);
      case TEXT -> text(depth);
      case TRUTH -> condition(depth);
      case TIME -> time(depth);
    };
  }

  /** DuckDB holds times as their milliseconds. */
  private SqlText time(int depth) {
    return random.chance(0.5)
        ? column(Kind.TIME)
        : SqlText.of(
            "({0} AT TIME ZONE '+05:30')", "({0} + 19800000)", value(Kind.TIME, depth - 1));
  }

  /** A value that is no literal, so that it may stand where a number would be a position. */
  SqlText key(Kind kind, int depth) {
    return depth == 0 || random.chance(0.6)
        ? column(kind)
        : SqlText.of("COALESCE({0}, {1})", column(kind), value(kind, depth - 1));
  }

  Kind kind() {
    return random.oneOf(KINDS);
  }

  SqlText column(Kind kind) {
    return switch (kind) {
      case WHOLE ->
          random.oneOf(
              List.of(
                  SqlText.same("c_int"),
                  SqlText.same("c_int"),
                  SqlText.same("c_long"),
                  new SqlText("$offset", "off"),
                  new SqlText("$partitionId", "part")));
      case REAL -> SqlText.same(random.oneOf(List.of("c_double", "c_double", "c_float")));
      case DECIMAL -> SqlText.same("c_big_decimal");
      case TEXT -> SqlText.same(random.oneOf(List.of("c_string", "c_string", "c_json")));
      case TRUTH -> SqlText.same("c_boolean");
      case TIME -> SqlText.same("c_timestamp");
    };
  }

  private SqlText literal(Kind kind) {
    return switch (kind) {
      case WHOLE -> SqlText.same(Integer.toString(random.between(-20, 20)));
      case REAL -> SqlText.same(random.between(-400, 400) / 8.0 + "e0");
      case DECIMAL ->
          SqlText.same(random.between(-50, 50) + "." + random.oneOf(List.of("25", "50", "00")));
      case TEXT -> SqlText.same("'" + word() + "'");
      case TRUTH -> SqlText.same(random.chance(0.5) ? "TRUE" : "FALSE");
      case TIME -> {
        long millis = 1_700_000_000_000L + random.between(0, 50) * 60_000L;
        yield new SqlText("CAST(" + millis + " AS TIMESTAMP)", Long.toString(millis));
      }
    };
  }

  private String word() {
    return random.oneOf(
        List.of("", "a", "ab", "abc", "b", "Berlin", "berlin", "100%", "it''s", "x_y", "Zürich"));
  }

  private SqlText small() {
    return SqlText.same(Integer.toString(random.between(1, 9)));
  }

  private SqlText whole(int depth) {
    SqlText a = value(Kind.WHOLE, depth - 1);
    int choice = random.between(0, isPinot ? 1 : 8);
    return switch (choice) {
      case 0 -> SqlText.of("LENGTH({0})", value(Kind.TEXT, depth - 1));
      case 1 -> SqlText.of("NULLIF({0}, {1})", column(Kind.WHOLE), SqlText.same("3"));
      case 2 ->
          SqlText.of("({0} + {1})", "(CAST({0} AS BIGINT) + {1})", a, value(Kind.WHOLE, depth - 1));
      case 3 ->
          SqlText.of("({0} - {1})", "(CAST({0} AS BIGINT) - {1})", a, value(Kind.WHOLE, depth - 1));
      case 4 -> SqlText.of("{0} * {1}", "(CAST({0} AS BIGINT) * {1})", column(Kind.WHOLE), small());
      case 5 -> SqlText.of("({0} / {1})", "(CAST({0} AS BIGINT) // {1})", a, small());
      case 6 -> SqlText.of("({0} % {1})", "(CAST({0} AS BIGINT) % {1})", a, small());
      case 7 -> SqlText.of("ABS({0})", column(Kind.WHOLE));
      default -> SqlText.of("(-{0})", "(-CAST({0} AS BIGINT))", column(Kind.WHOLE));
    };
  }

  private SqlText real(int depth) {
    if (isPinot && random.chance(0.4)) {
      String operator = random.oneOf(List.of("+", "-", "*"));
      return SqlText.of(
          "({0} " + operator + " {1})",
          "(CAST({0} AS DOUBLE) " + operator + " CAST({1} AS DOUBLE))",
          value(Kind.WHOLE, depth - 1),
          value(Kind.WHOLE, depth - 1));
    }
    return switch (random.between(0, 6)) {
      case 0 -> real("+", depth);
      case 1 -> real("-", depth);
      case 2 -> real("*", depth);
      case 3 ->
          SqlText.of(
              "({0} / {1})", "(CAST({0} AS DOUBLE) / {1})", value(Kind.REAL, depth - 1), small());
      case 4 -> SqlText.of("CAST({0} AS DOUBLE)", value(Kind.WHOLE, depth - 1));
      case 5 -> SqlText.of("SQRT(ABS({0}))", SqlText.same("c_int"));
      default -> SqlText.of("FLOOR({0})", SqlText.same("c_double"));
    };
  }

  private SqlText real(String operator, int depth) {
    return SqlText.of(
        "({0} " + operator + " {1})",
        "(CAST({0} AS DOUBLE) " + operator + " CAST({1} AS DOUBLE))",
        value(Kind.REAL, depth - 1),
        value(random.chance(0.5) ? Kind.REAL : Kind.WHOLE, depth - 1));
  }

  private SqlText decimal(int depth) {
    if (isPinot) {
      return column(Kind.DECIMAL);
    }
    String operator = random.chance(0.5) ? "+" : "-";
    return SqlText.of(
        "({0} " + operator + " {1})", column(Kind.DECIMAL), value(Kind.DECIMAL, depth - 1));
  }

  private SqlText text(int depth) {
    SqlText a = value(Kind.TEXT, depth - 1);
    return switch (random.between(0, isPinot ? 5 : 7)) {
      case 0 -> SqlText.of("UPPER({0})", a);
      case 1 -> SqlText.of("LOWER({0})", a);
      case 2 -> SqlText.of("REVERSE({0})", a);
      case 3 -> SqlText.of("REPLACE({0}, 'e', 'xy')", a);
      case 4 -> SqlText.of("TRIM({0})", a);
      case 5 -> SqlText.of("CAST({0} AS VARCHAR)", SqlText.same("c_int"));
      case 6 -> SqlText.of("({0} || {1})", a, value(Kind.TEXT, depth - 1));
      default ->
          SqlText.of(
              "SUBSTRING({0}, {1}, 2)", a, SqlText.same(Integer.toString(random.between(1, 4))));
    };
  }

  /** A condition. */
  SqlText condition(int depth) {
    if (depth > 0 && random.chance(0.45)) {
      return switch (random.between(0, 4)) {
        case 0, 1 -> SqlText.of("({0} AND {1})", condition(depth - 1), condition(depth - 1));
        case 2, 3 -> SqlText.of("({0} OR {1})", condition(depth - 1), condition(depth - 1));
        default -> SqlText.of("(NOT {0})", condition(depth - 1));
      };
    }
    return switch (random.between(0, 10)) {
      case 0 -> SqlText.of("({0})", random.oneOf(CONDITIONS));
      case 1 -> ofList();
      case 2 -> between(depth);
      case 3 -> in(depth);
      case 4 -> like(depth);
      case 5 ->
          SqlText.of(
              random.chance(0.5) ? "({0} IS NULL)" : "({0} IS NOT NULL)",
              value(kind(), Math.min(1, depth)));
      case 6 -> {
        Kind kind = kind();
        yield SqlText.of(
            random.chance(0.5) ? "({0} IS DISTINCT FROM {1})" : "({0} IS NOT DISTINCT FROM {1})",
            column(kind),
            value(kind, depth));
      }
      case 7 ->
          SqlText.of(
              "({0} IS %s%s)"
                  .formatted(
                      random.chance(0.5) ? "NOT " : "", random.oneOf(List.of("TRUE", "FALSE"))),
              depth > 0 ? condition(depth - 1) : column(Kind.TRUTH));
      case 8 -> column(Kind.TRUTH);
      default -> comparison(depth);
    };
  }

  private SqlText comparison(int depth) {
    Kind kind = kind();
    if (kind == Kind.TRUTH) {
      return SqlText.of("({0} = {1})", column(kind), literal(kind));
    }
    String operator = random.oneOf(List.of("=", "<>", "<", "<=", ">", ">="));
    boolean isMixed = random.chance(0.15) && (kind == Kind.WHOLE || kind == Kind.REAL);
    return SqlText.of(
        "({0} " + operator + " {1})",
        random.chance(0.7) ? column(kind) : value(kind, depth),
        isMixed
            ? value(kind == Kind.WHOLE ? Kind.REAL : Kind.WHOLE, 0)
            : random.chance(0.7) ? literal(kind) : value(kind, depth));
  }

  private SqlText between(int depth) {
    Kind kind = random.oneOf(List.of(Kind.WHOLE, Kind.REAL, Kind.DECIMAL, Kind.TEXT, Kind.TIME));
    return SqlText.of(
        random.chance(0.3) ? "({0} NOT BETWEEN {1} AND {2})" : "({0} BETWEEN {1} AND {2})",
        random.chance(0.7) ? column(kind) : value(kind, depth),
        literal(kind),
        literal(kind));
  }

  private SqlText in(int depth) {
    Kind kind = random.oneOf(List.of(Kind.WHOLE, Kind.TEXT, Kind.DECIMAL));
    return SqlText.of(
        random.chance(0.3) ? "({0} NOT IN ({1}, {2}, {3}))" : "({0} IN ({1}, {2}, {3}))",
        random.chance(0.7) ? column(kind) : value(kind, depth),
        literal(kind),
        literal(kind),
        literal(kind));
  }

  private SqlText like(int depth) {
    String negation = random.chance(0.3) ? "NOT " : "";
    StringBuilder pattern = new StringBuilder();
    while (random.chance(0.7)) {
      pattern.append(random.oneOf(List.of("%", "_", "a", "b", "B", "er", "ü", "1")));
    }
    String test = negation + "LIKE '" + pattern + "')";
    String duck = negation + (isPinot ? "ILIKE '" : "LIKE '") + pattern + "')";
    return SqlText.of("({0} " + test, "({0} " + duck, value(Kind.TEXT, Math.min(1, depth)));
  }

  /** Of lists any element matches; none does where a value is excluded. */
  private SqlText ofList() {
    boolean isText = random.chance(0.5);
    String column = isText ? "m_string" : random.chance(0.5) ? "m_int" : "m_double";
    Kind kind = isText ? Kind.TEXT : column.equals("m_int") ? Kind.WHOLE : Kind.REAL;
    SqlText a = literal(kind);
    SqlText b = literal(kind);
    String any = "(len(list_filter(" + column + ", lambda e: %s)) > 0)";
    return switch (random.between(0, 4)) {
      case 0 -> SqlText.of("(" + column + " = {0})", any.formatted("e = {0}"), a);
      case 1 -> SqlText.of("(" + column + " <> {0})", "(NOT " + any.formatted("e = {0}") + ")", a);
      case 2 ->
          SqlText.of("(" + column + " IN ({0}, {1}))", any.formatted("e IN ({0}, {1})"), a, b);
      case 3 ->
          SqlText.of(
              "(" + column + " NOT IN ({0}, {1}))",
              "(NOT " + any.formatted("e IN ({0}, {1})") + ")",
              a,
              b);
      default ->
          SqlText.of(
              "(" + column + " BETWEEN {0} AND {1})", any.formatted("e BETWEEN {0} AND {1}"), a, b);
    };
  }
}
