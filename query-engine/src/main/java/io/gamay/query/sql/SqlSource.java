package io.gamay.query.sql;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;

/** The text of a query; turns offsets into the lines and columns of error messages. */
record SqlSource(String text) {

  private static final int MAX_SHOWN = 40;

  QueryException error(int offset, String problem) {
    int line = 1;
    int lineStart = 0;
    for (int index = 0; index < offset; index++) {
      if (text.charAt(index) == '\n') {
        line++;
        lineStart = index + 1;
      }
    }
    return refusal("line %d, column %d: %s".formatted(line, offset - lineStart + 1, problem));
  }

  QueryException unexpected(SqlToken token, String expected) {
    return error(token.start(), "unexpected %s, expected %s".formatted(show(token), expected));
  }

  QueryException notSupported(SqlToken token, String construct) {
    return error(token.start(), "not supported yet: " + construct);
  }

  static QueryException refusal(String message) {
    return new QueryException(QueryErrorCode.SQL_PARSING, message);
  }

  String show(SqlToken token) {
    if (token.kind() == SqlToken.Kind.END) {
      return "end of query";
    }
    String written = text.substring(token.start(), token.end());
    String shown =
        written.length() <= MAX_SHOWN ? written : written.substring(0, MAX_SHOWN) + "...";
    return shown.startsWith("'") ? shown : "'" + shown + "'";
  }
}
