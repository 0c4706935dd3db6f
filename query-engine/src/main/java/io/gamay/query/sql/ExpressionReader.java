package io.gamay.query.sql;

import io.gamay.query.error.QueryException;
import io.gamay.query.sql.Expression.Call;
import io.gamay.query.sql.Expression.Name;
import io.gamay.query.sql.Expression.Truth;
import io.gamay.query.sql.SqlToken.Kind;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads expressions. One expression becomes one flat {@link Skeleton} of operators over values;
 * what nests (parentheses, calls, CASE, IN lists) is read on its own and stands in it as a value.
 * How operators bind is the parser library's to say.
 */
final class ExpressionReader {

  /**
   * Highest tree of an expression. Bounds the stack of everyone who walks expressions, here and
   * later; well below what a thread's stack holds.
   */
  private static final int MAX_HEIGHT = 300;

  private static final int MAX_SIZE = 4_000_000;

  private static final String VALUE = "a value, a column or '('";

  private final TokenCursor cursor;
  private final JooqBridge jooq;
  private final SpecialForms forms;
  private int depth;

  /** The word that ends an expression of this depth, and none else; -1: of none. */
  private String ending = "";

  private int endingDepth = -1;

  ExpressionReader(TokenCursor cursor, JooqBridge jooq) {
    this.cursor = cursor;
    this.jooq = jooq;
    this.forms = new SpecialForms(cursor, this);
  }

  /**
   * An expression.
   *
   * @param height of its tree
   * @param size of its tree: the operand of a CASE counts for each WHEN that it is compared with
   */
  record Read(Expression expression, int height, long size) {

    static Read leaf(Expression expression) {
      return new Read(expression, 1, 1);
    }
  }

  /** Measures of what was written to a skeleton, or somewhat more. */
  private record Measure(int height, long size) {}

  /**
   * Writes the expression that starts here and leaves the cursor on the first token that does not
   * belong to it.
   */
  void write(Skeleton skeleton) {
    writeFlat(skeleton);
  }

  /** Reads one expression, its parts included. */
  Read read() {
    depth++;
    checkHeight(depth);
    var skeleton = new Skeleton();
    Measure measure = writeFlat(skeleton);
    Expression expression =
        skeleton.onlyValue().orElseGet(() -> jooq.expression(skeleton, cursor.source()));
    depth--;
    return new Read(expression, measure.height(), measure.size());
  }

  /** Reads one expression that ends where the word stands beside its parts. */
  Read readBefore(String word) {
    String outer = ending;
    int outerDepth = endingDepth;
    ending = word;
    endingDepth = depth + 1;
    Read read = read();
    ending = outer;
    endingDepth = outerDepth;
    return read;
  }

  private boolean atEnding() {
    return depth == endingDepth && cursor.atWord(ending);
  }

  private Measure writeFlat(Skeleton skeleton) {
    int highest = 0;
    long size = 0;
    boolean isChain = false;
    while (true) {
      Measure predicate = writePredicate(skeleton);
      highest = Math.max(highest, predicate.height());
      size += predicate.size() + 1;
      checkSize(size);
      if (!cursor.atWord("AND") && !cursor.atWord("OR")) {
        break;
      }
      isChain = true;
      skeleton.structure(cursor.atWord("AND") ? "AND" : "OR", cursor.next());
    }
    Optional.of(cursor.atWord("NOT") ? cursor.peekSecond() : cursor.peek())
        .filter(_ -> !atEnding())
        .flatMap(Keywords::unsupportedAfterValue)
        .ifPresent(
            construct -> {
              throw cursor.notSupported(construct);
            });
    int height = isChain ? highest + 2 : highest;
    checkHeight(depth + height);
    return new Measure(height, size);
  }

