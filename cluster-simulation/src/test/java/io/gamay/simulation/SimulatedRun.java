package io.gamay.simulation;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.NotLeaderException;
import io.gamay.controller.stream.StreamUnavailableException;
import io.gamay.ingest.hosting.PartitionFeed;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.PartitionView;
import io.gamay.ingest.hosting.ServedSegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's life by one seed: a table is made, rows come, everything goes wrong for a while, and
 * once nothing does any more the cluster must come to rest, with all that is decided done.
 */
final class SimulatedRun {

  private static final Duration START = Duration.ofSeconds(4);
  private static final Duration QUIET_STEP = Duration.ofSeconds(3);
  private static final int MOST_QUIET_STEPS = 250;
  private static final int MOST_ROWS = 70;

  /** States in which a member still wants something of the leader. */
  private static final Set<String> RESTLESS =
      Set.of("HOLDING", "CATCHING_UP", "CONSUMING_TO_ONLINE", "COMMITTING", "ERROR");

  private final long seed;
  private final World world;
  private final RandomGenerator random;
  private final TableTexts texts;
  private final Faults faults;
  private final Duration trouble;
  private boolean isProducing = true;

  /** What a run that went well has seen. */
  record Outcome(
      long hash,
      long events,
      Duration time,
      int commits,
      int laterAttempts,
      int lossyCommits,
      int answers,
      int flagged,
      Map<Faults.Kind, Integer> faults) {}

  SimulatedRun(long seed, Path directory, Mutation mutation) {
    this.seed = seed;
    this.world = new World(seed, directory, mutation);
    this.random = world.random;
    this.texts = new TableTexts(random);
    this.faults = new Faults(world, texts);
    this.trouble = Duration.ofSeconds(random.nextInt(15, 60));
  }

  /**
   * @throws AssertionError with the seed and what happened last, if something is wrong
   */
  Outcome run() {
    try {
      world.runFor(START);
      createTable();
      produceSoon();
      world.clients().keySet().forEach(this::askSoon);
      world.setFaulty(true);
      faults.begin();
      world.runFor(trouble);
      world.setFaulty(false);
      isProducing = false;
      faults.end();
      comeToRest();
      check();
      return outcome();
    } catch (RuntimeException broken) {
      throw failure(broken.toString(), broken);
    } finally {
      world.close();
    }
  }

  private Outcome outcome() {
    return new Outcome(
        world.hash(),
        world.timeline.happened(),
        Duration.ofNanos(world.timeline.nowNanos()),
        world.metadata.commits(),
        world.metadata.laterAttempts(),
        world.metadata.lossyCommits(),
        world.clients().values().stream().mapToInt(AnswerChecker::answers).sum(),
        world.clients().values().stream().mapToInt(AnswerChecker::flagged).sum(),
        faults.counts());
  }

  private void createTable() {
    for (int attempt = 0; attempt < 20 && world.tableId().isEmpty(); attempt++) {
      Optional<ControllerProcess> leader = world.leader();
      if (leader.isPresent()) {
        try {
          world.setTableId(leader.get().createTable(texts.schema(), texts.nextTable()));
        } catch (MetadataException | NotLeaderException | StreamUnavailableException away) {
          world.note(() -> "no table yet: " + away);
        }
      }
      world.runFor(Duration.ofSeconds(1));
    }
    if (world.tableId().isEmpty()) {
      world.fail("the table cannot be made");
    }
    check();
  }

  private void produceSoon() {
    world.timeline.plan(
        world.outside,
        Duration.ofMillis(random.nextInt(20, 400)),
        () -> {
          if (isProducing) {
            produce();
            produceSoon();
          }
        });
  }

  private void produce() {
    PartitionLog log = world.topic.partition(random.nextInt(World.PARTITIONS));
    for (int count = random.nextInt(1, 10); count > 0 && log.end() < MOST_ROWS; count--) {
      int kind = random.nextInt(12);
      log.append(
          kind == 0
              ? PartitionLog.Kind.ABSENT
              : kind == 1 ? PartitionLog.Kind.BAD : PartitionLog.Kind.ROW);
    }
  }

  private void askSoon(String broker) {
    world.timeline.plan(
        world.outside,
        Duration.ofMillis(random.nextInt(500, 3000)),
        () -> {
          if (isProducing) {
            ask(broker);
            askSoon(broker);
          }
        });
  }

  private void ask(String broker) {
    BrokerProcess asked = world.broker(broker);
    AnswerChecker client = world.client(broker);
    if (!asked.node.isAlive() || asked.node.isStanding()) {
      return;
    }
    AnswerChecker.Question[] questions = AnswerChecker.Question.values();
    AnswerChecker.Question question = questions[random.nextInt(questions.length)];
    long from = random.nextInt(MOST_ROWS);
    Map<Integer, Long> marks = client.marks();
    asked.query(question.sql(from), answer -> client.check(question, from, marks, answer));
  }

  // -- rest

  private void comeToRest() {
    Optional<String> restless = Optional.of("not looked yet");
    for (int step = 0; step < MOST_QUIET_STEPS && restless.isPresent(); step++) {
      faults.enableAll();
      world.runFor(QUIET_STEP);
      check();
      restless = whyRestless();
    }
    restless.ifPresent(why -> world.fail("P5: the cluster does not come to rest: " + why));
    check();
    world.metadata.checkObjects();
    if (!missesOffsets()) {
      world.clients().forEach(this::askForEverything);
      check();
    }
  }

