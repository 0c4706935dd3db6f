package io.gamay.query.offset;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Offsets as an option of a query gives them. */
public sealed interface GivenOffsets {

  /**
   * Written out.
   *
   * @param ends by partition: behind the last offset meant
   */
  record Pairs(NavigableMap<Integer, Long> ends) implements GivenOffsets {
    public Pairs {
      ends = Collections.unmodifiableNavigableMap(new TreeMap<>(ends));
    }
  }

  /** Those of an answer. */
  record OfToken(OffsetToken token) implements GivenOffsets {}
}
