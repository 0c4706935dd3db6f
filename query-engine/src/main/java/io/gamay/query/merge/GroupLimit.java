package io.gamay.query.merge;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;

/** How many groups a query may have where none is left out. */
public final class GroupLimit {

  private GroupLimit() {}

  /**
   * @throws QueryException if there are more groups than the limit
   */
  public static void requireAtMost(long limit, long groups) {
    if (groups > limit) {
      throw new QueryException(
          QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
          "query has more than its limit of %d groups (numGroupsLimit): raise the option"
                  .formatted(limit)
              + " numGroupsLimit, or narrow the query");
    }
  }
}
