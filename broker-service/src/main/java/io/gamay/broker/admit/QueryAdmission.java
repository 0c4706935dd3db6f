package io.gamay.broker.admit;

import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.util.concurrent.Semaphore;

/**
 * Counts the queries under way, and keeps the quotas of tables; one too many is refused at once
 * instead of waiting. Thread-safe.
 */
public final class QueryAdmission {

  private final int limit;
  private final TableQuotas quotas;
  private final Semaphore places;

  public QueryAdmission(int limit, TableQuotas quotas) {
    this.limit = limit;
    this.quotas = quotas;
    this.places = new Semaphore(limit);
  }

  /**
   * @throws QueryException {@link QueryErrorCode#TOO_MANY_REQUESTS} if every place is taken
   */
  public void enter() {
    if (!places.tryAcquire()) {
      throw new QueryException(
          QueryErrorCode.TOO_MANY_REQUESTS,
          "%d queries are under way on this broker, its limit (gamay.max-concurrent-queries); try again"
              .formatted(limit));
    }
  }

  /**
   * Counts a query for its table.
   *
   * @throws QueryException {@link QueryErrorCode#TOO_MANY_REQUESTS} if the table's quota is used up
   */
  public void admit(TableView table) {
    quotas.admit(table);
  }

  public void leave() {
    places.release();
  }

  public int underWay() {
    return limit - places.availablePermits();
  }
}
