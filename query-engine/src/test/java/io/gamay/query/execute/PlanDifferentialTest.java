package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.structure.DictionaryStructures;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.Oracle;
import io.gamay.query.testing.Oracle.NoAnswer;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.testing.SqlDatabase;
import io.gamay.testkit.random.Seeds;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same plan on the engine, on the naive oracle, on DuckDB and on H2. */
class PlanDifferentialTest {

  /** Values are numbered across segments from the first on, and forgotten now and then. */
  private static final QueryExecution EXECUTION =
      new QueryExecution(new SegmentExecutor(new DictionaryStructures(1 << 16, 1)));

  private static final System.Logger LOGGER =
      System.getLogger(PlanDifferentialTest.class.getName());
  private static final int PLANS_PER_TABLE = 12;

  /** Half of it goes to each of the tests here. */
  private static final Duration TIME =
      Duration.ofMillis(Long.getLong("gamay.differential.seconds", 20) * 500);

  @TempDir private Path folder;

  private final AtomicInteger compared = new AtomicInteger();
  private final AtomicInteger failing = new AtomicInteger();

  /** What the databases could not answer: their limits, their errors, and SQL that is wrong. */
  private final List<String> refusals = new ArrayList<>();

  @Test
  void anyPlanOverAnySegmentsAnswersAsTheOracle() {
    int tables =
        Seeds.forEach(
            TIME,
            random -> {
              boolean isLarge = random.chance(0.05);
              int maxRows = isLarge ? 6000 : 200;
              int plans = isLarge ? 2 : PLANS_PER_TABLE;
              try (RandomTable table =
                  RandomTable.withRealSegments(random, random.chance(0.3), maxRows, folder)) {
                for (int plan = 0; plan < plans; plan++) {
                  compareWithOracle(table, RandomPlan.of(random, table));
                }
              }
            });
    LOGGER.log(
        Level.INFO,
        "{0} tables, {1} plans as the oracle, {2} failing on both sides",
        Integer.toString(tables),
        compared.toString(),
        failing.toString());
    if (Long.getLong(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(compared.get()).isGreaterThan(100);
    }
  }

  @Test
  void tamePlansAnswerAsDuckDbAndH2() throws Exception {
    AtomicInteger byDuck = new AtomicInteger();
    AtomicInteger byH2 = new AtomicInteger();
    try (SqlDatabase duck = SqlDatabase.duckDb();
        SqlDatabase h2 = SqlDatabase.h2()) {
      Seeds.forEach(
          TIME,
          random -> {
            RandomTable table = RandomTable.of(random, true, 120);
            duck.load(table);
            h2.load(table);
            for (int number = 0; number < 4 * PLANS_PER_TABLE; number++) {
              RandomPlan plan = RandomPlan.of(random, table);
              byDuck.addAndGet(compareWith(duck, table, plan));
              byH2.addAndGet(compareWith(h2, table, plan));
            }
          });
    }
    LOGGER.log(
        Level.INFO,
        "{0} plans as DuckDB, {1} plans as H2, {2} refused by one of them",
        byDuck.toString(),
        byH2.toString(),
        Integer.toString(refusals.size()));
    if (Long.getLong(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(byDuck.get()).isGreaterThan(40);
      assertThat(byH2.get()).isGreaterThan(20);
      assertThat(refusals).hasSizeLessThan((byDuck.get() + byH2.get()) / 10);
    }
  }

  private void compareWithOracle(RandomTable table, RandomPlan plan) {
    Optional<List<List<Cell>>> actual = answer(table, plan);
    if (actual.isEmpty()) {
      failing.incrementAndGet();
      try {
        new Oracle(true).answer(plan.server(), plan.output(), table.rows());
      } catch (NoAnswer e) {
        return;
      }
      throw new AssertionError("only the engine fails: " + plan);
    }
    List<List<Cell>> expected;
    try {
      expected = new Oracle(false).answer(plan.server(), plan.output(), table.rows());
    } catch (NoAnswer e) {
      // A cheaper condition in front of the failing one took the row away.
      failing.incrementAndGet();
      return;
    }
    Answers.requireEqual(plan.toString(), expected, actual.get(), plan.hasMoments() ? 1e-7 : 1e-12);
    compared.incrementAndGet();
  }

  private int compareWith(SqlDatabase database, RandomTable table, RandomPlan plan) {
    Optional<String> sql = database.sql(plan);
    if (sql.isEmpty()) {
      return 0;
    }
    Optional<List<List<Cell>>> actual = answer(table, plan);
    if (actual.isEmpty()) {
      return 0;
    }
    List<List<Cell>> expected;
    try {
      expected = database.answer(sql.get(), plan);
    } catch (SQLException itsOwnReason) {
      refusals.add(itsOwnReason + " for " + sql.get());
      return 0;
    }
    Answers.requireEqual(
        sql.get() + "\n" + plan, expected, actual.get(), plan.hasMoments() ? 1e-7 : 1e-9);
    return 1;
  }

  /** Empty if the query fails for a value. */
  private static Optional<List<List<Cell>>> answer(RandomTable table, RandomPlan plan) {
    try {
      PartialResult merged =
          EXECUTION.execute(
              plan.server(), table.segments(), QueryBudget.unlimited(), new StatisticsCollector());
      return Optional.of(
          ResultBuilder.build(plan.server().work(), plan.output(), Optional.of(merged)).rows());
    } catch (QueryException e) {
      assertThat(e.code()).as(e.getMessage()).isEqualTo(QueryErrorCode.QUERY_EXECUTION);
      return Optional.empty();
    }
  }
}
