package io.gamay.controller.rebalance;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.assignment.PlacementPlanner;
import io.gamay.controller.assignment.SegmentMover;
import io.gamay.controller.assignment.SegmentMoves.Limits;
import io.gamay.controller.leader.NotLeaderException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings sealed segments by itself to where they belong by now: from the servers that consumed them
 * to those for completed ones, and to their tier when they are old enough. A table that is being
 * rebalanced is left to that. One thread.
 */
public final class Relocation {

  private static final Logger LOG = LoggerFactory.getLogger(Relocation.class);

  private final RebalanceDesk desk;
  private final GroupKeeper groups;
  private final SegmentMover mover;
  private final Supplier<ClusterView> view;
  private final InstantSource clock;

  public Relocation(
      RebalanceDesk desk,
      GroupKeeper groups,
      SegmentMover mover,
      Supplier<ClusterView> view,
      InstantSource clock) {
    this.desk = desk;
    this.groups = groups;
    this.mover = mover;
    this.view = view;
    this.clock = clock;
  }

  /** Takes the next step of every table. One that cannot be looked after holds up no other. */
  public void relocate() {
    ClusterView seen = view.get();
    Set<String> rebalanced = desk.underWay().keySet();
    for (TableView table : seen.tables().values()) {
      if (!rebalanced.contains(table.tableId())) {
        try {
          relocate(seen, table);
        } catch (NotLeaderException | MetadataException over) {
          throw over;
        } catch (RuntimeException failed) {
          LOG.error("segments of {} cannot be relocated", table.tableId(), failed);
        }
      }
    }
  }

  private void relocate(ClusterView seen, TableView table) {
    Optional<InstanceGroups> chosen =
        table.config().placement().groupings().isEmpty()
            ? Optional.empty()
            : groups.read(table.tableId());
    Map<SegmentName, List<String>> misplaced =
        PlacementPlanner.misplaced(seen, table, chosen, clock.instant());
    if (!misplaced.isEmpty()) {
      mover.move(seen, table, misplaced, Limits.DEFAULT, () -> Optional.of(List.of()));
    }
  }
}
