package io.gamay.controller.table;

import static io.gamay.controller.table.RequestRefusedException.Kind.CONFLICT;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.Operation;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Writes down that a table's sealed segments are to be fetched from the deep store again. The order
 * stands in the table's node, where servers find it whenever they look. Thread-safe; blocks on the
 * store.
 */
public final class DownloadOrderDesk {

  private final TableCatalog catalog;
  private final LeaderTransactions transactions;

  public DownloadOrderDesk(TableCatalog catalog, LeaderTransactions transactions) {
    this.catalog = catalog;
    this.transactions = transactions;
  }

  /**
   * Orders all segments that are sealed.
   *
   * @param lastSealed by partition, the sequence of its last sealed segment
   * @return the table's node, whose newest order is this
   */
  public TableNode orderAll(String tableId, Map<Integer, Integer> lastSealed) {
    return order(tableId, orders -> orders.withAll(lastSealed));
  }

  /**
   * @param isThere whether the table still has a segment
   * @return the table's node, whose newest order is this
   */
  public TableNode orderOne(String tableId, SegmentName segment, Predicate<SegmentName> isThere) {
    return order(
        tableId,
        orders -> {
          try {
            return orders.withOne(segment, isThere);
          } catch (IllegalStateException full) {
            throw new RequestRefusedException(
                CONFLICT, full.getMessage() + ": reload the whole table with forceDownload=true");
          }
        });
  }

  /** An order whose reply is lost is given again: at worst segments are fetched twice. */
  private TableNode order(String tableId, UnaryOperator<DownloadOrders> next) {
    return transactions.write(
        _ -> {
          Versioned<TableNode> table =
              catalog
                  .tableNode(tableId)
                  .filter(node -> !node.value().isDeleted())
                  .orElseThrow(
                      () ->
                          new RequestRefusedException(
                              NOT_FOUND, "Table %s does not exist".formatted(tableId)));
          TableNode ordered = table.value().withDownloads(next.apply(table.value().downloads()));
          return new Decision<>(
              List.of(
                  new Operation.Put(
                      ClusterPaths.table(tableId), ClusterJson.write(ordered), table.version())),
              ordered);
        });
  }
}
