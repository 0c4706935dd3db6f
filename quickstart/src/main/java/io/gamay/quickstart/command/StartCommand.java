package io.gamay.quickstart.command;

import io.gamay.cluster.instance.AdvertisedAddress;
import io.gamay.cluster.instance.AdvertisedAddress.HostAndPort;
import io.gamay.quickstart.Component;
import io.gamay.quickstart.DataDirectory;
import io.gamay.quickstart.Ports;
import io.gamay.quickstart.ServiceSettings;
import io.gamay.quickstart.console.Misuse;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.kafka.EmbeddedKafka;
import io.gamay.quickstart.zookeeper.EmbeddedZooKeeper;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gamay start}: one process of a cluster, in the foreground. */
@Command(
    name = "start",
    description = "Runs one component of a cluster in this process, until it is stopped.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A cluster on one machine is: start zookeeper, start kafka, then start controller, server,",
      "broker and gateway in any order, each in its own process. A second server or broker needs",
      "another --port."
    })
final class StartCommand implements Callable<Integer> {
  /** Components by the names that are typed. */
  enum Kind {
    zookeeper,
    kafka,
    controller,
    server,
    broker,
    gateway
  }

  private static final Duration ZOOKEEPER_PATIENCE = Duration.ofSeconds(10);
  private static final Path CLUSTER_DIRECTORY = Path.of(".gamay", "cluster");

  private final Terminal terminal;
  private final InstantSource clock;

  @Parameters(paramLabel = "COMPONENT", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Kind kind = Kind.zookeeper;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The instance's name in the cluster (default: Role_host_port).")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = Ports.HOST,
      description =
          "The address that it listens on; others reach it there, if no other is advertised"
              + " (default: ${DEFAULT-VALUE}).")
  private String host = Ports.HOST;

  @Option(
      names = "--advertised-host",
      paramLabel = "HOST",
      description =
          "How others reach it, where that is not the address that it listens on: in a container,"
              + " behind address translation, or with --host 0.0.0.0.")
  private @Nullable String advertisedHost;

  @Option(
      names = "--advertised-port",
      paramLabel = "PORT",
      description = "The port under which others reach it (default: the one that it listens on).")
  private @Nullable Integer advertisedPort;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Shifts its default port, and those of the default addresses of ZooKeeper and Kafka"
              + " (default: ${DEFAULT-VALUE}).")
  private int portOffset;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Its port (default: 2181, 9092, 9000, 8098, 8099, 8080 in the order above).")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--zookeeper",
      paramLabel = "HOST:PORT",
      description = "The cluster's ZooKeeper (default: 127.0.0.1:2181).")
  private Optional<String> zookeeper = Optional.empty();

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description =
          "What the broker list '"
              + ServiceSettings.BUILTIN_KAFKA
              + "' in a table config stands for"
              + " (default: 127.0.0.1:9092).")
  private Optional<String> kafka = Optional.empty();

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "gamay",
      description = "The cluster's name in ZooKeeper (default: ${DEFAULT-VALUE}).")
  private String cluster = "";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "What it keeps (default: ./.gamay/cluster/ID).")
  private Optional<Path> dataDir = Optional.empty();

  @Option(
      names = "--deep-store",
      paramLabel = "URI",
      description =
          "Where committed segments are kept: a directory, a file: URI, or"
              + " s3://BUCKET/PREFIX, with ?endpoint=http://HOST:PORT for MinIO and the like, and"
              + " credentials from the environment. The controller and all servers of a cluster"
              + " share it, so each is given the same; on several machines a directory is one that"
              + " all of them mount (default: ./.gamay/cluster/deepstore in the"
              + " directory where the command is run).")
  private Optional<String> deepStore = Optional.empty();

  StartCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    Component component = Component.valueOf(kind.name().toUpperCase(Locale.ROOT));
    Instant begin = clock.instant();
    int chosenPort = port.orElse(ports().of(component));
    HostAndPort reached = advertised(component).orElse(Optional.of(host), chosenPort);
    String chosenId = id.orElse(component.instanceId(reached.host() + "_" + reached.port()));
    requireName("--id", chosenId);
    requireName("--cluster", cluster);
    Ports.requireFree(
        component, host, chosenPort, "stop what listens there, or choose another with --port");
    DataDirectory directory =
        DataDirectory.take(dataDir.orElse(CLUSTER_DIRECTORY.resolve(chosenId)));
    Path log = ServingProcess.logTo(directory.path(), terminal);
    terminal.note("starting " + component.title() + " " + chosenId + ", log in " + log);
    awaitZooKeeper(component);
    AutoCloseable part =
        ServingProcess.start(
            component.title(),
            log,
            () -> start(component, chosenPort, reached, chosenId, directory.path()));
    ServingProcess.closeAtExit(terminal, part, directory);
    terminal.line(
        String.format(
            Locale.ROOT,
            "%s %s up at %s:%d in %.1f s, log in %s; stop with Ctrl-C",
            component.title(),
            chosenId,
            host,
            chosenPort,
            Duration.between(begin, clock.instant()).toMillis() / 1000.0,
            log));
    ServingProcess.awaitSignal();
    return CommandLine.ExitCode.OK;
  }

  private AutoCloseable start(
      Component component, int chosenPort, HostAndPort reached, String chosenId, Path directory)
      throws Exception {
    return switch (component) {
      case ZOOKEEPER -> EmbeddedZooKeeper.start(host, chosenPort, directory.resolve("data"));
      case KAFKA ->
          EmbeddedKafka.start(
              host, chosenPort, reached.host() + ":" + reached.port(), directory.resolve("data"));
      case CONTROLLER, SERVER, BROKER, GATEWAY ->
          new ServiceSettings(
                  component,
                  host,
                  chosenPort,
                  advertised(component),
                  cluster,
                  zookeeper(),
                  chosenId,
                  directory,
                  kafka.orElse(ports().address(Component.KAFKA)),
                  deepStoreUri())
              .start();
    };
  }

  private AdvertisedAddress advertised(Component component) {
    if (component == Component.ZOOKEEPER && (advertisedHost != null || advertisedPort != null)) {
      throw new Misuse(
          "ZooKeeper tells nobody where it is reached: give the others --zookeeper HOST:PORT"
              + " instead of --advertised-host and --advertised-port");
    }
    try {
      return new AdvertisedAddress(advertisedHost, advertisedPort);
    } catch (IllegalArgumentException wrong) {
      throw new Misuse(
          String.valueOf(wrong.getMessage()).replace("gamay.advertised-", "--advertised-"));
    }
  }

  /** Kafka here needs none. */
  private void awaitZooKeeper(Component component) {
    if (component != Component.ZOOKEEPER && component != Component.KAFKA) {
      new ZooKeeperDoor(zookeeper()).await(ZOOKEEPER_PATIENCE, terminal, clock);
    }
  }

  private Ports ports() {
    return new Ports(portOffset);
  }

  private String zookeeper() {
    return zookeeper.orElse(ports().address(Component.ZOOKEEPER));
  }

  private static void requireName(String option, String value) {
    if (!value.matches("[A-Za-z0-9._-]+")) {
      throw new Misuse(
          option + " is a name of letters, digits, '.', '_' and '-', not '" + value + "'");
    }
  }

  private URI deepStoreUri() {
    String given = deepStore.orElse(CLUSTER_DIRECTORY.resolve("deepstore").toString());
    try {
      URI uri = new URI(given);
      return uri.isAbsolute() ? uri : Path.of(given).toAbsolutePath().normalize().toUri();
    } catch (URISyntaxException wrong) {
      throw new Misuse("--deep-store is a URI or a directory, not " + given);
    }
  }
}
