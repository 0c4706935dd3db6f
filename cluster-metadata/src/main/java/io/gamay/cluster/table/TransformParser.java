package io.gamay.cluster.table;

import io.gamay.cluster.table.TransformExpression.BooleanLiteral;
import io.gamay.cluster.table.TransformExpression.Field;
import io.gamay.cluster.table.TransformExpression.NumberLiteral;
import io.gamay.cluster.table.TransformExpression.TextLiteral;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One pass over the text of a transform. Not thread-safe. */
final class TransformParser {

  private static final int MAX_DEPTH = 50;

  private final String text;
  private int position;
  private int depth;

  TransformParser(String text) {
    this.text = text;
  }

  TransformExpression parse() {
    TransformExpression expression = expression();
    skipBlanks();
    if (position < text.length()) {
      throw error("nothing more is expected");
    }
    return expression;
  }

  private TransformExpression expression() {
    if (++depth > MAX_DEPTH) {
      throw error("calls are nested too deeply");
    }
    try {
      return unnested();
    } finally {
      depth--;
    }
  }

  private TransformExpression unnested() {
    skipBlanks();
    if (position == text.length()) {
      throw error("an expression is expected");
    }
    char first = text.charAt(position);
    if (first == '\'') {
      return new TextLiteral(quoted('\''));
    }
    if (first == '"') {
      return new Field(quoted('"'));
    }
    if (Character.isDigit(first) || first == '-' || first == '.') {
      return number();
    }
    if (isNamePart(first)) {
      return named();
    }
    throw error("'" + first + "' is not expected");
  }

  private TransformExpression named() {
    int start = position;
    while (position < text.length() && isNamePart(text.charAt(position))) {
      position++;
    }
    String name = text.substring(start, position);
    skipBlanks();
    if (isNext('(')) {
      return TransformFunction.call(checkedFunction(name), arguments());
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "true" -> new BooleanLiteral(true);
      case "false" -> new BooleanLiteral(false);
      default -> new Field(name);
    };
  }

  private String checkedFunction(String name) {
    if (name.equalsIgnoreCase("groovy")) {
      throw error("Groovy is not supported");
    }
    return name;
  }

  private List<TransformExpression> arguments() {
    List<TransformExpression> arguments = new ArrayList<>();
    position++;
    skipBlanks();
    if (isNext(')')) {
      position++;
      return arguments;
    }
    while (true) {
      arguments.add(expression());
      skipBlanks();
      if (isNext(',')) {
        position++;
      } else if (isNext(')')) {
        position++;
        return arguments;
      } else {
        throw error("',' or ')' is expected");
      }
    }
  }

  private TransformExpression number() {
    int start = position++;
    while (position < text.length() && isNumberPart(text.charAt(position))) {
      position++;
    }
    try {
      return new NumberLiteral(new BigDecimal(text.substring(start, position)));
    } catch (NumberFormatException e) {
      position = start;
      throw error("a number is expected");
    }
  }

  private boolean isNumberPart(char letter) {
    char before = text.charAt(position - 1);
    return Character.isDigit(letter)
        || letter == '.'
        || letter == 'e'
        || letter == 'E'
        || ((letter == '-' || letter == '+') && (before == 'e' || before == 'E'));
  }

  private String quoted(char quote) {
    int start = position++;
    StringBuilder content = new StringBuilder();
    while (position < text.length()) {
      char letter = text.charAt(position++);
      if (letter != quote) {
        content.append(letter);
      } else if (isNext(quote)) {
        content.append(quote);
        position++;
      } else {
        return content.toString();
      }
    }
    position = start;
    throw error("a quote is not closed");
  }

  private boolean isNext(char letter) {
    return position < text.length() && text.charAt(position) == letter;
  }

  private static boolean isNamePart(char letter) {
    return Character.isLetterOrDigit(letter) || letter == '_' || letter == '$' || letter == '.';
  }

  private void skipBlanks() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private IllegalArgumentException error(String message) {
    return new IllegalArgumentException(
        "%s at position %d of: %s".formatted(message, position + 1, text));
  }
}
