package io.gamay.controller.retention;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.deletion.DeletionRecords;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.controller.leader.NotLeaderException;
import io.gamay.deepstore.DeepStore;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TimeFormat;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes segments whose newest time is older than the table keeps. Only from the front of a
 * partition, up to the first that is young enough: what remains still tiles the log. A record that
 * keeps its objects for a while is written first, then metadata goes, in one transaction per
 * segment; where nothing is to be kept, its objects go at once.
 */
public final class RetentionKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionKeeper.class);

  private final MetadataStore store;
  private final LeaderTransactions transactions;
  private final DeepStore deepStore;
  private final DeletionRecords records;
  private final Supplier<ClusterView> view;
  private final InstantSource clock;

  public RetentionKeeper(
      MetadataStore store,
      LeaderTransactions transactions,
      DeepStore deepStore,
      Supplier<ClusterView> view,
      InstantSource clock) {
    this.store = store;
    this.transactions = transactions;
    this.deepStore = deepStore;
    this.records = new DeletionRecords(deepStore);
    this.view = view;
    this.clock = clock;
  }

  /** What cannot be done for one table does not hold up the others. */
  public void deleteOld() {
    for (TableView table : view.get().tables().values()) {
      try {
        deleteOld(table);
      } catch (NotLeaderException | MetadataException over) {
        throw over;
      } catch (RuntimeException failed) {
        LOG.error("old segments of table {} cannot be deleted", table.tableId(), failed);
      }
    }
  }

  private void deleteOld(TableView table) {
    Optional<Duration> retention = table.config().retention();
    Optional<ColumnSpec> time = table.config().timeColumn().flatMap(table.schema()::column);
    Optional<TimeFormat> format = time.flatMap(ColumnSpec::timeFormat);
    if (retention.isPresent() && time.isPresent() && format.isPresent()) {
      Instant oldest = clock.instant().minus(retention.get());
      for (PartitionView partition : table.partitions().values()) {
        deleteFront(table, partition, time.get().name(), format.get(), oldest);
      }
    }
  }

  private void deleteFront(
      TableView table, PartitionView partition, String column, TimeFormat format, Instant oldest) {
    for (SegmentView segment : partition.segments().values()) {
      SegmentMetadata metadata = segment.metadata();
      boolean isTooOld =
          metadata.state() == SegmentState.ONLINE
              && SegmentAges.newest(metadata, column, format).filter(oldest::isAfter).isPresent();
      if (!isTooOld) {
        return;
      }
      if (!delete(table, metadata)) {
        return;
      }
    }
  }

  /** False if the deep store is away: then the segment stays for now. */
  private boolean delete(TableView table, SegmentMetadata metadata) {
    String tableId = table.tableId();
    SegmentName segment = metadata.name();
    Duration kept = table.config().deletedRetention();
    if (!kept.isZero() && !record(tableId, metadata, clock.instant().plus(kept))) {
      return false;
    }
    transactions.write(mayBeWritten -> new Decision<>(deletion(tableId, segment), segment));
    LOG.info("segment {} is deleted: older than its table keeps", segment);
    if (kept.isZero()) {
      removeObjects(tableId, segment);
    }
    return true;
  }

  private boolean record(String tableId, SegmentMetadata metadata, Instant until) {
    try {
      records.keep(tableId, metadata.name(), until, out -> out.write(ClusterJson.write(metadata)));
      return true;
    } catch (IOException away) {
      LOG.warn("segment {} is too old, and cannot be deleted now", metadata.name(), away);
      return false;
    }
  }

  private void removeObjects(String tableId, SegmentName segment) {
    try {
      for (DeepStore.ObjectInfo object : deepStore.list(tableId + "/" + segment + "/")) {
        deepStore.delete(object.key());
      }
    } catch (IOException away) {
      LOG.warn(
          "objects of deleted segment {} are left to the sweep of dead objects", segment, away);
    }
  }

  private List<Operation> deletion(String tableId, SegmentName segment) {
    List<Operation> operations = new ArrayList<>();
    String segmentPath = ClusterPaths.segment(tableId, segment);
    store
        .get(segmentPath)
        .ifPresent(node -> operations.add(new Operation.Delete(segmentPath, node.version())));
    String shardPath = ClusterPaths.assignment(tableId, ShardId.of(segment));
    Optional<StoredNode> shard = store.get(shardPath);
    if (shard.isPresent()) {
      AssignmentShard present = ClusterJson.read(shard.get().data(), AssignmentShard.class);
      Map<SegmentName, SegmentAssignment> rest = new HashMap<>(present.segments());
      if (rest.remove(segment) != null) {
        AssignmentShard next = present.withSegments(rest);
        operations.add(
            new Operation.Put(shardPath, ClusterJson.write(next), shard.get().version()));
      }
    }
    return operations;
  }
}