  /** Writes an operand of AND and OR: values and their operators, BETWEEN with its AND included. */
  private Measure writePredicate(Skeleton skeleton) {
    int operators = 0;
    int highestValue = 0;
    long size = 0;
    boolean isBetweenOpen = false;
    boolean isOperand = false;
    while (cursor.atWord("NOT")) {
      skeleton.structure("NOT", cursor.next());
      operators++;
      checkHeight(operators);
    }
    int start = skeleton.length();
    while (true) {
      int signs = writeSigns(skeleton);
      operators += signs;
      Read value = writeValue(skeleton, isOperand || signs > 0);
      highestValue = Math.max(highestValue, value.height());
      Measure postfixes = writePostfixes(skeleton);
      operators += postfixes.height() + 1;
      size += value.size() + postfixes.size();
      checkChain(operators, highestValue);
      isOperand = isCalculation(cursor.peek());
      if (isInfix(cursor.peek())) {
        skeleton.structure(infix(cursor.peek()), cursor.next());
      } else if (isDistinctTest()) {
        writeDistinct(skeleton);
      } else if (cursor.atWord("LIKE") || isNegated("LIKE")) {
        writeKeyword(skeleton, "LIKE");
      } else if (!isBetweenOpen && (cursor.atWord("BETWEEN") || isNegated("BETWEEN"))) {
        isBetweenOpen = true;
        if (cursor.atWord("NOT")) {
          // jOOQ loses a NOT within; before the operand it means the same.
          cursor.next();
          skeleton.insert("NOT", start);
        }
        skeleton.structure("BETWEEN", cursor.next());
      } else if (isBetweenOpen && cursor.atWord("AND")) {
        isBetweenOpen = false;
        skeleton.structure("AND", cursor.next());
      } else {
        break;
      }
    }
    if (isBetweenOpen) {
      throw unexpected("AND of BETWEEN");
    }
    return new Measure(operators - 1 + highestValue, size + operators);
  }

  /** Operators in a row make a tree as high as they are many: each takes all before it. */
  private void checkChain(int operators, int highestValue) {
    if (operators > highestValue && operators + highestValue > MAX_HEIGHT) {
      throw cursor
          .source()
          .error(
              cursor.peek().start(),
              "more than about %d operators in a row: put parts of the row in parentheses, as in"
                      .formatted(MAX_HEIGHT)
                  + " (a + b) + (c + d)");
    }
    checkHeight(operators + highestValue);
  }

  private void checkHeight(int height) {
    if (height > MAX_HEIGHT) {
      throw cursor
          .source()
          .error(cursor.peek().start(), "expression is nested deeper than " + MAX_HEIGHT);
    }
  }

  /** A guard of expressions that were read: their parts are walked over one by one. */
  private void checkSize(long size) {
    if (size > MAX_SIZE) {
      throw cursor
          .source()
          .error(
              cursor.peek().start(),
              "expression has more than %d parts, the operand of CASE counted for each WHEN"
                  .formatted(MAX_SIZE));
    }
  }

  private int writeSigns(Skeleton skeleton) {
    int signs = 0;
    while ((cursor.atSymbol("-") && !isNumber(cursor.peekSecond())) || cursor.atSymbol("+")) {
      skeleton.structure(cursor.peek().text(), cursor.next());
      signs++;
      checkHeight(signs);
    }
    return signs;
  }

  private static boolean isNumber(SqlToken token) {
    return token.kind() == Kind.INTEGER
        || token.kind() == Kind.DECIMAL
        || token.kind() == Kind.DOUBLE;
  }

  /** IN (...), IS [NOT] NULL, ESCAPE '...'; the height is how many. */
  private Measure writePostfixes(Skeleton skeleton) {
    int postfixes = 0;
    long size = 0;
    while (true) {
      if ((cursor.atWord("IN") && !atEnding()) || isNegated("IN")) {
        writeKeyword(skeleton, "IN");
        size += writeList(skeleton);
      } else if (cursor.atWord("IS") && !isDistinctTest()) {
        writeTest(skeleton);
      } else if (cursor.atWord("ESCAPE")) {
        writeEscape(skeleton);
      } else {
        return new Measure(postfixes, size);
      }
      postfixes++;
      checkHeight(postfixes);
    }
  }

  private boolean isNegated(String keyword) {
    return cursor.atWord("NOT") && cursor.peekSecond().isWord(keyword);
  }

  private void writeKeyword(Skeleton skeleton, String keyword) {
    if (cursor.atWord("NOT")) {
      skeleton.structure("NOT", cursor.next());
    }
    skeleton.structure(keyword, cursor.next());
  }

  /** The list after IN; returns its size. */
  private long writeList(Skeleton skeleton) {
    long size = 0;
    SqlToken open = cursor.expectSymbol("(");
    refuseSubQuery();
    if (cursor.atSymbol(")")) {
      throw unexpected("at least one value for IN");
    }
    var list = new ArrayList<Expression>();
    do {
      Read value = read();
      list.add(value.expression());
      size += value.size();
    } while (cursor.takeSymbol(","));
    expectClosing("',' or ')'");
    skeleton.list(list, open);
    return size;
  }

