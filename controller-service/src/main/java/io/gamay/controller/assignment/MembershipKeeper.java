package io.gamay.controller.assignment;

import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.NotLeaderException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every segment hosted by as many servers as its table wants (T4), and lets replaced ones go
 * when nobody needs them any more (T5). One thread.
 */
public final class MembershipKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(MembershipKeeper.class);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final AssignmentWriter writer;
  private final Supplier<ClusterView> view;
  private final InstantSource clock;
  private final Duration goneAfter;
  private final ReleaseGrace releaseGrace;
  private final Map<String, Instant> awaySince = new HashMap<>();
  private Instant lastLook = Instant.EPOCH;

  /**
   * @param goneAfter how long a server is away before others take over for good
   */
  public MembershipKeeper(
      AssignmentWriter writer,
      Supplier<ClusterView> view,
      InstantSource clock,
      Duration goneAfter) {
    this(writer, view, clock, goneAfter, ReleaseGrace.USUAL);
  }

  /**
   * @param goneAfter how long a server is away before others take over for good
   * @param releaseGrace how long a replaced server stays when nobody needs it any more
   */
  public MembershipKeeper(
      AssignmentWriter writer,
      Supplier<ClusterView> view,
      InstantSource clock,
      Duration goneAfter,
      Duration releaseGrace) {
    this.writer = writer;
    this.view = view;
    this.clock = clock;
    this.goneAfter = goneAfter;
    this.releaseGrace = new ReleaseGrace(clock, releaseGrace);
  }

  public void keep() {
    ClusterView seen = view.get();
    noteAway(seen);
    Map<String, ServerLoads> loadsByTenant = new HashMap<>();
    Set<String> relieved = relieved(seen);
    for (TableView table : seen.tables().values()) {
      ServerLoads loads =
          loadsByTenant.computeIfAbsent(
              table.config().serverTenant(), tenant -> ServerLoads.of(seen, tenant));
      MembershipPlanner planner =
          new MembershipPlanner(
              table.config().replication(),
              loads,
              this::isGoneForGood,
              relieved::contains,
              releaseGrace);
      for (PartitionView partition : table.partitions().values()) {
        keep(table.tableId(), partition, planner);
      }
    }
  }

  /** A partition whose nodes are not as they should be does not hold up the others. */
  private void keep(String tableId, PartitionView partition, MembershipPlanner planner) {
    try {
      writer.write(tableId, partition, planner.plan(partition));
    } catch (NotLeaderException | MetadataException over) {
      throw over;
    } catch (RuntimeException failed) {
      LOG.error(
          "members of partition {} of {} cannot be looked after",
          partition.partition(),
          tableId,
          failed);
    }
  }

  /** After a pause, as between two terms, nobody knows who was away meanwhile. */
  private void noteAway(ClusterView seen) {
    if (clock.instant().isAfter(lastLook.plus(LONGEST_PAUSE))) {
      awaySince.clear();
    }
    lastLook = clock.instant();
    Set<String> live = new HashSet<>();
    seen.liveInstances(InstanceRole.SERVER).forEach(server -> live.add(server.config().id()));
    awaySince.keySet().removeAll(live);
    Instant now = clock.instant();
    seen.tables().values().stream()
        .flatMap(table -> table.partitions().values().stream())
        .flatMap(partition -> partition.segments().values().stream())
        .map(ClusterView.SegmentView::assignment)
        .forEach(
            assignment -> {
              assignment.wanted().keySet().forEach(s -> noteAway(s, live, now));
              assignment.leaving().forEach(s -> noteAway(s, live, now));
            });
  }

  /**
   * Servers that people want to have no work any more: others take over, as for one that is gone.
   */
  private static Set<String> relieved(ClusterView seen) {
    return seen.instances().values().stream()
        .filter(instance -> !instance.order().isEnabled())
        .map(instance -> instance.config().id())
        .collect(Collectors.toSet());
  }

  private void noteAway(String server, Set<String> live, Instant now) {
    if (!live.contains(server)) {
      awaySince.putIfAbsent(server, now);
    }
  }

  private boolean isGoneForGood(String server) {
    Instant since = awaySince.get(server);
    return since != null && !clock.instant().isBefore(since.plus(goneAfter));
  }
}
