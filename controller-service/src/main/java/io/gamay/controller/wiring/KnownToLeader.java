package io.gamay.controller.wiring;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.commit.CommitService;
import io.gamay.controller.health.LeaderMemory;
import io.gamay.controller.health.StreamWatch;
import io.gamay.controller.rebalance.RebalanceKeeper;
import io.gamay.controller.repair.ObjectRepairer;
import io.gamay.controller.repair.RepairLog;
import java.util.List;
import java.util.Optional;

/** What the rooms of this controller remember of tables, for whoever judges their health. */
final class KnownToLeader implements LeaderMemory {

  private final CommitService commits;
  private final StreamWatch streams;
  private final ObjectRepairer objects;
  private final RepairLog repairs;
  private final RebalanceKeeper rebalances;
  private final GroupKeeper groups;

  KnownToLeader(
      CommitService commits,
      StreamWatch streams,
      ObjectRepairer objects,
      RepairLog repairs,
      RebalanceKeeper rebalances,
      GroupKeeper groups) {
    this.groups = groups;
    this.rebalances = rebalances;
    this.commits = commits;
    this.streams = streams;
    this.objects = objects;
    this.repairs = repairs;
  }

  @Override
  public String commitTrouble(String tableId, SegmentName segment) {
    return commits.trouble(tableId, segment);
  }

  @Override
  public Optional<String> streamTrouble(String tableId) {
    return streams.trouble(tableId);
  }

  @Override
  public List<StreamWatch.LogBreach> logBreaches(String tableId) {
    return streams.breaches(tableId);
  }

  @Override
  public Optional<String> deepStoreTrouble() {
    return objects.trouble();
  }

  @Override
  public List<ObjectFlaw> objectFlaws(String tableId) {
    return objects.flaws(tableId).stream()
        .map(flaw -> new ObjectFlaw(flaw.segment(), flaw.isMissing(), flaw.reason()))
        .toList();
  }

  @Override
  public int orphanedObjects(String tableId) {
    return objects.orphans(tableId);
  }

  @Override
  public Optional<String> rebalance(String tableId) {
    return rebalances.progress(tableId);
  }

  @Override
  public InstanceGroups chosenServers(String tableId) {
    return groups.known(tableId);
  }

  @Override
  public Optional<String> repair(String tableId, int partition, Optional<String> segment) {
    return repairs.lately(tableId, partition, segment);
  }
}
