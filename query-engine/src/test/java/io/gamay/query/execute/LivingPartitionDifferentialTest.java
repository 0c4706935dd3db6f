package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.structure.DictionaryStructures;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.LivingPartition;
import io.gamay.query.testing.Oracle;
import io.gamay.query.testing.Oracle.NoAnswer;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.testing.Row;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows arrive and segments are sealed while queries run: each answer is that of the naive oracle
 * over exactly the rows that the view accounts for. A soak is the same for an hour: {@code
 * -Dgamay.soak.seconds=3600}.
 */
class LivingPartitionDifferentialTest {

  /** Values are numbered across segments from the first on, and forgotten now and then. */
  private static final QueryExecution EXECUTION =
      new QueryExecution(new SegmentExecutor(new DictionaryStructures(1 << 16, 1)));

  private static final System.Logger LOGGER =
      System.getLogger(LivingPartitionDifferentialTest.class.getName());
  private static final Duration TIME = Duration.ofSeconds(Long.getLong("gamay.soak.seconds", 20));

  @TempDir private Path folder;

  private final AtomicInteger compared = new AtomicInteger();
  private final AtomicInteger duringWrites = new AtomicInteger();
  private final AtomicInteger seals = new AtomicInteger();

  @Test
  void answersAreThoseOfTheRowsThatTheViewAccountsFor() {
    int tables = Seeds.forEach(TIME, this::check);
    LOGGER.log(
        Level.INFO,
        "{0} partitions, {1} answers as the oracle, {2} of them while rows arrived, {3} seals",
        Integer.toString(tables),
        compared.toString(),
        duringWrites.toString(),
        seals.toString());
    if (Long.getLong(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(compared.get()).isGreaterThan(100);
      assertThat(duringWrites.get()).isGreaterThan(30);
      assertThat(seals.get()).isGreaterThan(15);
    }
  }

  private void check(SeededRandom random) throws Exception {
    int maxRows = random.chance(0.1) ? 5000 : 400;
    try (RandomTable table = RandomTable.of(random, random.chance(0.3), maxRows)) {
      List<Row> rows =
          table.rows().stream()
              .filter(row -> row.partition() == 0)
              .sorted(Comparator.comparingLong(Row::offset))
              .toList();
      SeededRandom writing = new SeededRandom(random.anyLong());
      try (LivingPartition partition =
          new LivingPartition(table.schema(), encodings(writing, table.schema()), folder)) {
        CompletableFuture<Void> writer =
            CompletableFuture.runAsync(
                () -> write(partition, table.schema(), rows, writing),
                task -> new Thread(task, "writer").start());
        boolean isLast;
        long end = 0;
        do {
          isLast = writer.isDone();
          LivingPartition.View view = partition.view();
          assertThat(view.endOffset()).isGreaterThanOrEqualTo(end);
          end = view.endOffset();
          compare(view, rows, RandomPlan.of(random, table));
          duringWrites.addAndGet(isLast ? 0 : 1);
        } while (!isLast);
        writer.join();
        for (int plan = 0; plan < 5; plan++) {
          compare(partition.view(), rows, RandomPlan.of(random, table));
        }
      }
    }
  }

  private void write(
      LivingPartition partition, TableSchema schema, List<Row> rows, SeededRandom random) {
    try {
      int done = 0;
      while (done < rows.size()) {
        int count = Math.min(rows.size() - done, random.between(1, 60));
        partition.append(rows.subList(done, done + count));
        done += count;
        if (random.chance(0.25)) {
          partition.seal(random, encodings(random, schema));
          seals.incrementAndGet();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EncodingDecisions encodings(SeededRandom random, TableSchema schema) {
    Set<String> raw = new HashSet<>();
    Set<String> inverted = new HashSet<>();
    Set<String> range = new HashSet<>();
    Map<String, Double> bloom = new HashMap<>();
    for (ColumnSpec spec : schema.columns()) {
      if (spec.singleValue() && random.chance(0.3)) {
        raw.add(spec.name());
      } else if (random.chance(0.5)) {
        inverted.add(spec.name());
      }
      if (random.chance(0.3)) {
        range.add(spec.name());
      }
      if (random.chance(0.3)) {
        bloom.put(spec.name(), 0.05);
      }
    }
    boolean isFirstVersion = random.chance(0.3);
    return new EncodingDecisions(
        isFirstVersion ? 1 : 2, raw, inverted, range, isFirstVersion ? Map.of() : bloom);
  }

  private void compare(LivingPartition.View view, List<Row> rows, RandomPlan plan) {
    List<Row> covered = new ArrayList<>();
    for (Row row : rows) {
      if (row.offset() < view.endOffset()) {
        covered.add(row);
      }
    }
    Optional<List<List<Cell>>> actual = answer(view, plan);
    if (actual.isEmpty()) {
      return;
    }
    try {
      Answers.requireEqual(
          plan.toString(),
          new Oracle(false).answer(plan.server(), plan.output(), covered),
          actual.get(),
          plan.hasMoments() ? 1e-7 : 1e-12);
      compared.incrementAndGet();
    } catch (NoAnswer aCheaperConditionTookTheRowAway) {
      return;
    }
  }

  /** Empty if the query fails for a value. */
  private static Optional<List<List<Cell>>> answer(LivingPartition.View view, RandomPlan plan) {
    try {
      PartialResult merged =
          EXECUTION.execute(
              plan.server(), view.segments(), QueryBudget.unlimited(), new StatisticsCollector());
      return Optional.of(
          ResultBuilder.build(plan.server().work(), plan.output(), Optional.of(merged)).rows());
    } catch (QueryException e) {
      return Optional.empty();
    }
  }
}
