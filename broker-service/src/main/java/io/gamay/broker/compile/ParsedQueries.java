package io.gamay.broker.compile;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.query.error.QueryException;
import io.gamay.query.sql.Query;
import io.gamay.query.sql.SqlParser;
import java.util.Optional;

/**
 * Parsed texts of the queries that were asked last: dashboards ask the same ones again and again.
 * What a text means does not depend on tables or time; both come in when it is planned.
 * Thread-safe.
 */
final class ParsedQueries {

  /** Longer texts are parsed each time: mostly lists of values that do not come again. */
  static final int LONGEST_KEPT = 1024;

  /** Characters of all texts kept; a parsed one takes 2 to 35 bytes for each. */
  private static final long MOST_CHARACTERS = 1 << 20;

  /** What an entry takes beside its text, in characters of text. */
  private static final int ENTRY_CHARACTERS = 512;

  private final SqlParser parser = new SqlParser();
  private final Cache<String, Query> kept =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumWeight(MOST_CHARACTERS)
          .weigher((String sql, Query _) -> sql.length() + ENTRY_CHARACTERS)
          .build();

  /**
   * @throws QueryException with SQL_PARSING
   */
  Query parse(String sql) {
    if (sql.length() > LONGEST_KEPT) {
      return parser.parse(sql);
    }
    return kept.get(sql, parser::parse);
  }

  /** The text's query if it is kept. */
  Optional<Query> known(String sql) {
    return sql.length() > LONGEST_KEPT
        ? Optional.empty()
        : Optional.ofNullable(kept.getIfPresent(sql));
  }
}
