package io.gamay.query.plan;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;

/** Why a query that can be read cannot be planned. */
final class Refusals {

  private Refusals() {}

  static QueryException invalid(String message) {
    return new QueryException(QueryErrorCode.QUERY_VALIDATION, message);
  }

  static QueryException unknownColumn(String message) {
    return new QueryException(QueryErrorCode.UNKNOWN_COLUMN, message);
  }
}
