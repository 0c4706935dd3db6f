package io.gamay.query.sql;

import io.gamay.query.error.QueryException;
import io.gamay.query.sql.Expression.Name;
import io.gamay.query.sql.GroupByReader.GroupBy;
import io.gamay.query.sql.Query.Explain;
import io.gamay.query.sql.SqlToken.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * SQL text to {@link Query}: any number of {@code SET key = value;}, then one SELECT over one table
 * or none (EXPLAIN PLAN FOR or EXPLAIN ANALYZE may stand before it), then {@code OPTION(key=value,
 * ...)} as older clients write it. Thread-safe.
 *
 * <p>Clauses and nesting are read here, token by token, so that errors have a line and a column and
 * depth has a bound; jOOQ's parser decides how operators bind and what a clause holds. What is not
 * understood is refused, never skipped.
 */
public final class SqlParser {

  /** Longest accepted text, in characters. */
  public static final int MAX_LENGTH = 1 << 20;

  private static final List<String> CLAUSES =
      List.of("FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET");

  /**
   * @throws QueryException with SQL_PARSING: what is wrong, where, and what was expected
   */
  public Query parse(String sql) {
    return new StatementReader(cursor(sql)).read();
  }

  /**
   * One condition and nothing else, as it stands in a text within a query.
   *
   * @throws QueryException with SQL_PARSING, likewise; line and column are the condition's
   */
  public Expression parseCondition(String sql) {
    TokenCursor cursor = cursor(sql);
    Expression condition = new ExpressionReader(cursor, new JooqBridge()).read().expression();
    if (!cursor.atEnd()) {
      throw cursor.unexpected("an operator or the end of the condition");
    }
    return condition;
  }

  private static TokenCursor cursor(String sql) {
    if (sql.length() > MAX_LENGTH) {
      throw SqlSource.refusal(
          "query is %d characters long, at most %d are accepted"
              .formatted(sql.length(), MAX_LENGTH));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(sql)) {
      throw SqlSource.refusal("query is not valid Unicode: it has a surrogate without its pair");
    }
    var source = new SqlSource(sql);
    return new TokenCursor(source, new SqlLexer(source).tokens());
  }

  /** Reads the statements of one request. */
  private static final class StatementReader {

    private final TokenCursor cursor;
    private final JooqBridge jooq = new JooqBridge();
    private final ExpressionReader expressions;
    private final Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Skeleton skeleton = new Skeleton();
    private String table = "";
    private Optional<String> tableAlias = Optional.empty();
    private GroupBy groupBy = GroupBy.NONE;
    private OptionalLong limit = OptionalLong.empty();
    private long offset;
    private boolean hasTrailingOptions;

    StatementReader(TokenCursor cursor) {
      this.cursor = cursor;
      this.expressions = new ExpressionReader(cursor, jooq);
    }

    Query read() {
      while (cursor.atWord("SET")) {
        readSet();
      }
      Explain explain = readExplain();
      if (!cursor.atWord("SELECT")) {
        refuseOtherStatement();
      }
      writeSelect();
      writeFrom();
      writeConditions();
      readLimit();
      readTrailingOptions();
      expectEnd();
      JooqBridge.Clauses clauses = jooq.select(skeleton, cursor.source());
      return TableAliases.resolve(
          tableAlias,
          new Query(
              options,
              explain,
              clauses.distinct(),
              clauses.select(),
              table,
              clauses.where(),
              groupBy.keys(),
              groupBy.sets(),
              clauses.having(),
              clauses.orderBy(),
              limit,
              offset));
    }

    private void readSet() {
      cursor.next();
      SqlToken key = cursor.peek();
      if (!key.isName() && key.kind() != Kind.STRING) {
        throw cursor.unexpected("the name of an option");
      }
      cursor.next();
      cursor.expectSymbol("=");
      putOption(key.text(), readOptionValue());
      if (!cursor.takeSymbol(";")) {
        throw cursor.unexpected("';' after SET");
      }
    }

    private void putOption(String key, String value) {
      options.remove(key);
      options.put(key, value);
    }

