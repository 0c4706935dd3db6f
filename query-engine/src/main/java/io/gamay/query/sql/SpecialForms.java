package io.gamay.query.sql;

import io.gamay.query.sql.Expression.Call;
import io.gamay.query.sql.Expression.Case;
import io.gamay.query.sql.Expression.Cast;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.sql.Expression.StringLiteral;
import io.gamay.query.sql.Expression.TypeSize;
import io.gamay.query.sql.ExpressionReader.Read;
import io.gamay.query.sql.SqlToken.Kind;
import io.gamay.segment.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what begins with a word and has a grammar of its own: CASE, CAST, EXTRACT, TRIM, SUBSTRING
 * and POSITION with words between their arguments, ARRAY[...], literals that are words or begin
 * with the name of their type; and AT TIME ZONE behind a value.
 */
final class SpecialForms {

  private static final int MAX_TYPE_SIZE = 1_000_000;

  private static final Set<String> TIME_UNITS =
      Set.of("MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR");

  private static final Set<String> TRIM_ENDS = Set.of("BOTH", "LEADING", "TRAILING");

  /** Functions whose first argument may be a unit without quotes, without underscores. */
  private static final Set<String> UNIT_FUNCTIONS =
      Set.of("TIMESTAMPADD", "TIMESTAMPDIFF", "DATEADD", "DATEDIFF");

  private final TokenCursor cursor;
  private final ExpressionReader expressions;

  SpecialForms(TokenCursor cursor, ExpressionReader expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
  }

  /** The form that begins here; empty, and nothing read, if none does. */
  Optional<Read> read() {
    SqlToken word = cursor.peek();
    SqlToken second = cursor.peekSecond();
    if (word.isWord("CASE")) {
      return Optional.of(readCase());
    }
    if (word.isWord("TRUE") || word.isWord("FALSE")) {
      return Optional.of(Read.leaf(new Expression.BooleanLiteral(cursor.next().isWord("TRUE"))));
    }
    if (cursor.takeWord("NULL")) {
      return Optional.of(Read.leaf(new Expression.NullLiteral()));
    }
    if (word.isWord("CAST") && second.isSymbol("(")) {
      return Optional.of(readCast());
    }
    boolean isExtract =
        word.isWord("EXTRACT")
            && second.isSymbol("(")
            && cursor.peek(2).kind() != Kind.SYMBOL
            && cursor.peek(3).isWord("FROM");
    if (isExtract) {
      return Optional.of(readExtract());
    }
    if (word.isWord("ARRAY") && second.isSymbol("[")) {
      return Optional.of(readArray());
    }
    if (word.isWord("TRIM") && hasInside("FROM")) {
      return Optional.of(readTrim());
    }
    if (word.isWord("SUBSTRING") && (hasInside("FROM") || hasInside("FOR"))) {
      return Optional.of(readSubstring());
    }
    if (word.isWord("POSITION") && hasInside("IN")) {
      return Optional.of(readPosition());
    }
    if (word.isWord("INTERVAL") && (second.kind() == Kind.STRING || isNumber(second))) {
      throw cursor.notSupported(
          "INTERVAL: add to a timestamp with DATEADD('DAY', 1, ts), or in milliseconds");
    }
    return second.kind() == Kind.STRING ? Optional.of(readTypedLiteral()) : Optional.empty();
  }

  /** Whether the word, and no comma, stands in the parentheses that open here, not deeper. */
  private boolean hasInside(String word) {
    int depth = 0;
    boolean isFound = false;
    for (int ahead = 1; cursor.peek(ahead).kind() != Kind.END; ahead++) {
      SqlToken token = cursor.peek(ahead);
      if (token.isSymbol("(")) {
        depth++;
      } else if (token.isSymbol(")")) {
        depth--;
      } else if (depth == 1 && token.isSymbol(",")) {
        return false;
      }
      isFound |= depth == 1 && token.isWord(word);
      if (depth == 0) {
        return isFound;
      }
    }
    return isFound;
  }

  /** TRIM([BOTH | LEADING | TRAILING] [characters] FROM s), as {@code trim('BOTH', ' ', s)}. */
  private Read readTrim() {
    SqlToken name = cursor.next();
    cursor.next();
    String end = "BOTH";
    if (TRIM_ENDS.contains(cursor.peek().text().toUpperCase(Locale.ROOT))
        && cursor.peek().kind() == Kind.WORD
        && (cursor.peekSecond().kind() == Kind.STRING || cursor.peekSecond().isName())) {
      end = cursor.next().text().toUpperCase(Locale.ROOT);
    }
    Read characters =
        cursor.atWord("FROM") ? Read.leaf(new StringLiteral(" ")) : expressions.read();
    cursor.expectWord("FROM");
    Read text = expressions.read();
    expressions.expectClosing("an operator or ')'");
    return called(name, List.of(Read.leaf(new StringLiteral(end)), characters, text));
  }

