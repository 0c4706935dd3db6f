package io.gamay.query.sql;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words that are not names, and words of SQL that are refused by name. */
final class Keywords {

  /** Never a name unless quoted. All others are names wherever a value may stand. */
  private static final Set<String> RESERVED =
      Set.of(
          "SELECT",
          "DISTINCT",
          "ALL",
          "FROM",
          "WHERE",
          "GROUP",
          "HAVING",
          "ORDER",
          "LIMIT",
          "AS",
          "AND",
          "OR",
          "NOT",
          "IN",
          "BETWEEN",
          "LIKE",
          "IS",
          "NULL",
          "CASE",
          "WHEN",
          "THEN",
          "ELSE",
          "END",
          "TRUE",
          "FALSE");

  /** What these begin where they follow a value or a table. */
  private static final Map<String, String> UNSUPPORTED_AFTER_VALUE =
      Map.ofEntries(
          entry("UNION", "UNION"),
          entry("INTERSECT", "INTERSECT"),
          entry("EXCEPT", "EXCEPT"),
          entry("MINUS", "MINUS"),
          entry("JOIN", "JOIN"),
          entry("INNER", "JOIN"),
          entry("LEFT", "JOIN"),
          entry("RIGHT", "JOIN"),
          entry("FULL", "JOIN"),
          entry("CROSS", "JOIN"),
          entry("NATURAL", "JOIN"),
          entry("ASOF", "JOIN"),
          entry("OVER", "window functions (OVER)"),
          entry("WINDOW", "window functions (WINDOW)"),
          entry("QUALIFY", "window functions (QUALIFY)"),
          entry("WITHIN", "WITHIN GROUP"),
          entry("TABLESAMPLE", "TABLESAMPLE"),
          entry("FETCH", "FETCH (write LIMIT)"),
          entry("FOR", "FOR"),
          entry("ILIKE", "ILIKE (write LOWER(x) LIKE 'pattern')"),
          entry("RLIKE", "RLIKE (write REGEXP_LIKE(x, 'pattern'))"),
          entry("REGEXP", "REGEXP (write REGEXP_LIKE(x, 'pattern'))"),
          entry("SIMILAR", "SIMILAR TO (write REGEXP_LIKE(x, 'pattern'))"),
          entry("OVERLAPS", "OVERLAPS"),
          entry("COLLATE", "COLLATE"),
          entry("AT", "AT (write AT TIME ZONE 'zone')"),
          entry("DIV", "the operator DIV (write INT_DIV(a, b))"),
          entry("MOD", "the operator MOD (write %)"),
          entry("XOR", "the operator XOR (write (a) <> (b))"));

  private static final Map<String, String> UNSUPPORTED_STATEMENTS =
      Map.ofEntries(
          entry("WITH", "WITH (common table expressions)"),
          entry("VALUES", "VALUES"),
          entry("INSERT", "INSERT"),
          entry("UPDATE", "UPDATE"),
          entry("DELETE", "DELETE"),
          entry("MERGE", "MERGE"),
          entry("CREATE", "CREATE"),
          entry("ALTER", "ALTER"),
          entry("DROP", "DROP"),
          entry("TRUNCATE", "TRUNCATE"),
          entry("SHOW", "SHOW"),
          entry("DESCRIBE", "DESCRIBE"));

  private Keywords() {}

  static boolean isReserved(SqlToken token) {
    return token.kind() == SqlToken.Kind.WORD && RESERVED.contains(upper(token));
  }

  /** The construct of SQL that this token begins after a value or a table, if it is refused. */
  static Optional<String> unsupportedAfterValue(SqlToken token) {
    if (token.kind() == SqlToken.Kind.SYMBOL) {
      return switch (token.text()) {
        case "::" -> Optional.of("the operator :: (write CAST)");
        case "[" -> Optional.of("array and map access with []");
        default -> Optional.empty();
      };
    }
    return unsupported(UNSUPPORTED_AFTER_VALUE, token);
  }

  static Optional<String> unsupportedStatement(SqlToken token) {
    return unsupported(UNSUPPORTED_STATEMENTS, token);
  }

  /** Whether a comparison goes on with this: it takes no other comparison as its left side. */
  static boolean isComparison(SqlToken token) {
    return switch (token.kind()) {
      case SYMBOL -> Set.of("=", "<>", "!=", "<", "<=", ">", ">=").contains(token.text());
      case WORD -> Set.of("IS", "IN", "LIKE", "BETWEEN").contains(upper(token));
      default -> false;
    };
  }

  private static Optional<String> unsupported(Map<String, String> constructs, SqlToken token) {
    return token.kind() == SqlToken.Kind.WORD
        ? Optional.ofNullable(constructs.get(upper(token)))
        : Optional.empty();
  }

  private static String upper(SqlToken token) {
    return token.text().toUpperCase(Locale.ROOT);
  }
}
