package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.MembershipPlanner.Servers;
import io.gamay.controller.assignment.SegmentMoves.Limits;
import io.gamay.controller.assignment.SegmentMoves.Standing;
import io.gamay.controller.assignment.SegmentMoves.Step;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Steps, loads, releases, commits and deaths of servers, in any order, from any state. */
final class SegmentMovesPropertyTest {

  private static final ClusterInMemory CLUSTER = new ClusterInMemory();
  private static final TableView TEMPLATE =
      Objects.requireNonNull(CLUSTER.view().tables().get("trips"));
  private static final int TROUBLED_ROUNDS = 40;
  private static final int MAX_ROUNDS = 600;

  @Test
  void everySegmentArrivesAndNeverHasFewerServingMembersThanItMustAndLimitsHold() {
    Seeds.forEach(150, random -> new World(random).run());
  }

  private static final class World {
    private final SeededRandom random;
    private final List<String> servers = new ArrayList<>();
    private final Set<String> live = new HashSet<>();
    private final Limits limits;
    private final int replication;
    private final Map<SegmentName, List<String>> target = new HashMap<>();
    private NavigableMap<Integer, PartitionView> partitions = new TreeMap<>();
    private Instant now = Instant.parse("2026-08-21T18:34:00Z");
    private final ReleaseGrace grace = new ReleaseGrace(() -> now);

    World(SeededRandom random) {
      this.random = random;
      int serverCount = random.between(2, 6);
      for (int number = 1; number <= serverCount; number++) {
        servers.add("Server_" + number);
      }
      live.addAll(servers);
      replication = random.between(1, Math.min(3, serverCount));
      limits = new Limits(random.between(1, 4), random.between(1, 3), random.chance(0.2));
      int partitionCount = random.between(1, 4);
      for (int partition = 0; partition < partitionCount; partition++) {
        NavigableMap<Integer, SegmentView> segments = new TreeMap<>();
        int online = random.between(0, 6);
        for (int sequence = 0; sequence <= online; sequence++) {
          segments.put(
              sequence,
              anySegment(
                  sequence < online
                      ? CLUSTER.online(partition, sequence)
                      : random.chance(0.3)
                          ? CLUSTER.committing(partition, sequence)
                          : CLUSTER.consuming(partition, sequence)));
        }
        partitions.put(partition, new PartitionView(partition, segments));
      }
      aim();
    }

    private SegmentView anySegment(SegmentMetadata metadata) {
      List<String> any = anyServers(random.between(0, replication));
      Map<String, WantedState> wanted = new LinkedHashMap<>();
      boolean isOnline = metadata.state() == SegmentState.ONLINE;
      any.forEach(
          server -> wanted.put(server, isOnline ? WantedState.ONLINE : WantedState.CONSUMING));
      List<String> leaving =
          anyServers(random.between(0, 2)).stream().filter(s -> !any.contains(s)).toList();
      Map<String, CurrentSegment> current = new HashMap<>();
      List<String> members = new ArrayList<>(any);
      members.addAll(leaving);
      for (String member : members) {
        ServingState state = random.oneOf(List.of(ServingState.values()));
        if (random.chance(0.8)) {
          current.put(
              member, new CurrentSegment(random.chance(0.5) ? served(metadata) : state, ""));
        }
      }
      return new SegmentView(metadata, new SegmentAssignment(wanted, leaving), current);
    }

    private List<String> anyServers(int count) {
      List<String> shuffled = new ArrayList<>(servers);
      Collections.shuffle(shuffled, new Random(random.nextLong()));
      return List.copyOf(shuffled.subList(0, Math.min(count, shuffled.size())));
    }

    private void aim() {
      segments().forEach(s -> target.put(s.metadata().name(), anyServers(replication)));
    }

    private List<SegmentView> segments() {
      return partitions.values().stream()
          .flatMap(partition -> partition.segments().values().stream())
          .toList();
    }

