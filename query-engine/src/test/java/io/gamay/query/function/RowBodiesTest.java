package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import org.junit.jupiter.api.Test;

class RowBodiesTest {

  private static final int ROW_CHARACTERS = 1 << 20;

  @Test
  void longTextsOfManyRowsEndTheQueryBeforeTheyTakeAllMemory() {
    ScalarBody longTexts = RowBodies.texts((_, _) -> "x".repeat(ROW_CHARACTERS));
    int most = (int) (RowBodies.MAX_BLOCK_BYTES / ROW_CHARACTERS);
    Vector fitting = rows(most);
    longTexts.apply(new Vector[0], most, fitting);
    assertThat(fitting.bytes().end(most - 1)).isEqualTo(most * ROW_CHARACTERS);
    assertThatThrownBy(() -> longTexts.apply(new Vector[0], most + 1, rows(most + 1)))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED))
        .hasMessageContaining("bytes for %d rows", most + 1);
  }

  private static Vector rows(int count) {
    Vector rows = Vector.of(StoredType.STRING);
    rows.resize(count);
    return rows;
  }
}
