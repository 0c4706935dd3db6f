package io.gamay.query.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.evaluate.Block;
import io.gamay.query.structure.ScaledValues;
import io.gamay.query.testing.Plans;
import io.gamay.query.testing.RowsSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FusedSumsPropertyTest {

  private static final int GROUPS = 3;

  @Test
  void sumsAndCountsInOneWordAreThoseOfPlainAddition() {
    AtomicInteger fused = new AtomicInteger();
    Seeds.forEach(
        200,
        random -> {
          List<Value> values = values(random);
          ColumnReader column =
              Plans.segment(
                      "s",
                      0,
                      ColumnSpec.dimension("c", DataType.LONG),
                      values,
                      RowsSegment.Shape.SEALED)
                  .column("c");
          ScaledValues scaled = ScaledValues.of(column.dictionary().orElseThrow()).orElseThrow();
          // As if the segment had more rows: what these take is bounded by their number.
          int docCount = values.size() << random.nextInt(24);
          if (docCount < values.size() || !FusedSums.fits(scaled, docCount)) {
            return;
          }
          fused.incrementAndGet();
          FusedSums sums = FusedSums.of(new BlockDictIds(column), scaled, GROUPS, docCount);
          int[] groups = new int[values.size()];
          long[] expected = new long[GROUPS];
          long[] counts = new long[GROUPS];
          for (int row = 0; row < groups.length; row++) {
            groups[row] = random.nextInt(GROUPS);
            expected[groups[row]] += ((Value.LongValue) values.get(row)).value();
            counts[groups[row]]++;
          }
          Block block = new Block();
          block.setRange(0, values.size());
          sums.add(block, groups);
          for (int group = 0; group < GROUPS; group++) {
            assertThat(sums.count(group)).isEqualTo(counts[group]);
            assertThat(sums.sum(group)).isEqualTo(expected[group]);
          }
        });
    assertThat(fused.get()).isGreaterThan(50);
  }

  /** Of any width up to 31 bits, anywhere. */
  private static List<Value> values(SeededRandom random) {
    long lowest =
        random.chance(0.5) ? -random.nextInt(1 << 30) : (long) random.nextInt(1 << 30) << 10;
    int width = 1 << random.nextInt(30);
    List<Value> values = new ArrayList<>();
    for (int row = 0; row < 1 + random.nextInt(300); row++) {
      values.add(new Value.LongValue(lowest + random.nextInt(width)));
    }
    return values;
  }
}
