package io.gamay.query.explain;

import io.gamay.query.prune.ColumnBounds.Bounds;
import io.gamay.query.prune.PruneReason;
import io.gamay.segment.schema.Value;
import java.util.Optional;

/** Reasons for leaving a segment out, in words. */
final class PrunedTexts {

  private PrunedTexts() {}

  static Clause clause(PruneReason reason) {
    Optional<Amount> range = reason.bounds().flatMap(PrunedTexts::range);
    return switch (reason.kind()) {
      case TIME -> bounded("time", range);
      case PARTITION -> bounded("partition", range);
      case IDENTITY -> bounded("offsets, rows or name of the segment", range);
      case BOUNDS -> bounded("zone map of the segment", range);
      case BLOOM -> Clause.of("bloom filter: no row has the value");
      case CONSTANT -> Clause.of("the condition is true for no row of any segment");
    };
  }

  private static Clause bounded(String what, Optional<Amount> range) {
    return range
        .map(values -> Clause.of(what + ": values are {}", values))
        .orElseGet(() -> Clause.of(what + ": no value meets the condition"));
  }

  /** Whole numbers are told. */
  private static Optional<Amount> range(Bounds bounds) {
    return switch (bounds.min()) {
      case Value.IntValue(int min) when bounds.max() instanceof Value.IntValue(int max) ->
          Optional.of(new Amount(false, min, max));
      case Value.LongValue(long min) when bounds.max() instanceof Value.LongValue(long max) ->
          Optional.of(new Amount(false, min, max));
      case Value _ -> Optional.empty();
    };
  }
}
