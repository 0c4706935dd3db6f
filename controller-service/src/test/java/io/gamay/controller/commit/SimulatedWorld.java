package io.gamay.controller.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LeaderEpoch;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.table.FlushThresholds;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.controller.table.TableState;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One partition, its log, one to three servers, two controllers and a network that loses, repeats
 * and reorders; everything happens on one thread, by one seed. After each step the invariants are
 * looked at in the metadata itself.
 */
final class SimulatedWorld {

  static final String TABLE_ID = "trips-1";
  private static final int MAX_MESSAGES = 24;
  private static final int MAX_SEGMENTS = 7;

  final InMemoryMetadataTree tree = new InMemoryMetadataTree();
  final Map<String, Integer> objects = new HashMap<>();
  int logStart;
  int logEnd = 3;
  Instant now = Instant.parse("2026-08-21T18:34:00Z");

  private final Random random;
  private final InMemoryMetadataStore observer = tree.openSession(Runnable::run);
  private final List<SimulatedServer> servers = new ArrayList<>();
  private final List<SimulatedController> controllers = new ArrayList<>();
  private final List<CommitReport> messages = new ArrayList<>();
  private final Map<SegmentName, SegmentMetadata> seen = new HashMap<>();
  private final Map<SegmentName, Instant> lossFirstReported = new HashMap<>();
  private final Map<String, SegmentMetadata> parsed = new HashMap<>();
  private final List<String> history = new ArrayList<>();
  private boolean isFaulty = true;
  private boolean isInterleaving;
  private int checkedShardVersion = -1;
  private int leavingFrom = Integer.MAX_VALUE;
  private int nextControllerNumber = 1;
  private final List<Long> ghostSessions = new ArrayList<>();

  SimulatedWorld(Random random) {
    this.random = random;
    int replication = 1 + random.nextInt(3);
    for (int number = 0; number < replication; number++) {
      servers.add(new SimulatedServer("S" + number, this));
    }
    createTable();
    servers.forEach(server -> setLive(server, true));
    controllers.add(newController());
    controllers.add(newController());
    checkInvariants("nobody");
  }

  /** Something happens, somewhere. */
  void step() {
    String actor = "nobody";
    switch (random.nextInt(isFaulty ? 26 : 16)) {
      case 0, 1, 2 -> advanceLog();
      case 3, 4, 5, 6 -> any(servers).ifUp(SimulatedServer::poll);
      case 7, 8, 9 -> any(servers).ifUp(this::send);
      case 10, 11, 12, 13 -> actor = deliver();
      case 14 -> actor = tick();
      case 15 -> actor = runTask();
      case 16 -> loseReply();
      case 17 -> actor = landLate();
      case 18 -> crashOrRestart(servers.get(random.nextInt(servers.size())));
      case 19 -> replaceController();
      case 20 -> suspendOrResume();
      case 21 -> retention();
      case 22 -> changeConfig();
      case 23 -> now = now.plus(Duration.ofSeconds(random.nextInt(400)));
      case 24 -> expireGhost();
      case 25 -> actor = runTask();
      default -> throw new IllegalStateException();
    }
    now = now.plusMillis(random.nextInt(500));
    checkInvariants(actor);
  }

  /** Between what a controller read and what it writes, others go on. */
  void beforeCommitOf(SimulatedController writer) {
    if (!isFaulty || isInterleaving || random.nextInt(3) != 0) {
      return;
    }
    isInterleaving = true;
    try {
      checkInvariants(writer.id);
      SimulatedController other = controllers.get(controllers.indexOf(writer) == 0 ? 1 : 0);
      String actor = other.id;
      switch (random.nextInt(7)) {
        case 0 -> changeConfig();
        case 6 -> replaceMember();
        case 1 -> other.tick(segments());
        case 2 -> deliverTo(other);
        case 3 -> expireSession(writer);
        case 4 -> other.runTask();
        case 5 -> {
          for (int task = 0; task < 12; task++) {
            other.runTask();
          }
          deliverTo(other);
        }
        default -> throw new IllegalStateException();
      }
      checkInvariants(actor);
    } finally {
      isInterleaving = false;
    }
  }

