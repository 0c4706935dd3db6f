package io.gamay.broker.route;

import static io.gamay.broker.Views.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.route.PartitionParts.SealedSource;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import io.gamay.cluster.table.RoutingConfig.InstanceSelector;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaPickerTest {

  private static final ReplicaOrder NOBODY = new ReplicaOrder(Set.of(), Set.of());

  private static final List<String> SERVERS = List.of("s1", "s2", "s3", "s4", "s5");

  private long now;
  private final ServerLoads loads = new ServerLoads(() -> now);

  @Test
  void balancedAsksTheReplicasOfEachSegmentInTurn() {
    List<SealedSource> sources = sources(4, "s1", "s2");
    assertThat(pick(InstanceSelector.BALANCED, sources, Set.of(), 0))
        .containsExactly("s1", "s2", "s1", "s2");
    assertThat(pick(InstanceSelector.BALANCED, sources, Set.of(), 1))
        .containsExactly("s2", "s1", "s2", "s1");
  }

  @Test
  void replicaGroupAsksOneGroupAndAnotherOneForTheNextQuery() {
    List<SealedSource> sources = List.of(source(0, "s1", "s2"), source(1, "s3", "s4"));
    assertThat(pick(InstanceSelector.REPLICA_GROUP, sources, Set.of(), 0))
        .containsExactly("s1", "s3");
    assertThat(pick(InstanceSelector.REPLICA_GROUP, sources, Set.of(), 1))
        .containsExactly("s2", "s4");
    assertThat(pick(InstanceSelector.REPLICA_GROUP, sources, Set.of("s2"), 1))
        .containsExactly("s1", "s4");
  }

  @Test
  void strictReplicaGroupAsksNoServerThatLacksASegmentWhileAnotherHasAll() {
    SealedSource missing =
        new SealedSource(name(1), new OffsetRange(100, 200), 1, List.of("s2"), List.of("s1", "s2"));
    List<SealedSource> sources = List.of(source(0, "s1", "s2"), missing);
    assertThat(pick(InstanceSelector.REPLICA_GROUP, sources, Set.of(), 0))
        .containsExactly("s1", "s2");
    assertThat(pick(InstanceSelector.STRICT_REPLICA_GROUP, sources, Set.of(), 0))
        .containsExactly("s2", "s2");
    assertThat(pick(InstanceSelector.STRICT_REPLICA_GROUP, sources, Set.of("s2"), 0))
        .as("no server has all: each where it is")
        .containsExactly("s1", "s2");
  }

  @Test
  void minimalServerPrefersThoseThatAreAskedForTailsAnyway() {
    List<SealedSource> sources = sources(3, "s1", "s2");
    ReplicaPicker picker = picker(InstanceSelector.MINIMAL_SERVER, AdaptiveSelector.NO_OP);
    for (long spread = 0; spread < 5; spread++) {
      assertThat(picker.pick(sources, NOBODY, Set.of("s2"), spread).values()).containsOnly("s2");
    }
    List<SealedSource> chain =
        List.of(source(0, "s1", "s3"), source(1, "s2", "s3"), source(2, "s3", "s4"));
    assertThat(pick(InstanceSelector.MINIMAL_SERVER, chain, Set.of(), 0)).containsOnly("s3");
    assertThat(new HashSet<>(pick(InstanceSelector.MINIMAL_SERVER, chain, Set.of("s3"), 0)))
        .isEqualTo(Set.of("s1", "s2", "s4"));
  }

  @Test
  void adaptiveSelectorsPreferIdleAndFastServersAndStillSpreadAQuery() {
    loads.asked("s1");
    List<SealedSource> sources = sources(3, "s1", "s2");
    assertThat(pick(AdaptiveSelector.NUM_INFLIGHT_REQ, sources))
        .containsExactlyInAnyOrder("s1", "s2", "s2");
    for (int answer = 0; answer < 5; answer++) {
      loads.took("s1", "t", Duration.ofMillis(1).toNanos());
      loads.took("s2", "t", Duration.ofMillis(100).toNanos());
    }
    assertThat(pick(AdaptiveSelector.LATENCY, sources)).containsOnly("s1");
    assertThat(pick(AdaptiveSelector.HYBRID, sources)).containsOnly("s1");
    now += Duration.ofMinutes(5).toNanos();
    assertThat(pick(AdaptiveSelector.LATENCY, sources))
        .as("a server that was slow long ago is tried again")
        .contains("s2");
  }

  @Test
  void everySelectorPicksForEachSegmentOneOfItsCandidatesAndNoAvoidedOneIfThereIsAnother() {
    var _ = Seeds.forEach(300, this::checkAnyChoice);
  }

  private void checkAnyChoice(SeededRandom random) {
    List<SealedSource> sources = new ArrayList<>();
    for (int i = random.between(0, 12); i >= 0; i--) {
      List<String> members = SERVERS.stream().filter(_ -> random.chance(0.5)).toList();
      List<String> candidates = members.stream().filter(_ -> random.chance(0.8)).toList();
      sources.add(new SealedSource(name(i), new OffsetRange(0, 1), i, candidates, members));
    }
    Set<String> avoid = new HashSet<>(SERVERS.stream().filter(_ -> random.chance(0.3)).toList());
    Set<String> leaving = new HashSet<>(SERVERS.stream().filter(_ -> random.chance(0.3)).toList());
    InstanceSelector selector = random.oneOf(List.of(InstanceSelector.values()));
    AdaptiveSelector adaptive = random.oneOf(List.of(AdaptiveSelector.values()));
    IdentityHashMap<SealedSource, String> picked =
        picker(selector, adaptive)
            .pick(sources, new ReplicaOrder(avoid, leaving), Set.of("s1"), random.anyLong());
    for (SealedSource source : sources) {
      String instance = picked.get(source);
      if (instance == null) {
        assertThat(source.candidates()).as("%s %s", selector, adaptive).isEmpty();
        continue;
      }
      assertThat(source.candidates()).as("%s %s", selector, adaptive).contains(instance);
      if (avoid.contains(instance)) {
        assertThat(avoid).as("%s %s", selector, adaptive).containsAll(source.candidates());
      }
      if (leaving.contains(instance) && !avoid.contains(instance)) {
        assertThat(source.candidates())
            .as("%s %s", selector, adaptive)
            .allMatch(other -> avoid.contains(other) || leaving.contains(other));
      }
    }
  }

  private List<String> pick(AdaptiveSelector adaptive, List<SealedSource> sources) {
    return inOrder(
        picker(InstanceSelector.BALANCED, adaptive).pick(sources, NOBODY, Set.of(), 0), sources);
  }

  private List<String> pick(
      InstanceSelector selector, List<SealedSource> sources, Set<String> avoid, long spread) {
    return inOrder(
        picker(selector, AdaptiveSelector.NO_OP)
            .pick(sources, new ReplicaOrder(avoid, Set.of()), Set.of(), spread),
        sources);
  }

  private static List<String> inOrder(
      IdentityHashMap<SealedSource, String> picked, List<SealedSource> sources) {
    return sources.stream().map(source -> picked.getOrDefault(source, "")).toList();
  }

  private ReplicaPicker picker(InstanceSelector selector, AdaptiveSelector adaptive) {
    return new ReplicaPicker(selector, adaptive, loads);
  }

  private static List<SealedSource> sources(int count, String... members) {
    return IntStream.range(0, count).mapToObj(i -> source(i, members)).toList();
  }

  private static SealedSource source(int sequence, String... members) {
    return new SealedSource(
        name(sequence),
        new OffsetRange(sequence * 100L, sequence * 100L + 100),
        sequence,
        List.of(members),
        List.of(members));
  }
}
