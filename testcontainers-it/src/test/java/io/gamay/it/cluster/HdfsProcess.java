package io.gamay.it.cluster;

import io.gamay.testkit.process.JavaProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A NameNode and DataNodes in one process, which runs from the class path that the tests of {@code
 * deep-store-hdfs} have, so that Hadoop is on nobody else's.
 */
public final class HdfsProcess implements AutoCloseable {
  private static final Path MODULE = Path.of("..", "deep-store-hdfs", "target").toAbsolutePath();
  private static final String MAIN_CLASS = "io.gamay.deepstore.hdfs.HdfsProcess";
  private static final String READY = " is ready";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final JavaProcess process;

  private HdfsProcess(JavaProcess process) {
    this.process = process;
  }

  /** Starts it and returns at once. */
  public static HdfsProcess start(String name) {
    Path output = Path.of("target", "it-logs", name + "-hdfs.out").toAbsolutePath();
    try {
      Files.deleteIfExists(output);
      String classPath =
          String.join(
              File.pathSeparator,
              MODULE.resolve("test-classes").toString(),
              MODULE.resolve("classes").toString(),
              Files.readString(MODULE.resolve("test-classpath")).strip());
      return new HdfsProcess(
          JavaProcess.ofClassPath(classPath, MAIN_CLASS)
              .jvmOptions(
                  "-Xmx256m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED")
              .start(output));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A directory of it, which does not exist yet, as deep store; waits until all runs. */
  public OtherDeepStore awaitDeepStore() {
    process.awaitOutput(READY, PATIENCE);
    String line =
        process.output().lines().filter(text -> text.endsWith(READY)).findFirst().orElseThrow();
    URI uri = URI.create(line.substring(0, line.length() - READY.length()));
    return new OtherDeepStore(uri, MODULE.resolve("dist").resolve("*").normalize().toString());
  }

  @Override
  public void close() {
    try (process) {
      process.stop(PATIENCE);
    }
  }
}
