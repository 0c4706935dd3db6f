package io.gamay.query.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Sets made of numbered ones, as the last argument of DISTINCTCOUNTTHETASKETCH says: {@code $1},
 * {@code SET_UNION($1, $2, ...)}, {@code SET_INTERSECT($1, $2, ...)}, {@code SET_DIFF($1, $2)},
 * each of any of these.
 */
public sealed interface SketchSets {

  /** A set by its number; 0 is that of all rows. */
  record Numbered(int number) implements SketchSets {}

  record Combined(Operation operation, List<SketchSets> operands) implements SketchSets {
    public Combined {
      operands = List.copyOf(operands);
    }
  }

  enum Operation {
    SET_UNION,
    SET_INTERSECT,
    SET_DIFF
  }

  /**
   * @param last the largest number that a set may have
   * @throws IllegalArgumentException if the text says something else
   */
  static SketchSets parse(String text, int last) {
    Parser parser = new Parser(text, last);
    SketchSets sets = parser.set(0);
    parser.end();
    return sets;
  }

  /** Reads from left to right. */
  final class Parser {

    private static final int MAX_DEPTH = 50;

    private final String text;
    private final int last;
    private int position;

    private Parser(String text, int last) {
      this.text = text;
      this.last = last;
    }

    private SketchSets set(int depth) {
      skipBlanks();
      if (depth > MAX_DEPTH) {
        throw wrong("sets nested less than %d deep".formatted(MAX_DEPTH));
      }
      return take('$') ? numbered() : combined(depth);
    }

    private SketchSets numbered() {
      int from = position;
      while (position < text.length() && Character.isDigit(text.charAt(position))) {
        position++;
      }
      String digits = text.substring(from, position);
      boolean isNumber = !digits.isEmpty() && digits.length() < 4;
      if (!isNumber || Integer.parseInt(digits) > last) {
        throw wrong("the number of a set up to $%d".formatted(last));
      }
      return new Numbered(Integer.parseInt(digits));
    }

    private SketchSets combined(int depth) {
      Operation operation = operation();
      skipBlanks();
      require('(');
      List<SketchSets> operands = new ArrayList<>();
      do {
        operands.add(set(depth + 1));
        skipBlanks();
      } while (take(','));
      require(')');
      boolean isDifference = operation == Operation.SET_DIFF;
      if (operands.size() < 2 || (isDifference && operands.size() > 2)) {
        throw wrong(isDifference ? "two sets in SET_DIFF" : "two sets or more");
      }
      return new Combined(operation, operands);
    }

    private Operation operation() {
      int from = position;
      while (position < text.length()
          && (Character.isLetter(text.charAt(position)) || text.charAt(position) == '_')) {
        position++;
      }
      String name = text.substring(from, position).replace("_", "").toUpperCase(Locale.ROOT);
      for (Operation operation : Operation.values()) {
        if (operation.name().replace("_", "").equals(name)) {
          return operation;
        }
      }
      throw wrong("$0, $1, ..., SET_UNION, SET_INTERSECT or SET_DIFF");
    }

    private void end() {
      skipBlanks();
      if (position < text.length()) {
        throw wrong("its end");
      }
    }

    private boolean take(char wanted) {
      boolean isThere = position < text.length() && text.charAt(position) == wanted;
      position += isThere ? 1 : 0;
      return isThere;
    }

    private void require(char wanted) {
      if (!take(wanted)) {
        throw wrong("'" + wanted + "'");
      }
    }

    private void skipBlanks() {
      while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
        position++;
      }
    }

    private IllegalArgumentException wrong(String expected) {
      return new IllegalArgumentException(
          "sets of sketches '%s': expected %s at %d".formatted(text, expected, position + 1));
    }
  }
}