    /** One literal or word, as text. */
    private String readOptionValue() {
      boolean isNegative = cursor.takeSymbol("-");
      SqlToken value = cursor.peek();
      boolean isNumber =
          value.kind() == Kind.INTEGER
              || value.kind() == Kind.DECIMAL
              || value.kind() == Kind.DOUBLE;
      boolean isText = value.isName() || value.kind() == Kind.STRING;
      if (!isNumber && (isNegative || !isText)) {
        throw cursor.unexpected("the value of an option");
      }
      cursor.next();
      return isNegative ? "-" + value.text() : value.text();
    }

    /** EXPLAIN [PLAN FOR], EXPLAIN ANALYZE. */
    private Explain readExplain() {
      if (!cursor.takeWord("EXPLAIN")) {
        return Explain.NONE;
      }
      if (cursor.takeWord("ANALYZE")) {
        return Explain.ANALYZE;
      }
      if (cursor.takeWord("PLAN")) {
        cursor.expectWord("FOR");
      } else if (!cursor.atWord("SELECT")) {
        throw cursor.unexpected("PLAN FOR, ANALYZE or SELECT");
      }
      return Explain.PLAN;
    }

    private void refuseOtherStatement() {
      Optional<String> statement = Keywords.unsupportedStatement(cursor.peek());
      if (statement.isPresent()) {
        throw cursor.notSupported(statement.get());
      }
      if (cursor.atSymbol("(")) {
        throw cursor.notSupported("parentheses around a query");
      }
      throw cursor.unexpected("SELECT");
    }

    private void writeSelect() {
      skeleton.structure("SELECT", cursor.next());
      if (cursor.atWord("DISTINCT")) {
        skeleton.structure("DISTINCT", cursor.next());
        if (cursor.atWord("ON") && cursor.peekSecond().isSymbol("(")) {
          throw cursor.notSupported(
              "DISTINCT ON (write GROUP BY, and FIRST_WITH_TIME or LAST_WITH_TIME of what else is"
                  + " selected)");
        }
      }
      writeSelectItem();
      while (cursor.atSymbol(",")) {
        skeleton.structure(",", cursor.next());
        writeSelectItem();
      }
    }

    private void writeSelectItem() {
      if (cursor.atSymbol("*")) {
        skeleton.value(new Expression.Star(), cursor.next());
        return;
      }
      expressions.write(skeleton);
      if (cursor.takeWord("AS")) {
        if (!cursor.peek().isName()) {
          throw cursor.unexpected("an alias");
        }
        skeleton.alias(cursor.peek().text(), cursor.next());
      } else if (atAlias()) {
        SqlToken alias = cursor.next();
        if (cursor.atSymbol("(") || cursor.atSymbol(".")) {
          throw cursor.source().unexpected(alias, "an operator, ',' or FROM before it");
        }
        skeleton.alias(alias.text(), alias);
      }
    }

    private boolean atAlias() {
      return cursor.peek().isName() && !Keywords.isReserved(cursor.peek()) && !atOptions();
    }

    private void writeFrom() {
      boolean isOver = cursor.atEnd() || cursor.atSymbol(";") || atOptions();
      if (isOver || cursor.atWord("LIMIT") || cursor.atWord("OFFSET")) {
        SqlToken here = cursor.peek();
        skeleton.structure("FROM", here);
        skeleton.table(here);
        return;
      }
      if (!cursor.atWord("FROM")) {
        throw cursor.unexpected("an operator, ',' or FROM");
      }
      skeleton.structure("FROM", cursor.next());
      if (cursor.atSymbol("(")) {
        throw cursor.notSupported("sub-queries in FROM");
      }
      SqlToken first = cursor.peek();
      if (!first.isName() || Keywords.isReserved(first)) {
        throw cursor.unexpected(
            Keywords.isReserved(first)
                ? "the name of a table (a table of that name is written in double quotes)"
                : "the name of a table");
      }
      Name name = expressions.readName();
      table = name.name();
      skeleton.table(first);
      if (cursor.atSymbol("(")) {
        throw cursor.notSupported("table functions");
      }
      readTableAlias();
      if (cursor.atSymbol(",")) {
        throw cursor.notSupported("JOIN (several tables in FROM)");
      }
    }

    private void readTableAlias() {
      refuseUnsupported();
      boolean hasAs = cursor.takeWord("AS");
      if (hasAs && !cursor.peek().isName()) {
        throw cursor.unexpected("an alias");
      }
      if (hasAs || (atAlias() && !cursor.atWord("OFFSET"))) {
        tableAlias = Optional.of(cursor.next().text());
      }
      refuseUnsupported();
    }

