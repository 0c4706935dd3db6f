package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.segment.schema.Value;
import java.util.List;

/** Kinds of sketches, of a call and by their names on the wire. */
final class SketchKinds {

  private SketchKinds() {}

  static SketchKind<?> of(AggregateCall call) {
    return switch (call.function()) {
      case COUNT_DISTINCT_HLL, RAW_HLL -> new HllKind(whole(call, 0));
      case COUNT_DISTINCT_THETA, RAW_THETA -> new ThetaKind(whole(call, 0));
      case COUNT_DISTINCT_CPC, RAW_CPC -> new CpcKind(whole(call, 0));
      case COUNT_DISTINCT_TUPLE, RAW_TUPLE, SUM_TUPLE, AVG_TUPLE ->
          new IntegerTupleKind(whole(call, 0));
      case PERCENTILE_TDIGEST, RAW_TDIGEST -> new TDigestKind(whole(call, 1));
      case PERCENTILE_KLL, RAW_KLL -> new KllKind(whole(call, 1));
      case FREQUENT_LONGS -> new FrequentLongsKind(whole(call, 0));
      case FREQUENT_STRINGS -> new FrequentStringsKind(whole(call, 0));
      default -> throw new IllegalArgumentException(call.function() + " has no sketch");
    };
  }

  /**
   * @throws IllegalArgumentException if there is no such kind
   */
  static SketchKind<?> of(String name, List<Integer> parameters) {
    if (parameters.size() != 1) {
      throw new IllegalArgumentException("sketch %s of %s".formatted(name, parameters));
    }
    int parameter = parameters.getFirst();
    return switch (name) {
      case HllKind.NAME -> new HllKind(parameter);
      case ThetaKind.NAME -> new ThetaKind(parameter);
      case CpcKind.NAME -> new CpcKind(parameter);
      case IntegerTupleKind.NAME -> new IntegerTupleKind(parameter);
      case TDigestKind.NAME -> new TDigestKind(parameter);
      case KllKind.NAME -> new KllKind(parameter);
      case FrequentLongsKind.NAME -> new FrequentLongsKind(parameter);
      case FrequentStringsKind.NAME -> new FrequentStringsKind(parameter);
      default -> throw new IllegalArgumentException("unknown sketch " + name);
    };
  }

  private static int whole(AggregateCall call, int index) {
    if (index < call.parameters().size()
        && call.parameters().get(index) instanceof Value.IntValue(int value)) {
      return value;
    }
    throw new IllegalArgumentException(
        "parameter %d of %s is missing".formatted(index, call.function()));
  }
}
