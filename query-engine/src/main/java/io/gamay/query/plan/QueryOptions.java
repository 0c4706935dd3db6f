package io.gamay.query.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The options that are understood, with their defaults filled in.
 *
 * @param timeout of the whole query (timeoutMs)
 * @param groupLimit groups at most per server (numGroupsLimit)
 * @param minOffsets per partition: answer only with at least these offsets covered (read your
 *     writes)
 * @param resultCache whether partial results that are kept may be used (useResultCache)
 * @param limits what the query wants to be held to
 * @param warnings a sentence for each option that nothing is known of
 */
public record QueryOptions(
    Dialect dialect,
    Duration timeout,
    boolean nullHandling,
    int groupLimit,
    Map<Integer, Long> minOffsets,
    boolean resultCache,
    Limits limits,
    List<String> warnings) {

  public QueryOptions {
    minOffsets = Map.copyOf(minOffsets);
    warnings = List.copyOf(warnings);
  }

  public enum Dialect {
    STANDARD,
    PINOT
  }

  /**
   * Limits of one query; an empty one is left to the process.
   *
   * @param threads of a server at most (maxExecutionThreads)
   * @param scannedRows at most, over all servers (maxScannedRows)
   * @param serverResponseBytes of one server's partial result (maxServerResponseSizeBytes)
   * @param queryResponseBytes of all servers' together (maxQueryResponseSizeBytes)
   */
  public record Limits(
      OptionalInt threads,
      OptionalLong scannedRows,
      OptionalLong serverResponseBytes,
      OptionalLong queryResponseBytes) {

    public static final Limits NONE =
        new Limits(
            OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
  }
}
