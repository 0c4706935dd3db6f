package io.gamay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation is worth what it finds: a bug in any of these places shows within few seeds. */
class PlantedBugsTest {

  private static final int MOST_SEEDS = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Bugs.class)
  void plantedBugIsFound(Bugs bug) throws IOException {
    long firstSeed = new Random().nextLong() >>> 1;
    Optional<String> found = Optional.empty();
    int seeds = 0;
    while (found.isEmpty() && seeds < MOST_SEEDS) {
      found = violation(bug, firstSeed + seeds);
      seeds++;
    }
    assertThat(found).as("%s in %d seeds from %d", bug, seeds, firstSeed).isPresent();
    System.out.printf(
        "planted bug %s: found with seed %d of %d: %s%n", bug, seeds, MOST_SEEDS, found.get());
  }

  /** What is wrong, in one line; empty if nothing is. */
  private Optional<String> violation(Bugs bug, long seed) throws IOException {
    return RunDirectory.with(
        directory,
        place -> {
          try {
            new SimulatedRun(seed, place, bug).run();
            return Optional.empty();
          } catch (AssertionError wrong) {
            return Optional.of(
                String.valueOf(wrong.getMessage()).lines().findFirst().orElse("wrong"));
          }
        });
  }
}
