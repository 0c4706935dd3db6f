package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @return how many assignments were changed
   */
  int write(
      String tableId, PartitionView planned, Map<SegmentName, SegmentAssignment> changes) {
    Map<ShardId, Map<SegmentName, SegmentAssignment>> byShard = new HashMap<>();
    changes.forEach(
        (segment, assignment) ->
            byShard
                .computeIfAbsent(ShardId.of(segment), shard -> new HashMap<>())
                .put(segment, assignment));
    int written = 0;
    for (var shard : byShard.entrySet()) {
      written += writeShard(tableId, shard.getKey(), planned, shard.getValue());
    }
    return written;
  }

  private int writeShard(
      String tableId,
      ShardId shard,
      PartitionView planned,
      Map<SegmentName, SegmentAssignment> changes) {
    String path = ClusterPaths.assignment(tableId, shard);
    int written =
        transactions.write(
            mayBeWritten -> {
              Optional<StoredNode> node = store.get(path);
              if (node.isEmpty()) {
                return Decision.nothingToWrite(0);
              }
              AssignmentShard present = ClusterJson.read(node.get().data(), AssignmentShard.class);
              Map<SegmentName, SegmentAssignment> next = new HashMap<>(present.segments());
              int changed = 0;
              for (var change : changes.entrySet()) {
                SegmentView seen = planned.segments().get(change.getKey().sequence());
                if (seen != null
                    && next.replace(change.getKey(), seen.assignment(), change.getValue())) {
                  changed++;
                }
              }
              return changed == 0
                  ? Decision.nothingToWrite(0)
                  : new Decision<>(
                      List.of(
                          new Operation.Put(
                              path,
                              ClusterJson.write(new AssignmentShard(shard, next)),
                              node.get().version())),
                      changed);
            });
    if (written > 0) {
      LOG.info("table {}, shard {}: members of {} segments changed", tableId, shard, written);
    }
    return written;
  }
}
