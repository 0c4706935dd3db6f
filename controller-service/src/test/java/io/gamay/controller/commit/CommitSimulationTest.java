package io.gamay.controller.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Many short lives of one partition under faults, each by its own seed. {@code
 * -Dgamay.simulation.seconds=N} sets how long, {@code -Dgamay.simulation.seed=N} repeats one.
 */
final class CommitSimulationTest {

  private static final int STEPS = 700;
  private static final int QUIET_STEPS = 20_000;
  private static final int LEAST_CASES = 40;

  @Test
  void invariantsHoldAfterEachStepAndEveryCommitEndsOnceFaultsStop() {
    String repeated = System.getProperty("gamay.simulation.seed");
    if (repeated != null) {
      run(Long.parseLong(repeated));
      return;
    }
    long seconds = Long.getLong("gamay.simulation.seconds", 20);
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    long firstSeed = new Random().nextLong() >>> 1;
    int cases = 0;
    int commits = 0;
    int losses = 0;
    while (System.nanoTime() < deadline || cases < LEAST_CASES) {
      SimulatedWorld world = run(firstSeed + cases);
      commits += world.committedSegments();
      losses += world.lossyServers();
      cases++;
    }
    System.out.printf(
        "commit simulation: %d cases from seed %d, %d commits, %d with a declared loss%n",
        cases, firstSeed, commits, losses);
    assertThat(commits).as("commits in %d cases", cases).isGreaterThan(cases);
    assertThat(losses).as("declared losses in %d cases", cases).isPositive();
  }

  private static SimulatedWorld run(long seed) {
    SimulatedWorld world = new SimulatedWorld(new Random(seed));
    try {
      for (int step = 0; step < STEPS; step++) {
        world.step();
      }
      world.settle(QUIET_STEPS);
      return world;
    } catch (AssertionError | RuntimeException failed) {
      List<String> history = world.history();
      throw new AssertionError(
          "seed %d, last events:%n%s"
              .formatted(
                  seed,
                  String.join(
                      "\n", history.subList(Math.max(0, history.size() - 60), history.size()))),
          failed);
    }
  }
}
