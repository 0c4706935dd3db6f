package io.gamay.query.explain;

import io.gamay.query.explain.Operator.Shape;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Operators put together with those that are like them, in the order in which the first of each
 * kind came. Of many kinds the last ones are only counted. One thread at a time.
 */
final class AlikeOperators {

  /** So many kinds are told apart. */
  private static final int MOST = 64;

  private static final String OTHERS = "OTHERS";

  private final Map<Shape, Operator> byShape = new LinkedHashMap<>();

  void add(Operator operator) {
    Shape shape = operator.shape();
    Operator known = byShape.get(shape);
    if (known != null) {
      byShape.put(shape, known.plus(operator));
    } else if (byShape.size() < MOST || operator.name().equals(OTHERS)) {
      byShape.put(shape, operator);
    } else {
      add(
          new Operator(
              OTHERS,
              List.of(Clause.of("kinds of segments that are not told apart: {}", Amount.sum(1))),
              operator.measure(),
              List.of()));
    }
  }

  void addAll(Collection<Operator> operators) {
    operators.forEach(this::add);
  }

  List<Operator> all() {
    return List.copyOf(byShape.values());
  }
}