    void run() {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        boolean isTroubled = round < TROUBLED_ROUNDS;
        if (isTroubled) {
          trouble(round);
        } else {
          live.addAll(servers);
        }
        Step step = step();
        if (!isTroubled && step.isArrived() && step.changes().isEmpty()) {
          assertArrived();
          return;
        }
        members();
        work(isTroubled ? 0.3 : 0.7);
        now = now.plus(Duration.ofSeconds(random.between(1, 90)));
      }
      throw new AssertionError("not there after %d rounds: %s".formatted(MAX_ROUNDS, step()));
    }

    private void trouble(int round) {
      if (random.chance(0.1)) {
        live.remove(random.oneOf(servers));
      }
      if (random.chance(0.2)) {
        live.add(random.oneOf(servers));
      }
      if (round == TROUBLED_ROUNDS / 2) {
        aim();
      }
    }

    private Step step() {
      ClusterView view = view();
      TableView table = Objects.requireNonNull(view.tables().get("trips"));
      Step step =
          SegmentMoves.next(
              table, target, limits, live::contains, LoadBudget.of(view, live::contains));
      Map<String, Integer> loadsBefore = loads();
      int catchingUpBefore = catchingUp();
      for (SegmentView segment : segments()) {
        SegmentAssignment change = step.changes().get(segment.metadata().name());
        if (change != null) {
          assertFit(segment, change);
          apply(segment, change);
        }
      }
      loads()
          .forEach(
              (server, load) ->
                  assertThat(load)
                      .as("segments that %s has to load", server)
                      .isLessThanOrEqualTo(
                          Math.max(
                              limits.batchSizePerServer(), loadsBefore.getOrDefault(server, 0))));
      assertThat(catchingUp())
          .as("partitions whose consuming segments move")
          .isLessThanOrEqualTo(Math.max(limits.consumingPartitions(), catchingUpBefore));
      return step;
    }

    private void assertFit(SegmentView segment, SegmentAssignment change) {
      List<String> wanted = List.copyOf(change.wanted().keySet());
      assertThat(wanted).isEqualTo(target.get(segment.metadata().name()));
      assertThat(change.leaving()).doesNotContainAnyElementsOf(wanted);
      List<String> dropped =
          segment.assignment().wanted().keySet().stream().filter(s -> !wanted.contains(s)).toList();
      assertThat(change.leaving()).containsAll(dropped);
      assertThat(change.leaving())
          .containsAll(
              segment.assignment().leaving().stream().filter(s -> !wanted.contains(s)).toList());
      if (!dropped.isEmpty()) {
        assertThat(segment.assignment().wanted().keySet())
            .as("nobody is still loading %s", segment)
            .noneMatch(s -> Standing.of(segment, s, live::contains) == Standing.LOADS);
      }
      wanted.stream()
          .filter(s -> !segment.assignment().wanted().containsKey(s))
          .forEach(s -> assertThat(live).contains(s));
    }

    /** What the keeper of the members does. */
    private void members() {
      ClusterView view = view();
      for (PartitionView partition : List.copyOf(partitions.values())) {
        MembershipPlanner planner =
            new MembershipPlanner(
                replication,
                SegmentHomes.of(
                    view,
                    Objects.requireNonNull(view.tables().get("trips")),
                    Optional.empty(),
                    now),
                new ServerRooms(view),
                new Servers(live::contains, _ -> false, _ -> false),
                grace);
        planner
            .plan(partition, Set.of())
            .forEach(
                (name, change) ->
                    apply(
                        Objects.requireNonNull(partition.segments().get(name.sequence())), change));
      }
    }

    /** No change takes a serving member from a segment that has not more than it must have. */
    private void apply(SegmentView before, SegmentAssignment change) {
      Map<String, CurrentSegment> current = new HashMap<>(before.current());
      current
          .keySet()
          .removeIf(s -> !change.wanted().containsKey(s) && !change.leaving().contains(s));
      SegmentView after = new SegmentView(before.metadata(), change, current);
      assertThat(serving(after))
          .as("serving members: %s, then %s", before, after)
          .isGreaterThanOrEqualTo(Math.min(replication, serving(before)));
      put(after);
    }

