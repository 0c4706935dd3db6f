package io.gamay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gamay} tells the JVM of a server. */
class ServerOptionsTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void aJvmTakesTheServersOptionsAndSaysNothingOfThem() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "@" + optionsFile(),
                "-XX:MaxNewSize=64m",
                "-XX:+PrintFlagsFinal",
                "-version")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said)
        .containsPattern("UseParallelGC +:?= true")
        .containsPattern("Tier4CompileThreshold +:?= 150000")
        .doesNotContain("warning:", "An error occurred", "Unrecognized VM option");
  }

  private static Path optionsFile() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null) {
      Path file = folder.resolve("bin").resolve("server.jvmopts");
      if (Files.exists(file)) {
        return file;
      }
      folder = folder.getParent();
    }
    throw new IOException("no bin/server.jvmopts above " + Path.of("").toAbsolutePath());
  }
}