  /** All faults stop and everybody comes back; then every commit must come to its end. */
  void settle(int maxSteps) {
    isFaulty = false;
    servers.stream().filter(server -> !server.isUp).forEach(this::crashOrRestart);
    for (SimulatedController controller : controllers) {
      if (controller.isSuspended) {
        controller.isSuspended = false;
        controller.store.resume();
      }
    }
    ghostSessions.forEach(tree::expire);
    for (int step = 0; step < maxSteps; step++) {
      step();
      now = now.plusMillis(300);
      if (step > 200 && isQuiet()) {
        return;
      }
    }
    assertThat(isQuiet()).as("still COMMITTING after a quiet run: %s", segments()).isTrue();
  }

  private boolean isQuiet() {
    return segments().stream().noneMatch(s -> s.state() == SegmentState.COMMITTING);
  }

  int committedSegments() {
    return (int) segments().stream().filter(s -> s.state() == SegmentState.ONLINE).count();
  }

  int lossyServers() {
    return (int)
        segments().stream()
            .flatMap(s -> s.stored().stream())
            .filter(copy -> !copy.lost().isEmpty())
            .count();
  }

  List<String> history() {
    return history;
  }

  boolean isDeepStoreFlaky() {
    return isFaulty && random.nextInt(12) == 0;
  }

  /** By sequence. Two successors of one segment would both be here. */
  List<SegmentMetadata> segments() {
    String shard = ClusterPaths.segments(TABLE_ID, new ShardId(0, 0));
    return observer.children(shard).stream()
        .map(name -> readSegment(shard + "/" + name))
        .sorted(Comparator.comparingInt(segment -> segment.name().sequence()))
        .toList();
  }

  Optional<TableState> table(MetadataStore store, String tableId) {
    return store
        .get(ClusterPaths.table(tableId))
        .map(
            node -> {
              TableNode table = ClusterJson.read(node.data(), TableNode.class);
              return new TableState(
                  table, node.version(), SCHEMA, config(table.configVersion()), List.of());
            });
  }

  // -- events

  private record Chosen(SimulatedServer server) {
    void ifUp(Consumer<SimulatedServer> action) {
      if (server.isUp) {
        action.accept(server);
      }
    }
  }

  private Chosen any(List<SimulatedServer> from) {
    return new Chosen(from.get(random.nextInt(from.size())));
  }

  private void advanceLog() {
    if (segments().size() < MAX_SEGMENTS) {
      logEnd += 1 + random.nextInt(2);
    }
  }

  private void send(SimulatedServer server) {
    for (CommitReport report : server.reports()) {
      if (messages.size() >= MAX_MESSAGES) {
        messages.remove(random.nextInt(messages.size()));
      }
      messages.add(report);
      note("%s sends %s".formatted(server.id, report));
    }
  }

  private String deliver() {
    SimulatedController controller = anyController();
    deliverTo(controller);
    return controller.id;
  }

  private void deliverTo(SimulatedController controller) {
    if (messages.isEmpty()) {
      return;
    }
    int index = random.nextInt(messages.size());
    boolean isRepeated = random.nextInt(4) == 0;
    CommitReport report = isRepeated ? messages.get(index) : messages.remove(index);
    if (report instanceof CommitReport.Committed committed && !committed.missing().isEmpty()) {
      lossFirstReported.putIfAbsent(report.segment(), now);
    }
    controller
        .hear(report)
        .ifPresent(
            answer -> {
              note("%s answers %s".formatted(controller.id, answer));
              checkAnswer(answer);
            });
  }

  private String tick() {
    SimulatedController controller = anyController();
    controller.tick(segments());
    return controller.id;
  }

  private String runTask() {
    SimulatedController controller = anyController();
    controller.runTask();
    return controller.id;
  }

  private void loseReply() {
    LostReply[] kinds = LostReply.values();
    anyController().store.loseNextReply(kinds[random.nextInt(kinds.length)]);
  }

