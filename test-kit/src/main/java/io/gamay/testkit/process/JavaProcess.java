package io.gamay.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One JVM beside the test's own, on the same JDK. Standard output and error go to one file.
 * Whatever waits for it fails at once when the process ends, with the end of its output in the
 * message. Ends with the test's JVM at the latest.
 */
public final class JavaProcess implements AutoCloseable {
  private static final int TAIL_CHARS = 4_000;
  private static final Duration TICK = Duration.ofMillis(20);

  private final Process process;
  private final String title;
  private final Path output;
  private final Thread killer;

  private JavaProcess(Process process, String title, Path output) {
    this.process = process;
    this.title = title;
    this.output = output;
    this.killer = Thread.ofPlatform().unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /** A process that runs this class with the test's own class path. */
  public static Builder ofMainClass(String className) {
    return ofClassPath(System.getProperty("java.class.path"), className);
  }

  /** A process that runs this class with this class path, in Java's form. */
  public static Builder ofClassPath(String classPath, String className) {
    return new Builder(className, List.of("-cp", classPath, className));
  }

  /** A process that runs this jar. */
  public static Builder ofJar(Path jar) {
    return new Builder(
        jar.getFileName().toString(), List.of("-jar", jar.toAbsolutePath().toString()));
  }

  /** What the process is started with. */
  public static final class Builder {
    private final String title;
    private final List<String> target;
    private final List<String> jvmOptions = new ArrayList<>(List.of("-XX:+UseSerialGC"));
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Path directory;

    private Builder(String title, List<String> target) {
      this.title = title;
      this.target = target;
    }

    /** Options of the JVM, such as {@code -Xmx256m}. */
    public Builder jvmOptions(String... options) {
      jvmOptions.addAll(List.of(options));
      return this;
    }

    /** Arguments of the program. */
    public Builder arguments(String... values) {
      arguments.addAll(List.of(values));
      return this;
    }

    /** One environment variable more. */
    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** The working directory; the test's own by default. */
    public Builder directory(Path path) {
      directory = path;
      return this;
    }

    /** Starts it; its output is appended to the file, whose directory is created. */
    public JavaProcess start(Path output) {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmOptions);
      command.addAll(target);
      command.addAll(arguments);
      try {
        Files.createDirectories(output.toAbsolutePath().getParent());
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        if (directory != null) {
          builder.directory(directory.toFile());
        }
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        return new JavaProcess(builder.start(), title, output);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that it has printed so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Waits until a {@code GET} of the URL answers 2xx. */
  public JavaProcess awaitUrl(URI url, Duration patience) {
    return await(() -> answers(url), "an answer from " + url, patience);
  }

  /** Waits until its output contains the text. */
  public JavaProcess awaitOutput(String text, Duration patience) {
    return await(() -> output().contains(text), "the output '" + text + "'", patience);
  }

  /** Waits until it has ended by itself and returns its exit code. */
  public int awaitExit(Duration patience) {
    if (!waitFor(patience)) {
      throw new AssertionError(message("did not end within " + patience));
    }
    return process.exitValue();
  }

  /** {@code kill -9}; returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    if (!waitFor(Duration.ofSeconds(10))) {
      throw new AssertionError(message("survived a kill"));
    }
  }

  /** SIGSTOP: it stands still, with all that it holds open, until it is resumed or killed. */
  public void pause() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  /** By the shell's own {@code kill}, which is everywhere. */
  private void signal(String name) {
    try {
      int exitCode =
          new ProcessBuilder("/bin/sh", "-c", "kill -%s %d".formatted(name, pid()))
              .redirectErrorStream(true)
              .start()
              .waitFor();
      if (exitCode != 0) {
        throw new AssertionError(message("took no signal " + name));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling " + title, interrupted);
    }
  }

  /** Asks it to stop (SIGTERM) and returns at once. */
  public void beginStop() {
    process.destroy();
  }

  /** Asks it to stop (SIGTERM), waits until it has, and returns its exit code. */
  public int stop(Duration patience) {
    beginStop();
    return awaitExit(patience);
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException shuttingDown) {
      // The hook kills a process that is gone; nothing is left to do.
    }
  }

  private JavaProcess await(BooleanSupplier condition, String what, Duration patience) {
    long ticks = patience.dividedBy(TICK);
    for (long i = 0; i < ticks; i++) {
      if (condition.getAsBoolean()) {
        return this;
      }
      if (waitFor(TICK) && !condition.getAsBoolean()) {
        throw new AssertionError(
            message("ended with " + process.exitValue() + " while waiting for " + what));
      }
    }
    throw new AssertionError(message("no " + what + " within " + patience));
  }

  private boolean waitFor(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + title, interrupted);
    }
  }

  private static boolean answers(URI url) {
    try {
      var connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(2_000);
      try {
        return connection.getResponseCode() / 100 == 2;
      } finally {
        connection.disconnect();
      }
    } catch (IOException notYet) {
      return false;
    }
  }

  private String message(String what) {
    String text = output();
    String tail = text.substring(Math.max(0, text.length() - TAIL_CHARS));
    return title + " (process " + pid() + ") " + what + "; the end of its output:\n" + tail;
  }
}
