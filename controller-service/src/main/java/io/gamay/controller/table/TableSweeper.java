package io.gamay.controller.table;

import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.controller.deletion.DeletionRecords;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.deepstore.DeepStore;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Removes what deleted tables left: metadata in bounded transactions, objects, the tombstone last;
 * and what servers still say of tables that are gone. Objects that are to be kept for a while stay,
 * with a record of all that metadata said, which is written before anything is removed. Each step
 * may be repeated.
 */
public final class TableSweeper {

  private static final Logger LOG = LoggerFactory.getLogger(TableSweeper.class);
  private static final int NODES_PER_TRANSACTION = 500;

  private final MetadataStore store;
  private final TableCatalog catalog;
  private final LeaderTransactions transactions;
  private final DeepStore deepStore;
  private final DeletionRecords records;

  public TableSweeper(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      DeepStore deepStore) {
    this.store = store;
    this.catalog = catalog;
    this.transactions = transactions;
    this.deepStore = deepStore;
    this.records = new DeletionRecords(deepStore);
  }

  /** Sweeps every tombstone. A table whose objects cannot be removed now keeps its tombstone. */
  public void sweep() {
    for (String tableId : catalog.tableIds()) {
      Optional<Versioned<TableNode>> node = catalog.tableNode(tableId);
      if (node.isPresent() && node.get().value().isDeleted()) {
        sweepTable(tableId, node.get().value().keptUntil());
      }
    }
    for (String instance : store.children(ClusterPaths.CURRENT)) {
      for (String tableId : store.children(ClusterPaths.current(instance))) {
        if (isGone(tableId)) {
          deleteTree(ClusterPaths.current(instance, tableId));
        }
      }
    }
  }

  /**
   * Asked after the table was found below an instance: a server speaks of no table before that
   * exists, so one that is not there now never comes.
   */
  private boolean isGone(String tableId) {
    return catalog.tableNode(tableId).filter(node -> !node.value().isDeleted()).isEmpty();
  }

  private void sweepTable(String tableId, Optional<Instant> keptUntil) {
    try {
      if (keptUntil.isPresent()) {
        records.keepTable(tableId, keptUntil.get(), out -> writeAll(tableId, out));
      }
      deleteTree(ClusterPaths.segments(tableId));
      deleteTree(ClusterPaths.assignment(tableId));
      deleteTree(ClusterPaths.rebalances(tableId));
      deleteTree(ClusterPaths.groups(tableId));
      if (keptUntil.isEmpty()) {
        for (DeepStore.ObjectInfo object : deepStore.list(tableId + "/")) {
          deepStore.delete(object.key());
        }
      }
    } catch (IOException away) {
      LOG.warn("what deleted table {} left cannot be removed now, trying again", tableId, away);
      return;
    }
    deleteTree(ClusterPaths.table(tableId));
    LOG.info(
        "deleted table {} is swept, its objects are {}",
        tableId,
        keptUntil.map(until -> "kept until " + until).orElse("gone"));
  }

  /** Lines of JSON: the table's node, the texts of its config and schema, then each segment. */
  private void writeAll(String tableId, OutputStream out) throws IOException {
    Optional<Versioned<TableNode>> table = catalog.tableNode(tableId);
    if (table.isEmpty()) {
      return;
    }
    TableNode node = table.get().value();
    writeLine(ClusterPaths.table(tableId), out);
    writeLine(ClusterPaths.tableConfigText(tableId, node.configVersion()), out);
    writeLine(ClusterPaths.schemaText(node.name(), node.schemaVersion()), out);
    for (String shard : store.children(ClusterPaths.segments(tableId))) {
      String path = ClusterPaths.segments(tableId, ShardId.parse(shard));
      for (String segment : store.children(path)) {
        writeLine(path + "/" + segment, out);
      }
    }
  }

  private void writeLine(String path, OutputStream out) throws IOException {
    Optional<StoredNode> node = store.get(path);
    if (node.isPresent()) {
      JsonMapper json = ClusterJson.mapper();
      out.write(json.writeValueAsBytes(json.readTree(node.get().data())));
      out.write('\n');
    }
  }

  /** Children before parents, so that what is left is always found again from the top. */
  private void deleteTree(String path) {
    List<String> leavesFirst = new ArrayList<>();
    collect(path, leavesFirst);
    for (int from = 0; from < leavesFirst.size(); from += NODES_PER_TRANSACTION) {
      int to = Math.min(from + NODES_PER_TRANSACTION, leavesFirst.size());
      deleteNodes(leavesFirst.subList(from, to));
    }
  }

  private void deleteNodes(List<String> paths) {
    transactions.write(
        mayBeWritten -> {
          List<Operation> deletions = new ArrayList<>();
          for (String path : paths) {
            if (store.get(path).isPresent()) {
              deletions.add(new Operation.Delete(path, Operation.ANY_VERSION));
            }
          }
          return new Decision<>(deletions, paths);
        });
  }

  private void collect(String path, List<String> leavesFirst) {
    for (String child : store.children(path)) {
      collect(path + "/" + child, leavesFirst);
    }
    leavesFirst.add(path);
  }
}