  /** IS [NOT] NULL, TRUE, FALSE, UNKNOWN. */
  private void writeTest(Skeleton skeleton) {
    SqlToken is = cursor.next();
    boolean isNegated = cursor.takeWord("NOT");
    for (Truth truth : Truth.values()) {
      if (cursor.atWord(truth.name())) {
        // The library would make TRUE and FALSE values of its own.
        skeleton.structure(isNegated ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM", is);
        skeleton.truth(truth, cursor.next());
        return;
      }
    }
    if (cursor.atWord("JSON") || cursor.atWord("DOCUMENT")) {
      throw cursor.notSupported("IS " + cursor.peek().text().toUpperCase(Locale.ROOT));
    }
    if (!cursor.atWord("NULL")) {
      throw unexpected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
    }
    skeleton.structure(isNegated ? "IS NOT NULL" : "IS NULL", is);
    cursor.next();
  }

  private boolean isDistinctTest() {
    return cursor.atWord("IS")
        && (cursor.peekSecond().isWord("DISTINCT")
            || (cursor.peekSecond().isWord("NOT") && cursor.peek(2).isWord("DISTINCT")));
  }

  private void writeDistinct(Skeleton skeleton) {
    SqlToken is = cursor.next();
    boolean isNegated = cursor.takeWord("NOT");
    cursor.expectWord("DISTINCT");
    cursor.expectWord("FROM");
    skeleton.structure(isNegated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", is);
  }

  private void writeEscape(Skeleton skeleton) {
    skeleton.structure("ESCAPE", cursor.next());
    if (cursor.peek().kind() != Kind.STRING || cursor.peek().text().length() != 1) {
      throw unexpected("a string of one character");
    }
    SqlToken escape = cursor.next();
    skeleton.structure("'" + escape.text().replace("'", "''") + "'", escape);
  }

  private static boolean isInfix(SqlToken token) {
    return isCalculation(token)
        || (token.kind() == Kind.SYMBOL
            && switch (token.text()) {
              case "=", "<>", "!=", "<", "<=", ">", ">=" -> true;
              default -> false;
            });
  }

  /** Whether this is an operator that gives a value of its operands. */
  private static boolean isCalculation(SqlToken token) {
    return token.kind() == Kind.SYMBOL
        && switch (token.text()) {
          case "+", "-", "*", "/", "%", "||" -> true;
          default -> false;
        };
  }

  private static String infix(SqlToken token) {
    return token.text().equals("!=") ? "<>" : token.text();
  }

  /**
   * Writes a value, with the zone that it is taken to.
   *
   * @param isOperand whether an operator of a calculation or a sign stands before it
   */
  private Read writeValue(Skeleton skeleton, boolean isOperand) {
    SqlToken first = cursor.peek();
    Read value = readValue();
    if (cursor.atWord("AT") && cursor.peekSecond().isWord("TIME")) {
      value = readZoned(value, isOperand);
    }
    skeleton.value(value.expression(), first);
    return value;
  }

  /**
   * AT TIME ZONE behind a value. SQL binds it closer than the operators of a calculation, Pinot
   * less closely, so that beside one it is taken in parentheses only.
   */
  private Read readZoned(Read value, boolean isOperand) {
    SqlToken at = cursor.peek();
    Read zoned = forms.readAtTimeZone(value);
    if (isOperand || isCalculation(cursor.peek())) {
      throw cursor
          .source()
          .error(
              at.start(),
              "AT TIME ZONE beside an operator: write what it belongs to in parentheses, as in"
                  + " (a + b) AT TIME ZONE 'zone' or a + (b AT TIME ZONE 'zone')");
    }
    if (cursor.atWord("AT")) {
      throw cursor.notSupported("AT TIME ZONE of a time that was taken to a zone");
    }
    return zoned;
  }

  private Read readValue() {
    SqlToken first = cursor.peek();
    return switch (first.kind()) {
      case INTEGER, DECIMAL, DOUBLE -> Read.leaf(Literals.number(cursor.source(), cursor.next()));
      case STRING -> Read.leaf(new Expression.StringLiteral(cursor.next().text()));
      case BYTES -> Read.leaf(Literals.bytes(cursor.next()));
      case QUOTED_NAME -> readNameOrCall();
      case WORD -> readWord();
      case SYMBOL -> readSymbol();
      case END -> throw unexpected(VALUE);
    };
  }

  private Read readSymbol() {
    if (cursor.takeSymbol("-")) {
      return Read.leaf(Literals.negate(Literals.number(cursor.source(), cursor.next())));
    }
    if (!cursor.takeSymbol("(")) {
      throw unexpected(VALUE);
    }
    refuseSubQuery();
    Read inner = read();
    if (cursor.atSymbol(",")) {
      throw cursor.notSupported("row values (a, b)");
    }
    expectClosing("an operator or ')'");
    return inner;
  }

  private Read readWord() {
    Optional<Read> form = forms.read();
    if (form.isPresent()) {
      return form.get();
    }
    if (Keywords.isReserved(cursor.peek())) {
      throw unexpected(VALUE + " (a column of that name is written in double quotes)");
    }
    return readNameOrCall();
  }

  private Read readNameOrCall() {
    SqlToken first = cursor.peek();
    Name name = readName();
    if (!cursor.atSymbol("(")) {
      return Read.leaf(name);
    }
    if (name.name().contains(".") && first.kind() == Kind.WORD) {
      throw unexpected("no '(' after a qualified name");
    }
    return readCall(name.name());
  }

  /** {@code a}, {@code "a"}, {@code t.a}. */
  Name readName() {
    SqlToken first = cursor.next();
    boolean isQuoted = first.kind() == Kind.QUOTED_NAME;
    if (!cursor.atSymbol(".")) {
      return new Name(first.text(), isQuoted);
    }
    var name = new StringBuilder(first.text());
    while (cursor.takeSymbol(".")) {
      if (!cursor.peek().isName()) {
        throw unexpected("a name after '.'");
      }
      SqlToken part = cursor.next();
      isQuoted |= part.kind() == Kind.QUOTED_NAME;
      name.append('.').append(part.text());
    }
    return new Name(name.toString(), isQuoted);
  }

  private Read readCall(String name) {
    cursor.expectSymbol("(");
    refuseSubQuery();
    boolean isDistinct = cursor.takeWord("DISTINCT");
    var arguments = new ArrayList<Expression>();
    int height = 0;
    long size = 1;
    if (cursor.atSymbol("*") && cursor.peekSecond().isSymbol(")") && !isDistinct) {
      cursor.next();
      arguments.add(new Expression.Star());
    } else if (isDistinct || !cursor.atSymbol(")")) {
      if (!isDistinct) {
        forms.unitArgument(name).ifPresent(arguments::add);
      }
      do {
        Read argument = read();
        arguments.add(argument.expression());
        height = Math.max(height, argument.height());
        size += argument.size();
      } while (cursor.takeSymbol(","));
    }
    if (cursor.atWord("FROM")) {
      throw cursor.notSupported(
          "%s(... FROM ...): write commas between the arguments"
              .formatted(name.toUpperCase(Locale.ROOT)));
    }
    expectClosing("',' or ')'");
    Optional<Read> filter = readFilter();
    return new Read(
        new Call(name, arguments, isDistinct, filter.map(Read::expression)),
        1 + Math.max(height, filter.map(Read::height).orElse(0)),
        size + filter.map(Read::size).orElse(0L));
  }

  private Optional<Read> readFilter() {
    if (!cursor.atWord("FILTER") || !cursor.peekSecond().isSymbol("(")) {
      return Optional.empty();
    }
    cursor.next();
    cursor.next();
    cursor.expectWord("WHERE");
    Read condition = read();
    expectClosing("an operator or ')'");
    return Optional.of(condition);
  }

  /** A closing parenthesis; else an error that says what could have stood here. */
  void expectClosing(String expected) {
    if (!cursor.takeSymbol(")")) {
      throw unexpected(expected);
    }
  }

  private void refuseSubQuery() {
    if (cursor.atWord("SELECT") || (cursor.atWord("WITH") && cursor.peekSecond().isName())) {
      throw cursor.notSupported("sub-queries");
    }
  }

  private QueryException unexpected(String expected) {
    return cursor.unexpected(expected);
  }
}
