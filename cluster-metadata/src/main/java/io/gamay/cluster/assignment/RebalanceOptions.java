package io.gamay.cluster.assignment;

/**
 * How a table's segments are brought to where they belong.
 *
 * @param includeConsuming whether segments that are not ONLINE are moved too
 * @param bootstrap whether it is decided as if nothing were anywhere
 * @param bestEfforts whether it goes on where servers are missing: with segments some of whose
 *     members are away, and with fewer replicas where there are fewer servers
 * @param batchSizePerServer how many segments a server has to load at a time, 1 at least
 * @param consumingPartitions how many partitions' consuming segments are on the move at a time, 1
 *     at least
 * @param forceCommit whether consuming segments are committed before they would be moved
 */
public record RebalanceOptions(
    boolean includeConsuming,
    boolean bootstrap,
    boolean bestEfforts,
    int batchSizePerServer,
    int consumingPartitions,
    boolean forceCommit) {

  public static final RebalanceOptions DEFAULT =
      new RebalanceOptions(true, false, false, 16, 1, false);

  public RebalanceOptions {
    if (batchSizePerServer < 1 || consumingPartitions < 1) {
      throw new IllegalArgumentException(
          "%d segments per server and %d partitions at a time"
              .formatted(batchSizePerServer, consumingPartitions));
    }
  }
}
