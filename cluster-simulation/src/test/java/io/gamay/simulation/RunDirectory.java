package io.gamay.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Function;
import java.util.stream.Stream;

/** The disks of one run: in memory where the machine has such a place, and gone after it. */
final class RunDirectory {

  private static final Path IN_MEMORY = Path.of("/dev/shm");

  private RunDirectory() {}

  /**
   * @param otherwise where to be if there is no place in memory
   */
  static <T> T with(Path otherwise, Function<Path, T> run) throws IOException {
    Path parent = Files.isWritable(IN_MEMORY) ? IN_MEMORY : otherwise;
    Path place = Files.createTempDirectory(parent, "gamay-simulation-");
    try {
      return run.apply(place);
    } finally {
      delete(place);
    }
  }

  private static void delete(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
