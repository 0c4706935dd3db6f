package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Matches over columns large enough for every width of dictIds and for many chunks. */
class MatchPropertyTest {

  private static final int BORDER = 1 << 16;

  @Test
  void matchesOfAnyRunSayWhatEachValueSays() {
    int cases = Seeds.forEach(Duration.ofSeconds(5), this::checkCase);

    assertThat(cases).isGreaterThan(1);
  }

  private void checkCase(SeededRandom random) {
    List<ColumnSpec> columns = new ArrayList<>();
    for (DataType type : List.of(DataType.INT, DataType.LONG, DataType.FLOAT, DataType.DOUBLE)) {
      columns.add(ColumnSpec.dimension("coded " + type, type));
      columns.add(ColumnSpec.dimension("raw " + type, type));
    }
    columns.add(ColumnSpec.dimension("coded text", DataType.STRING));
    TableSchema schema = new TableSchema("t", 1, columns);
    Set<String> raw =
        columns.stream()
            .map(ColumnSpec::name)
            .filter(name -> name.startsWith("raw"))
            .collect(Collectors.toSet());
    try (MutableSegment segment =
        new MutableSegment("t__0", 0, schema, new EncodingDecisions(1, raw, Set.of()), 0)) {
      int distinct = random.oneOf(List.of(3, 256, 257, 3000, 65_536, 66_000));
      int rows = distinct + random.between(1, random.chance(0.5) ? 3000 : 80_000);
      segment.append(batch(schema, rows, distinct, random));
      segment.publish(rows);
      SegmentReader view =
          random.chance(0.3) ? segment.snapshotBelow(random.between(0, rows)) : segment.snapshot();
      for (ColumnSpec spec : columns) {
        MatchCheck check = new MatchCheck(view.column(spec.name()), view.docCount(), random);
        for (int i = 0; i < 4; i++) {
          check.anyRun();
        }
        borders(check, view.docCount(), random);
      }
    }
  }

  /** Runs across the borders of chunks, which are powers of two and multiples of 65,536. */
  private static void borders(MatchCheck check, int rows, SeededRandom random) {
    for (int border : List.of(1024, 2048, BORDER, 2 * BORDER)) {
      int first = border - random.between(0, 70);
      int count = random.between(0, 200);
      if (first + count <= rows) {
        check.run(first, count);
      }
    }
  }

  /** All values once, in order, so that each width gets its run; then any of them. */
  private static RowBatch batch(TableSchema schema, int rows, int distinct, SeededRandom random) {
    int seed = random.nextInt() | 1;
    RowBatch batch = new RowBatch(schema);
    for (int row = 0; row < rows; row++) {
      int value = (row < distinct ? row : random.nextInt(distinct)) * seed;
      for (int column = 0; column < 2; column++) {
        batch.column(column).appendInt(value);
        batch.column(2 + column).appendLong(value * 0x1_0000_0001L);
        batch.column(4 + column).appendFloat(Float.intBitsToFloat(value));
        batch.column(6 + column).appendDouble(row % 50 == 0 ? random.anyDouble() : value / 8d);
      }
      batch.column(8).append(new Value.StringValue("v" + value));
      batch.endRow(row);
    }
    return batch;
  }
}