  private String landLate() {
    SimulatedController controller = anyController();
    if (controller.store.applyLate()) {
      note("a late write of %s lands".formatted(controller.id));
    }
    return controller.id;
  }

  private void crashOrRestart(SimulatedServer server) {
    if (server.isUp) {
      if (random.nextInt(3) == 0) {
        note("%s crashes".formatted(server.id));
        server.crash();
        setLive(server, false);
      }
    } else {
      note("%s restarts".formatted(server.id));
      server.restart();
      setLive(server, true);
    }
  }

  private void replaceController() {
    int index = random.nextInt(controllers.size());
    SimulatedController old = controllers.get(index);
    switch (random.nextInt(6)) {
      case 0 -> {
        note("%s dies".formatted(old.id));
        ghostSessions.add(old.store.sessionId());
        old.store.abandon();
        controllers.set(index, newController());
      }
      case 1 -> {
        expireSession(old);
      }
      default -> {}
    }
  }

  private void expireSession(SimulatedController controller) {
    note("the session of %s expires".formatted(controller.id));
    controller.isSuspended = false;
    controller.store.expireSession();
  }

  private void expireGhost() {
    if (!ghostSessions.isEmpty()) {
      tree.expire(ghostSessions.removeFirst());
    }
  }

  private void suspendOrResume() {
    SimulatedController controller = anyController();
    if (controller.isSuspended) {
      controller.isSuspended = false;
      controller.store.resume();
    } else if (random.nextInt(3) == 0) {
      controller.isSuspended = true;
      controller.store.suspend();
    }
  }

  private void retention() {
    int room = Math.min(logEnd - logStart, 6);
    if (random.nextInt(4) == 0 && room > 0) {
      logStart += 1 + random.nextInt(room);
      note("retention passes %d".formatted(logStart));
    }
  }

  /** As if a member had just been replaced: somebody who is gone for good is leaving now. */
  private void replaceMember() {
    String path = ClusterPaths.assignment(TABLE_ID, new ShardId(0, 0));
    StoredNode node = observer.get(path).orElseThrow();
    AssignmentShard shard = ClusterJson.read(node.data(), AssignmentShard.class);
    SegmentName name = segments().getLast().name();
    SegmentAssignment assignment = Objects.requireNonNull(shard.segments().get(name));
    if (random.nextInt(4) != 0 || !assignment.leaving().isEmpty()) {
      return;
    }
    Map<SegmentName, SegmentAssignment> next = new HashMap<>(shard.segments());
    next.put(name, new SegmentAssignment(assignment.wanted(), List.of("gone")));
    observer.commit(
        List.of(
            new Operation.Put(
                path, ClusterJson.write(new AssignmentShard(shard.id(), next)), node.version())));
    leavingFrom = Math.min(leavingFrom, name.sequence());
    note("a member is replaced in %s".formatted(name));
  }

  private void changeConfig() {
    StoredNode node = observer.get(ClusterPaths.table(TABLE_ID)).orElseThrow();
    TableNode table = ClusterJson.read(node.data(), TableNode.class);
    TableNode next = table.withConfigVersion(table.configVersion() + 1);
    observer.commit(
        List.of(
            new Operation.Put(
                ClusterPaths.table(TABLE_ID), ClusterJson.write(next), node.version())));
  }

  // -- invariants

  private void checkAnswer(CommitAnswer answer) {
    switch (answer.kind()) {
      case HOLD, NOT_LEADER -> {}
      case CATCH_UP, COMMIT, KEEP, DISCARD -> {
        SegmentMetadata written = byName(answer.segment());
        assertThat(written.endOffset())
            .as("the end in an answer is written")
            .isEqualTo(OptionalLong.of(answer.endOffset()));
        assertThat(answer.attempt())
            .as("the attempt in an answer is written")
            .isBetween(1, written.attempt().orElseThrow().number());
      }
    }
  }

  private SegmentMetadata byName(SegmentName name) {
    return read(ClusterPaths.segment(TABLE_ID, name), SegmentMetadata.class);
  }

