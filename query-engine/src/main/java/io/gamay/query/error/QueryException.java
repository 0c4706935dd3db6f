package io.gamay.query.error;

/** A query that cannot be answered, for a reason that its client is told. */
public final class QueryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final QueryErrorCode code;

  public QueryException(QueryErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public QueryException(QueryErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public QueryErrorCode code() {
    return code;
  }
}
