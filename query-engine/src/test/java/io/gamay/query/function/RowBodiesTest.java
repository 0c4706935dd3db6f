package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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

  @Test
  void slowRowsAreWatched() {
    AtomicInteger computed = new AtomicInteger();
    ScalarBody counting = RowBodies.texts((_, _) -> "row " + computed.incrementAndGet());
    AtomicInteger looks = new AtomicInteger();
    assertThatThrownBy(
            () ->
                counting.apply(
                    new Vector[0],
                    1000,
                    rows(1000),
                    () -> {
                      if (looks.incrementAndGet() == 4) {
                        throw new IllegalStateException("ended");
                      }
                    }))
        .hasMessage("ended");
    assertThat(computed).hasValueBetween(1, 256);
  }

  @Test
  void watchedRowsAreTheSame() {
    for (int rows : new int[] {0, 1, 63, 64, 65, 200}) {
      List<ScalarBody> bodies =
          List.of(
              RowBodies.texts((_, r) -> r % 7 == 0 ? null : "row " + r),
              RowBodies.values((_, r) -> r % 5 == 0 ? null : new Value.StringValue("v" + r)),
              RowBodies.lists(
                  (_, r) ->
                      r % 3 == 0
                          ? null
                          : Collections.nCopies(r % 4, new Value.StringValue("" + r))));
      for (int index = 0; index < bodies.size(); index++) {
        ScalarBody body = bodies.get(index);
        boolean isList = index == bodies.size() - 1;
        Vector plain = new Vector(StoredType.STRING, isList);
        Vector watched = new Vector(StoredType.STRING, isList);
        for (Vector out : List.of(plain, watched)) {
          out.resize(rows);
          if (rows > 2) {
            out.setNull(1);
          }
        }
        body.apply(new Vector[0], rows, plain);
        body.apply(new Vector[0], rows, watched, ScalarBody.Watch.NONE);
        for (int row = 0; row < rows; row++) {
          assertThat(watched.isNull(row)).isEqualTo(plain.isNull(row));
          if (!plain.isNull(row)) {
            assertThat(isList ? watched.listAt(row) : watched.valueAt(row))
                .isEqualTo(isList ? plain.listAt(row) : plain.valueAt(row));
          }
        }
      }
    }
  }

  private static Vector rows(int count) {
    Vector rows = Vector.of(StoredType.STRING);
    rows.resize(count);
    return rows;
  }
}
