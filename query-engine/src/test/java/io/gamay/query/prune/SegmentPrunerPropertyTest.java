package io.gamay.query.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.merge.Cell;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.prune.SegmentPruner.Possible;
import io.gamay.query.testing.Oracle;
import io.gamay.query.testing.Oracle.NoAnswer;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.testing.Row;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.Seeds;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SegmentPrunerPropertyTest {

  @Test
  void whatAFilterIsForARowWasHeldPossible() {
    AtomicInteger pruned = new AtomicInteger();
    AtomicInteger certain = new AtomicInteger();
    int cases =
        Seeds.forEach(
            150,
            random -> {
              RandomTable table = RandomTable.of(random, random.chance(0.5), 8);
              TypedExpression filter = RandomPlan.filter(random, table);
              for (SegmentReader segment : table.segments()) {
                Possible possible = SegmentPruner.possible(filter, new SegmentBounds(segment));
                pruned.addAndGet(possible.isTrue() ? 0 : 1);
                certain.addAndGet(possible.onlyTrue() ? 1 : 0);
                requireAReasonForWhatIsPruned(filter, segment, possible);
                for (Row row : table.rows()) {
                  if (row.partition() == segment.partition()
                      && segment.offsets().contains(row.offset())) {
                    requirePossible(filter, row, possible);
                  }
                }
              }
            });
    if (cases > 1) {
      assertThat(pruned.get()).isPositive();
      assertThat(certain.get()).isPositive();
    }
  }

  private static void requireAReasonForWhatIsPruned(
      TypedExpression filter, SegmentReader segment, Possible possible) {
    SegmentBounds bounds = new SegmentBounds(segment);
    Optional<PruneReason> reason = SegmentPruner.whyNot(filter, bounds, segment.schema());
    assertThat(reason.isPresent()).as("%s", filter).isEqualTo(!possible.isTrue());
    reason.ifPresent(
        why ->
            assertThat(SegmentPruner.possible(why.condition(), bounds).isTrue())
                .as("%s for %s", why, filter)
                .isFalse());
  }

  private static void requirePossible(TypedExpression filter, Row row, Possible possible) {
    Cell value;
    try {
      value = new Oracle(false).evaluate(filter, row);
    } catch (NoAnswer e) {
      return;
    }
    boolean held =
        switch (value) {
          case Cell.Single(Value.IntValue(int flag)) ->
              flag != 0 ? possible.isTrue() : possible.isFalse();
          case Cell _ -> possible.isNull();
        };
    assertThat(held).as("%s is %s for %s, held %s", filter, value, row, possible).isTrue();
  }
}
