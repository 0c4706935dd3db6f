package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changed assignments that were planned on a view to each shard as it is now: one that is no
 * longer what the plan saw stays as it is, for the next plan to look at. One transaction per shard.
 * Thread-safe; blocks on the store.
 */
public final class AssignmentWriter {

  private static final Logger LOG = LoggerFactory.getLogger(AssignmentWriter.class);

  private final MetadataStore store;
  private final LeaderTransactions transactions;

  public AssignmentWriter(MetadataStore store, LeaderTransactions transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  /**
   * @param planned what the plan saw
   * @return the segments whose assignments were changed
   */
  Set<SegmentName> write(
      String tableId, PartitionView planned, Map<SegmentName, SegmentAssignment> changes) {
    return write(tableId, planned, changes, () -> Optional.of(List.of()));
  }

  /**
   * @param planned what the plan saw
   * @param permit asked in each transaction: what must hold for it, or empty if nothing is to be
   *     written any more
   * @return the segments whose assignments were changed
   */
  Set<SegmentName> write(
      String tableId,
      PartitionView planned,
      Map<SegmentName, SegmentAssignment> changes,
      Supplier<Optional<List<Operation>>> permit) {
    Map<ShardId, Map<SegmentName, SegmentAssignment>> byShard = new HashMap<>();
    changes.forEach(
        (segment, assignment) ->
            byShard
                .computeIfAbsent(ShardId.of(segment), shard -> new HashMap<>())
                .put(segment, assignment));
    Set<SegmentName> written = new HashSet<>();
    for (var shard : byShard.entrySet()) {
      written.addAll(writeShard(tableId, shard.getKey(), planned, shard.getValue(), permit));
    }
    return written;
  }

  private Set<SegmentName> writeShard(
      String tableId,
      ShardId shard,
      PartitionView planned,
      Map<SegmentName, SegmentAssignment> changes,
      Supplier<Optional<List<Operation>>> permit) {
    String path = ClusterPaths.assignment(tableId, shard);
    Set<SegmentName> written =
        transactions.write(
            _ -> {
              Optional<List<Operation>> conditions = permit.get();
              Optional<StoredNode> node = store.get(path);
              if (conditions.isEmpty() || node.isEmpty()) {
                return Decision.nothingToWrite(Set.of());
              }
              AssignmentShard present = ClusterJson.read(node.get().data(), AssignmentShard.class);
              Map<SegmentName, SegmentAssignment> next = new HashMap<>(present.segments());
              List<Operation> operations = new ArrayList<>(conditions.get());
              Set<SegmentName> changed = changed(tableId, next, planned, changes, operations);
              if (changed.isEmpty()) {
                return Decision.nothingToWrite(changed);
              }
              operations.add(
                  new Operation.Put(
                      path, ClusterJson.write(present.withSegments(next)), node.get().version()));
              return new Decision<>(operations, changed);
            });
    if (!written.isEmpty()) {
      LOG.info(
          "table {}, shard {}: members of {} segments changed", tableId, shard, written.size());
    }
    return written;
  }

  private Set<SegmentName> changed(
      String tableId,
      Map<SegmentName, SegmentAssignment> present,
      PartitionView planned,
      Map<SegmentName, SegmentAssignment> changes,
      List<Operation> checks) {
    Set<SegmentName> changed = new HashSet<>();
    changes.forEach(
        (name, assignment) -> {
          @Nullable SegmentView seen = planned.segments().get(name.sequence());
          if (seen == null || !seen.assignment().equals(present.get(name))) {
            return;
          }
          Optional<List<Operation>> asSeen = asSeen(tableId, seen, assignment);
          if (asSeen.isPresent()) {
            checks.addAll(asSeen.get());
            present.put(name, assignment);
            changed.add(name);
          }
        });
    return changed;
  }

  /**
   * What must hold for a change. A member is let go from an unfinished segment only by what is
   * known of the segment itself: that nobody has made it the committer meanwhile.
   *
   * @return empty if the segment is not what the plan saw
   */
  private Optional<List<Operation>> asSeen(
      String tableId, SegmentView seen, SegmentAssignment next) {
    boolean isLetGo =
        seen.assignment().leaving().stream()
            .anyMatch(
                server -> !next.leaving().contains(server) && !next.wanted().containsKey(server));
    if (!isLetGo || seen.metadata().state() == SegmentState.ONLINE) {
      return Optional.of(List.of());
    }
    String path = ClusterPaths.segment(tableId, seen.metadata().name());
    return store
        .get(path)
        .filter(
            node -> ClusterJson.read(node.data(), SegmentMetadata.class).equals(seen.metadata()))
        .map(node -> List.<Operation>of(new Operation.Check(path, node.version())));
  }
}
