package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import io.gamay.testkit.random.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredCopiesTest {

  private static final int ENOUGH = StoredCopy.LEAST_TELLING_ROWS;

  @TempDir Path directory;

  @Test
  void columnsOfWhichMoreThanHalfOfTheRowsDifferAreCounted() throws Exception {
    assertThat(distinct(ENOUGH, ENOUGH / 2, Set.of())).isEqualTo(Map.of("number", ENOUGH));
    assertThat(distinct(ENOUGH, ENOUGH / 2 + 1, Set.of()))
        .isEqualTo(Map.of("number", ENOUGH, "text", ENOUGH / 2 + 1));
  }

  @Test
  void rawColumnsAndShortSegmentsTellNothing() throws Exception {
    assertThat(distinct(ENOUGH, 1, Set.of("number"))).isEmpty();
    assertThat(distinct(ENOUGH - 1, ENOUGH - 1, Set.of())).isEmpty();
  }

  private Map<String, Integer> distinct(int rows, int texts, Set<String> raw) throws Exception {
    EncodingDecisions encoding =
        new EncodingDecisions(EncodingDecisions.CURRENT_FORMAT_VERSION, raw, Set.of());
    TableSchema schema = Fixtures.schema(1);
    Path file = directory.resolve(rows + "-" + texts + "-" + raw.size());
    try (MutableSegment segment = new MutableSegment("s", 0, schema, encoding, 0)) {
      RowBatch batch = new RowBatch(schema);
      for (int row = 0; row < rows; row++) {
        byte[] text = Integer.toString(row % texts).getBytes(StandardCharsets.UTF_8);
        batch.column(0).appendLong(row);
        batch.column(1).appendBytes(text, 0, text.length);
        batch.endRow(row);
      }
      segment.append(batch);
      segment.publish(rows);
      new SegmentSealer(new UnforcedFiles(), new SeededRandom(1))
          .seal(
              segment.snapshot(),
              new SealInputs(
                  Fixtures.TABLE,
                  encoding,
                  new LedgerCounts(rows, 0, 0, 0, 0),
                  List.of(),
                  List.of(),
                  Map.of()),
              file);
    }
    try (ImmutableSegment sealed = ImmutableSegment.open(file)) {
      return StoredCopies.of(sealed, "k", Map.of()).distinct();
    }
  }
}
