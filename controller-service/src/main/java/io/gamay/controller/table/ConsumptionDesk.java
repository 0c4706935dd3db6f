package io.gamay.controller.table;

import static io.gamay.controller.table.RequestRefusedException.Kind.CONFLICT;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.consumption.EndJob;
import io.gamay.cluster.consumption.PauseState.ReasonCode;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Writes down what is to become of a table's consumption: segments that are to end now, a pause, a
 * resumption. Orders stand in the table's node, where servers find them whenever they look; so
 * nothing is lost when a controller or a server dies, and an order that is given twice is the same
 * order. Thread-safe; blocks on the store.
 */
public final class ConsumptionDesk {

  private final TableCatalog catalog;
  private final LeaderTransactions transactions;
  private final InstantSource clock;

  public ConsumptionDesk(
      TableCatalog catalog, LeaderTransactions transactions, InstantSource clock) {
    this.catalog = catalog;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * Orders consuming segments to end, the first batch of them at once. A job whose reply is lost is
   * given again; at worst there are two that ask for the same.
   *
   * @param segments by partition, the sequence of its consuming segment
   * @param batchTime after which the next batch is ordered though the one before is not committed
   * @return the table's node, whose newest job is this
   */
  public TableNode forceCommit(
      String tableId, Map<Integer, Integer> segments, int batchSize, Duration batchTime) {
    Instant now = clock.instant();
    return order(tableId, orders -> orders.withJob(segments, batchSize, batchTime, now));
  }

  /**
   * Orders the next batch of every job whose newest one is committed, or has had its time. Called
   * again and again.
   */
  public void orderNextBatches(ClusterView view) {
    for (TableView table : view.tables().values()) {
      for (EndJob job : table.consumption().jobs()) {
        if (!job.isOrdered() && isBatchOver(table, job)) {
          orderNextBatch(table.tableId(), job);
        }
      }
    }
  }

  private boolean isBatchOver(TableView table, EndJob job) {
    boolean hadItsTime = !clock.instant().isBefore(job.orderedAt().plus(job.batchTime()));
    return hadItsTime
        || job.newestBatch().entrySet().stream()
            .allMatch(segment -> isCommitted(table, segment.getKey(), segment.getValue()));
  }

  /** Also when it is gone. */
  private static boolean isCommitted(TableView table, int partition, int sequence) {
    PartitionView found = table.partitions().get(partition);
    SegmentView segment = found == null ? null : found.segments().get(sequence);
    return segment == null || segment.metadata().state() == SegmentState.ONLINE;
  }

  private void orderNextBatch(String tableId, EndJob seen) {
    Instant now = clock.instant();
    order(
        tableId,
        orders ->
            orders.job(seen.number()).filter(seen::equals).isPresent()
                ? orders.withNextBatch(seen.number(), now)
                : orders);
  }

  /**
   * Stops consumption; what is consumed already is committed.
   *
   * @param ending by partition, the sequence of the consuming segment that has rows
   */
  public TableNode pause(
      String tableId, ReasonCode reason, String comment, Map<Integer, Integer> ending) {
    Instant now = clock.instant();
    return order(tableId, orders -> orders.paused(reason, comment, ending, now));
  }

  /**
   * As {@link #pause}, on the cluster's behalf: a table that is paused already stays as it is.
   *
   * @return whether it is paused for this reason now
   */
  public boolean hold(
      String tableId, ReasonCode reason, String comment, Map<Integer, Integer> ending) {
    Instant now = clock.instant();
    TableNode after =
        order(
            tableId,
            orders -> orders.isPaused() ? orders : orders.paused(reason, comment, ending, now));
    return isHeld(after.consumption(), reason);
  }

  /**
   * Ends a pause that was made for this reason; any other stays as it is. Consumption goes on where
   * it stood.
   *
   * @param consuming by partition, the sequence of its consuming segment
   * @param isOpen whether a segment may still be consumed or committed
   */
  public void release(
      String tableId,
      ReasonCode reason,
      String comment,
      Map<Integer, Integer> consuming,
      Predicate<SegmentName> isOpen) {
    Instant now = clock.instant();
    order(
        tableId,
        orders ->
            isHeld(orders, reason)
                ? orders.resumed(comment, consuming, Map.of(), isOpen, now)
                : orders);
  }

  private static boolean isHeld(ConsumptionOrders orders, ReasonCode reason) {
    return orders.pause().filter(pause -> pause.isPaused() && pause.reason() == reason).isPresent();
  }

  /**
   * Consumption goes on where it stood, but for partitions that are told to skip. Of a table that
   * is not paused nothing changes.
   *
   * @param consuming by partition, the sequence of its consuming segment
   * @param skipTo consuming segments that are not read from their start, and from where they are:
   *     the offsets before that are recorded as lost
   * @param isOpen whether a segment may still be consumed or committed
   * @throws RequestRefusedException if there are more skips than the table's node has room for
   */
  public TableNode resume(
      String tableId,
      String comment,
      Map<Integer, Integer> consuming,
      Map<SegmentName, Long> skipTo,
      Predicate<SegmentName> isOpen) {
    Instant now = clock.instant();
    return order(
        tableId,
        orders -> {
          if (!orders.isPaused()) {
            return orders;
          }
          try {
            return orders.resumed(comment, consuming, skipTo, isOpen, now);
          } catch (IllegalStateException tooMany) {
            throw new RequestRefusedException(
                CONFLICT,
                tooMany.getMessage() + ": resume with consumeFrom=lastConsumed, which skips none");
          }
        });
  }

  private TableNode order(String tableId, UnaryOperator<ConsumptionOrders> next) {
    return transactions.write(
        _ -> {
          Versioned<TableNode> table =
              catalog
                  .tableNode(tableId)
                  .filter(node -> !node.value().isDeleted())
                  .orElseThrow(() -> gone(tableId));
          ConsumptionOrders before = table.value().consumption();
          ConsumptionOrders after = next.apply(before);
          if (after.equals(before)) {
            return Decision.nothingToWrite(table.value());
          }
          TableNode ordered = table.value().withConsumption(after);
          return new Decision<>(
              List.of(
                  new Operation.Put(
                      ClusterPaths.table(tableId), ClusterJson.write(ordered), table.version())),
              ordered);
        });
  }

  private static RequestRefusedException gone(String tableId) {
    return new RequestRefusedException(NOT_FOUND, "Table %s does not exist".formatted(tableId));
  }

  /** A job as it stands now; empty if there is none of this number, or not any more. */
  public Optional<EndJob> job(String tableId, int number) {
    return catalog
        .tableNode(tableId)
        .filter(node -> !node.value().isDeleted())
        .flatMap(node -> node.value().consumption().job(number));
  }
}
