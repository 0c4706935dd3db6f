package io.gamay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many short lives of whole clusters under faults, each by its own seed. {@code
 * -Dgamay.simulation.seconds=N} sets for how long, in processor time, since a machine may be busy
 * otherwise; {@code -Dgamay.simulation.seeds=N} how many instead; {@code -Dgamay.simulation.seed=N}
 * repeats one.
 */
class ClusterSimulationTest {

  private static final long SECONDS = Long.getLong("gamay.simulation.seconds", 240);
  private static final int SECONDS_FOR_SEEDS = 240;
  private static final int LEAST_SEEDS = 500;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @TempDir Path directory;

  @Test
  void whateverGoesWrongNothingIsLostOrCountedTwiceAndTheClusterComesToRest() throws IOException {
    String repeated = System.getProperty("gamay.simulation.seed");
    if (repeated != null) {
      System.out.println("cluster simulation: " + run(Long.parseLong(repeated)));
      return;
    }
    long wantedSeeds = Long.getLong("gamay.simulation.seeds", 0);
    long deadline = THREADS.getCurrentThreadCpuTime() + Duration.ofSeconds(SECONDS).toNanos();
    long firstSeed = new Random().nextLong() >>> 1;
    long leastSeeds = LEAST_SEEDS * SECONDS / SECONDS_FOR_SEEDS;
    Totals totals = new Totals();
    while (wantedSeeds > 0
        ? totals.seeds < wantedSeeds
        : THREADS.getCurrentThreadCpuTime() < deadline || totals.seeds < leastSeeds) {
      totals.add(run(firstSeed + totals.seeds));
    }
    System.out.printf("cluster simulation from seed %d: %s%n", firstSeed, totals);
    assertThat(totals.commits).as("commits").isGreaterThan(10L * totals.seeds);
    assertThat(totals.laterAttempts).as("commits by a later attempt").isPositive();
    assertThat(totals.lossyCommits).as("declared losses").isPositive();
    assertThat(totals.answers).as("answers without a flag").isGreaterThan(5L * totals.seeds);
    assertThat(totals.faults).containsOnlyKeys(Faults.Kind.values());
  }

  /** Whoever replays a seed sees what happened. */
  @Test
  void sameSeedGivesTheSameHistory() throws IOException {
    long seed = new Random().nextLong() >>> 1;
    assertThat(run(seed)).isEqualTo(run(seed));
  }

  private SimulatedRun.Outcome run(long seed) throws IOException {
    return RunDirectory.with(
        directory, place -> new SimulatedRun(seed, place, Mutation.NONE).run());
  }

  private static final class Totals {
    private final Map<Faults.Kind, Integer> faults = new TreeMap<>();
    private int seeds;
    private long commits;
    private long laterAttempts;
    private long lossyCommits;
    private long answers;
    private long flagged;
    private long events;
    private Duration time = Duration.ZERO;

    void add(SimulatedRun.Outcome outcome) {
      seeds++;
      commits += outcome.commits();
      laterAttempts += outcome.laterAttempts();
      lossyCommits += outcome.lossyCommits();
      answers += outcome.answers();
      flagged += outcome.flagged();
      events += outcome.events();
      time = time.plus(outcome.time());
      outcome.faults().forEach((kind, count) -> faults.merge(kind, count, Integer::sum));
    }

    @Override
    public String toString() {
      return "%d seeds, %d events in %d hours, %d commits, %d by a later attempt, %d with a declared loss, %d answers, %d flagged; faults %s"
          .formatted(
              seeds,
              events,
              time.toHours(),
              commits,
              laterAttempts,
              lossyCommits,
              answers,
              flagged,
              faults);
    }
  }
}
