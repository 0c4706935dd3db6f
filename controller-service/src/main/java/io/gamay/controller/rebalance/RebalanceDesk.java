package io.gamay.controller.rebalance;

import static io.gamay.controller.table.RequestRefusedException.Kind.CONFLICT;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.assignment.RebalanceJob;
import io.gamay.cluster.assignment.RebalanceJob.Status;
import io.gamay.cluster.assignment.RebalanceLog;
import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.TableState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Writes down which tables are rebalanced, one order per table at a time, and how far each is.
 * Thread-safe; blocks on the store.
 */
public final class RebalanceDesk {

  private final MetadataStore store;
  private final TableCatalog catalog;
  private final LeaderTransactions transactions;
  private final InstantSource clock;

  public RebalanceDesk(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      InstantSource clock) {
    this.store = store;
    this.catalog = catalog;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Under which everybody finds a job again. */
  public static String id(String tableId, RebalanceJob job) {
    return tableId + "~rebalance" + job.number();
  }

  /**
   * Orders a rebalance. An order whose reply was lost is found again.
   *
   * @param segments how many have to move; with none it is over at once
   * @throws RequestRefusedException if there is no such table, or one is under way
   */
  public RebalanceJob start(String tableId, RebalanceOptions options, int segments) {
    Instant now = clock.instant();
    return transactions.write(
        mayBeWritten -> {
          TableState table = catalog.tableById(tableId).orElseThrow(() -> gone(tableId));
          Optional<StoredNode> node = store.get(ClusterPaths.rebalances(tableId));
          RebalanceLog log = log(node);
          Optional<RebalanceJob> own =
              log.newest().filter(job -> mayBeWritten && job.submittedAt().equals(now));
          if (own.isPresent()) {
            return Decision.nothingToWrite(own.get());
          }
          requireNoneUnderWay(table, log);
          RebalanceJob submitted = RebalanceJob.submitted(log.nextNumber(), options, segments, now);
          RebalanceJob job =
              segments == 0
                  ? submitted.ended(Status.NO_OP, "every segment is where it belongs", now)
                  : submitted;
          return new Decision<>(List.of(table.unchanged(), put(tableId, node, log.with(job))), job);
        });
  }

  /**
   * @throws RequestRefusedException if there is no such table, or one is under way
   */
  void requireNoneUnderWay(String tableId) {
    requireNoneUnderWay(catalog.tableById(tableId).orElseThrow(() -> gone(tableId)), log(tableId));
  }

  private static void requireNoneUnderWay(TableState table, RebalanceLog log) {
    if (log.inProgress().isPresent()) {
      throw new RequestRefusedException(
          CONFLICT,
          "table %s is being rebalanced by job %s: wait for it, or cancel it with DELETE /tables/%s/rebalance"
              .formatted(
                  table.config().nameWithType(),
                  id(table.tableId(), log.inProgress().get()),
                  table.config().name()));
    }
  }

  /**
   * Calls off what is under way. Segments that have begun to move arrive; no more begin.
   *
   * @return the job that was called off; empty if none was under way
   */
  public Optional<RebalanceJob> cancel(String tableId) {
    Instant now = clock.instant();
    return transactions.write(
        mayBeWritten -> {
          Optional<StoredNode> node = store.get(ClusterPaths.rebalances(tableId));
          RebalanceLog log = log(node);
          Optional<RebalanceJob> own =
              log.newest()
                  .filter(
                      job ->
                          mayBeWritten
                              && job.status() == Status.CANCELLED
                              && job.finishedAt().equals(Optional.of(now)));
          Optional<RebalanceJob> present = log.inProgress();
          if (own.isPresent() || present.isEmpty()) {
            return Decision.nothingToWrite(own);
          }
          RebalanceJob cancelled =
              present
                  .get()
                  .ended(
                      Status.CANCELLED,
                      "called off; what had begun to move arrives, nothing is turned back",
                      now);
          return new Decision<>(
              List.of(put(tableId, node, log.with(cancelled))), Optional.of(cancelled));
        });
  }

  /** What is known of a table's rebalances. */
  public RebalanceLog log(String tableId) {
    return log(store.get(ClusterPaths.rebalances(tableId)));
  }

  /** The jobs under way, by table id. */
  Map<String, RebalanceJob> underWay() {
    Map<String, RebalanceJob> jobs = new TreeMap<>();
    List<String> paths =
        store.children(ClusterPaths.REBALANCES).stream().map(ClusterPaths::rebalances).toList();
    store
        .getAll(paths)
        .forEach(
            (path, node) ->
                log(Optional.of(node))
                    .inProgress()
                    .ifPresent(
                        job ->
                            jobs.put(path.substring(ClusterPaths.REBALANCES.length() + 1), job)));
    return jobs;
  }

  /** What has to hold for a step of a job: that it is still under way. Empty if it is not. */
  Optional<List<Operation>> stillUnderWay(String tableId, int number) {
    String path = ClusterPaths.rebalances(tableId);
    return store
        .get(path)
        .filter(
            node ->
                log(Optional.of(node)).inProgress().filter(j -> j.number() == number).isPresent())
        .map(node -> List.of(new Operation.Check(path, node.version())));
  }

  /** Changes a job that is still under way. */
  void update(String tableId, int number, UnaryOperator<RebalanceJob> change) {
    transactions.write(
        _ -> {
          Optional<StoredNode> node = store.get(ClusterPaths.rebalances(tableId));
          RebalanceLog log = log(node);
          Optional<RebalanceJob> present = log.inProgress().filter(job -> job.number() == number);
          if (present.isEmpty()) {
            return Decision.nothingToWrite(number);
          }
          RebalanceJob next = change.apply(present.get());
          return next.equals(present.get())
              ? Decision.nothingToWrite(number)
              : new Decision<>(List.of(put(tableId, node, log.with(next))), number);
        });
  }

  private static RebalanceLog log(Optional<StoredNode> node) {
    return node.filter(stored -> stored.data().length > 0)
        .map(stored -> ClusterJson.read(stored.data(), RebalanceLog.class))
        .orElse(RebalanceLog.NONE);
  }

  private static Operation put(String tableId, Optional<StoredNode> node, RebalanceLog log) {
    String path = ClusterPaths.rebalances(tableId);
    byte[] data = ClusterJson.write(log);
    return node.<Operation>map(present -> new Operation.Put(path, data, present.version()))
        .orElseGet(() -> new Operation.Create(path, data, false));
  }

  private static RequestRefusedException gone(String tableId) {
    return new RequestRefusedException(NOT_FOUND, "Table %s does not exist".formatted(tableId));
  }
}