    private void refuseUnsupported() {
      Keywords.unsupportedAfterValue(cursor.peek())
          .ifPresent(
              construct -> {
                throw cursor.notSupported(construct);
              });
    }

    private void writeConditions() {
      if (cursor.atWord("WHERE")) {
        skeleton.structure("WHERE", cursor.next());
        expressions.write(skeleton);
      }
      if (cursor.takeWord("GROUP")) {
        cursor.expectWord("BY");
        groupBy = new GroupByReader(cursor, expressions).read();
      }
      if (cursor.atWord("HAVING")) {
        skeleton.structure("HAVING", cursor.next());
        expressions.write(skeleton);
      }
      if (cursor.atWord("ORDER")) {
        SqlToken order = cursor.next();
        cursor.expectWord("BY");
        skeleton.structure("ORDER BY", order);
        writeOrderKeys();
      }
    }

    private void writeOrderKeys() {
      do {
        if (cursor.atSymbol(",")) {
          skeleton.structure(",", cursor.next());
        }
        expressions.write(skeleton);
        if (cursor.atWord("ASC") || cursor.atWord("DESC")) {
          skeleton.structure(cursor.atWord("ASC") ? "ASC" : "DESC", cursor.next());
        }
        if (cursor.atWord("NULLS")) {
          SqlToken nulls = cursor.next();
          if (!cursor.atWord("FIRST") && !cursor.atWord("LAST")) {
            throw cursor.unexpected("FIRST or LAST");
          }
          skeleton.structure(cursor.next().isWord("FIRST") ? "NULLS FIRST" : "NULLS LAST", nulls);
        }
      } while (cursor.atSymbol(","));
    }

    /** LIMIT n, LIMIT offset, n, LIMIT n OFFSET offset, OFFSET offset. */
    private void readLimit() {
      if (cursor.takeWord("LIMIT")) {
        long first = readCount();
        if (cursor.takeSymbol(",")) {
          offset = first;
          limit = OptionalLong.of(readCount());
          return;
        }
        limit = OptionalLong.of(first);
      }
      if (cursor.takeWord("OFFSET")) {
        offset = readCount();
      }
    }

    private long readCount() {
      SqlToken token = cursor.peek();
      boolean isCount =
          token.kind() == Kind.INTEGER
              && Literals.number(cursor.source(), token) instanceof Expression.IntegerLiteral;
      if (!isCount) {
        throw cursor.unexpected("a number of rows");
      }
      cursor.next();
      return Long.parseLong(token.text());
    }

    private boolean atOptions() {
      return cursor.atWord("OPTION") && cursor.peekSecond().isSymbol("(");
    }

    private void readTrailingOptions() {
      while (atOptions()) {
        hasTrailingOptions = true;
        cursor.next();
        cursor.next();
        do {
          if (!cursor.peek().isName() && cursor.peek().kind() != Kind.STRING) {
            throw cursor.unexpected("the name of an option");
          }
          SqlToken key = cursor.next();
          cursor.expectSymbol("=");
          putOption(key.text(), readOptionValue());
        } while (cursor.takeSymbol(","));
        if (!cursor.takeSymbol(")")) {
          throw cursor.unexpected("',' or ')'");
        }
      }
    }

    private void expectEnd() {
      while (cursor.takeSymbol(";")) {
        if (cursor.atWord("SELECT") || cursor.atWord("SET")) {
          throw cursor.notSupported("several queries in one request");
        }
      }
      if (cursor.atEnd()) {
        return;
      }
      refuseUnsupported();
      throw cursor.unexpected(expectedAtEnd());
    }

    /** A clause in the wrong place is told its place. */
    private String expectedAtEnd() {
      if (hasTrailingOptions) {
        return "the end of the query: OPTION(...) comes last, behind LIMIT and OFFSET";
      }
      for (int place = 0; place < CLAUSES.size(); place++) {
        if (cursor.atWord(CLAUSES.get(place))) {
          return place == CLAUSES.size() - 1
              ? "each clause once"
              : "each clause once, and %s before %s"
                  .formatted(
                      CLAUSES.get(place),
                      String.join(", ", CLAUSES.subList(place + 1, CLAUSES.size())));
        }
      }
      return "an operator, ',', the next clause or the end of the query";
    }
  }
}
