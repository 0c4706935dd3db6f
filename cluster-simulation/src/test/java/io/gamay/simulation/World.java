package io.gamay.simulation;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.store.MetadataException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Three controllers, five servers, two brokers with their clients, a topic of eight partitions, the
 * metadata and a deep store: all that there is in one run.
 */
final class World implements NodeThreads.Failures {

  static final int CONTROLLERS = 3;
  static final int SERVERS = 5;
  static final int BROKERS = 2;
  static final int PARTITIONS = 8;

  /** Of all servers but one, for tables that want sealed segments elsewhere. */
  static final String COMPLETED_TAG = "completed_REALTIME";

  static final String ONLY_CONSUMING = "Server_0";

  /** What is kept of what happened, to be told when something goes wrong. */
  private static final int MOST_NOTES = 400;

  final RandomGenerator random;
  final Timeline timeline = new Timeline();
  final Mutation mutation;
  final Network network;
  final SimulatedDeepStore deepStore = new SimulatedDeepStore();
  final SimulatedTopic topic;
  final InMemoryMetadataTree tree = new InMemoryMetadataTree();
  final MetadataChecker metadata;
  final Node outside;

  private final Path directory;
  private final Map<String, ControllerProcess> controllers = new TreeMap<>();
  private final Map<String, ServerProcess> servers = new TreeMap<>();
  private final Map<String, BrokerProcess> brokers = new TreeMap<>();
  private final Map<String, AnswerChecker> clients = new TreeMap<>();
  private final Set<String> slow = new HashSet<>();
  private final Deque<Supplier<String>> notes = new ArrayDeque<>();
  private final Duration resync;
  private Optional<String> violation = Optional.empty();
  private String writer = "nobody";
  private String tableId = "";
  private boolean isFaulty;
  private boolean isInterrupting;
  private long hash = 1;

  World(long seed, Path directory, Mutation mutation) {
    this.random = new SplittableRandom(seed);
    this.mutation = mutation;
    this.directory = directory;
    this.network = new Network(timeline, random);
    this.topic = new SimulatedTopic(PARTITIONS, network, random, this);
    this.outside = new Node("outside", timeline);
    this.resync = Duration.ofSeconds(random.nextInt(20, 60));
    this.metadata = new MetadataChecker(this);
    for (int number = 0; number < CONTROLLERS; number++) {
      startController("Controller_" + number);
    }
    for (int number = 0; number < SERVERS; number++) {
      startServer("Server_" + number);
    }
    for (int number = 0; number < BROKERS; number++) {
      startBroker("Broker_" + number);
      clients.put("Broker_" + number, new AnswerChecker(this, "Broker_" + number));
    }
  }

  // -- who there is

  void startController(String id) {
    controllers.put(id, new ControllerProcess(this, id));
  }

  void startServer(String id) {
    servers.put(id, new ServerProcess(this, id, directory.resolve(id)));
  }

  void startBroker(String id) {
    brokers.put(id, new BrokerProcess(this, id));
  }

  ControllerProcess controller(String id) {
    return existing(controllers, id);
  }

  ServerProcess server(String id) {
    return existing(servers, id);
  }

  BrokerProcess broker(String id) {
    return existing(brokers, id);
  }

  /** Who asks a broker. */
  AnswerChecker client(String broker) {
    return existing(clients, broker);
  }

  Map<String, ControllerProcess> controllers() {
    return controllers;
  }

  /** The last life of each, those that are gone included. */
  Map<String, ServerProcess> servers() {
    return servers;
  }

  Map<String, BrokerProcess> brokers() {
    return brokers;
  }

  Map<String, AnswerChecker> clients() {
    return clients;
  }

  List<ClusterProcess> processes() {
    List<ClusterProcess> all = new ArrayList<>(controllers.values());
    all.addAll(servers.values());
    all.addAll(brokers.values());
    return all;
  }

  Optional<ControllerProcess> leader() {
    return controllers.values().stream()
        .filter(controller -> controller.node.isAlive() && controller.leads())
        .findFirst();
  }

