package io.gamay.it.cluster;

import static org.awaitility.Awaitility.await;

import io.gamay.quickstart.Component;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.kafka.Topics;
import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * ZooKeeper, Kafka, controllers, servers, brokers and a gateway, each a process of its own on free
 * ports of 127.0.0.1, told apart by component and number, from 0 on. What they keep lies in a
 * temporary directory; what they print and log is left in {@code target/it-logs/NAME}. A process
 * that is killed or stopped comes back under its port, its id and its directory. One thread.
 */
public final class GamayCluster implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(10);
  private static final Duration ADVERTISE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int HEALTH_PATIENCE_MILLIS = 1_000;

  /** This process, in the place of a member's name. */
  private static final String TEST = "the-test";

  private static final String MAX_RECORD_BYTES = Integer.toString(16 << 20);

  private final Path data;
  private final Path output;
  private final DeepStoreDirectory deepStore;
  private final List<Member> members = new ArrayList<>();
  private final @Nullable Network network;
  private final List<String> settings;
  private @Nullable KafkaImage kafkaImage;
  private @Nullable OtherDeepStore otherDeepStore;
  private int commandCount;

  private GamayCluster(Path data, Path output, boolean isCuttable, Map<String, String> settings) {
    this.settings =
        settings.entrySet().stream()
            .map(setting -> "-D%s=%s".formatted(setting.getKey(), setting.getValue()))
            .toList();
    this.data = data;
    this.output = output;
    this.deepStore = DeepStoreDirectory.create(data);
    if (isCuttable && !ConnectionOwner.canTell()) {
      throw new IllegalStateException("cutting links takes Linux's /proc/net/tcp");
    }
    this.network = isCuttable ? new Network() : null;
    if (network != null) {
      network.runs(TEST, ProcessHandle.current().pid());
    }
  }

  /**
   * How many processes of each kind.
   *
   * @param isKafkaOwn whether Kafka must be a process, which can be killed, even where an engine
   *     runs containers
   * @param isCuttable whether members reach one another through a network that can be cut, which
   *     takes a Kafka of its own, and Linux
   */
  public record Shape(
      int controllers,
      int servers,
      int brokers,
      int gateways,
      boolean isKafkaOwn,
      boolean isCuttable) {
    /** One controller, one broker, no gateway. */
    public static Shape ofServers(int servers) {
      return new Shape(1, servers, 1, 0, false, false);
    }

    /** With a gateway, and a Kafka that may be killed. */
    public static Shape replicated(int controllers, int servers, int brokers) {
      return new Shape(controllers, servers, brokers, 1, true, false);
    }

    /** The same, whose members can be cut off from one another. */
    public Shape cuttable() {
      return new Shape(controllers, servers, brokers, gateways, true, true);
    }
  }

  /** One of our processes, over all its lives. */
  private static final class Member {
    private final Component component;
    private final int index;
    private final int port = FreePorts.next();
    private final int portForOthers;
    private int lives;
    private @Nullable JavaProcess process;

    Member(Component component, int index, @Nullable Network network) {
      this.component = component;
      this.index = index;
      this.portForOthers = network == null ? port : network.open(name(), port);
    }

    String name() {
      return component.name().toLowerCase(Locale.ROOT) + "-" + index;
    }

    String address() {
      return "127.0.0.1:" + port;
    }

    String addressForOthers() {
      return "127.0.0.1:" + portForOthers;
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
    return start(name, Shape.ofServers(serverCount));
  }

  /**
   * Starts all and returns when all serve; closes what has started if one does not.
   *
   * @param name of the directory with its logs
   */
  public static GamayCluster start(String name, Shape shape) {
    return start(name, shape, Map.of());
  }

  /**
   * As the other.
   *
   * @param settings of all processes, {@code gamay.*}; each takes those that it has
   */
  public static GamayCluster start(String name, Shape shape, Map<String, String> settings) {
    return start(name, shape, settings, null);
  }

  /**
   * As the other.
   *
   * @param deepStore of all processes in the place of the directory; is asked for when ZooKeeper
   *     and Kafka run
   */
  public static GamayCluster start(String name, Shape shape, Supplier<OtherDeepStore> deepStore) {
    return start(name, shape, Map.of(), deepStore);
  }

  private static GamayCluster start(
      String name,
      Shape shape,
      Map<String, String> settings,
      @Nullable Supplier<OtherDeepStore> otherDeepStore) {
    try {
      var cluster =
          new GamayCluster(
              Files.createTempDirectory("gamay-it-"),
              emptied(Path.of("target", "it-logs", name).toAbsolutePath()),
              shape.isCuttable(),
              settings);
      try {
        cluster.startAll(shape, otherDeepStore);
      } catch (RuntimeException | AssertionError failure) {
        cluster.close();
        throw failure;
      }
      return cluster;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void startAll(Shape shape, @Nullable Supplier<OtherDeepStore> wantedDeepStore) {
    var first = new ArrayList<Member>();
    first.add(add(Component.ZOOKEEPER, 0));
    if (shape.isKafkaOwn() || !KafkaImage.isWanted()) {
      first.add(add(Component.KAFKA, 0));
    } else {
      kafkaImage = KafkaImage.start();
    }
    Loud.say(
        "this cluster's Kafka is a %s, the rest runs as processes from %s; logs in %s"
            .formatted(
                kafkaImage == null ? "process" : kafkaImage.description(),
                GamayLine.origin(),
                output));
    first.forEach(this::launch);
    first.forEach(this::awaitUp);
    if (wantedDeepStore != null) {
      otherDeepStore = wantedDeepStore.get();
    }
    var services = new ArrayList<Member>();
    addAll(services, Component.CONTROLLER, shape.controllers());
    addAll(services, Component.SERVER, shape.servers());
    addAll(services, Component.BROKER, shape.brokers());
    addAll(services, Component.GATEWAY, shape.gateways());
    services.forEach(this::launch);
    services.forEach(this::awaitUp);
    if (network != null) {
      services.forEach(this::awaitAdvertised);
    }
  }

  /** Else a cut would be none. */
  private void awaitAdvertised(Member member) {
    String path = "/instances/" + instanceId(member.component, member.index);
    await("%s is known by the address %s".formatted(member.name(), member.addressForOthers()))
        .atMost(ADVERTISE_PATIENCE)
        .until(
            () ->
                controller()
                    .get(path)
                    .map(told -> "%s:%s".formatted(text(told, "hostName"), text(told, "port")))
                    .filter(member.addressForOthers()::equals)
                    .isPresent());
  }

  private static String text(JsonNode object, String field) {
    return object.path(field).asString("");
  }

  private void addAll(List<Member> services, Component component, int count) {
    for (int index = 0; index < count; index++) {
      services.add(add(component, index));
    }
  }

  private Member add(Component component, int index) {
    var member = new Member(component, index, network);
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
    if (member.component != Component.ZOOKEEPER && member.component != Component.KAFKA) {
      arguments.addAll(List.of("--zookeeper", member(Component.ZOOKEEPER, 0).addressForOthers()));
      arguments.addAll(List.of("--kafka", kafka()));
      URI store = otherDeepStore == null ? deepStore.uri() : otherDeepStore.uri();
      arguments.addAll(List.of("--deep-store", store.toString()));
    }
    if (network != null && member.component != Component.ZOOKEEPER) {
      arguments.addAll(List.of("--advertised-port", Integer.toString(member.portForOthers)));
    }
    JavaProcess process =
        GamayLine.start(
            output.resolve(member.name() + "." + member.lives + ".out"),
            heap(member.component),
            settings,
            otherDeepStore == null ? "" : otherDeepStore.classPath(),
            arguments.toArray(String[]::new));
    member.process = process;
    if (network != null) {
      network.runs(member.name(), process.pid());
    }
  }

  private static String heap(Component component) {
    return switch (component) {
      case ZOOKEEPER -> "-Xmx128m";
      case CONTROLLER, BROKER, GATEWAY -> "-Xmx256m";
      case KAFKA, SERVER -> "-Xmx384m";
    };
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
    kill9(component, 0);
  }

  /** {@code kill -9}; returns when the process is gone. */
  public void kill9(Component component, int index) {
    running(component, index).close();
  }

  /** SIGTERM; returns when the process has ended. */
  public void stop(Component component, int index) {
    try (JavaProcess process = running(component, index)) {
      process.stop(STOP_PATIENCE);
    }
  }

  /** SIGTERM; returns at once, and {@link #isAlive} says when the process has ended. */
  public void beginStop(Component component, int index) {
    running(component, index).beginStop();
  }

  /** SIGSTOP: the process stands still, its connections stay open, until it is resumed. */
  public void pause(Component component, int index) {
    running(component, index).pause();
  }

  /** SIGCONT. */
  public void resume(Component component, int index) {
    running(component, index).resume();
  }

  /**
   * Nothing passes any more between some members, whatever connections they have, until {@link
   * #mendCut}; one cut at a time. What the test itself asks is not concerned.
   */
  public void cut(Cut cut) {
    network().cut(cut);
  }

  /**
   * Everybody hears everybody again.
   *
   * @return how often the cut held something back: a connection that was refused or not answered,
   *     or a piece of what was sent
   */
  public long mendCut() {
    return network().mend();
  }

  /** How many connections to members were made through the network that can be cut. */
  public long connectionCount() {
    return network().connectionCount();
  }

  /** How many of them nobody knows the owner of, so that no cut holds them back. */
  public long unknownOwnerCount() {
    return network().unknownOwnerCount();
  }

  private Network network() {
    if (network == null) {
      throw new IllegalStateException("this cluster's shape is not cuttable");
    }
    return network;
  }

  /** Starts one more of a kind and returns its number when its process says that it is up. */
  public int startAnother(Component component) {
    int index = (int) members.stream().filter(member -> member.component == component).count();
    Member another = add(component, index);
    launch(another);
    awaitUp(another);
    return index;
  }

  /** Empties the directory of one that does not run, as if its disk were lost. */
  public void forget(Component component, int index) {
    if (isAlive(component, index)) {
      throw new IllegalStateException(member(component, index).name() + " runs");
    }
    try {
      emptied(directory(component, index));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Starts again what was killed and returns when its process says that it is up. */
  public void restart(Component component) {
    restart(component, 0);
  }

  /** Starts again what was killed or stopped; returns when its process says that it is up. */
  public void restart(Component component, int index) {
    launch(component, index);
    awaitUp(member(component, index));
  }

  /** Starts again what was killed, stopped or has ended, and does not wait for it. */
  public void launch(Component component, int index) {
    if (isAlive(component, index)) {
      throw new IllegalStateException(member(component, index).name() + " runs");
    }
    launch(member(component, index));
  }

  private JavaProcess running(Component component, int index) {
    JavaProcess process = member(component, index).process();
    if (!process.isAlive()) {
      throw new IllegalStateException(member(component, index).name() + " has ended");
    }
    return process;
  }

  /** Whether its process is there, paused or not. */
  public boolean isAlive(Component component, int index) {
    JavaProcess process = member(component, index).process;
    return process != null && process.isAlive();
  }

  /** Whether the process of its present life has said that it is up. */
  public boolean isUp(Component component, int index) {
    return isAlive(component, index)
        && member(component, index).process().output().contains(" up at ");
  }

  /** Whether it is up and says that it is well; asks, and waits a second for the answer. */
  public boolean isHealthy(Component component, int index) {
    return isUp(component, index)
        && switch (component) {
          case ZOOKEEPER, KAFKA -> true;
          case CONTROLLER, SERVER, BROKER, GATEWAY -> isWell(address(component, index));
        };
  }

  private static boolean isWell(String address) {
    return answerNow("http://" + address + "/health").isPresent();
  }

  /** What it answers with 200 within a second. */
  private static Optional<String> answerNow(String url) {
    try {
      var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(HEALTH_PATIENCE_MILLIS);
      connection.setReadTimeout(HEALTH_PATIENCE_MILLIS);
      try {
        if (connection.getResponseCode() != 200) {
          return Optional.empty();
        }
        try (InputStream body = connection.getInputStream()) {
          return Optional.of(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
      } finally {
        connection.disconnect();
      }
    } catch (IOException notNow) {
      return Optional.empty();
    }
  }

  /** What the process of its present or last life has printed. */
  public String output(Component component, int index) {
    return member(component, index).process().output();
  }

  /** The {@code host:port} at which it is reached. */
  public String address(Component component, int index) {
    return member(component, index).address();
  }

  /** The name under which the cluster's metadata knows it. */
  public String instanceId(Component component, int index) {
    return component.instanceId(Integer.toString(index));
  }

  /** Where it keeps what it keeps. */
  public Path directory(Component component, int index) {
    return directory(member(component, index));
  }

  /** The deep store of all, which can be taken away. */
  public DeepStoreDirectory deepStore() {
    return deepStore;
  }

  /** Kafka's bootstrap address. */
  public String kafka() {
    return kafkaImage == null
        ? member(Component.KAFKA, 0).addressForOthers()
        : kafkaImage.bootstrapAddress();
  }

  /**
   * Asks the broker.
   *
   * @throws io.gamay.quickstart.console.Failure if no answer came
   */
  public QueryAnswer query(String sql) {
    return broker().query(sql);
  }

  /** A client of the first broker, for a thread of its own. */
  public BrokerClient broker() {
    return broker(0);
  }

  /** A client of a broker, for a thread of its own. */
  public BrokerClient broker(int index) {
    return new BrokerClient(address(Component.BROKER, index));
  }

  /** A client that asks brokers through the gateway. */
  public BrokerClient brokerBehindGateway() {
    return new BrokerClient(address(Component.GATEWAY, 0));
  }

  /** A client of the first controller. */
  public ControllerClient controller() {
    return controller(0);
  }

  /** A client of a controller, which may lead or not. */
  public ControllerClient controller(int index) {
    return new ControllerClient(address(Component.CONTROLLER, index));
  }

  /** The number of the controller that leads; waits until one does. */
  public int leader() {
    long end = System.nanoTime() + START_PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      for (Member member : members) {
        if (member.component == Component.CONTROLLER && leads(member.index)) {
          return member.index;
        }
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
    throw new AssertionError("no controller leads");
  }

  /** The number of the controller that says within a second that it leads. */
  public OptionalInt leaderNow() {
    return members.stream()
        .filter(member -> member.component == Component.CONTROLLER)
        .filter(member -> isUp(Component.CONTROLLER, member.index))
        .filter(member -> saysThatItLeads(member.address()))
        .mapToInt(member -> member.index)
        .findFirst();
  }

  private static boolean saysThatItLeads(String address) {
    return answerNow("http://" + address + "/leader")
        .filter(answer -> JsonMapper.shared().readTree(answer).path("isMe").asBoolean(false))
        .isPresent();
  }

  private boolean leads(int index) {
    try {
      return isUp(Component.CONTROLLER, index)
          && controller(index)
              .get("/leader")
              .filter(answer -> answer.path("isMe").asBoolean(false))
              .isPresent();
    } catch (Failure notNow) {
      return false;
    }
  }

  /** What the controller answers to a {@code GET}. */
  public JsonNode controllerAnswer(String path) {
    return controller()
        .get(path)
        .orElseThrow(() -> new AssertionError("the controller refuses GET " + path));
  }

  /** Has the first controller do what a {@code PUT} asks for; the body may be empty. */
  public void put(String path, String body) {
    var address = URI.create("http://" + address(Component.CONTROLLER, 0) + path);
    var request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new AssertionError(
            "the controller refuses PUT %s: %s".formatted(path, response.body()));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** The table's ledger as the first controller tells it. */
  public TableLedger ledger(String table) {
    return ledger(0, table);
  }

  /** The table's ledger as a controller tells it. */
  public TableLedger ledger(int controller, String table) {
    String path = "/tables/" + table + "/ledger";
    return TableLedger.of(
        controller(controller)
            .get(path)
            .orElseThrow(() -> new AssertionError("the controller refuses GET " + path)));
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
    ControllerClient controller = controller(leader());
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
    if (kafkaImage != null) {
      kafkaImage.close();
    }
    if (network != null) {
      network.close();
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
