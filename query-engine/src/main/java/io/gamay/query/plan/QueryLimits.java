package io.gamay.query.plan;

/**
 * What a query wants to be held to, beside the limits of whoever runs it; {@link Long#MAX_VALUE}
 * where it says nothing.
 *
 * @param maxThreads of a server (option maxExecutionThreads); {@link Integer#MAX_VALUE} for all
 * @param maxMemoryBytes on each process (option maxQueryMemoryBytes)
 * @param maxScannedRows rows of segments that one server looks at (option maxScannedRows)
 * @param maxResultRows rows of the answer (option maxResultRows)
 * @param maxServerResponseBytes what one server sends (option maxServerResponseSizeBytes)
 * @param maxQueryResponseBytes what all servers send, in equal shares (option
 *     maxQueryResponseSizeBytes)
 */
public record QueryLimits(
    int maxThreads,
    long maxMemoryBytes,
    long maxScannedRows,
    long maxResultRows,
    long maxServerResponseBytes,
    long maxQueryResponseBytes) {

  public static final QueryLimits NONE =
      new QueryLimits(
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE);

  /** What each of so many servers may send. */
  public long responseBytesOf(int servers) {
    return Math.min(maxServerResponseBytes, maxQueryResponseBytes / Math.max(servers, 1));
  }
}