  String tableId() {
    return tableId;
  }

  void setTableId(String id) {
    tableId = id;
  }

  private static <T> T existing(Map<String, T> all, String id) {
    @Nullable T found = all.get(id);
    if (found == null) {
      throw new IllegalStateException("no process " + id);
    }
    return found;
  }

  // -- how it goes on

  void setFaulty(boolean faulty) {
    isFaulty = faulty;
  }

  boolean isFaulty() {
    return isFaulty;
  }

  /** Until a moment, or until something is wrong. */
  void runFor(Duration time) {
    long until = timeline.nowNanos() + time.toNanos();
    runUntil(until);
  }

  private void runUntil(long nanos) {
    while (violation.isEmpty() && timeline.hasNextBefore(nanos)) {
      timeline.runNext();
      mix(timeline.nowNanos());
    }
    timeline.passTo(nanos);
  }

  /** Between what a controller read and what it writes, others may go on, and its session end. */
  void beforeDecision(ControllerProcess decider) {
    if (!isFaulty || isInterrupting || random.nextInt(10) != 0 || !decider.node.isAlive()) {
      return;
    }
    isInterrupting = true;
    boolean wasStanding = decider.node.isStanding();
    decider.node.setStanding(true);
    long length = random.nextLong(1_000_000, 3_000_000_000L);
    if (random.nextInt(3) == 0) {
      timeline.plan(
          outside,
          Duration.ofNanos(random.nextLong(length)),
          () -> {
            if (decider.node.isAlive()) {
              note(() -> "the session of %s expires while it decides".formatted(decider.id()));
              decider.session.expireSession();
            }
          });
    }
    runUntil(timeline.nowNanos() + length);
    decider.node.setStanding(wasStanding);
    timeline.release();
    isInterrupting = false;
  }

  void writeAs(String id, Runnable commit) {
    String before = writer;
    writer = id;
    try {
      commit.run();
    } finally {
      writer = before;
    }
  }

  /** Who writes metadata now. */
  String writer() {
    return writer;
  }

  Duration resync() {
    return resync;
  }

  Duration schedulingDelay() {
    return Duration.ofNanos(random.nextLong(10_000, 500_000));
  }

  void setSlow(String id, boolean isSlow) {
    if (isSlow) {
      slow.add(id);
    } else {
      slow.remove(id);
    }
  }

  /** How long a seal, an upload or a load takes. */
  Duration workTime(Node node) {
    return slow.contains(node.id())
        ? Duration.ofMillis(random.nextInt(500, 12_000))
        : Duration.ofMillis(random.nextInt(2, 60));
  }

  // -- what is wrong

  void fail(String what) {
    if (violation.isEmpty()) {
      violation = Optional.of("at %s: %s".formatted(timeline.now(), what));
    }
  }

  Optional<String> violation() {
    return violation;
  }

  /** A thread of a process met what nobody there expects. */
  @Override
  public void onFailure(Node node, Throwable failure) {
    if (!(failure instanceof MetadataException)) {
      StringBuilder text = new StringBuilder("a thread of " + node.id() + " ended: " + failure);
      for (StackTraceElement frame : failure.getStackTrace()) {
        text.append("\n    at ").append(frame);
        if (text.length() > 3000) {
          break;
        }
      }
      fail(text.toString());
    }
  }

  void checkAnswer(CommitAnswer answer) {
    metadata.check(answer);
  }

  void note(Supplier<String> what) {
    String when = Long.toString(timeline.nowNanos() / 1_000_000);
    if (notes.size() >= MOST_NOTES) {
      notes.removeFirst();
    }
    notes.add(() -> when + " ms: " + what.get());
  }

  List<String> notes() {
    return notes.stream().map(Supplier::get).toList();
  }

  /** Makes something a part of this run's fingerprint. */
  void mix(long what) {
    hash = (hash ^ what) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 29;
  }

  /** The same for two runs in which the same happened. */
  long hash() {
    return hash;
  }

  void close() {
    processes().stream().filter(process -> process.node.isAlive()).forEach(ClusterProcess::crash);
  }
}
