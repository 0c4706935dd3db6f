package io.gamay.query.execute;

import static io.gamay.query.testing.Plans.call;
import static io.gamay.query.testing.Plans.cell;
import static io.gamay.query.testing.Plans.constant;
import static io.gamay.query.testing.Plans.count;
import static io.gamay.query.testing.Plans.longs;
import static io.gamay.query.testing.Plans.output;
import static io.gamay.query.testing.Plans.reference;
import static io.gamay.query.testing.Plans.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.QueryBudget.Limits;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ExecutionStatistics.Pruned;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Branch;
import io.gamay.query.plan.TypedExpression.Case;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.testing.Row;
import io.gamay.query.testing.RowsSegment;
import io.gamay.query.testing.RowsSegment.Shape;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SegmentExecutorTest {

  private static final ColumnSpec FARE = ColumnSpec.dimension("fare", DataType.LONG);
  private static final ColumnReference FARE_COLUMN = reference(FARE);
  private static final RowsSegment TEN_THOUSAND =
      segment("s0", 0, FARE, longs(LongStream.range(0, 10_000).toArray()), Shape.SEALED);

  @Test
  void sumAndCountTakeTheRowsThatPassTheFilterOnly() {
    List<AggregateCall> calls = List.of(count(), sum(FARE_COLUMN));
    ServerPlan plan =
        plan(
            compare(ComparisonOperator.GREATER_OR_EQUAL, FARE_COLUMN, 9_990),
            new ServerWork.Aggregate(calls));
    for (Shape shape : List.of(Shape.SEALED, Shape.MUTABLE)) {
      RowsSegment segment =
          segment("s", 0, FARE, longs(LongStream.range(0, 10_000).toArray()), shape);
      assertThat(rows(plan, calls, segment)).containsExactly(List.of(cell(10), cell(99_945)));
    }
  }

  @Test
  void functionsLookAtTheBudgetBetweenRows() {
    TypedExpression text = new TypedExpression.Convert(FARE_COLUMN, DataType.STRING);
    TypedExpression hash =
        new TypedExpression.Call("cityhash64", List.of(text), ResultType.of(DataType.LONG), false);
    TypedExpression isNegative = new Comparison(ComparisonOperator.LESS, hash, constant(0));
    ServerWork select = new ServerWork.Select(List.of(hash), List.of(), 10_000);
    ServerWork count = new ServerWork.Aggregate(List.of(count()));
    for (ServerPlan plan :
        List.of(
            new ServerPlan("t", 1, Optional.empty(), select),
            new ServerPlan("t", 1, Optional.of(isNegative), count))) {
      AtomicLong looks = new AtomicLong();
      QueryBudget budget = new QueryBudget(looks::incrementAndGet, Duration.ofDays(1), Limits.NONE);
      new SegmentExecutor().execute(plan, TEN_THOUSAND, budget, new StatisticsCollector());
      assertThat(looks).hasValueGreaterThan(10_000 / 64);
    }
  }

  @Test
  void anOnlyRowIsNotAskedForTwiceInOneBlock() {
    SortKey isLarge = new SortKey(compare(ComparisonOperator.GREATER, FARE_COLUMN, 5), true, true);
    ServerPlan plan =
        new ServerPlan(
            "t",
            1,
            Optional.of(compare(ComparisonOperator.NOT_EQUAL, FARE_COLUMN, 3)),
            new ServerWork.Select(List.of(FARE_COLUMN), List.of(isLarge), 10));
    RowsSegment segment = segment("s", 0, FARE, longs(7), Shape.MUTABLE);
    assertThat(
            new SegmentExecutor()
                .execute(plan, segment, QueryBudget.unlimited(), new StatisticsCollector())
                .rowCount())
        .isEqualTo(1);
  }

  @Test
  void anIntegerSumMayLeaveLongOnItsWayButNotAtItsEnd() {
    List<AggregateCall> calls = List.of(sum(FARE_COLUMN));
    ServerPlan plan = new ServerPlan("t", 1, Optional.empty(), new ServerWork.Aggregate(calls));
    assertThat(
            rows(
                plan,
                calls,
                segment("a", 0, FARE, longs(Long.MAX_VALUE, Long.MAX_VALUE), Shape.SEALED),
                segment("b", 1, FARE, longs(Long.MIN_VALUE, -5), Shape.SEALED)))
        .containsExactly(List.of(cell(Long.MAX_VALUE - 6)));
    assertThatThrownBy(
            () -> rows(plan, calls, segment("a", 0, FARE, longs(Long.MAX_VALUE, 1), Shape.SEALED)))
        .isInstanceOf(QueryException.class)
        .hasMessage(
            "SUM overflow: 9223372036854775808 does not fit LONG: write SUM(CAST(x AS DECIMAL))");
  }

  @Test
  void aDoubleSumKeepsWhatPlainAdditionLoses() {
    ColumnSpec real = ColumnSpec.dimension("x", DataType.DOUBLE);
    List<Value> values =
        List.of(
            new Value.DoubleValue(1e16), new Value.DoubleValue(1), new Value.DoubleValue(-1e16));
    List<AggregateCall> calls =
        List.of(
            call(
                AggregateFunction.SUM, reference(real), DataType.DOUBLE, EmptyHabit.STANDARD_NULL));
    ServerPlan plan = new ServerPlan("t", 1, Optional.empty(), new ServerWork.Aggregate(calls));
    assertThat(rows(plan, calls, segment("s", 0, real, values, Shape.SEALED)))
        .containsExactly(List.of(cell(1.0)));
  }

  @Test
  void noRowGivesNullOrThePinotValues() {
    for (EmptyHabit habit : EmptyHabit.values()) {
      List<AggregateCall> calls =
          List.of(
              count(),
              call(AggregateFunction.SUM, FARE_COLUMN, DataType.DOUBLE, habit),
              call(AggregateFunction.MIN, FARE_COLUMN, DataType.DOUBLE, habit),
              call(AggregateFunction.MAX, FARE_COLUMN, DataType.DOUBLE, habit),
              call(AggregateFunction.AVG, FARE_COLUMN, DataType.DOUBLE, habit));
      ServerWork work = new ServerWork.Aggregate(calls);
      ResultTable table =
          ResultBuilder.build(work, output(List.of(), calls, 10, true), Optional.empty());
      assertThat(table.rows())
          .containsExactly(
              habit == EmptyHabit.PINOT_VALUES
                  ? List.of(
                      cell(0),
                      cell(0.0),
                      cell(Double.POSITIVE_INFINITY),
                      cell(Double.NEGATIVE_INFINITY),
                      cell(Double.NEGATIVE_INFINITY))
                  : List.of(cell(0), Cell.NULL, Cell.NULL, Cell.NULL, Cell.NULL));
    }
  }

  @Test
  void rowsWithoutOrderComeByPartitionAndOffsetWhateverTheOrderOfSegments() {
    ServerPlan plan =
        new ServerPlan(
            "t", 1, Optional.empty(), new ServerWork.Select(List.of(FARE_COLUMN), List.of(), 3));
    PartialResult result =
        new QueryExecution()
            .execute(
                plan,
                List.of(
                    segment("b", 1, FARE, longs(30, 40), Shape.SEALED),
                    segment("a", 0, FARE, longs(10, 20), Shape.MUTABLE)),
                QueryBudget.unlimited(),
                new StatisticsCollector());
    assertThat(
            ResultBuilder.build(
                    plan.work(),
                    output(List.of(FARE_COLUMN), List.of(), 3, true),
                    Optional.of(result))
                .rows())
        .containsExactly(List.of(cell(10)), List.of(cell(20)), List.of(cell(30)));
  }

  @Test
  void aCapThatNobodyWroteIsFlaggedOnlyWhereItLeavesRowsOut() {
    for (long cap : new long[] {1, 2, 3}) {
      for (boolean written : new boolean[] {false, true}) {
        ServerWork work = new ServerWork.Select(List.of(FARE_COLUMN), List.of(), cap + 1);
        PartialResult result =
            new QueryExecution()
                .execute(
                    new ServerPlan("t", 1, Optional.empty(), work),
                    List.of(segment("a", 0, FARE, longs(10, 20), Shape.SEALED)),
                    QueryBudget.unlimited(),
                    new StatisticsCollector());
        ResultTable table =
            ResultBuilder.build(
                work, output(List.of(FARE_COLUMN), List.of(), cap, written), Optional.of(result));
        assertThat(table.rows()).hasSize((int) Math.min(cap, 2));
        assertThat(table.isCapped()).isEqualTo(cap == 1 && !written);
      }
    }
  }

  @Test
  void aConditionInFrontGuardsADivision() {
    TypedExpression quotient =
        new Arithmetic(
            ArithmeticOperator.DIVIDE, constant(100), FARE_COLUMN, ResultType.of(DataType.LONG));
    TypedExpression filter =
        new And(
            List.of(
                compare(ComparisonOperator.NOT_EQUAL, FARE_COLUMN, 0),
                compare(ComparisonOperator.GREATER, quotient, 10)));
    TypedExpression guarded =
        new Case(
            List.of(new Branch(compare(ComparisonOperator.NOT_EQUAL, FARE_COLUMN, 0), quotient)),
            Optional.empty(),
            ResultType.of(DataType.LONG));
    RowsSegment segment = segment("s", 0, FARE, longs(0, 5, 50), Shape.SEALED);
    List<AggregateCall> counted = List.of(count());
    assertThat(rows(plan(filter, new ServerWork.Aggregate(counted)), counted, segment))
        .containsExactly(List.of(cell(1)));
    List<AggregateCall> summed = List.of(sum(guarded));
    ServerPlan plan = new ServerPlan("t", 1, Optional.empty(), new ServerWork.Aggregate(summed));
    assertThat(rows(plan, summed, segment)).containsExactly(List.of(cell(22)));
    List<AggregateCall> unguarded = List.of(sum(quotient));
    assertThatThrownBy(
            () ->
                rows(
                    new ServerPlan("t", 1, Optional.empty(), new ServerWork.Aggregate(unguarded)),
                    unguarded,
                    segment))
        .isInstanceOf(QueryException.class)
        .hasMessage("division by zero: 100 / 0");
  }

  @Test
  void aColumnThatASegmentLacksReadsAsItsDefault() {
    ColumnSpec added = ColumnSpec.dimension("added", DataType.LONG);
    ColumnReference column =
        new ColumnReference("added", ResultType.of(DataType.LONG), false, new Value.LongValue(7));
    List<AggregateCall> calls = List.of(sum(column));
    ServerPlan plan =
        plan(compare(ComparisonOperator.EQUAL, column, 7), new ServerWork.Aggregate(calls));
    assertThat(
            rows(
                plan,
                calls,
                segment("old", 0, FARE, longs(1, 2, 3), Shape.SEALED),
                segment("new", 0, added, longs(7, 8), Shape.SEALED)))
        .containsExactly(List.of(cell(28)));
  }

  @Test
  void aSegmentWhoseBoundsExcludeTheFilterIsNotRead() {
    StatisticsCollector statistics = new StatisticsCollector();
    new QueryExecution()
        .execute(
            plan(
                compare(ComparisonOperator.GREATER, FARE_COLUMN, 10_000),
                new ServerWork.Aggregate(List.of(count()))),
            List.of(TEN_THOUSAND),
            QueryBudget.unlimited(),
            statistics);
    assertThat(statistics.total())
        .isEqualTo(ExecutionStatistics.ofSegment(Pruned.BY_VALUE, false, 10_000, 0, 0, 0));
  }

  @Test
  void aBoundOnTheOffsetLooksAtItsRowsOnly() {
    StatisticsCollector statistics = new StatisticsCollector();
    QueryBudget budget =
        new QueryBudget(() -> 0, Duration.ofDays(1), new Limits(Long.MAX_VALUE, 10));
    TypedExpression offset = new VirtualColumn(VirtualColumnKind.OFFSET);
    new QueryExecution()
        .execute(
            plan(
                new And(
                    List.of(
                        compare(ComparisonOperator.GREATER_OR_EQUAL, offset, 5_000),
                        compare(ComparisonOperator.LESS, offset, 5_010))),
                new ServerWork.Aggregate(List.of(sum(FARE_COLUMN)))),
            List.of(TEN_THOUSAND),
            budget,
            statistics);
    assertThat(statistics.total().docsScanned()).isEqualTo(10);
  }

  @Test
  void moreGroupsThanTheLimitIsAnErrorWithinAndAcrossSegments() {
    ServerWork work = new ServerWork.GroupBy(List.of(FARE_COLUMN), List.of(count()), 2);
    ServerPlan plan = new ServerPlan("t", 1, Optional.empty(), work);
    List<List<SegmentReader>> sets =
        List.of(
            List.of(segment("a", 0, FARE, longs(1, 2, 3), Shape.SEALED)),
            List.of(
                segment("a", 0, FARE, longs(1, 2), Shape.SEALED),
                segment("b", 0, FARE, longs(2, 3), Shape.SEALED)));
    for (List<SegmentReader> segments : sets) {
      assertFails(
              plan,
              segments,
              QueryBudget.unlimited(),
              QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED)
          .hasMessage(
              "query has more than its limit of 2 groups (numGroupsLimit): raise the option"
                  + " numGroupsLimit, or narrow the query");
    }
  }

  @Test
  void eachLimitEndsTheQueryByItsName() {
    ServerPlan plan =
        new ServerPlan(
            "t",
            1,
            Optional.empty(),
            new ServerWork.GroupBy(List.of(FARE_COLUMN), List.of(count()), 1_000_000));
    List<SegmentReader> segments = List.of(TEN_THOUSAND);
    assertFails(
            plan,
            segments,
            new QueryBudget(() -> 0, Duration.ofDays(1), new Limits(10_000, Long.MAX_VALUE)),
            QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED)
        .hasMessage("query needs more than its memory limit of 10000 bytes: narrow the query");
    assertFails(
            plan,
            segments,
            new QueryBudget(() -> 0, Duration.ofDays(1), new Limits(Long.MAX_VALUE, 5_000)),
            QueryErrorCode.QUERY_SCAN_LIMIT_EXCEEDED)
        .hasMessage("query looked at more than its limit of 5000 rows: narrow the query");
    AtomicLong clock = new AtomicLong();
    assertFails(
            plan,
            segments,
            new QueryBudget(() -> clock.getAndAdd(1_000_000), Duration.ofMillis(3), Limits.NONE),
            QueryErrorCode.EXECUTION_TIMEOUT)
        .hasMessage("query took longer than its timeout of 3 ms: raise the option timeoutMs");
    QueryBudget cancelled = QueryBudget.unlimited();
    cancelled.cancel("client went away");
    cancelled.cancel("later");
    assertFails(plan, segments, cancelled, QueryErrorCode.QUERY_CANCELLATION)
        .hasMessage("query cancelled: client went away");
  }

  @Test
  void combinationsOfListsCountAsMemoryWhileTheyAreMade() {
    ColumnSpec left = ColumnSpec.dimension("left", DataType.LONG).asMultiValue();
    ColumnSpec right = ColumnSpec.dimension("right", DataType.LONG).asMultiValue();
    List<Value> thousandZeros = Collections.nCopies(1_000, new Value.LongValue(0));
    List<Row> rows = new ArrayList<>();
    for (int offset = 0; offset < 10; offset++) {
      rows.add(new Row(0, offset, Map.of("left", thousandZeros, "right", thousandZeros)));
    }
    SegmentReader segment =
        new RowsSegment("s", new TableSchema("t", 1, List.of(left, right)), rows, Shape.MUTABLE);
    ServerWork work =
        new ServerWork.GroupBy(
            List.of(reference(left), reference(right)), List.of(count()), 1_000_000);
    assertFails(
            new ServerPlan("t", 1, Optional.empty(), work),
            List.of(segment),
            new QueryBudget(() -> 0, Duration.ofDays(1), new Limits(8 << 20, Long.MAX_VALUE)),
            QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED)
        .hasMessage("query needs more than its memory limit of 8388608 bytes: narrow the query");
  }

  @Test
  void memoryIsGivenBackWhenAQueryEnds() {
    QueryBudget budget = QueryBudget.unlimited();
    ServerPlan ordered =
        new ServerPlan(
            "t",
            1,
            Optional.empty(),
            new ServerWork.Select(
                List.of(FARE_COLUMN), List.of(new SortKey(FARE_COLUMN, true, false)), 100));
    new QueryExecution()
        .execute(ordered, List.of(TEN_THOUSAND, TEN_THOUSAND), budget, new StatisticsCollector());
    assertThat(budget.memoryBytes()).isZero();
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      ServerPlan plan, List<SegmentReader> segments, QueryBudget budget, QueryErrorCode code) {
    return assertThatThrownBy(
            () -> new QueryExecution().execute(plan, segments, budget, new StatisticsCollector()))
        .isInstanceOfSatisfying(QueryException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static ServerPlan plan(TypedExpression filter, ServerWork work) {
    return new ServerPlan("t", 1, Optional.of(filter), work);
  }

  private static TypedExpression compare(
      ComparisonOperator operator, TypedExpression operand, long value) {
    return new Comparison(operator, operand, constant(value));
  }

  private static AggregateCall sum(TypedExpression argument) {
    return call(AggregateFunction.SUM, argument, DataType.LONG, EmptyHabit.STANDARD_NULL);
  }

  private static List<List<Cell>> rows(
      ServerPlan plan, List<AggregateCall> calls, SegmentReader... segments) {
    PartialResult result =
        new QueryExecution()
            .execute(plan, List.of(segments), QueryBudget.unlimited(), new StatisticsCollector());
    return ResultBuilder.build(plan.work(), output(List.of(), calls, 10, true), Optional.of(result))
        .rows();
  }
}
