package io.gamay.query.differential;

import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A piece of SQL as Gamay is asked it, and as DuckDB is asked the same.
 *
 * @param ours in the dialect of the statement that it stands in
 */
record SqlText(String ours, String duck) {

  /** What both write alike. */
  static SqlText same(String text) {
    return new SqlText(text, text);
  }

  /** A template whose {@code {0}}, {@code {1}}, ... are parts. */
  static SqlText of(String template, SqlText... parts) {
    return of(template, template, parts);
  }

  static SqlText of(String ours, String duck, SqlText... parts) {
    return new SqlText(filled(ours, SqlText::ours, parts), filled(duck, SqlText::duck, parts));
  }

  private static String filled(String template, Function<SqlText, String> side, SqlText... parts) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      boolean isPart =
          template.charAt(at) == '{'
              && at + 2 < template.length()
              && template.charAt(at + 2) == '}';
      if (isPart) {
        text.append(side.apply(parts[template.charAt(at + 1) - '0']));
        at += 3;
      } else {
        text.append(template.charAt(at++));
      }
    }
    return text.toString();
  }

  SqlText mapDuck(UnaryOperator<String> change) {
    return new SqlText(ours, change.apply(duck));
  }
}
