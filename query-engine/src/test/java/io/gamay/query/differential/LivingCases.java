package io.gamay.query.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.differential.Tally.Count;
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
import io.gamay.segment.schema.TableSchema;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Rows arrive and segments are sealed while queries run: each answer is the oracle's over exactly
 * the rows that the view accounts for.
 *
 * <p>What is written follows from the seed alone, and which plans a view is asked from the seed and
 * the view's state. A replay writes on the same thread and asks every state all of its plans, both
 * before and after the next step is written, so that it meets what a run met at any speed. What it
 * does not meet is a matter of two threads.
 */
final class LivingCases {

  /** Plans that one state of a partition is asked at most. */
  private static final int PLANS_PER_STATE = 8;

  private static final int PLANS_AT_THE_END = 20;

  private final Tally tally;
  private final Path folder;

  LivingCases(Tally tally, Path folder) {
    this.tally = tally;
    this.folder = folder;
  }

  void check(SeededRandom random) throws IOException {
    int maxRows = random.chance(0.05) ? 5000 : 400;
    try (RandomTable table = RandomTable.of(random, random.chance(0.3), maxRows)) {
      Partition partition = new Partition(random, table, Files.createTempDirectory(folder, "p"));
      try (partition) {
        if (Seeds.isReplay()) {
          partition.askEveryState();
        } else {
          partition.askWhileRowsArrive();
        }
      }
      tally.add(Count.TABLES);
    }
  }

  /** One partition, its writer and its reader. */
  private final class Partition implements AutoCloseable {

    private final RandomTable table;
    private final Path home;
    private final List<Row> rows;
    private final SeededRandom writing;
    private final long planSeed;
    private final LivingPartition living;
    private final ServersAndBroker server;
    private int written;
    private boolean isSealNext;

    Partition(SeededRandom random, RandomTable table, Path home) {
      this.table = table;
      this.home = home;
      this.rows =
          table.rows().stream()
              .filter(row -> row.partition() == 0)
              .sorted(Comparator.comparingLong(Row::offset))
              .toList();
      this.writing = random.split();
      this.planSeed = random.anyLong();
      this.server = new ServersAndBroker(random.chance(0.5));
      TableSchema schema = table.schema();
      this.living = new LivingPartition(schema, RandomEncodings.encodings(writing, schema), home);
    }

    void askWhileRowsArrive() {
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                while (hasMore()) {
                  write();
                }
              },
              task -> new Thread(task, "writer").start());
      boolean isLast;
      int plan = 0;
      View last = living.view();
      do {
        isLast = writer.isDone();
        View view = living.view();
        assertThat(view.endOffset()).isGreaterThanOrEqualTo(last.endOffset());
        boolean isSame =
            view.endOffset() == last.endOffset() && view.sealedCount() == last.sealedCount();
        plan = isSame ? (plan + 1) % PLANS_PER_STATE : 0;
        last = view;
        if (ask(view, plan) && !isLast) {
          tally.add(Count.DURING_WRITES);
        }
      } while (!isLast);
      writer.join();
      askAtTheEnd();
    }

    void askEveryState() {
      while (hasMore()) {
        View view = living.view();
        askAll(view, PLANS_PER_STATE);
        write();
        askAll(view, PLANS_PER_STATE);
      }
      askAtTheEnd();
    }

    private void askAtTheEnd() {
      askAll(living.view(), PLANS_AT_THE_END);
    }

    private void askAll(View view, int plans) {
      for (int plan = 0; plan < plans; plan++) {
        ask(view, plan);
      }
    }

    private boolean hasMore() {
      return written < rows.size() || isSealNext;
    }

    /** Writer: one step. */
    private void write() {
      if (isSealNext) {
        seal();
        isSealNext = false;
        return;
      }
      int count = Math.min(rows.size() - written, writing.between(1, 60));
      living.append(rows.subList(written, written + count));
      written += count;
      isSealNext = writing.chance(0.25);
    }

    private void seal() {
      try {
        living.seal(writing, RandomEncodings.encodings(writing, table.schema()));
        tally.add(Count.SEALS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Whether the answer was compared. */
    private boolean ask(View view, int number) {
      long state = 31 * (31 * view.endOffset() + view.sealedCount()) + number;
      RandomPlan plan = RandomPlan.of(new SeededRandom(planSeed + state), table);
      List<Row> covered = rows.stream().filter(row -> row.offset() < view.endOffset()).toList();
      Supplier<String> what = () -> "plan %d: %s%nover%s".formatted(number, plan, view);
      Optional<List<List<Cell>>> actual = answer(view, plan, what);
      if (actual.isEmpty()) {
        requireFailureIsPossible(plan, covered, what);
        tally.add(Count.FAILING);
        return false;
      }
      List<List<Cell>> expected;
      try {
        expected = new Oracle(false).answer(plan.server(), plan.output(), covered);
      } catch (NoAnswer aCheaperConditionTookTheRowAway) {
        tally.add(Count.FAILING);
        return false;
      }
      Answers.requireEqual(
          what,
          expected,
          actual.get(),
          plan.hasMoments() ? 1e-7 : 1e-12,
          plan.hasMoments()
              ? Oracle.ofScales().answer(plan.server(), plan.output(), covered)
              : List.of());
      tally.add(Count.LIVING);
      return true;
    }

    /** Empty if the query fails for a value. */
    private Optional<List<List<Cell>>> answer(View view, RandomPlan plan, Supplier<String> what) {
      List<Layout.Part> parts =
          view.segments().stream()
              .map(segment -> new HeldSegment(segment, "", 0, () -> {}))
              .map(segment -> new Layout.Part(segment, 0))
              .toList();
      Layout layout = new Layout("view", List.of(parts));
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

    private static void requireFailureIsPossible(
        RandomPlan plan, List<Row> covered, Supplier<String> what) {
      try {
        new Oracle(true).answer(plan.server(), plan.output(), covered);
      } catch (NoAnswer e) {
        return;
      }
      throw new AssertionError("only the engine fails: " + what.get());
    }

    @Override
    public void close() throws IOException {
      living.close();
      Files.delete(home);
    }
  }
}
