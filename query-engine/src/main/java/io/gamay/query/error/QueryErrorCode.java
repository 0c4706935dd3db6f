package io.gamay.query.error;

/**
 * Stable error codes of query answers: Apache Pinot's numbers and names, with the HTTP status that
 * fits each.
 */
public enum QueryErrorCode {
  JSON_PARSING(100, "JsonParsingError", 400, Family.USER),
  SQL_PARSING(150, "SQLParsingError", 400, Family.USER),
  SQL_RUNTIME(160, "SQLRuntimeError", 500, Family.INTERNAL),
  ACCESS_DENIED(180, "AccessDenied", 403, Family.USER),
  TABLE_DOES_NOT_EXIST(190, "TableDoesNotExistError", 404, Family.USER),
  QUERY_EXECUTION(200, "QueryExecutionError", 500, Family.USER),
  SERVER_SHUTTING_DOWN(210, "ServerShuttingDown", 503, Family.RESOURCES),
  SERVER_OUT_OF_CAPACITY(211, "ServerOutOfCapacity", 503, Family.RESOURCES),
  SERVER_TABLE_MISSING(230, "ServerTableMissing", 404, Family.INTERNAL),
  SERVER_SEGMENT_MISSING(235, "ServerSegmentMissing", 404, Family.INTERNAL),
  SERVER_RESOURCE_LIMIT_EXCEEDED(245, "ServerResourceLimitExceededError", 503, Family.RESOURCES),
  QUERY_SCAN_LIMIT_EXCEEDED(246, "QueryScanLimitExceededError", 400, Family.RESOURCES),
  EXECUTION_TIMEOUT(250, "ExecutionTimeoutError", 408, Family.RESOURCES),
  SEGMENT_UNAVAILABLE(305, "BrokerSegmentUnavailable", 503, Family.RESOURCES),
  BROKER_TIMEOUT(400, "BrokerTimeoutError", 408, Family.RESOURCES),
  SERVER_NOT_RESPONDING(427, "ServerNotResponding", 503, Family.EXTERNAL),
  TOO_MANY_REQUESTS(429, "TooManyRequests", 429, Family.RESOURCES),
  INTERNAL(450, "InternalError", 500, Family.INTERNAL),
  QUERY_CANCELLATION(503, "QueryCancellationError", 503, Family.USER),
  QUERY_VALIDATION(700, "QueryValidationError", 400, Family.USER),
  UNKNOWN_COLUMN(710, "UnknownColumnError", 400, Family.USER);

  /** Whose fault it is. */
  public enum Family {
    USER,
    RESOURCES,
    EXTERNAL,
    INTERNAL
  }

  private final int number;
  private final String text;
  private final int httpStatus;
  private final Family family;

  QueryErrorCode(int number, String text, int httpStatus, Family family) {
    this.number = number;
    this.text = text;
    this.httpStatus = httpStatus;
    this.family = family;
  }

  public int number() {
    return number;
  }

  public String text() {
    return text;
  }

  public int httpStatus() {
    return httpStatus;
  }

  public Family family() {
    return family;
  }

  /** The code of a number that another process sent; {@link #INTERNAL} if it is not known here. */
  public static QueryErrorCode ofNumber(int number) {
    for (QueryErrorCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return INTERNAL;
  }
}
