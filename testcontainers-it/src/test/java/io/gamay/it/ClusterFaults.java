package io.gamay.it;

import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.Cut;
import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Loud;
import io.gamay.quickstart.Component;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Breaks one member of a cluster after another, as a seed has it, and mends what it broke: a paused
 * process goes on after some seconds, who was cut off is heard again, one that was stopped or
 * killed is started again, and again if it does not come up, as a supervisor does it. The kinds and
 * victims follow from the seed; when they are due also depends on how fast processes start. One
 * thread.
 */
final class ClusterFaults {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(30);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);
  private static final Duration START_PATIENCE = Duration.ofMinutes(8);
  private static final Duration BEFORE_ANOTHER_START = Duration.ofSeconds(1);
  private static final int MAX_ABSENT = 2;
  private static final int MAX_DRAWS = 5;

  /** What is done to a victim. */
  enum Kind {
    /** SIGSTOP for some seconds. */
    PAUSE,
    /** Nothing passes between it and some others for some seconds, while all of them run. */
    CUT_OFF,
    /** SIGTERM, and started again. */
    STOP,
    /** kill -9, and started again. */
    KILL,
    /** The deep store of all is gone for some seconds. */
    DEEP_STORE_AWAY
  }

  /** Who is cut off from whom. */
  enum CutKind {
    PROCESS_FROM_ZOOKEEPER,
    PROCESS_FROM_KAFKA,
    BROKER_FROM_SERVER,
    SERVER_FROM_LEADER,
    PROCESS_FROM_EVERYBODY
  }

  /** One process of the cluster. */
  record Victim(Component component, int index) {
    @Override
    public String toString() {
      return component.name().toLowerCase(Locale.ROOT) + "-" + index;
    }
  }

  private enum Phase {
    PAUSED,
    STOPPING,
    DOWN,
    STARTING
  }

  private record Broken(Victim victim, Phase phase, Instant since, Instant until) {}

  private final GamayCluster cluster;
  private final RandomGenerator random;
  private final List<Victim> all;
  private final List<Victim> victims;
  private final List<Broken> broken = new ArrayList<>();
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final Map<CutKind, Integer> cutCounts = new EnumMap<>(CutKind.class);
  private final Map<CutKind, Long> heldBack = new EnumMap<>(CutKind.class);
  private final List<CutKind> cutsToCome = new ArrayList<>();
  private final Troubles failedStarts = new Troubles();
  private final List<String> violations = new ArrayList<>();
  private @Nullable Victim lastKilled;
  private Instant lastKill = Instant.EPOCH;
  private @Nullable Instant deepStoreBackAt;
  private @Nullable Instant cutMendedAt;
  private int holdingCutCount;
  private CutKind lastCut = CutKind.PROCESS_FROM_EVERYBODY;
  private Duration longestStart = Duration.ZERO;

  /**
   * @param victimPattern matches the names of those that may be broken, such as {@code server-1}
   */
  ClusterFaults(
      GamayCluster cluster,
      GamayCluster.Shape shape,
      String victimPattern,
      RandomGenerator random) {
    this.cluster = cluster;
    this.random = random;
    this.all = membersOf(shape);
    this.victims = all.stream().filter(victim -> victim.toString().matches(victimPattern)).toList();
  }

  private static List<Victim> membersOf(GamayCluster.Shape shape) {
    var victims = new ArrayList<Victim>();
    victims.add(new Victim(Component.ZOOKEEPER, 0));
    victims.add(new Victim(Component.KAFKA, 0));
    for (int index = 0; index < shape.controllers(); index++) {
      victims.add(new Victim(Component.CONTROLLER, index));
    }
    for (int index = 0; index < shape.servers(); index++) {
      victims.add(new Victim(Component.SERVER, index));
    }
    for (int index = 0; index < shape.brokers(); index++) {
      victims.add(new Victim(Component.BROKER, index));
    }
    for (int index = 0; index < shape.gateways(); index++) {
      victims.add(new Victim(Component.GATEWAY, index));
    }
    return victims;
  }

  /** Breaks and mends until the time is over; what is broken then stays so. */
  void run(Duration duration) {
    Instant end = Instant.now().plus(duration);
    Instant late = end.minus(duration.dividedBy(3));
    Instant next = Instant.now();
    while (Instant.now().isBefore(end)) {
      mend();
      if (!Instant.now().isBefore(next)) {
        breakSomething(!Instant.now().isBefore(late));
        next = Instant.now().plusMillis(random.nextInt(1_000, 5_000));
      }
      LockSupport.parkNanos(TICK.toNanos());
    }
  }

  /** Returns when every member is up and well. */
  void healAll() {
    if (deepStoreBackAt != null) {
      deepStoreBackAt = Instant.EPOCH;
    }
    if (cutMendedAt != null) {
      cutMendedAt = Instant.EPOCH;
    }
    broken.replaceAll(one -> new Broken(one.victim(), one.phase(), one.since(), Instant.EPOCH));
    await("every process is up again")
        .atMost(START_PATIENCE)
        .until(
            () -> {
              mend();
              return broken.isEmpty();
            });
    for (Victim victim : victims) {
      await(victim + " is well")
          .atMost(START_PATIENCE)
          .until(() -> cluster.isHealthy(victim.component(), victim.index()));
    }
  }

  /**
   * Does what is drawn; if that may not be done now, pauses somebody, if that may be.
   *
   * @param isLate whether what has not happened yet goes before what is drawn
   */
  private void breakSomething(boolean isLate) {
    Kind drawn = draw();
    Kind kind = isLate ? missing().orElse(drawn) : drawn;
    for (int attempt = 1; attempt <= MAX_DRAWS; attempt++) {
      if (tryToBreak(attempt == 1 ? kind : Kind.PAUSE)) {
        return;
      }
    }
  }

  private Kind draw() {
    int draw = random.nextInt(100);
    return draw < 25
        ? Kind.PAUSE
        : draw < 50
            ? Kind.CUT_OFF
            : draw < 70 ? Kind.STOP : draw < 90 ? Kind.KILL : Kind.DEEP_STORE_AWAY;
  }

  private Optional<Kind> missing() {
    return Stream.of(Kind.values())
        .filter(
            kind ->
                kind == Kind.CUT_OFF
                    ? cutCounts.size() < CutKind.values().length
                    : count(kind) == 0)
        .findFirst();
  }

  private boolean tryToBreak(Kind kind) {
    if (kind == Kind.DEEP_STORE_AWAY) {
      return takeDeepStoreAway();
    }
    if (kind == Kind.CUT_OFF) {
      return cutMendedAt == null && cutSomebodyOff();
    }
    Victim victim = victims.get(random.nextInt(victims.size()));
    boolean isBroken = broken.stream().anyMatch(one -> one.victim().equals(victim));
    if (isBroken || !cluster.isUp(victim.component(), victim.index())) {
      return false;
    }
    return switch (kind) {
      case PAUSE -> pause(victim);
      case STOP -> absentCount() < MAX_ABSENT && stop(victim);
      case KILL -> absentCount() < MAX_ABSENT && mayKill() && kill(victim);
      case CUT_OFF, DEEP_STORE_AWAY -> false;
    };
  }

  /**
   * Each kind of cut has its turn before one comes again, in an order of the seed's, if those that
   * it takes are up.
   */
  private boolean cutSomebodyOff() {
    if (cutsToCome.isEmpty()) {
      cutsToCome.addAll(List.of(CutKind.values()));
    }
    int first = random.nextInt(cutsToCome.size());
    for (int i = 0; i < cutsToCome.size(); i++) {
      CutKind kind = cutsToCome.get((first + i) % cutsToCome.size());
      Optional<Cut> cut = drawn(kind);
      if (cut.isPresent()) {
        cutsToCome.remove(kind);
        Duration time = seconds(1, 12);
        cluster.cut(cut.get());
        cutMendedAt = Instant.now().plus(time);
        lastCut = kind;
        cutCounts.merge(kind, 1, Integer::sum);
        count(Kind.CUT_OFF, cut.get(), time);
        return true;
      }
    }
    return false;
  }

  private Optional<Cut> drawn(CutKind kind) {
    return switch (kind) {
      case PROCESS_FROM_ZOOKEEPER ->
          cut(
              one(
                  victims,
                  Component.CONTROLLER,
                  Component.SERVER,
                  Component.BROKER,
                  Component.GATEWAY),
              one(all, Component.ZOOKEEPER));
      case PROCESS_FROM_KAFKA ->
          cut(one(victims, Component.CONTROLLER, Component.SERVER), one(all, Component.KAFKA));
      case BROKER_FROM_SERVER -> cut(one(victims, Component.BROKER), one(all, Component.SERVER));
      case SERVER_FROM_LEADER -> cut(one(victims, Component.SERVER), leader());
      case PROCESS_FROM_EVERYBODY ->
          one(victims, Component.values())
              .map(member -> cutOff(member, all.stream().filter(other -> !other.equals(member))));
    };
  }

  private Optional<Victim> leader() {
    OptionalInt index = cluster.leaderNow();
    return index.isPresent()
        ? Optional.of(new Victim(Component.CONTROLLER, index.getAsInt()))
        : Optional.empty();
  }

  private Optional<Victim> one(List<Victim> among, Component... components) {
    List<Victim> fitting =
        among.stream()
            .filter(member -> Arrays.asList(components).contains(member.component()))
            .filter(member -> cluster.isUp(member.component(), member.index()))
            .toList();
    return fitting.isEmpty()
        ? Optional.empty()
        : Optional.of(fitting.get(random.nextInt(fitting.size())));
  }

  private Optional<Cut> cut(Optional<Victim> member, Optional<Victim> other) {
    return member.flatMap(one -> other.map(from -> cutOff(one, Stream.of(from))));
  }

  private Cut cutOff(Victim member, Stream<Victim> others) {
    return new Cut(
        member.toString(),
        others.map(Victim::toString).collect(Collectors.toSet()),
        random.nextBoolean(),
        random.nextBoolean());
  }

  private long absentCount() {
    return broken.stream().filter(one -> one.phase() != Phase.PAUSED).count();
  }

  /** Once the last one is well again, or has had its time. */
  private boolean mayKill() {
    Victim last = lastKilled;
    return last == null
        || !Instant.now().isBefore(lastKill.plus(KILL_PATIENCE))
        || cluster.isHealthy(last.component(), last.index());
  }

  private boolean takeDeepStoreAway() {
    if (deepStoreBackAt != null) {
      return false;
    }
    Duration away = seconds(3, 12);
    cluster.deepStore().takeAway();
    deepStoreBackAt = Instant.now().plus(away);
    count(Kind.DEEP_STORE_AWAY, "the deep store", away);
    return true;
  }

  private boolean pause(Victim victim) {
    if (broken.stream().anyMatch(one -> one.phase() == Phase.PAUSED)) {
      return false;
    }
    Duration time = seconds(1, 12);
    cluster.pause(victim.component(), victim.index());
    put(victim, Phase.PAUSED, time);
    count(Kind.PAUSE, victim, time);
    return true;
  }

  private boolean stop(Victim victim) {
    cluster.beginStop(victim.component(), victim.index());
    put(victim, Phase.STOPPING, STOP_PATIENCE);
    count(Kind.STOP, victim, Duration.ZERO);
    return true;
  }

  private boolean kill(Victim victim) {
    Duration away = Duration.ofMillis(random.nextInt(0, 5_000));
    cluster.kill9(victim.component(), victim.index());
    lastKilled = victim;
    lastKill = Instant.now();
    put(victim, Phase.DOWN, away);
    count(Kind.KILL, victim, away);
    return true;
  }

  private void put(Victim victim, Phase phase, Duration time) {
    Instant now = Instant.now();
    broken.add(new Broken(victim, phase, now, now.plus(time)));
  }

  private void count(Kind kind, Object victim, Duration time) {
    counts.merge(kind, 1, Integer::sum);
    Loud.say("%s %s %s for %d ms".formatted(Instant.now(), kind, victim, time.toMillis()));
  }

  private Duration seconds(int from, int to) {
    return Duration.ofMillis(random.nextInt(from * 1_000, to * 1_000));
  }

  private void mend() {
    Instant now = Instant.now();
    if (deepStoreBackAt != null && !now.isBefore(deepStoreBackAt)) {
      cluster.deepStore().giveBack();
      deepStoreBackAt = null;
    }
    if (cutMendedAt != null && !now.isBefore(cutMendedAt)) {
      long held = cluster.mendCut();
      cutMendedAt = null;
      heldBack.merge(lastCut, held, Long::sum);
      holdingCutCount += held > 0 ? 1 : 0;
      Loud.say("%s %s held back %d times".formatted(now, lastCut, held));
    }
    var still = new ArrayList<Broken>();
    for (Iterator<Broken> each = broken.iterator(); each.hasNext(); ) {
      Broken after = mended(each.next(), now);
      if (after != null) {
        still.add(after);
      }
    }
    broken.clear();
    broken.addAll(still);
  }

  /** What is still broken of it. */
  private @Nullable Broken mended(Broken one, Instant now) {
    Component component = one.victim().component();
    int index = one.victim().index();
    switch (one.phase()) {
      case PAUSED -> {
        if (now.isBefore(one.until())) {
          return one;
        }
        cluster.resume(component, index);
        return null;
      }
      case STOPPING -> {
        if (!cluster.isAlive(component, index)) {
          Loud.say(
              "%s has stopped within %d ms"
                  .formatted(one.victim(), Duration.between(one.since(), now).toMillis()));
          return new Broken(one.victim(), Phase.DOWN, now, now);
        }
        if (now.isAfter(one.since().plus(STOP_PATIENCE))) {
          violations.add("%s did not stop within %s".formatted(one.victim(), STOP_PATIENCE));
          cluster.kill9(component, index);
        }
        return one;
      }
      case DOWN -> {
        if (now.isBefore(one.until())) {
          return one;
        }
        cluster.launch(component, index);
        return new Broken(one.victim(), Phase.STARTING, now, now);
      }
      case STARTING -> {
        if (cluster.isUp(component, index)) {
          Duration start = Duration.between(one.since(), now);
          longestStart = start.compareTo(longestStart) > 0 ? start : longestStart;
          return null;
        }
        if (!cluster.isAlive(component, index)) {
          String lastWords = lastLine(cluster.output(component, index));
          Loud.say("%s did not start: %s".formatted(one.victim(), lastWords));
          failedStarts.add(one.victim() + ": " + lastWords);
          return new Broken(one.victim(), Phase.DOWN, now, now.plus(BEFORE_ANOTHER_START));
        }
        return one;
      }
    }
    throw new IllegalStateException("no such phase: " + one);
  }

  private static String lastLine(String output) {
    return output.lines().reduce("", (_, line) -> line);
  }

  int count(Kind kind) {
    return counts.getOrDefault(kind, 0);
  }

  int count(CutKind kind) {
    return cutCounts.getOrDefault(kind, 0);
  }

  /** How many of the cuts that are over held something back. */
  int holdingCutCount() {
    return holdingCutCount;
  }

  int total() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What the processes themselves did wrong. */
  List<String> violations() {
    return List.copyOf(violations);
  }

  @Override
  public String toString() {
    return "%d faults: %s, cut off %s, which held back %s; the slowest start took %d ms; starts that failed:\n%s"
        .formatted(
            total(),
            counts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                .toList(),
            cutCounts,
            heldBack,
            longestStart.toMillis(),
            failedStarts);
  }
}
