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
      case PERCENTILE_TDIGEST, RAW_TDIGEST -> new TDigestKind(whole(call, 1));
      default -> throw new IllegalArgumentException(call.function() + " has no sketch");
    };
  }

  /**
   * @throws IllegalArgumentException if there is no such kind
   */
  static SketchKind<?> of(String name, List<Integer> parameters) {
    if (parameters.size() == 1) {
      switch (name) {
        case HllKind.NAME:
          return new HllKind(parameters.getFirst());
        case TDigestKind.NAME:
          return new TDigestKind(parameters.getFirst());
        default:
          break;
      }
    }
    throw new IllegalArgumentException("unknown sketch %s%s".formatted(name, parameters));
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
