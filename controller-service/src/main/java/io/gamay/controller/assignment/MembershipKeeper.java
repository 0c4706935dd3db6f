package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.MembershipPlanner.Servers;
import io.gamay.controller.leader.NotLeaderException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
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

  private final AssignmentWriter writer;
  private final GroupKeeper groups;
  private final Supplier<ClusterView> view;
  private final InstantSource clock;
  private final ServerAbsence absence;
  private final ReleaseGrace releaseGrace;
  private final CommonBeginnings beginnings = new CommonBeginnings();

  /**
   * @param goneAfter how long a server is away before others take over for good
   */
  public MembershipKeeper(
      AssignmentWriter writer,
      GroupKeeper groups,
      Supplier<ClusterView> view,
      InstantSource clock,
      Duration goneAfter) {
    this(writer, groups, view, clock, goneAfter, ReleaseGrace.USUAL);
  }

  /**
   * @param goneAfter how long a server is away before others take over for good
   * @param releaseGrace how long a replaced server stays when nobody needs it any more
   */
  public MembershipKeeper(
      AssignmentWriter writer,
      GroupKeeper groups,
      Supplier<ClusterView> view,
      InstantSource clock,
      Duration goneAfter,
      Duration releaseGrace) {
    this.writer = writer;
    this.groups = groups;
    this.view = view;
    this.clock = clock;
    this.absence = new ServerAbsence(clock, goneAfter);
    this.releaseGrace = new ReleaseGrace(clock, releaseGrace);
  }

  public void keep() {
    ClusterView seen = view.get();
    noteAway(seen);
    ServerRooms rooms = new ServerRooms(seen);
    Set<String> live =
        seen.liveInstances(InstanceRole.SERVER).stream()
            .map(server -> server.config().id())
            .collect(Collectors.toSet());
    Servers servers = new Servers(live::contains, absence::isGoneForGood, relieved(seen)::contains);
    for (TableView table : seen.tables().values()) {
      keep(seen, table, rooms, servers);
    }
    beginnings.forgetOthers();
    groups.retainTables(
        seen.tables().values().stream().map(TableView::tableId).collect(Collectors.toSet()));
  }

  private void keep(ClusterView seen, TableView table, ServerRooms rooms, Servers servers) {
    SegmentHomes homes = SegmentHomes.of(seen, table, groups(table), clock.instant());
    MembershipPlanner planner =
        new MembershipPlanner(WantedReplicas.of(table), homes, rooms, servers, releaseGrace);
    for (PartitionView partition : table.partitions().values()) {
      keep(table.tableId(), partition, planner, servers);
    }
  }

  /** A table whose groups are not as they should be is looked after as if it had none yet. */
  private Optional<InstanceGroups> groups(TableView table) {
    try {
      return groups.keep(table, absence::isGoneForGood);
    } catch (NotLeaderException | MetadataException over) {
      throw over;
    } catch (RuntimeException failed) {
      LOG.error("groups of {} cannot be looked after", table.tableId(), failed);
      return Optional.empty();
    }
  }

  /** A partition whose nodes are not as they should be does not hold up the others. */
  private void keep(
      String tableId, PartitionView partition, MembershipPlanner planner, Servers servers) {
    try {
      Set<String> sinceBeginning =
          beginnings.look(tableId, partition, servers::serves, servers.isLive());
      writer.write(tableId, partition, planner.plan(partition, sinceBeginning));
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

  private void noteAway(ClusterView seen) {
    absence.look(seen);
    releaseGrace.look();
    beginnings.begin(clock.instant());
    seen.tables().values().stream()
        .flatMap(table -> table.partitions().values().stream())
        .flatMap(partition -> partition.segments().values().stream())
        .map(ClusterView.SegmentView::assignment)
        .forEach(
            assignment -> {
              absence.missAll(assignment.wanted().keySet());
              absence.missAll(assignment.leaving());
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
}
