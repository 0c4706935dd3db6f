package io.gamay.query.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.differential.Tally.Count;
import io.gamay.testkit.random.Seeds;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That no answer is wrong: random queries, as plans and as text in both dialects, over random
 * tables in any layout, against the naive oracle, DuckDB and H2.
 *
 * <p>Runs on two threads for {@code -Dgamay.differential.seconds}, or until {@code
 * -Dgamay.differential.cases} have been compared. A case is a query whose answer was compared with
 * that of another implementation, in however many layouts; too few cases fail.
 */
class AnswersDifferentialTest {

  private static final System.Logger LOGGER =
      System.getLogger(AnswersDifferentialTest.class.getName());

  private static final int THREADS = 2;
  private static final long SECONDS = Long.getLong("gamay.differential.seconds", 240);
  private static final long WANTED_CASES = Long.getLong("gamay.differential.cases", 0);

  /** Cases that four minutes give at least. */
  private static final long FEWEST_CASES = 5_000;

  private static final long WARM_UP_SECONDS = 40;

  /** The part of the time, or of the cases, that living partitions get. */
  private static final double LIVING_SHARE = 0.2;

  @TempDir private static Path folder;

  private static final Tally ALL = new Tally();
  private static final Queue<Databases> OPEN = new ConcurrentLinkedQueue<>();
  private static final ThreadLocal<Databases> DATABASES =
      ThreadLocal.withInitial(
          () -> {
            Databases opened = Databases.open();
            OPEN.add(opened);
            return opened;
          });

  @AfterAll
  static void closeDatabases() throws SQLException {
    for (Databases opened : OPEN) {
      opened.close();
    }
  }

  @Test
  void answersOfAnyLayoutAreThoseOfOtherImplementations() {
    TableCases cases = new TableCases(ALL, folder, DATABASES::get);
    long before = ALL.cases();
    Seeds.forEach(THREADS, isEnough(before, 1 - LIVING_SHARE), cases::check);
    LOGGER.log(Level.INFO, "{0}", ALL);
    if (Seeds.isReplay()) {
      return;
    }
    requireShare(ALL.cases() - before, 1 - LIVING_SHARE);
    long share = (ALL.cases() - before) / 20;
    for (Count count :
        new Count[] {
          Count.PLAN,
          Count.STANDARD_TEXT,
          Count.PINOT_TEXT,
          Count.BY_DUCK,
          Count.ON_ONE_SERVER,
          Count.FINISHED,
          Count.ON_THREE_SERVERS,
          Count.WITH_CACHE,
          Count.REUSED
        }) {
      assertThat(ALL.of(count)).as(count.toString()).isGreaterThan(share);
    }
    assertThat(ALL.of(Count.BY_H2)).isPositive();
    assertThat(ALL.of(Count.REFUSED))
        .isLessThan((ALL.of(Count.BY_DUCK) + ALL.of(Count.BY_H2)) / 10);
  }

  @Test
  void answersOfALivingPartitionAreThoseOfTheRowsThatItsViewAccountsFor() {
    LivingCases cases = new LivingCases(ALL, folder);
    long before = ALL.cases();
    Seeds.forEach(THREADS, isEnough(before, LIVING_SHARE), cases::check);
    LOGGER.log(Level.INFO, "{0}", ALL);
    if (Seeds.isReplay()) {
      return;
    }
    requireShare(ALL.cases() - before, LIVING_SHARE);
    assertThat(ALL.of(Count.DURING_WRITES)).isGreaterThan((ALL.cases() - before) / 20);
    assertThat(ALL.of(Count.SEALS)).isPositive();
  }

  private static BooleanSupplier isEnough(long before, double share) {
    if (WANTED_CASES > 0) {
      long wanted = (long) Math.ceil(WANTED_CASES * share);
      return () -> ALL.cases() - before >= wanted;
    }
    Duration time = Duration.ofMillis((long) (SECONDS * 1000 * share));
    long start = System.nanoTime();
    return () -> System.nanoTime() - start >= time.toNanos();
  }

  /** Shorter runs than four minutes owe fewer cases: the first seconds go by until code is hot. */
  private static void requireShare(long cases, double share) {
    long timed = FEWEST_CASES * Math.clamp(SECONDS - WARM_UP_SECONDS, 0, 200) / 200;
    long wanted = WANTED_CASES > 0 ? WANTED_CASES : timed;
    assertThat(cases).as("cases").isGreaterThanOrEqualTo((long) (wanted * share));
  }
}
