package io.gamay.query.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.merge.GroupKey;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.testing.Plans;
import io.gamay.query.testing.RowsSegment;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Results of segments with many values and with few are put together by numbers. */
class SharedNumbersTest {

  private static final ColumnSpec USER = ColumnSpec.dimension("user", DataType.LONG);
  private static final int MANY = 2_000;

  private final SegmentExecutor executor =
      new SegmentExecutor(new DictionaryStructures(1 << 24, MANY));

  private final ServerWork work =
      new ServerWork.GroupBy(
          List.of(Plans.reference(USER)), List.of(Plans.count()), 1_000_000, List.of());

  @Test
  void groupsOfSegmentsWithoutRowsChangeNothing() {
    Groups merged = merged(users(0), users(MANY), users(0), users(MANY));
    assertThat(merged.groupKeys().getFirst()).isInstanceOf(GroupKey.Numbered.class);
    assertThat(merged.groupCount()).isEqualTo(MANY);
  }

  @Test
  void fewValuesTakeTheNumbersOfMany() {
    Groups merged = merged(users(3), users(MANY), users(5), users(MANY));
    assertThat(merged.groupKeys().getFirst()).isInstanceOf(GroupKey.Numbered.class);
    assertThat(merged.groupCount()).isEqualTo(MANY);
  }

  @Test
  void fewValuesAloneHaveNoNumbers() {
    Groups merged = merged(users(3), users(4));
    assertThat(merged.groupKeys().getFirst()).isInstanceOf(GroupKey.Values.class);
    assertThat(merged.groupCount()).isEqualTo(4);
  }

  @Test
  void distinctValuesOfSmallAndLargeSegmentsAreCountedOnce() {
    ServerWork.Aggregate count =
        new ServerWork.Aggregate(
            List.of(
                Plans.call(
                    AggregateFunction.COUNT_DISTINCT,
                    Plans.reference(USER),
                    DataType.LONG,
                    EmptyHabit.STANDARD_NULL)));
    for (List<RowsSegment> segments :
        List.of(
            List.of(users(3), users(MANY), users(0), users(5)),
            List.of(users(MANY), users(7), users(MANY + 1)),
            List.of(users(3), users(5)))) {
      Groups merged = merged(count, segments);
      Vector answer = Vector.of(StoredType.LONG);
      merged.states().getFirst().appendValue(count.aggregates().getFirst(), 0, answer);
      assertThat(answer.longs()[0])
          .isEqualTo(segments.stream().mapToInt(RowsSegment::docCount).max().orElseThrow());
    }
  }

  private Groups merged(RowsSegment... segments) {
    return merged(work, List.of(segments));
  }

  private Groups merged(ServerWork work, List<RowsSegment> segments) {
    ServerPlan plan = new ServerPlan("t", 1, Optional.empty(), work);
    List<PartialResult> parts = new ArrayList<>();
    for (RowsSegment segment : segments) {
      parts.add(
          executor.execute(plan, segment, QueryBudget.unlimited(), new StatisticsCollector()));
    }
    try (PartialResultMerger merger = PartialResultMerger.onServer(work, QueryBudget.unlimited())) {
      parts.forEach(merger::add);
      return (Groups) merger.result();
    }
  }

  private static RowsSegment users(int count) {
    List<Value> users = new ArrayList<>();
    for (int user = 0; user < count; user++) {
      users.add(new Value.LongValue(user));
    }
    return Plans.segment("s" + count, 0, USER, users, RowsSegment.Shape.SEALED);
  }
}
