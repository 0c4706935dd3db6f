package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.explain.Operator;
import io.gamay.query.explain.OperatorTable;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.Explanations;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of any plan's run agrees with the run and the answer of the same plan, plain. */
class ExplainPropertyTest {

  private static final Duration TIME =
      Duration.ofMillis(Long.getLong("gamay.differential.seconds", 20) * 400);

  /** A clock that goes on by one with each look, so that time is never lost or counted twice. */
  private final AtomicLong ticks = new AtomicLong();

  private final AtomicInteger compared = new AtomicInteger();

  @TempDir private Path folder;

  @Test
  void numbersOfARunAreThoseOfTheQuery() {
    Seeds.forEach(
        TIME,
        random -> {
          try (RandomTable table =
              RandomTable.withRealSegments(random, random.chance(0.3), 200, folder)) {
            for (int plan = 0; plan < 10; plan++) {
              compare(table, RandomPlan.of(random, table));
            }
          }
        });
    if (Long.getLong(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(compared.get()).isGreaterThan(20);
    }
  }

  private void compare(RandomTable table, RandomPlan plan) {
    StatisticsCollector statistics = new StatisticsCollector();
    ResultTable answer;
    try {
      PartialResult merged =
          new QueryExecution()
              .execute(plan.server(), table.segments(), QueryBudget.unlimited(), statistics);
      answer = ResultBuilder.build(plan.server().work(), plan.output(), Optional.of(merged));
    } catch (QueryException e) {
      return;
    }
    long before = ticks.get();
    Explanations.Run run =
        Explanations.run(plan.server(), plan.output(), table.segments(), ticks::incrementAndGet);
    compared.incrementAndGet();
    assertThat(run.statistics().total()).as(plan.toString()).isEqualTo(statistics.total());
    Answers.requireEqual(plan.toString(), answer.rows(), run.answer().rows(), 1e-7);
    assertAgrees(plan, run.root(), statistics.total(), answer);
    assertThat(spent(run.root(), "SEALED_SEGMENTS") + spent(run.root(), "CONSUMING_SEGMENTS"))
        .as("time told within the time that went by")
        .isLessThanOrEqualTo(ticks.get() - before);
    assertIsATree(OperatorTable.ofRun(run.root()));
    assertSegmentsAreAllTold(
        Explanations.plan(plan.server(), plan.output(), table.segments()), statistics.total());
  }

  private static void assertAgrees(
      RandomPlan plan, Operator root, ExecutionStatistics plain, ResultTable answer) {
    String told = String.join("\n", Explanations.lines(root));
    assertThat(root.measure().rowsOut()).as(told).isEqualTo(OptionalLong.of(answer.rowCount()));
    long reading = 0;
    for (Operator segments : segments(root)) {
      for (Operator reader : segments.children()) {
        reading += reader.measure().rowsIn().orElseThrow();
        for (Operator docIds : Explanations.named(reader, "DOC_ID_SET")) {
          assertThat(docIds.measure().rowsOut().orElse(reader.measure().rowsIn().getAsLong()))
              .as(told)
              .isEqualTo(reader.measure().rowsIn().getAsLong());
        }
      }
    }
    assertThat(reading).as("%s\n%s", plan, told).isEqualTo(plain.docsScanned());
    assertSegmentsAreAllTold(root, plain);
    if (plan.server().work() instanceof ServerWork.Select) {
      long given =
          segments(root).stream().mapToLong(s -> s.measure().rowsOut().orElseThrow()).sum();
      assertThat(given).as(told).isLessThanOrEqualTo(Math.max(0, plain.docsScanned()));
    }
  }

  private static List<Operator> segments(Operator root) {
    return Stream.concat(
            Explanations.named(root, "SEALED_SEGMENTS").stream(),
            Explanations.named(root, "CONSUMING_SEGMENTS").stream())
        .toList();
  }

  /** Each segment is in one group, as processed or as pruned. */
  private static void assertSegmentsAreAllTold(Operator root, ExecutionStatistics plain) {
    assertThat(segments(root).stream().mapToLong(ExplainPropertyTest::count).sum())
        .isEqualTo(plain.segmentsProcessed());
    assertThat(
            Explanations.named(root, "PRUNED_BY_SERVER").stream()
                .mapToLong(ExplainPropertyTest::count)
                .sum())
        .isEqualTo(plain.segmentsPruned());
  }

  private static long count(Operator group) {
    return group.clauses().getLast().amounts().getFirst().low();
  }

  private static long spent(Operator root, String name) {
    return Explanations.named(root, name).stream().mapToLong(ExplainPropertyTest::spent).sum();
  }

  private static long spent(Operator operator) {
    assertThat(operator.measure().nanos().orElse(0)).isNotNegative();
    return operator.measure().nanos().orElse(0)
        + operator.children().stream().mapToLong(ExplainPropertyTest::spent).sum();
  }

  private static void assertIsATree(ResultTable table) {
    for (int row = 0; row < table.rowCount(); row++) {
      assertThat(table.cell(row, 1)).isEqualTo(new Cell.Single(new Value.IntValue(row + 1)));
      int parent = ((Value.IntValue) ((Cell.Single) table.cell(row, 2)).value()).value();
      assertThat(parent).isBetween(row == 0 ? 0 : 1, row);
    }
  }
}
