package io.gamay.query.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.uber.h3core.H3Core;
import io.gamay.query.error.QueryException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HexagonGridTest {

  @Test
  void platformWithoutLibraryIsToldSo() {
    var grid =
        new HexagonGrid(
            () -> {
              throw new UnsatisfiedLinkError("No native resource found");
            });
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> grid.cell(1, 2, 3))
          .isInstanceOf(QueryException.class)
          .hasMessageContaining("need its native library, which does not run on")
          .hasMessageContaining("No native resource found");
    }
  }

  @Test
  void libraryIsLoadedOnce() {
    var loads = new AtomicInteger();
    var grid =
        new HexagonGrid(
            () -> {
              loads.incrementAndGet();
              return H3Core.newInstance();
            });
    long cell = grid.cell(1, 2, 3);
    assertThat(grid.distance(cell, cell)).isZero();
    assertThat(grid.disk(cell, 1)).contains(cell);
    assertThat(loads).hasValue(1);
  }
}
