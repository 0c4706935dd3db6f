package io.gamay.controller.table;

import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.deepstore.DeepStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what deleted tables left: metadata in bounded transactions, objects, the tombstone last;
 * and what servers still say of tables that are gone. Each step may be repeated.
 */
public final class TableSweeper {

  private static final Logger LOG = LoggerFactory.getLogger(TableSweeper.class);
  private static final int NODES_PER_TRANSACTION = 500;

  private final MetadataStore store;
  private final TableCatalog catalog;
  private final LeaderTransactions transactions;
  private final DeepStore deepStore;

  public TableSweeper(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      DeepStore deepStore) {
    this.store = store;
    this.catalog = catalog;
    this.transactions = transactions;
    this.deepStore = deepStore;
  }

  /** Sweeps every tombstone. A table whose objects cannot be removed now keeps its tombstone. */
  public void sweep() {
    for (String tableId : catalog.tableIds()) {
      Optional<Versioned<TableNode>> node = catalog.tableNode(tableId);
      if (node.isPresent() && node.get().value().isDeleted()) {
        sweepTable(tableId);
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

  private void sweepTable(String tableId) {
    deleteTree(ClusterPaths.segments(tableId));
    deleteTree(ClusterPaths.assignment(tableId));
    deleteTree(ClusterPaths.rebalances(tableId));
    deleteTree(ClusterPaths.groups(tableId));
    try {
      for (DeepStore.ObjectInfo object : deepStore.list(tableId + "/")) {
        deepStore.delete(object.key());
      }
    } catch (IOException away) {
      LOG.warn("objects of deleted table {} cannot be removed now, trying again", tableId, away);
      return;
    }
    deleteTree(ClusterPaths.table(tableId));
    LOG.info("deleted table {} is swept", tableId);
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
