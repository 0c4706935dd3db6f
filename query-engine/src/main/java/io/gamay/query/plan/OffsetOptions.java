package io.gamay.query.plan;

import io.gamay.query.offset.GivenOffsets;
import io.gamay.query.offset.OffsetToken;
import java.util.Optional;

/**
 * Which offsets a query wants its answer to cover. With {@code asOf} there is nothing else.
 *
 * @param minOffsets at least these, per partition (read your writes)
 * @param token at least what these answers covered (option offsetToken)
 * @param asOf exactly these: nothing from an end on
 */
public record OffsetOptions(
    Optional<GivenOffsets> minOffsets, Optional<OffsetToken> token, Optional<GivenOffsets> asOf) {

  public static final OffsetOptions NONE =
      new OffsetOptions(Optional.empty(), Optional.empty(), Optional.empty());
}
