package io.gamay.simulation;

import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.controller.assignment.InstanceOrderDesk.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** What goes wrong, one thing after another, by chance; and how everything is mended in the end. */
final class Faults {

  private static final Duration CONTROLLER_SESSION = Duration.ofSeconds(6);
  private static final Duration SERVER_SESSION = Duration.ofSeconds(10);

  private final World world;
  private final RandomGenerator random;
  private final boolean hasRetention;
  private final boolean losesServer;
  private final Map<Kind, Integer> counts = new TreeMap<>();
  private String goneForGood = "";
  private int replacements;
  private boolean isOver;

  enum Kind {
    CONTROLLER_CRASH,
    SERVER_CRASH,
    BROKER_CRASH,
    SUSPENSION,
    EXPIRY,
    LOST_REPLY,
    CUT,
    ISOLATION,
    DEEP_STORE_AWAY,
    CORRUPT_UPLOAD,
    LOST_UPLOAD_REPLY,
    CLOCK_JUMP,
    SLOW_DISK,
    STANDSTILL,
    BROKEN_CONSUMER,
    RETENTION,
    TABLE_CHANGE,
    SCHEMA_CHANGE,
    REPLICATION_CHANGE,
    COMPLETED_TAG_CHANGE,
    SERVER_RELIEVED,
    OLD_VIEW,
    SERVER_GONE
  }

  private final TableTexts texts;

  Faults(World world, TableTexts texts) {
    this.world = world;
    this.texts = texts;
    this.random = world.random;
    this.hasRetention = random.nextInt(3) == 0;
    this.losesServer = random.nextInt(3) == 0;
  }

  Map<Kind, Integer> counts() {
    return counts;
  }

  /** Plans the first; each plans the next. */
  void begin() {
    world.timeline.plan(world.outside, Duration.ofMillis(random.nextInt(200, 4000)), this::next);
  }

  private void next() {
    if (isOver) {
      return;
    }
    Kind[] kinds = Kind.values();
    Kind kind = kinds[random.nextInt(kinds.length)];
    if (happens(kind)) {
      counts.merge(kind, 1, Integer::sum);
    }
    begin();
  }

  private boolean happens(Kind kind) {
    return switch (kind) {
      case CONTROLLER_CRASH -> crash(any(List.copyOf(world.controllers().values())));
      case SERVER_CRASH -> crash(any(List.copyOf(world.servers().values())));
      case BROKER_CRASH -> crash(any(List.copyOf(world.brokers().values())));
      case SUSPENSION -> suspend(anyProcess(), random.nextInt(200, 20_000));
      case EXPIRY -> expire(anyProcess());
      case LOST_REPLY -> loseReply(anyProcess());
      case CUT -> cut();
      case ISOLATION -> isolate(anyProcess());
      case DEEP_STORE_AWAY -> deepStoreAway();
      case CORRUPT_UPLOAD -> {
        world.deepStore.corruptNextPut();
        yield true;
      }
      case LOST_UPLOAD_REPLY -> {
        world.deepStore.loseNextReply();
        yield true;
      }
      case CLOCK_JUMP -> clockJump(anyProcess());
      case SLOW_DISK -> slowDisk();
      case STANDSTILL -> standStill(anyProcess());
      case BROKEN_CONSUMER -> breakConsumer(any(List.copyOf(world.servers().values())));
      case RETENTION -> hasRetention && retention();
      case TABLE_CHANGE -> change(leader -> leader.changeTable(TableTexts.NAME, texts.nextTable()));
      case SCHEMA_CHANGE ->
          change(leader -> leader.changeSchema(TableTexts.NAME, texts.nextSchema()));
      case REPLICATION_CHANGE ->
          change(leader -> leader.changeTable(TableTexts.NAME, texts.withOtherReplication()));
      case COMPLETED_TAG_CHANGE ->
          change(leader -> leader.changeTable(TableTexts.NAME, texts.withOtherCompletedTag()));
      case SERVER_RELIEVED -> relieve(any(List.copyOf(world.servers().values())).id());
      case OLD_VIEW -> oldView(anyProcess());
      case SERVER_GONE -> losesServer && loseServer();
    };
  }

  // -- lives and sessions

  private boolean crash(ClusterProcess process) {
    if (!process.node.isAlive()) {
      return false;
    }
    world.note(() -> process.id() + " crashes");
    kill(process);
    later(random.nextInt(200, 20_000), () -> restart(process));
    return true;
  }

  private void kill(ClusterProcess process) {
    long session = process.session.sessionId();
    process.node.setStanding(false);
    process.crash();
    later(sessionTimeout(process), () -> world.tree.expire(session));
  }

