package io.gamay.query.differential;

import io.gamay.query.differential.Tally.Count;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.Cell;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.QueryPlanner.Context;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.Layout;
import io.gamay.query.testing.Oracle;
import io.gamay.query.testing.Oracle.NoAnswer;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.testing.ServersAndBroker;
import io.gamay.query.testing.ServersAndBroker.Way;
import io.gamay.query.testing.SqlDatabase;
import io.gamay.testkit.random.SeededRandom;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A random table, several layouts of its rows, and many queries: every layout, asked in any way,
 * answers as the oracle does, and where a database can be asked the same, as that does.
 */
final class TableCases {

  private static final Context CONTEXT =
      new Context(
          InstantSource.fixed(Instant.EPOCH), Dialect.STANDARD, Duration.ofSeconds(10), 1_000_000);

  /** Of a segment's rows, and of the queries for which that is worth the while. */
  private record Size(int maxRows, int queries) {}

  private static final Size SMALL = new Size(40, 100);
  private static final Size USUAL = new Size(150, 100);
  private static final List<Size> SIZES =
      List.of(
          SMALL,
          SMALL,
          SMALL,
          SMALL,
          SMALL,
          SMALL,
          SMALL,
          USUAL,
          USUAL,
          USUAL,
          USUAL,
          USUAL,
          USUAL,
          USUAL,
          USUAL,
          new Size(1500, 30),
          new Size(1500, 30),
          new Size(7000, 12));

  private static final int LAYOUTS_PER_QUERY = 2;

  /** The second time a result is kept, the third time it is used. */
  private static final int TIMES_UNTIL_REUSED = 3;

  private final Tally tally;
  private final Path folder;
  private final Supplier<Databases> databases;

  /**
   * @param databases of the calling thread
   */
  TableCases(Tally tally, Path folder, Supplier<Databases> databases) {
    this.tally = tally;
    this.folder = folder;
    this.databases = databases;
  }

  void check(SeededRandom random) throws SQLException {
    boolean tame = random.chance(0.6);
    Size size = random.oneOf(SIZES);
    List<Layout> layouts = new ArrayList<>();
    try (RandomTable table = RandomTable.withRealSegments(random, tame, size.maxRows(), folder)) {
      layouts.add(Layout.own(table));
      for (int number = random.between(1, 3); number > 0; number--) {
        layouts.add(Layout.of(random, "l" + number, table, folder));
      }
      if (tame) {
        databases.get().duck().load(table);
        databases.get().h2().load(table);
      }
      ServersAndBroker cluster = new ServersAndBroker(random.chance(0.5));
      for (int number = 0; number < size.queries(); number++) {
        check(random, table, layouts, cluster);
      }
      tally.add(Count.TABLES);
      tally.add(Count.REUSED, cluster.reused());
    } finally {
      layouts.stream().skip(1).forEach(Layout::close);
    }
  }

  private void check(
      SeededRandom random, RandomTable table, List<Layout> layouts, ServersAndBroker cluster) {
    Asked asked = random.chance(0.6) ? text(random, table) : plan(random, table);
    Optional<List<List<Cell>>> expected = expected(asked, table);
    List<List<Cell>> scales = expected.isPresent() ? scales(asked, table) : List.of();
    boolean isCompared = false;
    Optional<List<List<Cell>>> last = Optional.empty();
    for (int number = 0; number < LAYOUTS_PER_QUERY; number++) {
      Layout layout = random.oneOf(layouts);
      Way way = new Way(random.chance(0.6), random.chance(0.2));
      int times = way.reuses() ? TIMES_UNTIL_REUSED : 1;
      for (int time = 0; time < times; time++) {
        Optional<List<List<Cell>>> actual;
        try {
          actual = answer(asked, layout, way, cluster);
        } catch (TooLongForABlock e) {
          tally.add(Count.FAILING);
          return;
        }
        if (actual.isEmpty()) {
          requireFailureIsPossible(asked, table, layout);
          continue;
        }
        last = actual;
        if (expected.isPresent()) {
          Answers.requireEqual(
              () -> "%s%n%s, in layout %s".formatted(asked.text().get(), way, layout),
              expected.get(),
              actual.get(),
              asked.tolerance(),
              scales);
          isCompared = true;
          count(layout, way);
        }
      }
    }
    if (last.isPresent()) {
      isCompared |= isAsDatabases(asked, last.get(), scales);
    }
    tally.add(isCompared ? asked.kind() : Count.FAILING);
    tally.add(
        Count.WITH_ROWS, isCompared && last.filter(rows -> !rows.isEmpty()).isPresent() ? 1 : 0);
  }

  private void count(Layout layout, Way way) {
    boolean isOne = layout.servers().size() == 1;
    tally.add(Count.BY_ORACLE);
    tally.add(isOne ? Count.ON_ONE_SERVER : Count.ON_THREE_SERVERS);
    if (isOne && way.finishes()) {
      tally.add(Count.FINISHED);
    }
    if (way.reuses()) {
      tally.add(Count.WITH_CACHE);
    }
  }

