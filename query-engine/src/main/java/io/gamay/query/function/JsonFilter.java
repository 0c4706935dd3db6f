package io.gamay.query.function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.query.function.FilterNode.All;
import io.gamay.query.function.FilterNode.Any;
import io.gamay.query.function.FilterNode.Present;
import io.gamay.query.function.FilterNode.Tested;
import io.gamay.query.function.FilterValue.Domain;
import io.gamay.query.function.FilterValue.Literal;
import io.gamay.query.function.JsonPath.Step;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The filter of JSON_MATCH over one document. A path with [*] means one element, the same wherever
 * the path up to it is the same; the filter is true if it is for some choice of elements. Reading a
 * document takes time in proportion to its size and the filter's, whatever the filter: it is a
 * choice of conjunctions, each of which asks every array's elements one after the other. Immutable.
 */
final class JsonFilter {

  private static final int MAX_CONJUNCTIONS = 1000;
  private static final int KEPT_CHARACTERS = 4 << 20;

  private static final Cache<String, JsonFilter> PARSED =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_CHARACTERS)
          .<String, JsonFilter>weigher((text, _) -> text.length() + 1)
          .build();

  private final List<Place> conjunctions;

  /** Whether documents match for which no conjunction is true. */
  private final boolean isInverted;

  private JsonFilter(List<Place> conjunctions, boolean isInverted) {
    this.conjunctions = conjunctions;
    this.isInverted = isInverted;
  }

  /**
   * @throws io.gamay.query.error.QueryException if the text is no filter
   */
  static JsonFilter of(String function, String text) {
    return PARSED.get(text, filter -> parse(function, filter));
  }

  private static JsonFilter parse(String function, String text) {
    FilterNode<JsonPath> filter =
        FilterReader.read(function, text, name -> path(function, name), JsonFilter::literal);
    // Where nothing is at the path in any element, not: where an element lacks it.
    boolean isInverted = filter instanceof Present<JsonPath> present && present.negated();
    FilterNode<JsonPath> positive =
        filter instanceof Present<JsonPath>(JsonPath path, boolean negated) && negated
            ? new Present<>(path, false)
            : filter;
    List<Place> places =
        conjunctions(function, text, positive).stream().map(JsonFilter::place).toList();
    return new JsonFilter(places, isInverted);
  }

  /** Names without $ begin at the document too. */
  private static JsonPath path(String function, String name) {
    return JsonPath.parse(
        function, name.startsWith("$") ? name : (name.startsWith("[") ? "$" : "$.") + name);
  }

  private static Literal literal(Value value) {
    return switch (value) {
      case Value.LongValue(long number) -> new Literal(Domain.NUMBER, BigDecimal.valueOf(number));
      case Value.DoubleValue(double number) ->
          new Literal(Domain.NUMBER, BigDecimal.valueOf(number));
      case Value.BigDecimalValue(BigDecimal number) -> new Literal(Domain.NUMBER, number);
      case Value.StringValue(String text) -> new Literal(Domain.TEXT, text);
      case Value.BytesValue _, Value.IntValue _, Value.FloatValue _ ->
          new Literal(Domain.TEXT, value.toString());
    };
  }

  /** The filter as a choice of lists of tests. */
  private static List<List<FilterNode<JsonPath>>> conjunctions(
      String function, String text, FilterNode<JsonPath> node) {
    return switch (node) {
      case Tested<JsonPath> _, Present<JsonPath> _ -> List.of(List.of(node));
      case Any<JsonPath>(List<FilterNode<JsonPath>> parts) -> {
        List<List<FilterNode<JsonPath>>> all = new ArrayList<>();
        for (FilterNode<JsonPath> part : parts) {
          all.addAll(conjunctions(function, text, part));
          requireFew(function, text, all.size());
        }
        yield all;
      }
      case All<JsonPath>(List<FilterNode<JsonPath>> parts) -> {
        List<List<FilterNode<JsonPath>>> all = List.of(List.of());
        for (FilterNode<JsonPath> part : parts) {
          List<List<FilterNode<JsonPath>>> choices = conjunctions(function, text, part);
          requireFew(function, text, (long) all.size() * choices.size());
          all = products(all, choices);
        }
        yield all;
      }
    };
  }

  private static void requireFew(String function, String text, long count) {
    if (count > MAX_CONJUNCTIONS) {
      throw Failures.ofConstant(
          function,
          "filter stands for more than %d conjunctions: use fewer ORs below ANDs"
              .formatted(MAX_CONJUNCTIONS),
          text);
    }
  }

  private static <T> List<List<T>> products(List<List<T>> left, List<List<T>> right) {
    List<List<T>> all = new ArrayList<>();
    for (List<T> first : left) {
      for (List<T> second : right) {
        List<T> both = new ArrayList<>(first);
        both.addAll(second);
        all.add(both);
      }
    }
    return all;
  }

  private static Place place(List<FilterNode<JsonPath>> conjunction) {
    Builder root = new Builder();
    for (FilterNode<JsonPath> node : conjunction) {
      JsonPath path =
          switch (node) {
            case Tested<JsonPath> tested -> tested.subject();
            case Present<JsonPath> present -> present.subject();
            case All<JsonPath> _, Any<JsonPath> _ -> throw new IllegalStateException("not a test");
          };
      Builder at = root;
      List<Step> way = new ArrayList<>();
      for (Step step : path.steps()) {
        if (step instanceof Step.All) {
          at = at.inside.computeIfAbsent(List.copyOf(way), _ -> new Builder());
          way.clear();
        } else {
          way.add(step);
        }
      }
      at.checks.add(new Check(List.copyOf(way), node));
    }
    return root.build();
  }

  private static final class Builder {
    private final List<Check> checks = new ArrayList<>();
    private final Map<List<Step>, Builder> inside = new LinkedHashMap<>();

    Place build() {
      List<Inside> arrays = new ArrayList<>();
      inside.forEach((way, builder) -> arrays.add(new Inside(way, builder.build())));
      return new Place(List.copyOf(checks), List.copyOf(arrays));
    }
  }

  boolean matches(JsonTree document) {
    for (Place conjunction : conjunctions) {
      if (conjunction.holds(document)) {
        return !isInverted;
      }
    }
    return isInverted;
  }

  /**
   * The values at a path, in the order of the document, for whose elements the filter is true:
   * where the path and the filter go through one array by [*], they mean the same element.
   */
  List<JsonTree> valuesAt(JsonPath path, JsonTree document) {
    List<JsonTree> found = new ArrayList<>();
    if (!isInverted) {
      collect(conjunctions, document, path.steps(), found);
    } else if (matches(document)) {
      collect(List.of(Place.ANY), document, path.steps(), found);
    }
    return found;
  }

  /**
   * @param places of the conjunctions that may still hold, at this element
   */
  private static void collect(
      List<Place> places, JsonTree at, List<Step> path, List<JsonTree> found) {
    int array = 0;
    while (array < path.size() && !(path.get(array) instanceof Step.All)) {
      array++;
    }
    List<Step> way = path.subList(0, array);
    boolean isEnd = array == path.size();
    List<Place> holding =
        places.stream().filter(place -> (isEnd ? place : place.beside(way)).holds(at)).toList();
    JsonTree next = holding.isEmpty() ? null : follow(at, way);
    if (next == null) {
      return;
    }
    if (isEnd) {
      found.add(next);
      return;
    }
    List<Place> inside = holding.stream().map(place -> place.inside(way)).toList();
    for (JsonTree child : next.children()) {
      collect(inside, child, path.subList(array + 1, path.size()), found);
    }
  }

  private static @Nullable JsonTree follow(@Nullable JsonTree from, List<Step> way) {
    JsonTree at = from;
    for (Step step : way) {
      if (at == null) {
        return null;
      }
      at = at.at(step);
    }
    return at;
  }

  /** What must hold at the document, or at one element of an array. */
  private record Place(List<Check> checks, List<Inside> arrays) {

    static final Place ANY = new Place(List.of(), List.of());

    /**
     * @param at Java null: there is no element
     */
    boolean holds(@Nullable JsonTree at) {
      for (Check check : checks) {
        if (!check.holds(at)) {
          return false;
        }
      }
      for (Inside array : arrays) {
        if (!array.holds(at)) {
          return false;
        }
      }
      return true;
    }

    /** The same but for what must hold inside of the array this way from here. */
    Place beside(List<Step> way) {
      return new Place(checks, arrays.stream().filter(array -> !array.way().equals(way)).toList());
    }

    /** What must hold at an element of the array this way from here. */
    Place inside(List<Step> way) {
      return arrays.stream()
          .filter(array -> array.way().equals(way))
          .findFirst()
          .map(Inside::element)
          .orElse(ANY);
    }
  }

  /** A test of what lies a way from a place. */
  private record Check(List<Step> way, FilterNode<JsonPath> test) {

    boolean holds(@Nullable JsonTree at) {
      JsonTree found = follow(at, way);
      return switch (test) {
        case Tested<JsonPath> tested ->
            found instanceof JsonTree.Scalar scalar && tested.passes(scalar);
        case Present<JsonPath> present -> {
          boolean isThere = found != null && !(found instanceof JsonTree.Nothing);
          yield isThere != present.negated();
        }
        case All<JsonPath> _, Any<JsonPath> _ -> throw new IllegalStateException("not a test");
      };
    }
  }

  /** What must hold at some element of the array a way from a place; without elements, of none. */
  private record Inside(List<Step> way, Place element) {

    boolean holds(@Nullable JsonTree at) {
      JsonTree array = follow(at, way);
      boolean isEmpty = true;
      if (array != null) {
        for (JsonTree child : array.children()) {
          if (element.holds(child)) {
            return true;
          }
          isEmpty = false;
        }
      }
      return isEmpty && element.holds(null);
    }
  }
}