  /** Whether a tail may lack what the topic has deleted: it is flagged until it is committed. */
  private boolean missesOffsets() {
    return world.metadata.partitions().values().stream()
        .map(segments -> segments.lastEntry().getValue())
        .anyMatch(
            tail -> tail.startOffset() < world.topic.partition(tail.name().partition()).start());
  }

  /** Everything that there is, now that everything is well. */
  private void askForEverything(String broker, AnswerChecker client) {
    int before = client.answers();
    for (int attempt = 0; attempt < 5 && client.answers() == before; attempt++) {
      Map<Integer, Long> marks = client.marks();
      world
          .broker(broker)
          .query(
              AnswerChecker.Question.ROWS.sql(0),
              answer -> client.check(AnswerChecker.Question.ROWS, 0, marks, answer));
      world.runFor(Duration.ofSeconds(11));
    }
    if (client.answers() == before) {
      world.fail("%s gives no answer although nothing is wrong any more".formatted(broker));
    }
    for (int partition = 0; partition < World.PARTITIONS; partition++) {
      if (client.high(partition) != world.topic.partition(partition).end()) {
        world.fail(
            "%s answers partition %d up to %d, the log ends at %d"
                .formatted(
                    broker,
                    partition,
                    client.high(partition),
                    world.topic.partition(partition).end()));
      }
    }
  }

  private Optional<String> whyRestless() {
    if (world.leader().isEmpty()) {
      return Optional.of("nobody leads");
    }
    for (int partition = 0; partition < World.PARTITIONS; partition++) {
      Optional<String> why = whyRestless(partition);
      if (why.isPresent()) {
        return why;
      }
    }
    return Optional.empty();
  }

  private Optional<String> whyRestless(int partition) {
    NavigableMap<Integer, SegmentMetadata> segments = world.metadata.partition(partition);
    if (segments.isEmpty()) {
      return Optional.of("partition %d has not begun".formatted(partition));
    }
    for (SegmentMetadata segment : segments.values()) {
      if (segment.state() == SegmentState.COMMITTING) {
        return Optional.of(MetadataChecker.brief(segment));
      }
      Set<String> members = world.metadata.members(world.tableId(), segment.name());
      Optional<String> elsewhere = whyElsewhere(segment, members);
      if (elsewhere.isPresent()) {
        return elsewhere;
      }
      for (String member : members) {
        Optional<String> why = whyRestless(segment, world.server(member));
        if (why.isPresent()) {
          return why;
        }
      }
    }
    return Optional.empty();
  }

  /** As many members as the table wants now, on servers of the tag that it wants. */
  private Optional<String> whyElsewhere(SegmentMetadata segment, Set<String> members) {
    Optional<TableConfig> table =
        world
            .leader()
            .flatMap(leader -> Optional.ofNullable(leader.view().tables().get(TableTexts.NAME)))
            .map(TableView::config);
    if (table.isEmpty()) {
      return Optional.of("the leader does not see the table");
    }
    boolean isOnCompletedServers =
        segment.state() == SegmentState.ONLINE
            && table.get().placement().completedTag().equals(World.COMPLETED_TAG);
    boolean isElsewhere =
        members.size() != table.get().replication()
            || (isOnCompletedServers && members.contains(World.ONLY_CONSUMING));
    return isElsewhere
        ? Optional.of(
            "%s is assigned to %s, wanted are %d of %s"
                .formatted(
                    MetadataChecker.brief(segment),
                    members,
                    table.get().replication(),
                    table.get().placement().completedTag()))
        : Optional.empty();
  }

  private Optional<String> whyRestless(SegmentMetadata segment, ServerProcess server) {
    String who = "%s at %s".formatted(MetadataChecker.brief(segment), server.id());
    if (!server.node.isAlive()) {
      return Optional.of(who + ", which is dead");
    }
    Optional<PartitionView> view =
        server
            .host()
            .serving(world.tableId(), segment.name().partition())
            .map(PartitionServing::view);
    if (view.isEmpty()) {
      return Optional.of(who + ", which has nothing of the partition");
    }
    if (segment.state() == SegmentState.ONLINE) {
      int named = segment.stored().orElseThrow().dataCrc();
      boolean isServed =
          view.get()
              .segment(segment.name())
              .map(ServedSegment::dataCrc)
              .filter(OptionalInt.of(named)::equals)
              .isPresent();
      return isServed ? Optional.empty() : Optional.of(who + " is not served");
    }
    long end = world.topic.partition(segment.name().partition()).end();
    long reached = view.get().tailEnd(segment.startOffset());
    if (!view.get().isTailReady() || reached != end) {
      return Optional.of(
          "%s has its tail at %d of %d%s"
              .formatted(who, reached, end, view.get().isTailReady() ? "" : ", not ready"));
    }
    return server.host().feedsOf(world.tableId()).stream()
        .map(PartitionFeed::reports)
        .flatMap(reports -> reports.stream())
        .filter(report -> report.segment().equals(segment.name().toString()))
        .filter(report -> RESTLESS.contains(report.state()))
        .map(report -> "%s is %s %s".formatted(who, report.state(), report.reason()))
        .findFirst();
  }

  private void check() {
    Optional<String> violation = world.violation();
    if (violation.isPresent()) {
      throw failure(violation.get(), null);
    }
  }

  private AssertionError failure(String what, @Nullable Throwable cause) {
    return new AssertionError(
        "seed %d: %s%nlast before it:%n%s".formatted(seed, what, String.join("\n", world.notes())),
        cause);
  }
}
