package io.gamay.query.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.testing.Plans;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupTrimmerTest {

  private static final ResultType LONG = ResultType.of(DataType.LONG);
  private static final TypedExpression COUNT = new AggregateReference(0, LONG, false);
  private static final ServerWork COUNT_BY_KEY =
      new ServerWork.GroupBy(
          List.of(new KeyReference(0, LONG, false)), List.of(Plans.count()), Integer.MAX_VALUE);

  /** {@code ORDER BY 100 / (COUNT(*) - 1) DESC}: of a single row there is no such number. */
  private static final SortKey BY_SHARE =
      new SortKey(
          new Arithmetic(
              ArithmeticOperator.DIVIDE,
              Plans.constant(100),
              new Arithmetic(ArithmeticOperator.MINUS, COUNT, Plans.constant(1), LONG),
              LONG),
          true,
          false);

  private static final int SIZE = 1;

  /** Merges trim past two groups. */
  private static final GroupTrim TRIM = new GroupTrim(List.of(BY_SHARE), SIZE, SIZE, SIZE, 2);

  @Test
  void firstGroupsStay() {
    PartialResult trimmed = trim(groups(4, 2, 3), QueryBudget.unlimited());
    assertThat(counts(trimmed)).containsExactly(2);
    assertThat(trimmed.loss()).isEqualTo(GroupLoss.TRIMMED);
  }

  @Test
  void allGroupsStayIfTheOrderOfOneCannotBeComputed() {
    QueryBudget budget = QueryBudget.unlimited();
    PartialResult untrimmed = trim(groups(4, 1, 3), budget);
    assertThat(counts(untrimmed)).containsExactly(4, 1, 3);
    assertThat(untrimmed.isWhole()).isTrue();
    assertThat(budget.memoryBytes()).isZero();
  }

  @Test
  void mergeOfGroupsWithoutAnOrderGoesOnWithAllOfThem() {
    for (PartialResultMerger made :
        List.of(
            PartialResultMerger.onServer(COUNT_BY_KEY, Optional.of(TRIM), QueryBudget.unlimited()),
            PartialResultMerger.onBroker(
                COUNT_BY_KEY, Optional.of(TRIM), QueryBudget.unlimited()))) {
      try (PartialResultMerger merger = made) {
        merger.add(groups(1, 5, 1));
        merger.add(groups(3, 0, 0));
        merger.add(groups(0, 0, 6));
        assertThat(counts(merger.result())).containsExactly(4, 5, 7);
        assertThat(merger.result().isWhole()).isTrue();
      }
    }
  }

  @Test
  void endOfTheQuerysTimeEndsTheQuery() {
    QueryBudget budget = new QueryBudget(() -> 0, Duration.ZERO, QueryBudget.Limits.NONE);
    assertThatThrownBy(() -> trim(groups(4, 1, 3), budget))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.EXECUTION_TIMEOUT));
  }

  private static PartialResult trim(Groups groups, QueryBudget budget) {
    return GroupTrimmer.trim(COUNT_BY_KEY, TRIM, SIZE, groups, budget);
  }

  /** Group i has key i and so many rows. */
  private static Groups groups(long... counts) {
    Vector keys = Vector.of(StoredType.LONG);
    CountStates states = new CountStates();
    states.ensureGroups(counts.length);
    for (int group = 0; group < counts.length; group++) {
      keys.appendLong(group);
      states.counts()[group] = counts[group];
    }
    return new Groups(counts.length, List.of(keys), List.of(states));
  }

  private static long[] counts(PartialResult result) {
    CountStates states = (CountStates) ((Groups) result).states().getFirst();
    return Arrays.copyOf(states.counts(), result.rowCount());
  }
}
