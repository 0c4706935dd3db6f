package io.gamay.it.cluster;

import io.gamay.testkit.process.JavaProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code gamay} command line as a process of its own: from the build's distribution where the
 * system property {@code gamay.it.dist} names one that exists, else from the test's class path.
 */
final class GamayLine {
  private static final String COMMAND_CLASS = "io.gamay.quickstart.command.GamayCommand";

  private GamayLine() {}

  /** Starts it; what it prints goes to the file. */
  static JavaProcess start(Path output, String heap, String... arguments) {
    return start(output, heap, List.of(), "", arguments);
  }

  /**
   * As the other.
   *
   * @param more options of its JVM
   * @param moreClassPath as {@code GAMAY_CLASSPATH}; may be empty
   */
  static JavaProcess start(
      Path output, String heap, List<String> more, String moreClassPath, String... arguments) {
    var options =
        new ArrayList<>(
            List.of(
                heap,
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dfile.encoding=UTF-8",
                "-Duser.timezone=UTC"));
    options.addAll(more);
    return program(moreClassPath)
        .jvmOptions(options.toArray(String[]::new))
        .arguments(arguments)
        .start(output);
  }

  /** What runs, for people. */
  static String origin() {
    Path jar = jar();
    return Files.exists(jar) ? jar.toString() : "the test's class path";
  }

  private static JavaProcess.Builder program(String moreClassPath) {
    Path jar = jar();
    String classPath = Files.exists(jar) ? jar.toString() : System.getProperty("java.class.path");
    return JavaProcess.ofClassPath(
        moreClassPath.isEmpty() ? classPath : classPath + File.pathSeparator + moreClassPath,
        COMMAND_CLASS);
  }

  private static Path jar() {
    return Path.of(System.getProperty("gamay.it.dist", "none"), "gamay.jar").normalize();
  }
}
