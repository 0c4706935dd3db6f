package io.gamay.broker.admit;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.util.concurrent.Semaphore;

/**
 * Counts the queries under way; one too many is refused at once instead of waiting. Thread-safe.
 */
public final class QueryAdmission {

  private final int limit;
  private final Semaphore places;

  public QueryAdmission(int limit) {
    this.limit = limit;
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

  public void leave() {
    places.release();
  }

  public int underWay() {
    return limit - places.availablePermits();
  }
}
