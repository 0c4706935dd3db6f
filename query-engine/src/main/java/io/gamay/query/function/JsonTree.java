package io.gamay.query.function;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON document, or a part of one. */
sealed interface JsonTree {

  /** The first of members of one name counts. */
  record Members(Map<String, JsonTree> members) implements JsonTree {
    public Members {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }

  record Elements(List<JsonTree> elements) implements JsonTree {
    public Elements {
      elements = List.copyOf(elements);
    }
  }

  /** JSON's null. */
  record Nothing() implements JsonTree {}

  /**
   * A string, a number or a boolean.
   *
   * @param text of a string its characters, else as written
   */
  record Scalar(String text, boolean isBoolean) implements JsonTree, FilterValue {

    private static final int MAX_DIGITS = 1000;

    @Override
    public @Nullable Object in(Domain domain) {
      return domain == Domain.TEXT ? text : domain == Domain.NUMBER ? number() : null;
    }

    /** Strings that say a number count as one, as in Pinot's index. */
    private @Nullable BigDecimal number() {
      boolean isNumberLike =
          !isBoolean
              && !text.isEmpty()
              && text.length() <= MAX_DIGITS
              && (Character.isDigit(text.charAt(0)) || "-+.".indexOf(text.charAt(0)) >= 0);
      if (!isNumberLike) {
        return null;
      }
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException _) {
        return null;
      }
    }
  }

  /** What lies at a member's name or an element's index; Java null: nothing. */
  default @Nullable JsonTree at(JsonPath.Step step) {
    return switch (this) {
      case Members(Map<String, JsonTree> members) ->
          step instanceof JsonPath.Step.Member(String name) ? members.get(name) : null;
      case Elements(List<JsonTree> elements) ->
          step instanceof JsonPath.Step.Element(int index) && index < elements.size()
              ? elements.get(index)
              : null;
      case Nothing _, Scalar _ -> null;
    };
  }

  /** All members or elements. */
  default Iterable<JsonTree> children() {
    return switch (this) {
      case Members(Map<String, JsonTree> members) -> members.values();
      case Elements(List<JsonTree> elements) -> elements;
      case Nothing _, Scalar _ -> List.of();
    };
  }
}
