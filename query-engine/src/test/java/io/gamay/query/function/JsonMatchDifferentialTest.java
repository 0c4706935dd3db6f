package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.function.TestCall.Fixed;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Filters of JSON_MATCH against their definition: every choice of elements is tried, and the filter
 * is computed for it as it is written, in three-valued logic.
 */
class JsonMatchDifferentialTest {

  private static final List<String> PATHS =
      List.of("$.a", "$.l[*]", "$.l[*].a", "$.l[*].b", "$.l[*].l[*]", "$.m[*].a", "$.l[0].a");

  private static final Pattern STEP = Pattern.compile("\\.\\w+|\\[.\\]");

  /** A filter with its text. */
  private sealed interface Filter {
    record Compare(String path, String operator, String literal) implements Filter {}

    record In(String path, List<String> literals, boolean negated) implements Filter {}

    record IsNull(String path, boolean negated) implements Filter {}

    record Not(Filter filter) implements Filter {}

    record Join(String connective, Filter left, Filter right) implements Filter {}
  }

  @Test
  void filterIsTrueIfItIsForSomeChoiceOfElements() {
    Seeds.forEach(
        3_000,
        random -> {
          Object document = object(random, 3);
          Filter filter = filter(random, 3);
          String json = json(document);
          assertThat(TestCall.flag("json_match", json, new Fixed(written(filter))))
              .as("%s of %s", written(filter), json)
              .isEqualTo(expected(filter, document));
        });
  }

  @Test
  void valuesAreThoseOfElementsForWhichTheFilterIsTrue() {
    Seeds.forEach(
        3_000,
        random -> {
          Object document = object(random, 3);
          Filter filter = filter(random, 2);
          String path = random.oneOf(PATHS);
          String json = json(document);
          List<Value> expected = new ArrayList<>();
          Set<String> arrays = new LinkedHashSet<>();
          collect(path, arrays);
          Predicate<Map<String, Integer>> passes =
              isNullTest(filter).isPresent()
                  ? _ -> expected(filter, document)
                  : chosen -> isTrueForSomeChoice(filter, document, chosen);
          collectValues(document, path, List.copyOf(arrays), Map.of(), passes, expected);
          assertThat(
                  TestCall.list(
                      "json_extract_index",
                      json,
                      new Fixed(path),
                      new Fixed("STRING_ARRAY"),
                      new Fixed("[]"),
                      new Fixed(written(filter))))
              .as("%s where %s of %s", path, written(filter), json)
              .isEqualTo(expected);
        });
  }

  private static void collectValues(
      Object document,
      String path,
      List<String> open,
      Map<String, Integer> chosen,
      Predicate<Map<String, Integer>> passes,
      List<Value> found) {
    if (open.isEmpty()) {
      if (passes.test(chosen)) {
        find(document, path, chosen).ifPresent(value -> addScalars(path, value, found));
      }
      return;
    }
    if (!(find(document, open.getFirst(), chosen).orElse(null) instanceof List<?> list)) {
      return;
    }
    for (int index = 0; index < list.size(); index++) {
      Map<String, Integer> next = new LinkedHashMap<>(chosen);
      next.put(open.getFirst(), index);
      collectValues(document, path, open.subList(1, open.size()), next, passes, found);
    }
  }

  /** A list that a path without [*] leads to counts as its elements. */
  private static void addScalars(String path, Object value, List<Value> found) {
    List<?> values = value instanceof List<?> list && !path.contains("[*]") ? list : List.of(value);
    for (Object each : values) {
      if (!(each instanceof Map) && !(each instanceof List)) {
        found.add(new Value.StringValue(each.toString()));
      }
    }
  }

  private static boolean expected(Filter filter, Object document) {
    if (isNullTest(filter).isPresent()) {
      return !isTrueForSomeChoice(new Filter.IsNull(isNullTest(filter).get(), true), document);
    }
    return isTrueForSomeChoice(filter, document);
  }

