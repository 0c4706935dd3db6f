package io.gamay.it.cluster;

import io.gamay.quickstart.Component;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.kafka.Topics;
import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * ZooKeeper, Kafka, a controller, servers and a broker, each a process of its own on free ports of
 * 127.0.0.1. What they keep lies in a temporary directory; what they print and log is left in
 * {@code target/it-logs/NAME}. A process that is killed comes back under its port, its id and its
 * directory. One thread.
 */
public final class GamayCluster implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(4);
  private static final String MAX_RECORD_BYTES = Integer.toString(16 << 20);

  private final Path data;
  private final Path output;
  private final List<Member> members = new ArrayList<>();
  private @Nullable KafkaBackend kafka;
  private int commandCount;

  private GamayCluster(Path data, Path output) {
    this.data = data;
    this.output = output;
  }

  /** One of our processes, over all its lives. */
  private static final class Member {
    private final Component component;
    private final int index;
    private final int port = FreePorts.next();
    private int lives;
    private @Nullable JavaProcess process;

    Member(Component component, int index) {
      this.component = component;
      this.index = index;
    }

    String name() {
      return component.name().toLowerCase(Locale.ROOT) + "-" + index;
    }

    String address() {
      return "127.0.0.1:" + port;
    }

    JavaProcess process() {
      if (process == null) {
        throw new IllegalStateException(name() + " does not run");
      }
      return process;
    }
  }

  /**
   * Starts all and returns when all serve; closes what has started if one does not.
   *
   * @param name of the directory with its logs
   */
  public static GamayCluster start(String name, int serverCount) {
    try {
      var cluster =
          new GamayCluster(
              Files.createTempDirectory("gamay-it-"),
              emptied(Path.of("target", "it-logs", name).toAbsolutePath()));
      try {
        cluster.startAll(serverCount);
      } catch (RuntimeException | AssertionError failure) {
        cluster.close();
        throw failure;
      }
      return cluster;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void startAll(int serverCount) {
    Member zookeeper = add(Component.ZOOKEEPER, 0);
    launch(zookeeper);
    KafkaBackend started = KafkaBackend.start(data, output, START_PATIENCE);
    kafka = started;
    Loud.say(
        "this cluster's Kafka is %s, the rest runs as processes from %s; logs in %s"
            .formatted(started.description(), GamayLine.origin(), output));
    awaitUp(zookeeper);
    var services = new ArrayList<Member>();
    services.add(add(Component.CONTROLLER, 0));
    for (int index = 0; index < serverCount; index++) {
      services.add(add(Component.SERVER, index));
    }
    services.add(add(Component.BROKER, 0));
    services.forEach(this::launch);
    services.forEach(this::awaitUp);
  }

  private Member add(Component component, int index) {
    var member = new Member(component, index);
    members.add(member);
    return member;
  }

  private void launch(Member member) {
    member.lives++;
    var arguments = new ArrayList<String>();
    arguments.add("start");
    arguments.add(member.component.name().toLowerCase(Locale.ROOT));
    arguments.addAll(List.of("--port", Integer.toString(member.port)));
    arguments.addAll(List.of("--id", member.component.instanceId(Integer.toString(member.index))));
    arguments.addAll(List.of("--data-dir", directory(member).toString()));
    if (member.component != Component.ZOOKEEPER) {
      arguments.addAll(List.of("--zookeeper", member(Component.ZOOKEEPER, 0).address()));
      arguments.addAll(List.of("--kafka", kafka()));
      arguments.addAll(List.of("--deep-store", data.resolve("deepstore").toUri().toString()));
    }
    member.process =
        GamayLine.start(
            output.resolve(member.name() + "." + member.lives + ".out"),
            member.component == Component.ZOOKEEPER ? "-Xmx128m" : "-Xmx384m",
            arguments.toArray(String[]::new));
  }

  private void awaitUp(Member member) {
    member.process().awaitOutput(" up at ", START_PATIENCE);
  }

  private Path directory(Member member) {
    return data.resolve(member.name());
  }

  private Member member(Component component, int index) {
    return members.stream()
        .filter(member -> member.component == component && member.index == index)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + component + " " + index));
  }

  /** {@code kill -9}; returns when the process is gone. */
  public void kill9(Component component) {
    Member member = member(component, 0);
    member.process().close();
    member.process = null;
  }

  /** Starts again what was killed and returns when its process says that it is up. */
  public void restart(Component component) {
    Member member = member(component, 0);
    launch(member);
    awaitUp(member);
  }

  /** Kafka's bootstrap address. */
  public String kafka() {
    if (kafka == null) {
      throw new IllegalStateException("Kafka does not run");
    }
    return kafka.bootstrapAddress();
  }

  /**
   * Asks the broker.
   *
   * @throws io.gamay.quickstart.console.Failure if no answer came
   */
  public QueryAnswer query(String sql) {
    return broker().query(sql);
  }

  /** A client of the broker, for a thread of its own. */
  public BrokerClient broker() {
    return new BrokerClient(member(Component.BROKER, 0).address());
  }

  /** A client of the controller. */
  public ControllerClient controller() {
    return new ControllerClient(member(Component.CONTROLLER, 0).address());
  }

  /** What the controller answers to a {@code GET}. */
  public JsonNode controllerAnswer(String path) {
    return controller()
        .get(path)
        .orElseThrow(() -> new AssertionError("the controller refuses GET " + path));
  }

  /** The table's ledger as the controller tells it. */
  public TableLedger ledger(String table) {
    return TableLedger.of(controllerAnswer("/tables/" + table + "/ledger"));
  }

  /** Creates a topic whose records may have 16 MB. */
  public void createTopic(String topic, int partitionCount) {
    try (var topics = new Topics(kafka())) {
      topics.createIfAbsent(topic, partitionCount, Map.of("max.message.bytes", MAX_RECORD_BYTES));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } catch (Exception failure) {
      throw new AssertionError("topic " + topic + " was not created", failure);
    }
  }

  /** Adds the schema and creates the table. */
  public void createTable(String schemaJson, String tableJson) {
    ControllerClient controller = controller();
    controller.addSchema(schemaJson);
    controller.createTable(tableJson);
  }

  /** Runs a {@code gamay} command to its end and returns what it printed; it must succeed. */
  public String gamay(String... arguments) {
    commandCount++;
    Path file = output.resolve("gamay-" + arguments[0] + "." + commandCount + ".out");
    try (JavaProcess process = GamayLine.start(file, "-Xmx256m", arguments)) {
      int exitCode = process.awaitExit(START_PATIENCE);
      if (exitCode != 0) {
        throw new AssertionError(
            "gamay %s ended with %d: %s"
                .formatted(String.join(" ", arguments), exitCode, process.output()));
      }
      return process.output();
    }
  }

  /** Ends all processes and removes what they kept. */
  @Override
  public void close() {
    for (Member member : members.reversed()) {
      if (member.process != null) {
        member.process.close();
      }
    }
    if (kafka != null) {
      kafka.close();
    }
    try {
      members.forEach(this::keepLog);
      emptied(data);
      Files.delete(data);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void keepLog(Member member) {
    Path log = directory(member).resolve("logs").resolve("gamay.log");
    try {
      if (Files.exists(log)) {
        Files.copy(
            log, output.resolve(member.name() + ".log"), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The directory, there and empty. */
  private static Path emptied(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            if (!visited.equals(directory)) {
              Files.delete(visited);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return directory;
  }
}