  private Asked plan(SeededRandom random, RandomTable table) {
    RandomPlan plan = RandomPlan.of(random, table);
    boolean asksDuck = table.isTame() && random.chance(0.8);
    boolean asksH2 = table.isTame() && random.chance(0.6);
    return new Asked(
        Count.PLAN,
        plan::toString,
        plan.server(),
        plan.output(),
        asksDuck ? databases.get().duck().sql(plan) : Optional.empty(),
        asksH2 ? databases.get().h2().sql(plan) : Optional.empty());
  }

  private static Asked text(SeededRandom random, RandomTable table) {
    RandomSql.Statement statement = RandomSql.statement(random, table);
    QueryPlan plan;
    try {
      plan =
          new QueryPlanner()
              .plan(new SqlParser().parse(statement.ours()), table.schema(), Map.of(), CONTEXT);
    } catch (QueryException e) {
      throw new AssertionError("%s is refused: %s".formatted(statement.ours(), e.getMessage()), e);
    }
    return new Asked(
        statement.isPinot() ? Count.PINOT_TEXT : Count.STANDARD_TEXT,
        statement::ours,
        plan.server(),
        plan.output(),
        table.isTame() ? Optional.of(statement.duck()) : Optional.empty(),
        Optional.empty());
  }

  /** Empty if the oracle fails for a value. */
  private static Optional<List<List<Cell>>> expected(Asked asked, RandomTable table) {
    try {
      return Optional.of(new Oracle(false).answer(asked.server(), asked.output(), table.rows()));
    } catch (NoAnswer e) {
      return Optional.empty();
    }
  }

  private static List<List<Cell>> scales(Asked asked, RandomTable table) {
    return asked.hasMoments()
        ? Oracle.ofScales().answer(asked.server(), asked.output(), table.rows())
        : List.of();
  }

  /** REPEAT of long texts takes more memory for some blocks of rows than a function may. */
  private static final class TooLongForABlock extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooLongForABlock(QueryException limit) {
      super(limit);
    }
  }

  /**
   * Empty if the query fails for a value.
   *
   * @throws TooLongForABlock if it fails for the length of values
   */
  private static Optional<List<List<Cell>>> answer(
      Asked asked, Layout layout, Way way, ServersAndBroker cluster) {
    try {
      return Optional.of(cluster.answer(asked.server(), asked.output(), layout, way).rows());
    } catch (QueryException e) {
      if (String.valueOf(e.getMessage()).startsWith("a function gives more than")) {
        throw new TooLongForABlock(e);
      }
      if (e.code() != QueryErrorCode.QUERY_EXECUTION) {
        throw failure(asked, layout, e);
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      throw failure(asked, layout, e);
    }
  }

  private static AssertionError failure(Asked asked, Layout layout, RuntimeException e) {
    return new AssertionError("%s%nin layout %s: %s".formatted(asked.text().get(), layout, e), e);
  }

  /** A condition in front of the failing one may take the row away, if it is cheaper. */
  private static void requireFailureIsPossible(Asked asked, RandomTable table, Layout layout) {
    try {
      new Oracle(true).answer(asked.server(), asked.output(), table.rows());
    } catch (NoAnswer e) {
      return;
    }
    throw new AssertionError(
        "only the engine fails: %s%nin layout %s".formatted(asked.text().get(), layout));
  }

  private boolean isAsDatabases(Asked asked, List<List<Cell>> actual, List<List<Cell>> scales) {
    Databases mine = databases.get();
    boolean byDuck =
        asked.duckSql().isPresent()
            && isAs(mine.duck(), asked.duckSql().get(), asked, actual, scales);
    boolean byH2 =
        asked.h2Sql().isPresent() && isAs(mine.h2(), asked.h2Sql().get(), asked, actual, scales);
    tally.add(Count.BY_DUCK, byDuck ? 1 : 0);
    tally.add(Count.BY_H2, byH2 ? 1 : 0);
    if (asked.duckSql().isEmpty() && asked.h2Sql().isEmpty()) {
      tally.add(Count.NO_SQL);
    }
    return byDuck || byH2;
  }

  private boolean isAs(
      SqlDatabase database,
      String sql,
      Asked asked,
      List<List<Cell>> actual,
      List<List<Cell>> scales) {
    List<List<Cell>> expected;
    try {
      expected = database.answer(sql, asked.output());
    } catch (SQLException itsOwnReason) {
      tally.add(Count.REFUSED);
      return false;
    }
    if (asked.output().limitWritten() && expected.size() > asked.output().limit()) {
      // DuckDB 2.0 does so for some grouping sets with HAVING, ORDER BY and LIMIT.
      tally.add(Count.REFUSED);
      return false;
    }
    Answers.requireEqual(
        () -> "%s%n%s".formatted(sql, asked.text().get()),
        expected,
        actual,
        asked.databaseTolerance(),
        scales);
    return true;
  }
}
