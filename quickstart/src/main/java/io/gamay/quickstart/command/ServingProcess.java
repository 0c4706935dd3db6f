package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Terminal;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** What the commands that keep running have in common: their log and how they stop. */
final class ServingProcess {
  private ServingProcess() {}

  /**
   * Sends this process's log to {@code logs/gamay.log} in the directory. Comes before anything that
   * has a logger is touched; Spring Boot leaves the configuration alone.
   */
  static Path logTo(Path directory) {
    Path file = directory.resolve("logs").resolve("gamay.log");
    System.setProperty("gamay.log.file", file.toString());
    System.setProperty("logback.configurationFile", "gamay-service-logback.xml");
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    return file;
  }

  /** Has the parts closed, in this order, on Ctrl-C, SIGTERM or any other orderly end. */
  static void closeAtExit(Terminal terminal, AutoCloseable... parts) {
    Runnable stop =
        () -> {
          terminal.note("stopping ...");
          for (AutoCloseable part : parts) {
            close(part, terminal);
          }
          terminal.note("stopped");
        };
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(stop));
  }

  private static void close(AutoCloseable part, Terminal terminal) {
    try {
      part.close();
    } catch (Exception failure) {
      terminal.error("not stopped cleanly: " + failure);
    }
  }

  /** Never returns but by interruption; the process ends by a signal. */
  static void awaitSignal() throws InterruptedException {
    new CountDownLatch(1).await();
  }
}