  private void checkInvariants(String actor) {
    List<SegmentMetadata> segments = segments();
    checkTiling(segments);
    checkShard(segments);
    boolean changed = false;
    for (SegmentMetadata segment : segments) {
      if (segment.equals(seen.get(segment.name()))) {
        continue;
      }
      SegmentMetadata before = seen.put(segment.name(), segment);
      changed = true;
      note("metadata: %s".formatted(segment));
      checkStep(before, segment);
    }
    if (changed && !actor.equals("nobody")) {
      assertThat(read(ClusterPaths.LEADER_EPOCH, LeaderEpoch.class).owner())
          .as("I4: who decides is in office")
          .isEqualTo(actor);
    }
    if (changed && actor.equals("nobody") && seen.size() > 1) {
      throw new AssertionError("metadata changed although no controller acted");
    }
  }

  /** I1. */
  private static void checkTiling(List<SegmentMetadata> segments) {
    for (int sequence = 0; sequence < segments.size(); sequence++) {
      SegmentMetadata segment = segments.get(sequence);
      assertThat(segment.name().sequence()).as("I1: one successor each").isEqualTo(sequence);
      boolean isLast = sequence == segments.size() - 1;
      assertThat(segment.state() == SegmentState.CONSUMING)
          .as("I1: exactly the last segment is CONSUMING")
          .isEqualTo(isLast);
      if (!isLast) {
        assertThat(segments.get(sequence + 1).startOffset())
            .as("I1: ranges join")
            .isEqualTo(segment.endOffset().orElseThrow());
        assertThat(segment.endOffset().orElseThrow()).isGreaterThan(segment.startOffset());
      }
    }
  }

  private void checkShard(List<SegmentMetadata> segments) {
    StoredNode node =
        observer.get(ClusterPaths.assignment(TABLE_ID, new ShardId(0, 0))).orElseThrow();
    if (node.version() != checkedShardVersion) {
      checkedShardVersion = node.version();
      AssignmentShard shard = ClusterJson.read(node.data(), AssignmentShard.class);
      segments.forEach(segment -> checkWanted(shard, segment));
    }
  }

  private void checkWanted(AssignmentShard shard, SegmentMetadata segment) {
    SegmentAssignment assignment =
        Objects.requireNonNull(shard.segments().get(segment.name()), "unassigned segment");
    WantedState wanted =
        segment.state() == SegmentState.ONLINE ? WantedState.ONLINE : WantedState.CONSUMING;
    assertThat(assignment.wanted().keySet())
        .containsExactlyElementsOf(servers.stream().map(server -> server.id).toList());
    assertThat(Set.copyOf(assignment.wanted().values())).containsExactly(wanted);
    assertThat(assignment.leaving())
        .as("a leaving member stays until it is released, in successors too")
        .isEqualTo(segment.name().sequence() >= leavingFrom ? List.of("gone") : List.of());
  }

  private void checkStep(@Nullable SegmentMetadata before, SegmentMetadata after) {
    if (before == null) {
      TableNode table = read(ClusterPaths.table(TABLE_ID), TableNode.class);
      assertThat(after.configVersion())
          .as("a segment starts under today's config")
          .isEqualTo(table.configVersion());
      assertThat(after.state()).isEqualTo(SegmentState.CONSUMING);
      return;
    }
    assertThat(after.state()).as("the state goes forward").isGreaterThanOrEqualTo(before.state());
    assertThat(after.startOffset()).isEqualTo(before.startOffset());
    assertThat(after.configVersion()).isEqualTo(before.configVersion());
    if (before.endOffset().isPresent()) {
      assertThat(after.endOffset()).as("I1: the end is set once").isEqualTo(before.endOffset());
    }
    if (before.attempt().isPresent()) {
      assertThat(after.attempt().orElseThrow().number())
          .as("attempts grow by one")
          .isBetween(before.attempt().get().number(), before.attempt().get().number() + 1);
    }
    assertThat(before.stored()).as("I3: what is ONLINE never changes").isEmpty();
    after.stored().ifPresent(copy -> checkFinished(after, copy));
  }