    private void put(SegmentView segment) {
      int partition = segment.metadata().name().partition();
      NavigableMap<Integer, SegmentView> segments =
          new TreeMap<>(Objects.requireNonNull(partitions.get(partition)).segments());
      segments.put(segment.metadata().name().sequence(), segment);
      partitions = new TreeMap<>(partitions);
      partitions.put(partition, new PartitionView(partition, segments));
    }

    private long serving(SegmentView segment) {
      return segment.current().keySet().stream()
          .filter(s -> Standing.of(segment, s, live::contains) == Standing.SERVES)
          .count();
    }

    /** Live servers load what they are to, segments are committed. */
    private void work(double chance) {
      for (SegmentView segment : segments()) {
        SegmentMetadata metadata = segment.metadata();
        Map<String, CurrentSegment> current = new HashMap<>(segment.current());
        List<String> members = new ArrayList<>(segment.assignment().wanted().keySet());
        members.addAll(segment.assignment().leaving());
        for (String member : members) {
          if (live.contains(member) && random.chance(chance)) {
            current.put(member, new CurrentSegment(served(metadata), ""));
          }
        }
        SegmentAssignment assignment = segment.assignment();
        if (metadata.state() != SegmentState.ONLINE
            && !assignment.wanted().isEmpty()
            && random.chance(0.05)) {
          metadata = CLUSTER.online(metadata.name().partition(), metadata.name().sequence());
          Map<String, WantedState> wanted = new LinkedHashMap<>();
          assignment.wanted().keySet().forEach(s -> wanted.put(s, WantedState.ONLINE));
          assignment = new SegmentAssignment(wanted, assignment.leaving());
        }
        put(new SegmentView(metadata, assignment, current));
      }
    }

    private void assertArrived() {
      for (SegmentView segment : segments()) {
        assertThat(List.copyOf(segment.assignment().wanted().keySet()))
            .isEqualTo(target.get(segment.metadata().name()));
        assertThat(segment.assignment().wanted().keySet())
            .allSatisfy(
                server ->
                    assertThat(segment.current().get(server))
                        .as("%s of %s, which may have been sealed just now", server, segment)
                        .isNotNull()
                        .extracting(CurrentSegment::state)
                        .isIn(ServingState.ONLINE, ServingState.CONSUMING));
        if (segment.metadata().state() == SegmentState.ONLINE) {
          assertThat(segment.assignment().leaving()).isEmpty();
        }
      }
    }

    private Map<String, Integer> loads() {
      Map<String, Integer> loads = new HashMap<>();
      for (SegmentView segment : segments()) {
        for (String server : segment.assignment().wanted().keySet()) {
          if (Standing.of(segment, server, live::contains) == Standing.LOADS) {
            loads.merge(server, 1, Integer::sum);
          }
        }
      }
      return loads;
    }

    private int catchingUp() {
      return (int)
          partitions.values().stream()
              .filter(
                  partition ->
                      partition.segments().values().stream()
                          .filter(s -> s.metadata().state() != SegmentState.ONLINE)
                          .anyMatch(
                              s ->
                                  s.assignment().wanted().keySet().stream()
                                      .anyMatch(
                                          server ->
                                              Standing.of(s, server, live::contains)
                                                  == Standing.LOADS)))
              .count();
    }

    private ClusterView view() {
      Map<String, InstanceView> instances = new HashMap<>();
      for (String server : servers) {
        instances.put(
            server,
            new InstanceView(
                new InstanceConfig(
                    server, InstanceRole.SERVER, "a", 1, List.of("DefaultTenant_REALTIME")),
                live.contains(server)));
      }
      return new ClusterView(
          1, Optional.empty(), 0, instances, Map.of("trips", TEMPLATE.withPartitions(partitions)));
    }

    private static ServingState served(SegmentMetadata metadata) {
      return metadata.state() == SegmentState.ONLINE ? ServingState.ONLINE : ServingState.CONSUMING;
    }
  }
}
