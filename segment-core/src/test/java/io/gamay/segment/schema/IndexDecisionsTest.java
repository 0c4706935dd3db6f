package io.gamay.segment.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IndexDecisionsTest {

  @Test
  void bothHaveWhatEitherHasAndTheOthersBloomShareCounts() {
    IndexDecisions some =
        new IndexDecisions(Set.of("a"), Set.of("b"), Map.of("c", 0.01, "d", 0.02));
    IndexDecisions others = new IndexDecisions(Set.of("a", "e"), Set.of(), Map.of("d", 0.05));
    assertThat(some.and(others))
        .isEqualTo(new IndexDecisions(Set.of("a", "e"), Set.of("b"), Map.of("c", 0.01, "d", 0.05)));
    assertThat(some.and(IndexDecisions.NONE)).isEqualTo(some);
  }
}
