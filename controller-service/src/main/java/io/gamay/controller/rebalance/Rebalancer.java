package io.gamay.controller.rebalance;

import static io.gamay.controller.table.RequestRefusedException.Kind.CONFLICT;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.assignment.RebalanceJob;
import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.assignment.SegmentMover;
import io.gamay.controller.assignment.SegmentMoves.Step;
import io.gamay.controller.table.RequestRefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plans a rebalance, and orders what was planned. Thread-safe; blocks on the store.
 *
 * <p>Groups that are chosen anew are written down first: from then on they are what the table has,
 * whatever becomes of the order.
 */
public final class Rebalancer {

  private final RebalanceDesk desk;
  private final GroupKeeper groups;
  private final PlacedTargets targets;

  public Rebalancer(RebalanceDesk desk, GroupKeeper groups, PlacedTargets targets) {
    this.desk = desk;
    this.groups = groups;
    this.targets = targets;
  }

  /**
   * What a rebalance would do.
   *
   * @param groups the servers that are chosen; none where the table asks for no choice
   * @param areGroupsNew whether they are not what is written down
   * @param target where segments belong
   * @param moving the segments that are to change servers
   * @param committing how many others are committed, so that servers which gave them up let them go
   * @param underWay how many others are still being loaded where they belong, or held elsewhere
   * @param writtenGroups the groups that it was planned on
   */
  public record Plan(
      TableView table,
      RebalanceOptions options,
      InstanceGroups groups,
      boolean areGroupsNew,
      Map<SegmentName, List<String>> target,
      List<SegmentView> moving,
      int committing,
      int underWay,
      Optional<InstanceGroups> writtenGroups) {

    /** Whether each segment is where it belongs, and nowhere else. */
    public boolean isArrived() {
      return moving.isEmpty() && committing == 0 && underWay == 0;
    }
  }

  /**
   * @param reassign whether servers are chosen anew
   */
  public Plan plan(ClusterView view, TableView table, RebalanceOptions options, boolean reassign) {
    Optional<InstanceGroups> present = groups.read(table.tableId());
    InstanceGroups chosen =
        reassign
            ? GroupKeeper.reassigned(
                view,
                table.config(),
                options.bootstrap() ? present.map(InstanceGroups::withoutAny) : present)
            : present.orElse(InstanceGroups.NONE);
    Optional<InstanceGroups> used =
        Optional.of(chosen).filter(groups -> !groups.byKind().isEmpty());
    Map<SegmentName, List<String>> target = targets.of(view, table, used, options);
    return new Plan(
        table,
        options,
        chosen,
        !chosen.equals(present.orElse(InstanceGroups.NONE)),
        target,
        Aim.segments(table).filter(segment -> Aim.isToMove(segment, target)).toList(),
        options.forceCommit()
            ? (int)
                Aim.segments(table)
                    .filter(segment -> !Aim.isToMove(segment, target))
                    .filter(Aim::isHeldByOthers)
                    .count()
            : 0,
        underWay(view, table, target, options),
        present);
  }

  private static int underWay(
      ClusterView view,
      TableView table,
      Map<SegmentName, List<String>> target,
      RebalanceOptions options) {
    Step step = SegmentMover.look(view, table, target, RebalanceKeeper.limits(options));
    return step.loading() - step.begun() + step.releasing();
  }

  /**
   * Orders it.
   *
   * @throws RequestRefusedException if the table is gone, is being rebalanced, or its groups cannot
   *     be written down, or are not those any more on which it was planned
   */
  public RebalanceJob order(Plan plan) {
    String tableId = plan.table().tableId();
    desk.requireNoneUnderWay(tableId);
    if (plan.areGroupsNew() && !plan.groups().byKind().isEmpty()) {
      groups.replace(
          tableId,
          present -> {
            if (!present.equals(plan.writtenGroups())
                && !present.equals(Optional.of(plan.groups()))) {
              throw new RequestRefusedException(
                  CONFLICT,
                  "the servers that were chosen for table %s have changed meanwhile: try again"
                      .formatted(plan.table().config().nameWithType()));
            }
            return plan.groups();
          });
    }
    return desk.start(
        tableId, plan.options(), plan.moving().size() + plan.committing() + plan.underWay());
  }
}
