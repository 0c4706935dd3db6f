package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Misuse;
import io.gamay.quickstart.console.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** What the commands that keep running have in common: their log and how they stop. */
final class ServingProcess {
  private ServingProcess() {}

  /**
   * Sends this process's log to {@code logs/gamay.log} in the directory, and what libraries print
   * too: the terminal is for people. Comes before anything that has a logger is touched; Spring
   * Boot leaves the configuration alone.
   */
  static Path logTo(Path directory, Terminal terminal) {
    Path file = directory.resolve("logs").resolve("gamay.log");
    System.setProperty("gamay.log.file", file.toString());
    System.setProperty("logback.configurationFile", "gamay-service-logback.xml");
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    if (terminal.isOfProcess()) {
      System.setOut(StrayLines.into(line -> LoggerFactory.getLogger("stdout").info(line)));
      System.setErr(StrayLines.into(line -> LoggerFactory.getLogger("stderr").warn(line)));
    }
    return file;
  }

  /**
   * Runs what starts a part. A failure goes to the log whole, and to the person as its reason.
   *
   * @param title of the part
   */
  static <T> T start(String title, Path log, Callable<T> part) throws InterruptedException {
    try {
      return part.call();
    } catch (Failure | Misuse | InterruptedException told) {
      throw told;
    } catch (Exception failure) {
      LoggerFactory.getLogger(ServingProcess.class).error("{} did not start", title, failure);
      throw new Failure(
          "%s did not start: %s; all of it is in %s"
              .formatted(title, StartFailure.reason(failure), log),
          failure);
    }
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
