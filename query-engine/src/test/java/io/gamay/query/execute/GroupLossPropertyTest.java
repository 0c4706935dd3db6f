package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.GroupLoss;
import io.gamay.query.merge.GroupTrimmer;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.plan.GroupOptions;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.Plans;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.segment.read.SegmentReader;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A result that lost groups says so, has as many as it may, and each of a single segment counts all
 * of its rows; one that says nothing of a loss is the exact one.
 */
class GroupLossPropertyTest {

  private record Case(RandomPlan plan, ServerWork.GroupBy work, List<SegmentReader> segments) {

    ServerPlan limited(int groups) {
      return new ServerPlan(
          plan.server().table(),
          plan.server().schemaVersion(),
          plan.server().filter(),
          new ServerWork.GroupBy(work.keys(), work.aggregates(), groups, true, List.of()));
    }

    double tolerance() {
      return plan.hasMoments() ? 1e-7 : 1e-12;
    }
  }

  private interface Check {
    void of(Case tested, SeededRandom random, AtomicInteger losses);
  }

  private static void forEachCase(Check check) {
    AtomicInteger losses = new AtomicInteger();
    Seeds.forEach(
        60,
        random -> {
          RandomTable table = RandomTable.of(random, true, 60);
          for (int number = 0; number < 6; number++) {
            RandomPlan plan = RandomPlan.of(random, table);
            if (plan.server().work() instanceof ServerWork.GroupBy work) {
              try {
                check.of(new Case(plan, work, table.segments()), random, losses);
              } catch (QueryException withoutAnswer) {
                // A final value does not fit its type, whatever groups there are.
              }
            }
          }
        });
    assertThat(losses.get()).isGreaterThan(5);
  }

  @Test
  void groupsBeyondTheLimitAreLeftOutAndTold() {
    forEachCase(
        (tested, random, losses) -> {
          int limit = random.between(1, 30);
          List<SegmentReader> segments =
              random.chance(0.5) ? tested.segments() : List.of(random.oneOf(tested.segments()));
          Optional<PartialResult> exact = run(tested.plan().server(), segments);
          Optional<PartialResult> limited = run(tested.limited(limit), segments);
          if (exact.isEmpty() || limited.isEmpty()) {
            return;
          }
          String what = tested.plan() + " limit " + limit;
          int groups = exact.get().rowCount();
          assertThat(limited.get().rowCount()).as(what).isEqualTo(Math.min(groups, limit));
          assertThat(limited.get().loss())
              .as(what)
              .isEqualTo(groups > limit ? GroupLoss.LIMITED : GroupLoss.NONE);
          if (segments.size() == 1 || groups <= limit) {
            requirePart(what, tested, exact.get(), limited.get());
          }
          losses.addAndGet(groups > limit ? 1 : 0);
        });
  }

  @Test
  void theFirstGroupsInTheOrderStayAndTheLossIsTold() {
    forEachCase(
        (tested, random, losses) -> {
          List<SortKey> order = tested.plan().output().orderBy();
          Optional<PartialResult> exact = run(tested.plan().server(), tested.segments());
          if (order.isEmpty() || exact.isEmpty()) {
            return;
          }
          int size = random.between(1, 20);
          GroupTrim trim = new GroupTrim(order, size, size, size, GroupOptions.NO_TRIM);
          PartialResult trimmed =
              GroupTrimmer.trim(tested.work(), trim, size, exact.get(), QueryBudget.unlimited());
          boolean isLoss = exact.get().rowCount() > size;
          assertThat(trimmed.loss()).isEqualTo(isLoss ? GroupLoss.TRIMMED : GroupLoss.NONE);
          assertThat(trimmed.isWhole()).isEqualTo(!isLoss);
          Answers.requireEqual(
              tested.plan().toString(),
              rows(tested, exact.get(), order, size),
              rows(tested, trimmed, order, size + 1),
              tested.tolerance());
          losses.addAndGet(isLoss ? 1 : 0);
        });
  }

  @Test
  void mergesPastTheThresholdTrimAndTellIt() {
    forEachCase(
        (tested, random, losses) -> {
          List<SortKey> order = tested.plan().output().orderBy();
          Optional<PartialResult> exact = run(tested.plan().server(), tested.segments());
          if (order.isEmpty() || exact.isEmpty()) {
            return;
          }
          int size = random.between(1, 5);
          GroupTrim trim = new GroupTrim(order, size, size, size, random.between(1, 20));
          try (PartialResultMerger merger =
              random.chance(0.5)
                  ? PartialResultMerger.onServer(
                      tested.work(), Optional.of(trim), QueryBudget.unlimited())
                  : PartialResultMerger.onBroker(
                      tested.work(), Optional.of(trim), QueryBudget.unlimited())) {
            for (SegmentReader segment : tested.segments()) {
              merger.add(run(tested.plan().server(), List.of(segment)).orElseThrow());
            }
            PartialResult merged = merger.result();
            if (merged.isWhole()) {
              requirePart(tested.plan().toString(), tested, exact.get(), merged);
            } else {
              assertThat(merged.loss()).isEqualTo(GroupLoss.TRIMMED);
              assertThat(merged.rowCount()).isLessThanOrEqualTo(trim.thresholdFor(size));
              losses.incrementAndGet();
            }
          }
        });
  }

  /** Each row of the part is one of the whole. */
  private static void requirePart(
      String what, Case tested, PartialResult whole, PartialResult part) {
    int keys = tested.work().keys().size();
    Map<List<Cell>, List<Cell>> byKey = new HashMap<>();
    for (List<Cell> row : rows(tested, whole, List.of(), Integer.MAX_VALUE)) {
      byKey.put(row.subList(0, keys), row);
    }
    List<List<Cell>> actual = rows(tested, part, List.of(), Integer.MAX_VALUE);
    List<List<Cell>> expected = new ArrayList<>();
    for (List<Cell> row : actual) {
      assertThat(byKey).as(what).containsKey(row.subList(0, keys));
      expected.add(byKey.get(row.subList(0, keys)));
    }
    Answers.requireEqual(what, expected, actual, tested.tolerance());
  }

  /** Keys, then aggregates, of the first groups in an order. */
  private static List<List<Cell>> rows(
      Case tested, PartialResult result, List<SortKey> order, int limit) {
    OutputPlan all = tested.plan().output();
    OutputPlan plain =
        Plans.output(
            IntStream.range(0, tested.work().keys().size())
                .mapToObj(key -> key(tested, key))
                .toList(),
            tested.work().aggregates(),
            limit,
            true);
    OutputPlan ordered =
        new OutputPlan(plain.columns(), Optional.empty(), order, 0, limit, all.limitWritten());
    return ResultBuilder.build(tested.work(), ordered, Optional.of(result)).rows();
  }

  /** A key as groups have it: one element of a list. */
  private static TypedExpression key(Case tested, int index) {
    TypedExpression key = tested.work().keys().get(index);
    return new KeyReference(index, ResultType.of(key.type().element()), key.isNullable());
  }

  private static Optional<PartialResult> run(ServerPlan plan, List<SegmentReader> segments) {
    try {
      return Optional.of(
          new QueryExecution()
              .execute(plan, segments, QueryBudget.unlimited(), new StatisticsCollector()));
    } catch (QueryException e) {
      return Optional.empty();
    }
  }
}
