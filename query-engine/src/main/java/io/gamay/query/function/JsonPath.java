package io.gamay.query.function;

import java.util.ArrayList;
import java.util.List;

/**
 * A path into a JSON document: {@code $}, then {@code .name}, {@code ['name']}, {@code [0]}, {@code
 * [*]} and {@code .*} in any number.
 */
record JsonPath(List<Step> steps) {

  /** One step down. */
  sealed interface Step {
    /** The member of an object. */
    record Member(String name) implements Step {}

    /** The element of an array, counted from 0. */
    record Element(int index) implements Step {}

    /** All members or elements. */
    record All() implements Step {}
  }

  JsonPath {
    steps = List.copyOf(steps);
  }

  /** Whether it leads to one place at most. */
  boolean isDefinite() {
    return steps.stream().noneMatch(Step.All.class::isInstance);
  }

  /**
   * @throws io.gamay.query.error.QueryException if the text is no path, or one with filters, slices
   *     or recursive descent
   */
  static JsonPath parse(String function, String text) {
    return new Parser(function, text.strip()).parse();
  }

  private static final class Parser {

    private final String function;
    private final String text;
    private int at;

    Parser(String function, String text) {
      this.function = function;
      this.text = text;
    }

    JsonPath parse() {
      List<Step> steps = new ArrayList<>();
      if (!text.startsWith("$")) {
        throw Failures.ofConstant(function, "a JSON path begins with $", text);
      }
      at = 1;
      while (at < text.length()) {
        steps.add(text.charAt(at) == '.' ? readDotted() : readBracketed());
      }
      return new JsonPath(steps);
    }

    private Step readDotted() {
      at++;
      int start = at;
      while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
        at++;
      }
      String name = text.substring(start, at);
      if (name.isEmpty()) {
        throw Failures.ofConstant(
            function,
            "JSON path: expected a name at character %d (.. is not supported)".formatted(start),
            text);
      }
      return name.equals("*") ? new Step.All() : new Step.Member(name);
    }

    private Step readBracketed() {
      int end = text.charAt(at) == '[' ? end(at + 1) : -1;
      if (end < 0) {
        throw Failures.ofConstant(
            function, "JSON path: expected . or [...] at character " + at, text);
      }
      String inner = text.substring(at + 1, end).strip();
      at = end + 1;
      if (inner.equals("*")) {
        return new Step.All();
      }
      boolean isQuoted =
          inner.length() > 1
              && (inner.charAt(0) == '\'' || inner.charAt(0) == '"')
              && inner.charAt(inner.length() - 1) == inner.charAt(0);
      if (isQuoted) {
        return new Step.Member(inner.substring(1, inner.length() - 1));
      }
      if (!inner.matches("\\d{1,9}")) {
        throw Failures.ofConstant(
            function,
            "JSON path: expected ['name'], [0] or [*], filters and slices are not supported",
            text);
      }
      return new Step.Element(Integer.parseInt(inner));
    }

    /** The closing bracket, outside of quotes. */
    private int end(int from) {
      char quote = 0;
      for (int index = from; index < text.length(); index++) {
        char c = text.charAt(index);
        if (quote != 0) {
          quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"') {
          quote = c;
        } else if (c == ']') {
          return index;
        }
      }
      return -1;
    }
  }
}
