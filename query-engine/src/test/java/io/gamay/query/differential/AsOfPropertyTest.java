package io.gamay.query.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.Cell;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.HeldSegment;
import io.gamay.query.testing.Layout;
import io.gamay.query.testing.LivingPartition;
import io.gamay.query.testing.LivingPartition.View;
import io.gamay.query.testing.Oracle;
import io.gamay.query.testing.Oracle.NoAnswer;
import io.gamay.query.testing.RandomEncodings;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.testing.Row;
import io.gamay.query.testing.ServersAndBroker;
import io.gamay.query.testing.ServersAndBroker.Way;
import io.gamay.segment.read.SegmentReader;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An answer as of an offset is that of the rows below it, and of nothing else: on replicas that got
 * to different offsets and sealed other segments at other times, and again once they have got
 * further, sealed more, and kept results.
 */
class AsOfPropertyTest {

  private static final System.Logger LOGGER = System.getLogger(AsOfPropertyTest.class.getName());
  private static final Duration TIME = Duration.ofSeconds(8);
  private static final int PLANS = 6;
  private static final int ROUNDS = 3;

  /** The second time a result is kept, the third time it is used. */
  private static final int TIMES = 3;

  @TempDir private static Path folder;

  private final AtomicLong compared = new AtomicLong();
  private final AtomicLong withinSealed = new AtomicLong();
  private final AtomicLong reused = new AtomicLong();

  @Test
  void answerAsOfAnOffsetIsTheSameOnEveryReplicaAtAnyTimeAfter() {
    Seeds.forEach(TIME, this::check);
    LOGGER.log(
        System.Logger.Level.INFO,
        "{0} answers compared, {1} cut within a sealed segment, {2} segments reused",
        compared,
        withinSealed,
        reused);
    if (Seeds.isReplay()) {
      return;
    }
    assertThat(compared.get()).isGreaterThan(500);
    assertThat(withinSealed.get()).isGreaterThan(50);
    assertThat(reused.get()).isGreaterThan(50);
  }

  private void check(SeededRandom random) throws IOException {
    try (RandomTable table = RandomTable.of(random, random.chance(0.3), 300)) {
      List<Row> rows =
          table.rows().stream()
              .filter(row -> row.partition() == 0)
              .sorted(Comparator.comparingLong(Row::offset))
              .toList();
      long last = rows.isEmpty() ? 0 : rows.getLast().offset();
      long end = rows.isEmpty() || random.chance(0.1) ? 0 : random.oneOf(rows).offset();
      long asOf = Math.min(last, end + random.between(0, 1));
      try (Replica one = new Replica(random.split(), table, rows);
          Replica other = new Replica(random.split(), table, rows)) {
        List<RandomPlan> plans = new ArrayList<>();
        for (int plan = 0; plan < PLANS; plan++) {
          plans.add(RandomPlan.of(random, table));
        }
        one.writeUpTo(asOf);
        other.writeUpTo(asOf);
        for (int round = 0; round < ROUNDS; round++) {
          for (RandomPlan plan : plans) {
            for (int time = 0; time < TIMES; time++) {
              compare(plan, asOf, rows, one);
              compare(plan, asOf, rows, other);
            }
          }
          one.goOn();
          other.goOn();
        }
        reused.addAndGet(one.server.reused() + other.server.reused());
      }
    }
  }

  private void compare(RandomPlan plan, long asOf, List<Row> rows, Replica replica) {
    View view = replica.living.view();
    List<Row> below = rows.stream().filter(row -> row.offset() < asOf).toList();
    Supplier<String> what = () -> "as of %d: %s%nover%s".formatted(asOf, plan, view);
    Optional<List<List<Cell>>> actual = replica.answer(view, plan, asOf, what);
    List<List<Cell>> expected;
    try {
      expected = new Oracle(actual.isEmpty()).answer(plan.server(), plan.output(), below);
    } catch (NoAnswer valueThatCannotBe) {
      return;
    }
    if (actual.isEmpty()) {
      throw new AssertionError("only the engine fails: " + what.get());
    }
    Answers.requireEqual(
        what,
        expected,
        actual.get(),
        plan.hasMoments() ? 1e-7 : 1e-12,
        plan.hasMoments()
            ? Oracle.ofScales().answer(plan.server(), plan.output(), below)
            : List.of());
    compared.incrementAndGet();
    if (view.segments().stream().anyMatch(segment -> isCut(segment, asOf))) {
      withinSealed.incrementAndGet();
    }
  }

  private static boolean isCut(SegmentReader segment, long asOf) {
    int below = segment.docCountBelow(asOf);
    return !segment.isMutable() && below > 0 && below < segment.docCount();
  }

  /** One copy of the partition, which seals where it likes. */
  private static final class Replica implements AutoCloseable {

    private final SeededRandom random;
    private final RandomTable table;
    private final List<Row> rows;
    private final Path home;
    private final LivingPartition living;
    private final ServersAndBroker server;
    private int written;

    Replica(SeededRandom random, RandomTable table, List<Row> rows) throws IOException {
      this.random = random;
      this.table = table;
      this.rows = rows;
      this.home = Files.createTempDirectory(folder, "replica");
      this.server = new ServersAndBroker(random.chance(0.5));
      this.living =
          new LivingPartition(
              table.schema(), RandomEncodings.encodings(random, table.schema()), home);
    }

    /** At least to an offset. */
    void writeUpTo(long offset) throws IOException {
      while (living.view().endOffset() < offset) {
        step();
      }
      goOn();
    }

    void goOn() throws IOException {
      for (int steps = random.between(0, 4); steps > 0; steps--) {
        step();
      }
    }

    private void step() throws IOException {
      int count = Math.min(rows.size() - written, random.between(1, 60));
      living.append(rows.subList(written, written + count));
      written += count;
      if (random.chance(0.4)) {
        living.seal(random, RandomEncodings.encodings(random, table.schema()));
      }
    }

    /** Empty if the query fails for a value. */
    Optional<List<List<Cell>>> answer(
        View view, RandomPlan plan, long asOf, Supplier<String> what) {
      List<Layout.Part> parts =
          view.segments().stream()
              .filter(segment -> segment.offsets().start() < asOf)
              .map(
                  segment ->
                      new Layout.Part(
                          new HeldSegment(segment, "", 0, () -> {}),
                          0,
                          segment.offsets().end() <= asOf ? Long.MAX_VALUE : asOf))
              .toList();
      Layout layout = new Layout("replica", List.of(parts));
      try {
        return Optional.of(
            server.answer(plan.server(), plan.output(), layout, new Way(true, true)).rows());
      } catch (QueryException e) {
        assertThat(e.code()).as(what).isEqualTo(QueryErrorCode.QUERY_EXECUTION);
        return Optional.empty();
      } catch (RuntimeException e) {
        throw new AssertionError(what.get(), e);
      }
    }

    @Override
    public void close() throws IOException {
      living.close();
      Files.delete(home);
    }
  }
}