  /** SUBSTRING(s [FROM position] [FOR count]), as {@code substring(s, position, count)}. */
  private Read readSubstring() {
    SqlToken name = cursor.next();
    cursor.next();
    var arguments = new ArrayList<Read>();
    arguments.add(expressions.readBefore("FOR"));
    arguments.add(
        cursor.takeWord("FROM")
            ? expressions.readBefore("FOR")
            : Read.leaf(new Expression.IntegerLiteral(1)));
    if (cursor.takeWord("FOR")) {
      arguments.add(expressions.read());
    }
    expressions.expectClosing("an operator, FROM, FOR or ')'");
    return called(name, arguments);
  }

  /** {@code time AT TIME ZONE 'zone'}, as {@code at_time_zone(time, 'zone')}. */
  Read readAtTimeZone(Read time) {
    cursor.expectWord("AT");
    cursor.expectWord("TIME");
    cursor.expectWord("ZONE");
    if (cursor.peek().kind() != Kind.STRING) {
      throw cursor.unexpected("a time zone in single quotes");
    }
    Read zone = Read.leaf(new StringLiteral(cursor.next().text()));
    return called("at_time_zone", List.of(time, zone));
  }

  /** POSITION(find IN s), as {@code position(find, s)}. */
  private Read readPosition() {
    SqlToken name = cursor.next();
    cursor.next();
    Read find = expressions.readBefore("IN");
    cursor.expectWord("IN");
    Read text = expressions.read();
    expressions.expectClosing("an operator or ')'");
    return called(name, List.of(find, text));
  }

  private static Read called(SqlToken name, List<Read> arguments) {
    return called(name.text(), arguments);
  }

  private static Read called(String name, List<Read> arguments) {
    return new Read(
        new Call(name, arguments.stream().map(Read::expression).toList(), false, Optional.empty()),
        arguments.stream().mapToInt(Read::height).max().orElse(0) + 1,
        arguments.stream().mapToLong(Read::size).sum() + 1);
  }

  private static boolean isNumber(SqlToken token) {
    return token.kind() == Kind.INTEGER || token.kind() == Kind.DECIMAL;
  }

  /**
   * The unit of time without quotes before the comma, where the function called takes one: {@code
   * TIMESTAMPADD(DAY, ...)}. The comma is read too.
   */
  Optional<Expression> unitArgument(String function) {
    boolean isUnit =
        UNIT_FUNCTIONS.contains(function.replace("_", "").toUpperCase(Locale.ROOT))
            && cursor.peek().kind() == Kind.WORD
            && TIME_UNITS.contains(cursor.peek().text().toUpperCase(Locale.ROOT))
            && cursor.peekSecond().isSymbol(",");
    if (!isUnit) {
      return Optional.empty();
    }
    String unit = cursor.next().text();
    cursor.next();
    return Optional.of(new StringLiteral(unit));
  }

  /** TIMESTAMP '2026-01-31 12:00:00', DATE '2026-01-31'. */
  private Read readTypedLiteral() {
    SqlToken word = cursor.next();
    if (word.isWord("TIME")) {
      throw cursor.source().notSupported(word, "TIME before a string");
    }
    if (!word.isWord("TIMESTAMP") && !word.isWord("DATE")) {
      throw cursor.unexpected("an operator, ',' or the end of the expression");
    }
    String text = Literals.timestamp(cursor.source(), word, cursor.next());
    return Read.leaf(new Cast(new StringLiteral(text), DataType.TIMESTAMP));
  }

  /** EXTRACT(unit FROM x), as the call {@code extract('unit', x)}. */
  private Read readExtract() {
    cursor.next();
    cursor.next();
    SqlToken unit = cursor.next();
    if (!unit.isName() && unit.kind() != Kind.STRING) {
      throw cursor.source().unexpected(unit, "a unit of time such as YEAR");
    }
    cursor.expectWord("FROM");
    Read operand = expressions.read();
    expressions.expectClosing("an operator or ')'");
    return new Read(
        new Call(
            "extract",
            List.of(new StringLiteral(unit.text().toUpperCase(Locale.ROOT)), operand.expression()),
            false,
            Optional.empty()),
        operand.height() + 1,
        operand.size() + 2);
  }

