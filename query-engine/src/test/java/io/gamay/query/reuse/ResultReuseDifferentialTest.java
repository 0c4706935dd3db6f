package io.gamay.query.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.SegmentResult;
import io.gamay.query.reuse.SegmentResults.SealedRows;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.segment.read.SegmentReader;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random plans whose segments are executed, or answered for by what one cache kept of all. */
class ResultReuseDifferentialTest {

  private static final int PLANS = 6;
  private static final int TABLES = 20;

  @TempDir private Path folder;

  private final AtomicInteger reused = new AtomicInteger();
  private final ResultCache cache = new ResultCache(8 << 20);
  private final AtomicInteger tables = new AtomicInteger();

  @Test
  void anyPlanAnswersTheSameWithResultsThatWereKept() {
    Seeds.forEach(
        TABLES,
        random -> {
          try (RandomTable table =
              RandomTable.withRealSegments(random, random.chance(0.3), 200, folder)) {
            String tableId = "t-" + tables.incrementAndGet();
            List<RandomPlan> plans = new ArrayList<>();
            for (int plan = 0; plan < PLANS; plan++) {
              plans.add(RandomPlan.of(random, table));
            }
            for (int round = 0; round < 4; round++) {
              for (RandomPlan plan : plans) {
                compare(random, table, tableId, plan);
              }
            }
          }
        });
    if (Long.getLong(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(reused.get()).isGreaterThan(10);
    }
  }

  private void compare(SeededRandom random, RandomTable table, String tableId, RandomPlan plan) {
    Answer executed;
    try {
      executed = answer(table, plan, new SegmentResults.None(), false);
    } catch (QueryException failing) {
      return;
    }
    boolean together = random.chance(0.5);
    Answer withCache = answer(table, plan, cache.forQuery(tableId, plan.server()), together);
    Answers.requireEqual(
        plan.toString(), executed.rows(), withCache.rows(), plan.hasMoments() ? 1e-7 : 1e-12);
    assertThat(withCache.statistics().docsScanned()).isEqualTo(executed.statistics().docsScanned());
    assertThat(withCache.statistics().totalDocs()).isEqualTo(executed.statistics().totalDocs());
    reused.addAndGet((int) withCache.statistics().segmentsReused());
  }

  private record Answer(
      List<List<Cell>> rows, io.gamay.query.merge.ExecutionStatistics statistics) {}

  private static Answer answer(
      RandomTable table, RandomPlan plan, SegmentResults results, boolean together) {
    List<SegmentReader> sealed = new ArrayList<>();
    List<SegmentReader> mutable = new ArrayList<>();
    table.segments().forEach(segment -> (segment.isMutable() ? mutable : sealed).add(segment));
    StatisticsCollector statistics = new StatisticsCollector();
    List<PartialResult> parts = new ArrayList<>();
    if (together && !sealed.isEmpty()) {
      parts.add(reusedOr(results, rows(sealed), statistics, own -> execute(plan, sealed, own)));
    } else {
      for (SegmentReader segment : sealed) {
        List<SegmentReader> one = List.of(segment);
        parts.add(reusedOr(results, rows(one), statistics, own -> execute(plan, one, own)));
      }
    }
    parts.add(execute(plan, mutable, statistics));
    try (PartialResultMerger merger =
        PartialResultMerger.onServer(plan.server().work(), QueryBudget.unlimited())) {
      parts.forEach(merger::add);
      return new Answer(
          ResultBuilder.build(plan.server().work(), plan.output(), Optional.of(merger.result()))
              .rows(),
          statistics.total());
    }
  }

  private interface Execution {
    PartialResult run(StatisticsCollector statistics);
  }

  private static PartialResult reusedOr(
      SegmentResults results,
      List<SealedRows> rows,
      StatisticsCollector statistics,
      Execution execution) {
    Optional<SegmentResult> kept = results.find(rows).map(Supplier::get);
    if (kept.isPresent()) {
      statistics.add(kept.get().statistics().reused());
      return kept.get().result();
    }
    StatisticsCollector own = new StatisticsCollector();
    PartialResult result = execution.run(own);
    statistics.add(own.total());
    results.keep(rows, new SegmentResult(result, own.total()), 1_000_000_000);
    return result;
  }

  private static PartialResult execute(
      RandomPlan plan, List<SegmentReader> segments, StatisticsCollector statistics) {
    try (PartialResultMerger merger =
        PartialResultMerger.onServer(plan.server().work(), QueryBudget.unlimited())) {
      for (SegmentReader segment : segments) {
        merger.add(
            new SegmentExecutor()
                .execute(plan.server(), segment, QueryBudget.unlimited(), statistics));
      }
      return merger.result();
    }
  }

  private static List<SealedRows> rows(List<SegmentReader> segments) {
    return segments.stream()
        .map(segment -> new SealedRows(segment.segmentName(), 7, 0, Long.MAX_VALUE))
        .toList();
  }
}
