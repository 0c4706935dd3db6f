package io.gamay.query.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.execute.QueryExecution;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.merge.PartialResult.FinishedGroups;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.testing.Plans;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.vector.Vector;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GroupFinisherPropertyTest {

  private static final KeyReference KEY = new KeyReference(0, ResultType.of(DataType.LONG), false);
  private static final AggregateReference COUNT =
      new AggregateReference(0, ResultType.of(DataType.LONG), false);
  private static final ServerWork COUNT_BY_KEY =
      new ServerWork.GroupBy(List.of(KEY), List.of(Plans.count()), Integer.MAX_VALUE);

  @Test
  void anAnswerIsTheSameWhetherGroupsComeWholeOrFinishedOverTheWire() {
    AtomicInteger compared = new AtomicInteger();
    Seeds.forEach(
        60,
        random -> {
          RandomTable table = RandomTable.of(random, random.chance(0.5), 200);
          for (int number = 0; number < 8; number++) {
            RandomPlan drawn = RandomPlan.of(random, table);
            OutputPlan output = random.chance(0.3) ? uncut(drawn.output()) : drawn.output();
            RandomPlan plan = new RandomPlan(drawn.server(), output);
            groups(plan, table)
                .ifPresent(
                    groups -> {
                      compare(plan, groups);
                      compared.incrementAndGet();
                    });
          }
        });
    assertThat(compared.get()).isPositive();
  }

  @Test
  void limitThatNobodyWroteShowsThatGroupsAreLeftOut() {
    OutputPlan output = Plans.output(List.of(KEY), List.of(Plans.count()), 3, false);
    for (int groupCount = 2; groupCount < 6; groupCount++) {
      Groups groups = counted(LongStream.range(0, groupCount).toArray());
      ResultTable table =
          ResultBuilder.build(
              COUNT_BY_KEY, output, Optional.of(finish(FinishPlan.of(output), groups)));
      assertThat(table.rows()).hasSize(Math.min(groupCount, 3));
      assertThat(table.isCapped()).isEqualTo(groupCount > 3);
    }
  }

  @Test
  void groupsThatTheOrderDoesNotTellApartComeByTheirKeys() {
    long[] counts = new long[5_000];
    for (int group = 0; group < counts.length; group++) {
      counts[group] = group % 7;
    }
    FinishedGroups first = finish(ordered(COUNT, true, 4), counted(counts));
    assertThat(values(first.aggregates().getFirst())).containsExactly(6, 6, 6, 6);
    assertThat(values(first.keys().getFirst())).containsExactly(6, 13, 20, 27);
    FinishedGroups all = finish(ordered(COUNT, true, Long.MAX_VALUE), counted(counts));
    assertThat(all.groupCount()).isEqualTo(counts.length);
    assertThat(values(all.keys().getFirst())).startsWith(6, 13, 20, 27).endsWith(4984, 4991, 4998);
  }

  @Test
  void orderByAnExpressionOverGroupsThatMeetHaving() {
    TypedExpression having =
        new Comparison(ComparisonOperator.GREATER, COUNT, Plans.constant(6_000));
    TypedExpression key =
        new Arithmetic(
            ArithmeticOperator.MODULO, COUNT, Plans.constant(1_000), ResultType.of(DataType.LONG));
    FinishPlan plan =
        new FinishPlan(Optional.of(having), List.of(new SortKey(key, true, false)), List.of(), 3);
    FinishedGroups finished = finish(plan, counted(LongStream.range(0, 9_500).toArray()));
    assertThat(values(finished.aggregates().getFirst())).containsExactly(6_999, 7_999, 8_999);
  }

  @Test
  void ofGroupsThatAreEqualInWhatIsDistinctTheFirstInTheOrderCounts() {
    long[] counts = new long[9_000];
    for (int group = 0; group < counts.length; group++) {
      counts[group] = group < 5_000 ? 1 : 1 + group % 4;
    }
    FinishPlan plan =
        new FinishPlan(Optional.empty(), List.of(new SortKey(KEY, true, true)), List.of(COUNT), 3);
    FinishedGroups finished = finish(plan, counted(counts));
    assertThat(values(finished.keys().getFirst())).containsExactly(8_999, 8_998, 8_997);
    assertThat(values(finished.aggregates().getFirst())).containsExactly(4, 3, 2);
    FinishPlan all = new FinishPlan(Optional.empty(), List.of(), List.of(COUNT), Long.MAX_VALUE);
    assertThat(values(finish(all, counted(counts)).keys().getFirst()))
        .containsExactly(0, 5_001, 5_002, 5_003);
  }

  @Test
  void groupBeyondTheLimitWhoseOrderCannotBeComputedFailsTheQuery() {
    TypedExpression key =
        new Arithmetic(
            ArithmeticOperator.DIVIDE, Plans.constant(1), COUNT, ResultType.of(DataType.LONG));
    long[] counts = LongStream.range(1, 6_000).toArray();
    FinishPlan plan =
        new FinishPlan(Optional.empty(), List.of(new SortKey(key, true, false)), List.of(), 1);
    assertThat(finish(plan, counted(counts)).groupCount()).isEqualTo(1);
    counts[5_998] = 0;
    assertThatThrownBy(() -> finish(plan, counted(counts)))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.QUERY_EXECUTION));
  }

  @Test
  void finishingEndsWithTheQuerysTime() {
    AtomicInteger nanos = new AtomicInteger();
    QueryBudget budget =
        new QueryBudget(nanos::getAndIncrement, Duration.ofNanos(3), QueryBudget.Limits.NONE);
    Groups groups = counted(LongStream.range(0, 50_000).toArray());
    assertThatThrownBy(
            () -> GroupFinisher.finish(COUNT_BY_KEY, ordered(COUNT, true, 10), groups, budget))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.EXECUTION_TIMEOUT));
    assertThat(budget.memoryBytes()).isZero();
  }

  @Test
  void finishedGroupsMergeWithNothing() {
    Groups groups = counted(1, 2);
    FinishedGroups finished = finish(ordered(COUNT, true, 10), groups);
    for (List<PartialResult> parts :
        List.<List<PartialResult>>of(
            List.of(finished, groups),
            List.of(groups, finished),
            List.of(groups, groups, finished),
            List.of(finished, finished))) {
      try (PartialResultMerger merger =
          PartialResultMerger.onBroker(COUNT_BY_KEY, QueryBudget.unlimited())) {
        parts.subList(0, parts.size() - 1).forEach(merger::add);
        assertThatThrownBy(() -> merger.add(parts.getLast()))
            .isInstanceOf(QueryException.class)
            .hasMessageContaining("a finished result beside another one");
      }
    }
  }

  private static OutputPlan uncut(OutputPlan output) {
    return new OutputPlan(
        output.columns(), output.having(), output.orderBy(), 1, 7, false, output.distinct());
  }

  /** Empty if the plan selects rows, or fails for a value. */
  private static Optional<Groups> groups(RandomPlan plan, RandomTable table) {
    try {
      PartialResult merged =
          new QueryExecution()
              .execute(
                  plan.server(),
                  table.segments(),
                  QueryBudget.unlimited(),
                  new StatisticsCollector());
      return merged instanceof Groups groups ? Optional.of(groups) : Optional.empty();
    } catch (QueryException e) {
      return Optional.empty();
    }
  }

  private static void compare(RandomPlan plan, Groups groups) {
    ServerWork work = plan.server().work();
    ResultTable expected;
    try {
      expected = ResultBuilder.build(work, plan.output(), Optional.of(groups));
    } catch (QueryException e) {
      assertThatThrownBy(() -> buildFinished(plan, groups)).hasMessage(e.getMessage());
      return;
    }
    ResultTable found = buildFinished(plan, groups);
    assertThat(found.rows()).as(plan.toString()).isEqualTo(expected.rows());
    assertThat(found.isCapped()).isEqualTo(expected.isCapped());
  }

  private static ResultTable buildFinished(RandomPlan plan, Groups groups) {
    ServerWork work = plan.server().work();
    FinishPlan finish = FinishPlan.of(plan.output());
    FinishedGroups finished = GroupFinisher.finish(work, finish, groups, QueryBudget.unlimited());
    assertThat((long) finished.groupCount()).isLessThanOrEqualTo(finish.rowLimit());
    ServerResponse response = ServerResponse.of("r", Optional.of(finished));
    return ResultBuilder.build(
        work,
        plan.output(),
        ServerResponseCodec.decode(ServerResponseCodec.encode(response)).result());
  }

  private static FinishPlan ordered(TypedExpression by, boolean descending, long limit) {
    return new FinishPlan(
        Optional.empty(), List.of(new SortKey(by, descending, descending)), List.of(), limit);
  }

  private static FinishedGroups finish(FinishPlan plan, Groups groups) {
    return GroupFinisher.finish(COUNT_BY_KEY, plan, groups, QueryBudget.unlimited());
  }

  /** Group i has key i and so many rows. */
  private static Groups counted(long... counts) {
    Vector keys = Vector.of(StoredType.LONG);
    CountStates states = (CountStates) AggregateStates.of(Plans.count());
    states.ensureGroups(counts.length);
    for (int group = 0; group < counts.length; group++) {
      keys.appendLong(group);
      states.counts()[group] = counts[group];
    }
    return new Groups(counts.length, List.of(keys), List.of(states));
  }

  private static List<Integer> values(Vector longs) {
    return LongStream.of(longs.longs()).limit(longs.rowCount()).mapToObj(v -> (int) v).toList();
  }
}