  private void restart(ClusterProcess process) {
    if (process.id().equals(goneForGood) || current(process.id()).node.isAlive()) {
      return;
    }
    world.note(() -> process.id() + " starts");
    switch (process) {
      case ControllerProcess controller -> world.startController(controller.id());
      case ServerProcess server -> world.startServer(server.id());
      case BrokerProcess broker -> world.startBroker(broker.id());
      default -> throw new IllegalStateException("what is " + process.id());
    }
  }

  private ClusterProcess current(String id) {
    return world.processes().stream()
        .filter(process -> process.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private boolean loseServer() {
    if (!goneForGood.isEmpty()) {
      if (replacements == 0 && random.nextBoolean()) {
        replacements++;
        world.note(() -> "a new server starts");
        world.startServer("Server_" + World.SERVERS);
        return true;
      }
      return false;
    }
    ClusterProcess lost = any(List.copyOf(world.servers().values()));
    goneForGood = lost.id();
    world.note(() -> lost.id() + " is gone for good");
    if (lost.node.isAlive()) {
      kill(lost);
    }
    return true;
  }

  private boolean suspend(ClusterProcess process, int millis) {
    if (!process.node.isAlive()) {
      return false;
    }
    world.note(() -> "%s loses the metadata for %d ms".formatted(process.id(), millis));
    long session = process.session.sessionId();
    process.session.suspend();
    int timeout = sessionTimeout(process);
    if (millis > timeout) {
      later(timeout, () -> expireAway(process, session));
    }
    later(millis, () -> reconnect(process, session, millis > timeout));
    return true;
  }

  private void expireAway(ClusterProcess process, long session) {
    if (process.session.sessionId() == session) {
      world.tree.expire(session);
    }
  }

  private void reconnect(ClusterProcess process, long session, boolean isExpired) {
    if (!process.node.isAlive()) {
      return;
    }
    if (isExpired && process.session.sessionId() == session) {
      process.session.expireSession();
    } else {
      process.session.resume();
    }
  }

  private boolean expire(ClusterProcess process) {
    if (!process.node.isAlive()) {
      return false;
    }
    world.note(() -> "the session of %s expires".formatted(process.id()));
    process.session.expireSession();
    return true;
  }

  private boolean loseReply(ClusterProcess process) {
    if (!process.node.isAlive()) {
      return false;
    }
    LostReply kind = any(List.of(LostReply.values()));
    world.note(() -> "%s will get no reply, %s".formatted(process.id(), kind));
    process.session.loseNextReply(kind);
    for (int look = 0; look < 4; look++) {
      later(random.nextInt(10, 8000), () -> world.writeAs(process.id(), () -> applyLate(process)));
    }
    return true;
  }

  private static void applyLate(ClusterProcess process) {
    if (process.node.isAlive()) {
      process.session.applyLate();
    }
  }

  private int sessionTimeout(ClusterProcess process) {
    Duration timeout = process instanceof ServerProcess ? SERVER_SESSION : CONTROLLER_SESSION;
    return (int) timeout.toMillis();
  }

  // -- the network and what lies behind it

  private boolean cut() {
    ClusterProcess one = anyProcess();
    List<String> others = new ArrayList<>(List.of(Network.STREAM, Network.DEEP_STORE));
    world.processes().forEach(process -> others.add(process.id()));
    String other = any(others);
    if (one.id().equals(other)) {
      return false;
    }
    int millis = random.nextInt(500, 20_000);
    world.note(() -> "%s is cut off from %s for %d ms".formatted(one.id(), other, millis));
    world.network.cut(one.id(), other);
    later(millis, () -> world.network.mend(one.id(), other));
    return true;
  }

  private boolean isolate(ClusterProcess process) {
    int millis = random.nextInt(500, 15_000);
    if (!suspend(process, millis)) {
      return false;
    }
    world.note(() -> "%s is cut off from everybody".formatted(process.id()));
    List<String> others = new ArrayList<>(List.of(Network.STREAM, Network.DEEP_STORE));
    world.processes().forEach(other -> others.add(other.id()));
    others.remove(process.id());
    others.forEach(other -> world.network.cut(process.id(), other));
    later(millis, () -> others.forEach(other -> world.network.mend(process.id(), other)));
    return true;
  }

  private boolean deepStoreAway() {
    int millis = random.nextInt(500, 20_000);
    world.note(() -> "the deep store is away for %d ms".formatted(millis));
    world.deepStore.setAway(true);
    later(millis, () -> world.deepStore.setAway(false));
    return true;
  }

  /** Passes some readers, or is faster than all of them. */
  private boolean retention() {
    PartitionLog log = world.topic.partition(random.nextInt(World.PARTITIONS));
    long before = random.nextLong(log.end() + 1);
    if (random.nextBoolean()) {
      for (int count = random.nextInt(1, 6); count > 0; count--) {
        log.append(PartitionLog.Kind.ROW);
      }
      before = log.end();
    }
    if (before <= log.start()) {
      return false;
    }
    log.deleteBefore(before);
    long start = before;
    world.note(() -> "the topic's retention passes %d".formatted(start));
    return true;
  }

  // -- processes that work otherwise than they should

  private boolean clockJump(ClusterProcess process) {
    Duration error =
        random.nextInt(3) == 0
            ? Duration.ZERO
            : Duration.ofMillis(random.nextLong(-600_000, 600_000));
    world.note(() -> "the clock of %s is wrong by %s".formatted(process.id(), error));
    process.node.setClockError(error);
    return true;
  }

  private boolean slowDisk() {
    ClusterProcess server = any(List.copyOf(world.servers().values()));
    world.setSlow(server.id(), true);
    later(random.nextInt(1000, 30_000), () -> world.setSlow(server.id(), false));
    return true;
  }

  private boolean standStill(ClusterProcess process) {
    if (!process.node.isAlive() || process.node.isStanding()) {
      return false;
    }
    int millis = random.nextInt(100, 15_000);
    world.note(() -> "%s stands still for %d ms".formatted(process.id(), millis));
    process.node.setStanding(true);
    if (millis > sessionTimeout(process)) {
      later(sessionTimeout(process), () -> expireIfAlive(process));
    }
    later(
        millis,
        () -> {
          process.node.setStanding(false);
          world.timeline.release();
        });
    return true;
  }

  private static void expireIfAlive(ClusterProcess process) {
    if (process.node.isAlive()) {
      process.session.expireSession();
    }
  }

  private boolean breakConsumer(ClusterProcess process) {
    List<LogReader> readers = ((ServerProcess) process).streams().readers();
    if (!process.node.isAlive() || readers.isEmpty()) {
      return false;
    }
    world.note(() -> "a consumer of %s breaks".formatted(process.id()));
    LogReader reader = any(readers);
    if (random.nextBoolean()) {
      reader.breakDown();
    } else {
      reader.dieSilently();
    }
    return true;
  }

  private boolean oldView(ClusterProcess process) {
    int millis = random.nextInt(1000, 25_000);
    world.note(() -> "%s sees everything %d ms late".formatted(process.id(), millis));
    process.setViewDelay(Duration.ofMillis(millis));
    later(2 * millis, () -> process.setViewDelay(Duration.ZERO));
    return true;
  }

  // -- what people do

  private interface Change {
    void ask(ControllerProcess leader);
  }

  private boolean change(Change change) {
    return world
        .leader()
        .filter(leader -> !leader.node.isStanding())
        .map(
            leader -> {
              try {
                change.ask(leader);
                world.note(() -> "table, schema or an instance's order is changed");
                return true;
              } catch (RuntimeException refused) {
                world.note(() -> "a change is refused: " + refused);
                return false;
              }
            })
        .orElse(false);
  }

  private boolean relieve(String server) {
    boolean isRelieved = change(leader -> leader.order(server, StateChange.DISABLE));
    later(
        random.nextInt(5000, 40_000),
        () -> change(leader -> leader.order(server, StateChange.ENABLE)));
    return isRelieved;
  }

  /** People want all servers to work; tried again until the metadata says so. */
  void enableAll() {
    world
        .leader()
        .ifPresent(
            leader ->
                leader.view().instances().values().stream()
                    .filter(instance -> !instance.order().isEnabled())
                    .map(instance -> instance.config().id())
                    .forEach(id -> change(now -> now.order(id, StateChange.ENABLE))));
  }

  // -- the end

  /** Mends everything, but for who is gone for good. */
  void end() {
    isOver = true;
    world.network.heal();
    world.deepStore.heal();
    for (ClusterProcess process : world.processes()) {
      world.setSlow(process.id(), false);
      if (!process.node.isAlive()) {
        restart(process);
        continue;
      }
      process.node.setClockError(Duration.ZERO);
      process.setViewDelay(Duration.ZERO);
      process.node.setStanding(false);
      process.session.resume();
    }
    world.timeline.release();
  }

  private void later(int millis, Runnable action) {
    world.timeline.plan(world.outside, Duration.ofMillis(millis), action);
  }

  private ClusterProcess anyProcess() {
    return any(world.processes());
  }

  private <T> T any(List<? extends T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