  /** ARRAY[a, b], as the call {@code array(a, b)}. */
  private Read readArray() {
    cursor.next();
    cursor.next();
    var elements = new ArrayList<Expression>();
    int height = 0;
    long size = 1;
    while (!cursor.atSymbol("]") || !elements.isEmpty()) {
      Read element = expressions.read();
      elements.add(element.expression());
      height = Math.max(height, element.height());
      size += element.size();
      if (!cursor.takeSymbol(",")) {
        break;
      }
    }
    if (!cursor.takeSymbol("]")) {
      throw cursor.unexpected("an operator, ',' or ']'");
    }
    return new Read(new Call("array", elements, false, Optional.empty()), height + 1, size);
  }

  private Read readCast() {
    cursor.next();
    cursor.expectSymbol("(");
    Read operand = expressions.read();
    if (!cursor.takeWord("AS")) {
      throw cursor.unexpected("an operator or AS");
    }
    if (!cursor.peek().isName()) {
      throw cursor.unexpected(CastTypes.NAMES);
    }
    SqlToken type = cursor.next();
    DataType target =
        CastTypes.ofName(type.text())
            .orElseThrow(() -> cursor.source().unexpected(type, CastTypes.NAMES));
    if (type.isWord("DOUBLE")) {
      cursor.takeWord("PRECISION");
    }
    Optional<TypeSize> size = cursor.atSymbol("(") ? Optional.of(readSize(type)) : Optional.empty();
    expressions.expectClosing("')'");
    return new Read(
        new Cast(operand.expression(), target, size), operand.height() + 1, operand.size() + 1);
  }

  /** (length) of texts, (precision, scale) of decimals. */
  private TypeSize readSize(SqlToken type) {
    if (!CastTypes.takesLength(type.text()) && !CastTypes.takesScale(type.text())) {
      throw cursor.unexpected("')', as %s has no size".formatted(type.text()));
    }
    cursor.next();
    int length = readSizeNumber(1);
    int scale = 0;
    if (CastTypes.takesScale(type.text()) && cursor.takeSymbol(",")) {
      SqlToken at = cursor.peek();
      scale = readSizeNumber(0);
      if (scale > length) {
        throw cursor
            .source()
            .unexpected(at, "a scale that is not above the precision of %d".formatted(length));
      }
    }
    expressions.expectClosing("')'");
    return new TypeSize(length, scale);
  }

  private int readSizeNumber(int min) {
    SqlToken token = cursor.peek();
    boolean isShort = token.kind() == Kind.INTEGER && token.text().length() <= 7;
    if (!isShort
        || Integer.parseInt(token.text()) < min
        || Integer.parseInt(token.text()) > MAX_TYPE_SIZE) {
      throw cursor.unexpected("a whole number from %d to %d".formatted(min, MAX_TYPE_SIZE));
    }
    return Integer.parseInt(cursor.next().text());
  }

  private Read readCase() {
    cursor.next();
    int height = 0;
    long size = 1;
    Optional<Read> operand =
        cursor.atWord("WHEN") ? Optional.empty() : Optional.of(expressions.read());
    var branches = new ArrayList<Expression.Branch>();
    if (!cursor.atWord("WHEN")) {
      throw cursor.unexpected("WHEN");
    }
    while (cursor.takeWord("WHEN")) {
      Read condition = expressions.read();
      expect("THEN");
      Read result = expressions.read();
      height = Math.max(height, Math.max(condition.height(), result.height()));
      size += condition.size() + result.size() + operand.map(Read::size).orElse(0L);
      branches.add(
          new Expression.Branch(
              operand.map(tested -> equal(tested, condition)).orElse(condition.expression()),
              result.expression()));
    }
    Optional<Read> otherwise =
        cursor.takeWord("ELSE") ? Optional.of(expressions.read()) : Optional.empty();
    expect("END");
    height = Math.max(height, operand.map(Read::height).orElse(0));
    height = Math.max(height, otherwise.map(Read::height).orElse(0));
    return new Read(
        new Case(branches, otherwise.map(Read::expression)),
        height + 2,
        size + otherwise.map(Read::size).orElse(0L));
  }

  private static Expression equal(Read tested, Read value) {
    return new Expression.Comparison(
        ComparisonOperator.EQUAL, tested.expression(), value.expression());
  }

  private void expect(String keyword) {
    if (!cursor.takeWord(keyword)) {
      throw cursor.unexpected("an operator or " + keyword);
    }
  }
}
