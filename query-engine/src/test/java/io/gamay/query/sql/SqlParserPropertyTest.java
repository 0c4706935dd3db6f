package io.gamay.query.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
      var text = new StringBuilder(SqlPrinter.print(query(random)));
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
        .isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void generatedQueriesSurvivePrintingAndParsing() {
    for (long seed = 0; seed < 2_000; seed++) {
      Query query = query(new SplittableRandom(seed));
      String text = SqlPrinter.print(query);
      Query parsed;
      try {
        parsed = parser.parse(text);
      } catch (QueryException e) {
        throw new AssertionError("seed %d: %s".formatted(seed, text), e);
      }
      assertThat(parsed).as("seed %d: %s", seed, text).usingRecursiveComparison().isEqualTo(query);
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

  private static Query query(SplittableRandom random) {
    return new Query(
        random.nextInt(4) == 0 ? Map.of("k" + random.nextInt(3), "it's") : Map.of(),
        random.nextInt(10) == 0,
        random.nextInt(4) == 0,
        items(random),
        random.nextBoolean() ? "t" : "db.t",
        maybe(random, condition(random, 4)),
        random.nextInt(3) == 0 ? list(random) : List.of(),
        maybe(random, condition(random, 2)),
        random.nextInt(3) == 0
            ? List.of(
                new Query.OrderItem(
                    value(random, 2), random.nextBoolean(), maybe(random, random.nextBoolean())))
            : List.of(),
        random.nextBoolean() ? OptionalLong.of(random.nextInt(100)) : OptionalLong.empty(),
        random.nextInt(3) == 0 ? random.nextInt(100) : 0);
  }

  private static List<Query.SelectItem> items(SplittableRandom random) {
    return list(random).stream()
        .map(
            expression ->
                new Query.SelectItem(
                    random.nextInt(5) == 0 ? new Expression.Star() : expression, Optional.empty()))
        .map(
            item ->
                item.expression() instanceof Expression.Star || random.nextBoolean()
                    ? item
                    : new Query.SelectItem(item.expression(), Optional.of(name(random).name())))
        .toList();
  }

  private static <T> T pick(SplittableRandom random, T[] from) {
    return from[random.nextInt(from.length)];
  }

  private static <T> Optional<T> maybe(SplittableRandom random, T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  private static List<Expression> list(SplittableRandom random) {
    var list = new ArrayList<Expression>();
    int size = random.nextInt(1, 4);
    for (int index = 0; index < size; index++) {
      list.add(value(random, 3));
    }
    return list;
  }

  private static Expression.Name name(SplittableRandom random) {
    String[] plain = {"a", "timestamp", "count", "$docId", "date", "t.a", "payload.size", "end_"};
    String[] quoted = {"group", "a b", "a\"b", "SELECT", "e0", "l0", "t0", "ümlaut", "1x"};
    return random.nextBoolean()
        ? new Expression.Name(plain[random.nextInt(plain.length)], false)
        : new Expression.Name(quoted[random.nextInt(quoted.length)], true);
  }

  private static Expression value(SplittableRandom random, int depth) {
    if (depth == 0) {
      return leaf(random);
    }
    return switch (random.nextInt(8)) {
      case 0, 1 ->
          new Expression.Arithmetic(
              pick(random, ArithmeticOperator.values()),
              value(random, depth - 1),
              value(random, depth - 1));
      case 2 -> new Expression.Negate(name(random));
      case 3 -> new Expression.Cast(value(random, depth - 1), pick(random, DataType.values()));
      case 4 -> call(random, depth);
      case 5 ->
          new Expression.Case(
              List.of(
                  new Expression.Branch(condition(random, depth - 1), value(random, depth - 1))),
              maybe(random, value(random, depth - 1)));
      case 6 -> condition(random, depth - 1);
      default -> leaf(random);
    };
  }

  private static Expression call(SplittableRandom random, int depth) {
    String[] names = {"COUNT", "sum", "NOW", "YEAR", "f", "REGEXP_LIKE", "left", "date_trunc"};
    String name = names[random.nextInt(names.length)];
    if (random.nextInt(4) == 0) {
      return new Expression.Call(
          name, List.of(new Expression.Star()), false, maybe(random, condition(random, depth - 1)));
    }
    return new Expression.Call(
        name,
        list(random),
        random.nextInt(4) == 0,
        random.nextInt(4) == 0 ? Optional.of(condition(random, depth - 1)) : Optional.empty());
  }

  private static Expression leaf(SplittableRandom random) {
    return switch (random.nextInt(10)) {
      case 0 -> new Expression.IntegerLiteral(random.nextLong());
      case 1 -> new Expression.IntegerLiteral(random.nextInt(-5, 5));
      case 2 -> new Expression.DecimalLiteral(BigDecimal.valueOf(random.nextInt(), 2));
      case 3 ->
          new Expression.DecimalLiteral(
              new BigDecimal(BigInteger.ONE.shiftLeft(random.nextInt(64, 100))));
      case 4 -> new Expression.DoubleLiteral(random.nextDouble(-1e10, 1e10));
      case 5 -> new Expression.StringLiteral("it's -- /* \"?:x" + random.nextInt(9));
      case 6 -> new Expression.BooleanLiteral(random.nextBoolean());
      case 7 -> new Expression.BytesLiteral(new byte[] {(byte) random.nextInt(), 1});
      case 8 -> new Expression.NullLiteral();
      default -> name(random);
    };
  }

  private static Expression condition(SplittableRandom random, int depth) {
    if (depth <= 0) {
      return name(random);
    }
    return switch (random.nextInt(9)) {
      case 0 -> new Expression.And(conditions(random, depth));
      case 1 -> new Expression.Or(conditions(random, depth));
      case 2 -> {
        Expression operand = condition(random, depth - 1);
        yield operand instanceof Expression.Between ? operand : new Expression.Not(operand);
      }
      case 3 -> new Expression.In(value(random, depth - 1), list(random), random.nextBoolean());
      case 4 ->
          new Expression.Between(
              value(random, depth - 1),
              value(random, depth - 1),
              value(random, depth - 1),
              random.nextBoolean());
      case 5 ->
          new Expression.Like(
              value(random, depth - 1),
              new Expression.StringLiteral("a%_'"),
              maybe(random, "!'\\".charAt(random.nextInt(3))),
              random.nextBoolean());
      case 6 -> new Expression.IsNull(value(random, depth - 1), random.nextBoolean());
      default ->
          new Expression.Comparison(
              pick(random, ComparisonOperator.values()),
              value(random, depth - 1),
              value(random, depth - 1));
    };
  }

  private static List<Expression> conditions(SplittableRandom random, int depth) {
    var conditions = new ArrayList<Expression>();
    int size = random.nextInt(2, 4);
    for (int index = 0; index < size; index++) {
      conditions.add(condition(random, depth - 1));
    }
    return conditions;
  }
}
