package io.gamay.query.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.util.List;
import org.junit.jupiter.api.Test;

class MomentStatesTest {

  /** Doubles next to each other: one step is 2,048. */
  private static final double FAR = -0x1p63;

  private static final double STEP = 2048;

  @Test
  void largeNumbersCloseToEachOtherHaveTheVarianceOfTheirSteps() {
    MomentStates states = new MomentStates();
    states.ensureGroups(1);
    Vector values = reals(0, 1, 5, 0, 3);
    for (int row = 0; row < values.rowCount(); row++) {
      states.add(0, values, row, 1);
    }
    assertThat(states.field(0, 3) / (STEP * STEP)).isCloseTo(18.8, within(1e-12));
  }

  @Test
  void partsMergeToTheSame() {
    MomentStates merged = new MomentStates();
    merged.ensureGroups(1);
    for (Vector part : List.of(reals(0, 1), reals(5), reals(0, 3))) {
      MomentStates states = new MomentStates();
      states.ensureGroups(1);
      for (int row = 0; row < part.rowCount(); row++) {
        states.add(0, part, row, 1);
      }
      merged.absorb(states, new int[] {0});
    }
    assertThat(merged.field(0, 3) / (STEP * STEP)).isCloseTo(18.8, within(1e-12));
    assertThat(merged.field(0, 4) / (STEP * STEP * STEP)).isCloseTo(22.32, within(1e-10));
  }

  @Test
  void pairsOfLargeNumbersHaveTheCovarianceOfTheirSteps() {
    CoMomentStates states = new CoMomentStates();
    states.ensureGroups(1);
    Vector x = reals(0, 1, 5, 0, 3);
    Vector y = reals(1, 1, 2, 0, 4);
    for (int row = 0; row < x.rowCount(); row++) {
      states.add(0, List.of(x, y), row);
    }
    assertThat(states.field(0, 7) / (STEP * STEP)).isCloseTo(8.6, within(1e-12));
  }

  private static Vector reals(int... steps) {
    Vector values = Vector.of(StoredType.DOUBLE);
    for (int step : steps) {
      values.appendDouble(FAR + step * STEP);
    }
    return values;
  }
}
