package io.gamay.quickstart.command;

import io.gamay.quickstart.Component;
import io.gamay.quickstart.DataDirectory;
import io.gamay.quickstart.Ports;
import io.gamay.quickstart.Quickstart;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.feed.TopicTrimmer;
import io.gamay.quickstart.feed.TripFeed;
import io.gamay.quickstart.feed.TripsTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gamay quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "Runs a whole cluster in this process: ZooKeeper, Kafka, controller, server, broker and"
          + " gateway, with a table of ride-hailing trips that is fed live.",
      "Data stays in the data directory: the next start goes on where this one stops."
    },
    mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {
  private static final long SEED = 20_260_401;

  private final Terminal terminal;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = ".gamay",
      description = "Where everything is kept (default: ./${DEFAULT-VALUE}).")
  private Path dataDir = Path.of(".gamay");

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Shifts all ports: gateway 8080, server 8098, broker 8099, controller 9000, Kafka 9092,"
              + " ZooKeeper 2181 (default: ${DEFAULT-VALUE}).")
  private int portOffset;

  @Option(names = "--no-feed", description = "Starts with an empty trips table and sends nothing.")
  private boolean isWithoutFeed;

  @Option(
      names = "--feed-rate",
      paramLabel = "R",
      defaultValue = "50",
      description =
          "Trips a second, at most " + TripFeed.MAX_RATE + " (default: ${DEFAULT-VALUE}).")
  private int feedRate;

  QuickstartCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    if (feedRate < 1 || feedRate > TripFeed.MAX_RATE) {
      throw new ParameterException(
          spec.commandLine(), "--feed-rate is a number from 1 to " + TripFeed.MAX_RATE);
    }
    Instant begin = clock.instant();
    var ports = new Ports(portOffset);
    DataDirectory directory = DataDirectory.take(dataDir);
    ports.requireFree();
    Path log = ServingProcess.logTo(directory.path(), terminal);
    terminal.note("starting Gamay in " + directory.path() + ", log in " + log);
    var upCount = new AtomicInteger();
    var quickstart =
        new Quickstart(
            directory.path(),
            ports,
            clock,
            (component, address, took) ->
                terminal.note(progressLine(upCount.incrementAndGet(), component, address, took)));
    ServingProcess.closeAtExit(terminal, quickstart, directory);
    ServingProcess.start("the quickstart", log, () -> startAndFill(quickstart, ports));
    new FirstAnswers(terminal, new BrokerClient(ports.address(Component.BROKER)), clock)
        .show(
            !isWithoutFeed,
            begin,
            "'gamay status" + shift(ports) + "' shows what is wrong, the log is in " + log);
    addresses(ports).forEach(terminal::line);
    ServingProcess.awaitSignal();
    return CommandLine.ExitCode.OK;
  }

  private static String progressLine(
      int number, Component component, String address, Duration took) {
    return String.format(
        Locale.ROOT,
        "[%d/%d] %-10s up at %s in %.1f s",
        number,
        Component.values().length,
        component.title(),
        address,
        took.toMillis() / 1000.0);
  }

  private Void startAndFill(Quickstart quickstart, Ports ports) throws Exception {
    quickstart.start();
    fill(quickstart, ports);
    return null;
  }

  private void fill(Quickstart quickstart, Ports ports) throws Exception {
    String kafka = ports.address(Component.KAFKA);
    var controller = new ControllerClient(ports.address(Component.CONTROLLER));
    TripsTable.createIfAbsent(kafka, controller, clock);
    var trimmer = new TopicTrimmer(kafka, TripsTable.NAME, controller);
    quickstart.keep(trimmer);
    trimmer.start();
    if (isWithoutFeed) {
      return;
    }
    var feed =
        new TripFeed(kafka, TripsTable.NAME, TripsTable.PARTITION_COUNT, feedRate, SEED, clock);
    quickstart.keep(feed);
    feed.start();
  }

  private static String shift(Ports ports) {
    return ports.offset() == 0 ? "" : " --port-offset " + ports.offset();
  }

  private List<String> addresses(Ports ports) {
    return List.of(
        "gateway     http://"
            + ports.address(Component.GATEWAY)
            + "   queries and the controller's API",
        "broker      http://" + ports.address(Component.BROKER) + "   POST /query/sql",
        "controller  http://" + ports.address(Component.CONTROLLER),
        "server      http://" + ports.address(Component.SERVER),
        "Kafka       " + ports.address(Component.KAFKA),
        "ZooKeeper   " + ports.address(Component.ZOOKEEPER),
        "",
        "ask:   ./gamay query" + shift(ports) + " \"SELECT COUNT(*) FROM trips\"",
        "stop:  Ctrl-C, or kill " + ProcessHandle.current().pid());
  }
}