  /** The path of a filter that is IS NULL, with or without negations around it. */
  private static Optional<String> isNullTest(Filter filter) {
    boolean isNegated = false;
    Filter inner = filter;
    while (inner instanceof Filter.Not(Filter operand)) {
      isNegated = !isNegated;
      inner = operand;
    }
    return inner instanceof Filter.IsNull(String path, boolean negated) && negated == isNegated
        ? Optional.of(path)
        : Optional.empty();
  }

  private static boolean isTrueForSomeChoice(Filter filter, Object document) {
    return isTrueForSomeChoice(filter, document, Map.of());
  }

  /** For some choice of the elements that are not chosen yet. */
  private static boolean isTrueForSomeChoice(
      Filter filter, Object document, Map<String, Integer> chosen) {
    Set<String> arrays = new LinkedHashSet<>();
    collect(filter, arrays);
    arrays.removeAll(chosen.keySet());
    return isTrueForSome(filter, document, List.copyOf(arrays), chosen);
  }

  private static void collect(Filter filter, Set<String> arrays) {
    switch (filter) {
      case Filter.Compare(String path, String _, String _) -> collect(path, arrays);
      case Filter.In(String path, List<String> _, boolean _) -> collect(path, arrays);
      case Filter.IsNull(String path, boolean _) -> collect(path, arrays);
      case Filter.Not(Filter inner) -> collect(inner, arrays);
      case Filter.Join(String _, Filter left, Filter right) -> {
        collect(left, arrays);
        collect(right, arrays);
      }
    }
  }

  private static void collect(String path, Set<String> arrays) {
    for (int at = path.indexOf("[*]"); at >= 0; at = path.indexOf("[*]", at + 1)) {
      arrays.add(path.substring(0, at));
    }
  }