  private void checkFinished(SegmentMetadata segment, StoredCopy copy) {
    long lost = Offsets.count(copy.lost());
    assertThat(copy.ledger().total())
        .as("I2: the ledger closes")
        .isEqualTo(segment.offsets().size());
    assertThat(copy.ledger().lost()).as("I2: losses are named").isEqualTo(lost);
    assertThat(objects.get(copy.objectKey()))
        .as("I3: the named object exists with the named CRC")
        .isEqualTo(copy.dataCrc());
    assertThat(copy.objectKey())
        .as("I3: the current attempt is named")
        .endsWith("/" + segment.attempt().orElseThrow().number());
    if (lost == 0) {
      return;
    }
    Instant reported = lossFirstReported.get(segment.name());
    assertThat(reported).isNotNull();
    if (Duration.between(reported, now).compareTo(CommitPolicy.DEFAULT.awayWait()) >= 0) {
      return;
    }
    long held = segment.offsets().size() - lost;
    for (SimulatedServer server : servers) {
      assertThat(server.isUp ? server.held(segment) : 0L)
          .as("I5: %s holds more of what is declared lost", server.id)
          .isLessThanOrEqualTo(held);
    }
  }

  // -- below

  private static final SchemaDefinition SCHEMA =
      new SchemaDefinition("trips", List.of(), List.of(), false, Set.of(), Map.of(), "{}");

  private static TableConfig config(int version) {
    return new TableConfig(
        "trips",
        version,
        "{}",
        Optional.empty(),
        1,
        Optional.empty(),
        "DefaultTenant",
        "DefaultTenant",
        false,
        Set.of(),
        Set.of(),
        List.of(),
        new StreamConfig(
            "trips",
            "localhost:1",
            new StreamConfig.StartOffset.Smallest(),
            StreamConfig.Decoder.JSON,
            true,
            Map.of(),
            Duration.ofSeconds(1)),
        new FlushThresholds(OptionalLong.of(5), OptionalLong.empty(), 0, Duration.ofHours(1)),
        Optional.empty());
  }

  private void createTable() {
    TableNode table = new TableNode(TABLE_ID, "trips", 1, 1, now, Map.of(), false);
    SegmentName name = SegmentName.create("trips", 0, 0, now);
    SegmentMetadata first =
        SegmentMetadata.consuming(name, 0, 1, 1, EncodingDecisions.DEFAULT, now);
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    servers.forEach(server -> wanted.put(server.id, WantedState.CONSUMING));
    ShardId shard = new ShardId(0, 0);
    AssignmentShard assigned =
        new AssignmentShard(shard, Map.of(name, new SegmentAssignment(wanted, List.of())));
    observer.commit(
        List.of(
            create(ClusterPaths.table(TABLE_ID), table),
            create(ClusterPaths.segment(TABLE_ID, name), first),
            create(ClusterPaths.assignment(TABLE_ID, shard), assigned)));
  }

  private static Operation create(String path, Object content) {
    return new Operation.Create(path, ClusterJson.write(content), false);
  }

  private void setLive(SimulatedServer server, boolean isLive) {
    String path = ClusterPaths.live(server.id);
    observer.commit(
        List.of(
            isLive
                ? new Operation.Create(path, new byte[0], false)
                : new Operation.Delete(path, Operation.ANY_VERSION)));
  }

  private SimulatedController newController() {
    return new SimulatedController("C" + nextControllerNumber++, this);
  }

  private SimulatedController anyController() {
    return controllers.get(random.nextInt(controllers.size()));
  }

  private SegmentMetadata readSegment(String path) {
    int version = observer.get(path).orElseThrow().version();
    return parsed.computeIfAbsent(path + "@" + version, key -> read(path, SegmentMetadata.class));
  }

  private <T> T read(String path, Class<T> type) {
    return ClusterJson.read(observer.get(path).orElseThrow().data(), type);
  }

  private void note(String event) {
    history.add(event);
  }
}
