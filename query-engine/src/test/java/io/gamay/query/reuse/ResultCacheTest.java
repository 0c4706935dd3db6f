package io.gamay.query.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ExecutionStatistics.Pruned;
import io.gamay.query.merge.GroupLoss;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.SegmentResult;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.reuse.SegmentResults.SealedRows;
import io.gamay.query.testing.Plans;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ResultCacheTest {

  private static final long SLOW = 1_000_000_000;
  private static final String TABLE = "t-1";
  private static final SealedRows ROWS = new SealedRows("t__0__0__x", 7, 0, Long.MAX_VALUE);
  private static final ServerPlan PLAN = plan(1, column(false, 0));

  private final ResultCache cache = new ResultCache(1 << 20);

  @Test
  void resultIsFoundAsItWasKept() {
    repeated(cache, PLAN).keep(List.of(ROWS), counts(5), SLOW);
    SegmentResult found = find(cache, TABLE, PLAN, List.of(ROWS)).orElseThrow().get();
    assertThat(found.statistics()).isEqualTo(counts(5).statistics());
    assertThat(found.result().rowCount()).isEqualTo(5);
    assertThat(cache.hits()).isEqualTo(1);
  }

  @Test
  void eachReaderIsGivenAResultOfItsOwn() {
    repeated(cache, PLAN).keep(List.of(ROWS), counts(5), SLOW);
    Supplier<SegmentResult> kept = find(cache, TABLE, PLAN, List.of(ROWS)).orElseThrow();
    CountStates first = states(kept.get());
    first.counts()[0] = 99;
    assertThat(states(kept.get()).counts()[0]).isEqualTo(1);
  }

  @Test
  void anythingElseOfTheKeyIsAMiss() {
    SegmentResults kept = repeated(cache, PLAN);
    kept.keep(List.of(ROWS), counts(5), SLOW);
    assertThat(find(cache, "t-2", PLAN, List.of(ROWS))).as("table's creation").isEmpty();
    for (SealedRows other :
        List.of(
            new SealedRows("t__0__1__x", 7, 0, Long.MAX_VALUE),
            new SealedRows("t__0__0__x", 8, 0, Long.MAX_VALUE),
            new SealedRows("t__0__0__x", 7, 1, Long.MAX_VALUE),
            new SealedRows("t__0__0__x", 7, 0, 3))) {
      assertThat(kept.find(List.of(other))).as(other.toString()).isEmpty();
      assertThat(kept.find(List.of(ROWS, other))).as("both").isEmpty();
    }
    for (ServerPlan other :
        List.of(
            plan(2, column(false, 0)),
            plan(1, column(true, 0)),
            plan(1, column(false, 1)),
            new ServerPlan("t", 1, Optional.of(column(false, 0)), PLAN.work()),
            new ServerPlan("u", 1, PLAN.filter(), PLAN.work()))) {
      assertThat(find(cache, TABLE, other, List.of(ROWS))).as(other.toString()).isEmpty();
    }
    assertThat(cache.hits()).isZero();
    assertThat(find(cache, TABLE, plan(1, column(false, 0)), List.of(ROWS))).isPresent();
  }

  @Test
  void missesAreCountedBySegmentAndHitsBySegmentsAnswered() {
    SealedRows more = new SealedRows("t__0__1__x", 9, 0, Long.MAX_VALUE);
    SegmentResults results = repeated(cache, PLAN);
    assertThat(results.find(List.of(ROWS, more))).isEmpty();
    assertThat(results.find(List.of(ROWS))).isEmpty();
    assertThat(results.find(List.of(more))).isEmpty();
    assertThat(cache.misses()).isEqualTo(2);
    results.keep(List.of(ROWS, more), counts(1), SLOW);
    assertThat(results.find(List.of(ROWS, more))).isPresent();
    assertThat(cache.hits()).isEqualTo(2);
  }

  @Test
  void resultsOfAPlanAskedForOnceAreNotKept() {
    SegmentResults first = cache.forQuery(TABLE, PLAN);
    assertThat(first.keeps()).isFalse();
    first.keep(List.of(ROWS), counts(5), SLOW);
    assertThat(find(cache, TABLE, PLAN, List.of(ROWS))).isEmpty();
  }

  @Test
  void whatIsFoundAboutAsFastAsReadBackIsNotKept() {
    SegmentResults results = repeated(cache, PLAN);
    results.keep(List.of(ROWS), counts(5), ResultCache.QUICK_NANOS - 1);
    assertThat(results.find(List.of(ROWS))).isEmpty();
    results.keep(List.of(ROWS), counts(10_000), ResultCache.QUICK_NANOS);
    assertThat(results.find(List.of(ROWS))).isEmpty();
    results.keep(List.of(ROWS), counts(5), ResultCache.QUICK_NANOS);
    assertThat(results.find(List.of(ROWS))).isPresent();
  }

  @Test
  void resultThatTakesALargeShareIsNotKept() {
    SegmentResults results = repeated(cache, PLAN);
    results.keep(List.of(ROWS), counts(10_000), SLOW);
    assertThat(results.find(List.of(ROWS))).isEmpty();
    assertThat(cache.sizeBytes()).isZero();
  }

  @Test
  void whatIsKeptStaysWithinTheBudget() {
    SegmentResults results = repeated(cache, PLAN);
    for (int segment = 0; segment < 2_000; segment++) {
      results.keep(
          List.of(new SealedRows("t__0__" + segment, 7, 0, Long.MAX_VALUE)), counts(200), SLOW);
      assertThat(cache.sizeBytes()).isLessThanOrEqualTo(cache.maxBytes());
    }
    assertThat(cache.sizeBytes()).isGreaterThan(cache.maxBytes() / 2);
  }

  @Test
  void nothingIsKeptWithoutABudget() {
    ResultCache none = new ResultCache(0);
    SegmentResults results = repeated(none, PLAN);
    results.keep(List.of(ROWS), counts(1), SLOW);
    assertThat(results.find(List.of(ROWS))).isEmpty();
    assertThat(results.keeps()).isFalse();
  }

  @Test
  void resultThatLostGroupsIsNotKept() {
    SegmentResults results = repeated(cache, PLAN);
    for (GroupLoss loss : List.of(GroupLoss.LIMITED, GroupLoss.TRIMMED)) {
      SegmentResult whole = counts(5);
      PartialResult lossy = ((PartialResult.Groups) whole.result()).withLoss(loss);
      results.keep(List.of(ROWS), new SegmentResult(lossy, whole.statistics()), SLOW);
      assertThat(results.find(List.of(ROWS))).isEmpty();
    }
    results.keep(List.of(ROWS), counts(5), SLOW);
    assertThat(results.find(List.of(ROWS))).isPresent();
  }

  private static SegmentResults repeated(ResultCache cache, ServerPlan plan) {
    cache.forQuery(TABLE, plan);
    return cache.forQuery(TABLE, plan);
  }

  private static Optional<Supplier<SegmentResult>> find(
      ResultCache cache, String table, ServerPlan plan, List<SealedRows> rows) {
    return cache.forQuery(table, plan).find(rows);
  }

  private static ServerPlan plan(int schemaVersion, TypedExpression key) {
    return new ServerPlan(
        "t",
        schemaVersion,
        Optional.empty(),
        new ServerWork.GroupBy(List.of(key), List.of(Plans.count()), 1000));
  }

  private static ColumnReference column(boolean isNullable, long defaultValue) {
    return new ColumnReference(
        "c", ResultType.of(DataType.LONG), isNullable, new Value.LongValue(defaultValue));
  }

  private static SegmentResult counts(int groups) {
    CountStates counts = new CountStates();
    counts.ensureGroups(groups);
    Vector keys = Vector.of(DataType.LONG.storedType());
    for (int group = 0; group < groups; group++) {
      keys.appendLong(group);
      counts.counts()[group] = group + 1L;
    }
    return new SegmentResult(
        new PartialResult.Groups(groups, List.of(keys), List.of(counts)),
        ExecutionStatistics.ofSegment(Pruned.NO, false, 3, groups, 1, 2));
  }

  private static CountStates states(SegmentResult segment) {
    return (CountStates) ((PartialResult.Groups) segment.result()).states().getFirst();
  }
}
