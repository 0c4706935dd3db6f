package io.gamay.controller.rebalance;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.assignment.PlacementPlanner;
import io.gamay.controller.assignment.PlacementPlanner.Options;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the table's config and the groups that are written down for it want segments to be. */
public final class PlacedTargets implements RebalanceTargets {

  private final GroupKeeper groups;
  private final InstantSource clock;

  public PlacedTargets(GroupKeeper groups, InstantSource clock) {
    this.groups = groups;
    this.clock = clock;
  }

  @Override
  public Map<SegmentName, List<String>> of(
      ClusterView view, TableView table, RebalanceOptions options) {
    return of(view, table, groups.read(table.tableId()), options);
  }

  /**
   * As the other, with groups that are not written down.
   *
   * @param chosen empty: there are none
   */
  public Map<SegmentName, List<String>> of(
      ClusterView view,
      TableView table,
      Optional<InstanceGroups> chosen,
      RebalanceOptions options) {
    return PlacementPlanner.target(
        view,
        table,
        chosen,
        clock.instant(),
        new Options(options.includeConsuming(), options.bootstrap()));
  }
}
