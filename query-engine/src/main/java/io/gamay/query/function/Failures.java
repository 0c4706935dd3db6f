package io.gamay.query.function;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;

/** Why a call has no value, in sentences that name the function and the argument. */
final class Failures {

  private static final int MAX_SHOWN = 120;

  private Failures() {}

  /** A value of a row that the function is not defined for. */
  static QueryException ofValue(String function, String problem, Object value) {
    return new QueryException(
        QueryErrorCode.QUERY_EXECUTION,
        "%s: %s: '%s'"
            .formatted(function.toUpperCase(java.util.Locale.ROOT), problem, shown(value)));
  }

  /** A constant argument that the function is not defined for. */
  static QueryException ofConstant(String function, String problem, Object value) {
    return new QueryException(
        QueryErrorCode.QUERY_VALIDATION,
        "%s: %s: '%s'"
            .formatted(function.toUpperCase(java.util.Locale.ROOT), problem, shown(value)));
  }

  private static String shown(Object value) {
    String text = String.valueOf(value);
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
  }
}