  /**
   * @param chosen the index of each array that has elements
   */
  private static boolean isTrueForSome(
      Filter filter, Object document, List<String> open, Map<String, Integer> chosen) {
    if (open.isEmpty()) {
      return evaluate(filter, document, chosen).orElse(false);
    }
    List<String> rest = open.subList(1, open.size());
    int size =
        find(document, open.getFirst(), chosen).orElse(null) instanceof List<?> list
            ? list.size()
            : 0;
    Map<String, Integer> next = new LinkedHashMap<>(chosen);
    if (size == 0) {
      next.put(open.getFirst(), Integer.MAX_VALUE);
      return isTrueForSome(filter, document, rest, next);
    }
    for (int index = 0; index < size; index++) {
      next.put(open.getFirst(), index);
      if (isTrueForSome(filter, document, rest, next)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Object> find(Object document, String path, Map<String, Integer> chosen) {
    Object at = document;
    String way = "$";
    for (Matcher steps = STEP.matcher(path); steps.find(); ) {
      String step = steps.group();
      if (step.startsWith(".")) {
        at = at instanceof Map<?, ?> members ? members.get(step.substring(1)) : null;
      } else {
        int index =
            step.equals("[*]")
                ? chosen.getOrDefault(way, Integer.MAX_VALUE)
                : Integer.parseInt(step, 1, 2, 10);
        at = at instanceof List<?> list && index < list.size() ? list.get(index) : null;
      }
      way += step;
      if (at == null) {
        return Optional.empty();
      }
    }
    return Optional.of(at);
  }

  private static Optional<Boolean> evaluate(
      Filter filter, Object document, Map<String, Integer> chosen) {
    return switch (filter) {
      case Filter.Compare(String path, String operator, String literal) ->
          scalar(document, path, chosen).flatMap(value -> compare(value, operator, literal));
      case Filter.In(String path, List<String> literals, boolean negated) ->
          scalar(document, path, chosen)
              .map(
                  value ->
                      literals.stream()
                              .anyMatch(literal -> compare(value, "=", literal).orElse(false))
                          != negated);
      case Filter.IsNull(String path, boolean negated) ->
          Optional.of(find(document, path, chosen).isEmpty() != negated);
      case Filter.Not(Filter inner) -> evaluate(inner, document, chosen).map(value -> !value);
      case Filter.Join(String connective, Filter left, Filter right) -> {
        Optional<Boolean> a = evaluate(left, document, chosen);
        Optional<Boolean> b = evaluate(right, document, chosen);
        boolean decides = connective.equals("OR");
        if (a.equals(Optional.of(decides)) || b.equals(Optional.of(decides))) {
          yield Optional.of(decides);
        }
        yield a.isPresent() && b.isPresent() ? Optional.of(!decides) : Optional.empty();
      }
    };
  }

  private static Optional<Object> scalar(
      Object document, String path, Map<String, Integer> chosen) {
    return find(document, path, chosen)
        .filter(value -> !(value instanceof Map) && !(value instanceof List));
  }

  private static Optional<Boolean> compare(Object value, String operator, String literal) {
    boolean isText = literal.startsWith("'");
    if (!isText && !(value instanceof Integer)) {
      return switch (operator) {
        case "=" -> Optional.of(false);
        case "<>" -> Optional.of(true);
        default -> Optional.empty();
      };
    }
    int order =
        isText
            ? value.toString().compareTo(literal.substring(1, literal.length() - 1))
            : Integer.compare((Integer) value, Integer.parseInt(literal));
    return Optional.of(
        switch (operator) {
          case "=" -> order == 0;
          case "<>" -> order != 0;
          case "<" -> order < 0;
          case "<=" -> order <= 0;
          case ">" -> order > 0;
          default -> order >= 0;
        });
  }

  private static Map<String, Object> object(SeededRandom random, int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (String name : List.of("a", "b", "l", "m")) {
      if (random.chance(0.7)) {
        members.put(name, value(random, name, depth));
      }
    }
    return members;
  }

  private static Object value(SeededRandom random, String name, int depth) {
    boolean isList = name.equals("l") || name.equals("m");
    if (depth > 0 && (isList ? random.chance(0.9) : random.chance(0.1))) {
      List<Object> list = new ArrayList<>();
      while (random.chance(0.6)) {
        list.add(random.chance(0.6) ? object(random, depth - 1) : value(random, "a", 0));
      }
      return list;
    }
    return random.oneOf(List.<Object>of(1, 2, 3, "x", "y", true));
  }

  private static String json(Object value) {
    return switch (value) {
      case Map<?, ?> members -> {
        List<String> parts = new ArrayList<>();
        members.forEach((name, member) -> parts.add("\"" + name + "\":" + json(member)));
        yield "{" + String.join(",", parts) + "}";
      }
      case List<?> list ->
          "[" + String.join(",", list.stream().map(element -> json(element)).toList()) + "]";
      case String text -> "\"" + text + "\"";
      default -> value.toString();
    };
  }

  private static Filter filter(SeededRandom random, int depth) {
    if (depth > 0 && random.chance(0.6)) {
      return random.chance(0.3)
          ? new Filter.Not(filter(random, depth - 1))
          : new Filter.Join(
              random.chance(0.6) ? "AND" : "OR",
              filter(random, depth - 1),
              filter(random, depth - 1));
    }
    String path = random.oneOf(PATHS);
    if (random.chance(0.2)) {
      return new Filter.IsNull(path, random.chance(0.5));
    }
    if (random.chance(0.2)) {
      return new Filter.In(path, List.of(literal(random), literal(random)), random.chance(0.4));
    }
    return new Filter.Compare(
        path, random.oneOf(List.of("=", "=", "<>", "<", "<=", ">", ">=")), literal(random));
  }

  private static String literal(SeededRandom random) {
    return random.oneOf(List.of("1", "2", "3", "'x'", "'y'", "'2'", "'true'"));
  }

  private static String written(Filter filter) {
    return switch (filter) {
      case Filter.Compare(String path, String operator, String literal) ->
          "\"" + path + "\" " + operator + " " + literal;
      case Filter.In(String path, List<String> literals, boolean negated) ->
          "\"%s\" %sIN (%s)".formatted(path, negated ? "NOT " : "", String.join(", ", literals));
      case Filter.IsNull(String path, boolean negated) ->
          "\"%s\" IS %sNULL".formatted(path, negated ? "NOT " : "");
      case Filter.Not(Filter inner) -> "NOT (" + written(inner) + ")";
      case Filter.Join(String connective, Filter left, Filter right) ->
          "(%s) %s (%s)".formatted(written(left), connective, written(right));
    };
  }
}
