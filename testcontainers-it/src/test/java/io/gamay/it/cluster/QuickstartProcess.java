package io.gamay.it.cluster;

import io.gamay.quickstart.Component;
import io.gamay.quickstart.Ports;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.ControllerClient;
import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code gamay quickstart} as a process of its own, and other {@code gamay} commands beside it. */
public final class QuickstartProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final JavaProcess process;
  private final Ports ports;

  private QuickstartProcess(JavaProcess process, Ports ports) {
    this.process = process;
    this.ports = ports;
  }

  /** Shifts all ports to free ones. */
  public static int freeOffset() {
    return FreePorts.offsetFor(
        Arrays.stream(Component.values()).mapToInt(Component::defaultPort).toArray());
  }

  /**
   * Starts it and returns when it has printed how to stop it.
   *
   * @param output the file for what it prints
   */
  public static QuickstartProcess start(
      Path output, Path dataDirectory, int portOffset, String... options) {
    JavaProcess process = launch(output, dataDirectory, portOffset, options);
    try {
      process.awaitOutput("stop:  Ctrl-C", PATIENCE);
    } catch (RuntimeException | AssertionError failure) {
      process.close();
      throw failure;
    }
    return new QuickstartProcess(process, new Ports(portOffset));
  }

  /** Starts one that must end by itself, with an error; returns what it printed. */
  public static String refused(Path output, Path dataDirectory, int portOffset, String... options) {
    try (JavaProcess process = launch(output, dataDirectory, portOffset, options)) {
      if (process.awaitExit(PATIENCE) == 0) {
        throw new AssertionError("it ended without an error: " + process.output());
      }
      return process.output();
    }
  }

  private static JavaProcess launch(
      Path output, Path dataDirectory, int portOffset, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "quickstart",
                "--data-dir",
                dataDirectory.toString(),
                "--port-offset",
                Integer.toString(portOffset)));
    arguments.addAll(List.of(options));
    return GamayLine.start(output, "-Xmx1g", arguments.toArray(String[]::new));
  }

  /** Runs a client command against it and returns what it printed; it must succeed. */
  public String gamay(Path output, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--port-offset", Integer.toString(ports.offset())));
    try (JavaProcess command = GamayLine.start(output, "-Xmx256m", all.toArray(String[]::new))) {
      int exitCode = command.awaitExit(PATIENCE);
      if (exitCode != 0) {
        throw new AssertionError("%s ended with %d: %s".formatted(all, exitCode, command.output()));
      }
      return command.output();
    }
  }

  public String output() {
    return process.output();
  }

  public BrokerClient broker() {
    return new BrokerClient(ports.address(Component.BROKER));
  }

  /** The broker, asked through the gateway. */
  public BrokerClient brokerBehindGateway() {
    return new BrokerClient(ports.address(Component.GATEWAY));
  }

  /** The controller, asked through the gateway. */
  public ControllerClient controllerBehindGateway() {
    return new ControllerClient(ports.address(Component.GATEWAY));
  }

  /** {@code kill -9}. */
  public void kill9() {
    process.kill();
  }

  /** Asks it to stop, as Ctrl-C does, and waits for it. */
  public void stop() {
    process.stop(PATIENCE);
  }

  @Override
  public void close() {
    process.close();
  }
}
