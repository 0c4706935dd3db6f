package io.gamay.query.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryException;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.structure.DictionaryStructures;
import io.gamay.query.testing.Answers;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.segment.read.SegmentReader;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PartialResultMergerPropertyTest {

  /** Two that number values across segments, each in its own way, and one that does not. */
  private static final List<SegmentExecutor> EXECUTORS =
      List.of(
          new SegmentExecutor(new DictionaryStructures(1 << 20, 1)),
          new SegmentExecutor(new DictionaryStructures(1 << 20, 1)),
          new SegmentExecutor());

  @Test
  void anyTreeOfMergesGivesTheSameAnswerAlsoThroughBytes() {
    AtomicInteger compared = new AtomicInteger();
    Seeds.forEach(
        40,
        random -> {
          RandomTable table = RandomTable.of(random, random.chance(0.5), 60);
          for (int number = 0; number < 5; number++) {
            RandomPlan plan = RandomPlan.of(random, table);
            Optional<List<PartialResult>> parts = parts(plan.server(), table.segments());
            if (parts.isPresent() && compareTrees(random, plan, parts.get())) {
              compared.incrementAndGet();
            }
          }
        });
    assertThat(compared.get()).isPositive();
  }

  private static boolean compareTrees(
      SeededRandom random, RandomPlan plan, List<PartialResult> parts) {
    List<List<Cell>> expected;
    try {
      expected = build(plan, merge(plan.server(), parts));
    } catch (QueryException e) {
      return false;
    }
    for (int tree = 0; tree < 3; tree++) {
      Answers.requireEqual(
          plan.toString(),
          expected,
          build(plan, mergeAsTree(random, plan, parts)),
          plan.hasMoments() ? 1e-7 : 1e-12);
    }
    return true;
  }

  private static PartialResult mergeAsTree(
      SeededRandom random, RandomPlan plan, List<PartialResult> parts) {
    List<PartialResult> open = new ArrayList<>(parts);
    open.add(PartialResults.empty(plan.server().work()));
    while (open.size() > 1) {
      List<PartialResult> chosen = new ArrayList<>();
      int count = random.between(2, Math.min(3, open.size()));
      for (int index = 0; index < count; index++) {
        PartialResult part = open.remove(random.nextInt(open.size()));
        chosen.add(random.chance(0.5) ? throughBytes(part) : part);
      }
      open.add(merge(plan.server(), chosen));
    }
    return open.get(0);
  }

  private static PartialResult throughBytes(PartialResult part) {
    ServerResponse response = ServerResponse.of("r", Optional.of(part));
    return ServerResponseCodec.decode(ServerResponseCodec.encode(response)).result().orElseThrow();
  }

  private static PartialResult merge(ServerPlan plan, List<PartialResult> parts) {
    try (PartialResultMerger merger =
        PartialResultMerger.onBroker(plan.work(), QueryBudget.unlimited())) {
      parts.forEach(merger::add);
      return merger.result();
    }
  }

  private static List<List<Cell>> build(RandomPlan plan, PartialResult merged) {
    return ResultBuilder.build(plan.server().work(), plan.output(), Optional.of(merged)).rows();
  }

  private static Optional<List<PartialResult>> parts(
      ServerPlan plan, List<SegmentReader> segments) {
    List<PartialResult> parts = new ArrayList<>();
    try {
      for (SegmentReader segment : segments) {
        parts.add(
            EXECUTORS
                .get(parts.size() % EXECUTORS.size())
                .execute(plan, segment, QueryBudget.unlimited(), new StatisticsCollector()));
      }
    } catch (QueryException e) {
      return Optional.empty();
    }
    return Optional.of(parts);
  }
}
