package io.gamay.query.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SqlParserPropertyTest {

  private static final String[] SOUP = {
    "SELECT",
    "DISTINCT",
    "FROM",
    "WHERE",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "LIKE",
    "ESCAPE",
    "IS",
    "NULL",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST",
    "AS",
    "FILTER",
    "OPTION",
    "SET",
    "EXPLAIN",
    "PLAN",
    "FOR",
    "ASC",
    "DESC",
    "NULLS",
    "FIRST",
    "LAST",
    "TRUE",
    "UNION",
    "JOIN",
    "OVER",
    "TIMESTAMP",
    "a",
    "b",
    "t",
    "$docId",
    "t.a",
    "count",
    "\"q\"",
    "\"",
    "'s'",
    "'",
    "1",
    "2.5",
    "1e3",
    "99999999999999999999",
    "X'0a'",
    "(",
    ")",
    "(",
    ")",
    ",",
    ",",
    ".",
    ";",
    "*",
    "+",
    "-",
    "/",
    "%",
    "=",
    "<>",
    "<",
    ">=",
    "||",
    "::",
    "[",
    "]",
    "?",
    ":",
    "`",
    "{",
    "}",
    "@",
    "#",
    "--",
    "/*",
    "*/",
    "\n",
    "\u0000",
    "é",
    "\ud83d"
  };

  private final SqlParser parser = new SqlParser();

  @Test
  void tokenSoupGivesAQueryOrAQueryExceptionInBoundedTime() {
    for (long seed = 0; seed < 5_000; seed++) {
      var random = new SplittableRandom(seed);
      var text = new StringBuilder(random.nextBoolean() ? "SELECT a FROM t WHERE " : "SELECT ");
      int length = random.nextInt(1, 30);
      for (int index = 0; index < length; index++) {
        text.append(SOUP[random.nextInt(SOUP.length)]).append(random.nextInt(5) == 0 ? "" : " ");
      }
      parseSafely(seed, text.toString());
    }
  }

  @Test
  void damagedQueriesGiveAQueryOrAQueryExceptionInBoundedTime() {
    for (long seed = 0; seed < 2_000; seed++) {
      var random = new SplittableRandom(seed);
      var text = new StringBuilder(SqlPrinter.print(RandomQueries.query(random)));
      int damages = random.nextInt(1, 4);
      for (int damage = 0; damage < damages; damage++) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, SOUP[random.nextInt(SOUP.length)]);
          default -> text.setCharAt(at, (char) random.nextInt(32, 127));
        }
      }
      parseSafely(seed, text.toString());
    }
  }

  private void parseSafely(long seed, String text) {
    long start = System.nanoTime();
    try {
      parser.parse(text);
    } catch (QueryException e) {
      assertThat(e.code()).as("seed %d: %s", seed, text).isEqualTo(QueryErrorCode.SQL_PARSING);
    } catch (RuntimeException | StackOverflowError e) {
      fail("seed %d: %s".formatted(seed, text), e);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("seed %d: %s", seed, text)
        .isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void generatedQueriesSurvivePrintingAndParsing() {
    for (long seed = 0; seed < 2_000; seed++) {
      Query query = RandomQueries.query(new SplittableRandom(seed));
      String text = SqlPrinter.print(query);
      Query parsed;
      try {
        parsed = parser.parse(text);
      } catch (QueryException e) {
        throw new AssertionError("seed %d: %s".formatted(seed, text), e);
      }
      assertThat(parsed).as("seed %d: %s", seed, text).isEqualTo(query);
    }
  }

  /** The same operators without parentheses bind as the precedence table of SQL says. */
  @Test
  void operatorsWithoutParenthesesBindByPrecedence() {
    for (long seed = 0; seed < 1_500; seed++) {
      var random = new SplittableRandom(seed);
      int operands = random.nextInt(2, 9);
      var flat = new StringBuilder();
      var tokens = new ArrayList<String>();
      boolean isCompared = false;
      for (int index = 0; index < operands; index++) {
        if (index > 0) {
          boolean mayCompare = !isCompared;
          String operator =
              switch (random.nextInt(mayCompare ? 4 : 3)) {
                case 0 -> random.nextBoolean() ? "+" : "-";
                case 1 -> random.nextBoolean() ? "*" : random.nextBoolean() ? "/" : "%";
                case 2 -> isCompared ? (random.nextBoolean() ? "AND" : "OR") : "<";
                default -> "=";
              };
          isCompared =
              operator.equals("<") || operator.equals("=") || (isCompared && !isLogical(operator));
          tokens.add(operator);
          flat.append(' ').append(operator).append(' ');
        }
        String operand = "c" + index;
        tokens.add(operand);
        flat.append(operand);
      }
      if (!isCompared) {
        tokens.add("=");
        tokens.add("z");
        flat.append(" = z");
      }
      Expression parsed = parser.parse("SELECT a FROM t WHERE " + flat).where().orElseThrow();
      assertThat(SqlPrinter.print(parsed))
          .as("seed %d: %s", seed, flat)
          .isEqualTo(new Climber(tokens).or());
    }
  }

  private static boolean isLogical(String operator) {
    return operator.equals("AND") || operator.equals("OR");
  }

  /** Precedence climbing over tokens, written for this test alone; gives fully bracketed text. */
  private static final class Climber {

    private final List<String> tokens;
    private int index;

    Climber(List<String> tokens) {
      this.tokens = tokens;
    }

    String or() {
      var operands = new ArrayList<>(List.of(and()));
      while (take("OR")) {
        operands.add(and());
      }
      return operands.size() == 1 ? operands.getFirst() : "(" + String.join(" OR ", operands) + ")";
    }

    private String and() {
      var operands = new ArrayList<>(List.of(comparison()));
      while (take("AND")) {
        operands.add(comparison());
      }
      return operands.size() == 1
          ? operands.getFirst()
          : "(" + String.join(" AND ", operands) + ")";
    }

    private String comparison() {
      String left = sum();
      for (String operator : List.of("<", "=")) {
        if (take(operator)) {
          return "(" + left + " " + operator + " " + sum() + ")";
        }
      }
      return left;
    }

    private String sum() {
      String left = product();
      while (index < tokens.size() && List.of("+", "-").contains(tokens.get(index))) {
        left = "(" + left + " " + tokens.get(index++) + " " + product() + ")";
      }
      return left;
    }

    private String product() {
      String left = tokens.get(index++);
      while (index < tokens.size() && List.of("*", "/", "%").contains(tokens.get(index))) {
        left = "(" + left + " " + tokens.get(index++) + " " + tokens.get(index++) + ")";
      }
      return left;
    }

    private boolean take(String token) {
      if (index < tokens.size() && tokens.get(index).equals(token)) {
        index++;
        return true;
      }
      return false;
    }
  }
}
