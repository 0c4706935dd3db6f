package io.gamay.query.sql;

import io.gamay.query.error.QueryException;
import java.util.List;

/** Walks over the tokens of one query. Never moves past the END. */
final class TokenCursor {

  private final SqlSource source;
  private final List<SqlToken> tokens;
  private int index;

  TokenCursor(SqlSource source, List<SqlToken> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  SqlToken peek() {
    return tokens.get(index);
  }

  /** The token after {@link #peek()}. */
  SqlToken peekSecond() {
    return peek(1);
  }

  /** The token this far after {@link #peek()}; the END if there is none. */
  SqlToken peek(int ahead) {
    return tokens.get(Math.min(index + ahead, tokens.size() - 1));
  }

  SqlToken next() {
    SqlToken token = tokens.get(index);
    if (index < tokens.size() - 1) {
      index++;
    }
    return token;
  }

  boolean atWord(String keyword) {
    return peek().isWord(keyword);
  }

  boolean atSymbol(String symbol) {
    return peek().isSymbol(symbol);
  }

  boolean atEnd() {
    return peek().kind() == SqlToken.Kind.END;
  }

  boolean takeWord(String keyword) {
    if (!atWord(keyword)) {
      return false;
    }
    next();
    return true;
  }

  boolean takeSymbol(String symbol) {
    if (!atSymbol(symbol)) {
      return false;
    }
    next();
    return true;
  }

  SqlToken expectWord(String keyword) {
    if (!atWord(keyword)) {
      throw unexpected(keyword);
    }
    return next();
  }

  SqlToken expectSymbol(String symbol) {
    if (!atSymbol(symbol)) {
      throw unexpected("'" + symbol + "'");
    }
    return next();
  }

  QueryException unexpected(String expected) {
    return source.unexpected(peek(), expected);
  }

  QueryException notSupported(String construct) {
    return source.notSupported(peek(), construct);
  }

  SqlSource source() {
    return source;
  }
}
