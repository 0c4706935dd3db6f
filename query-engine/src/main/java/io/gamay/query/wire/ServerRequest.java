package io.gamay.query.wire;

import io.gamay.query.plan.ServerPlan;
import java.time.Duration;
import java.util.List;

/**
 * Broker to server: run this plan over these sealed segments and these tails.
 *
 * @param tableId unique id of the table's creation
 * @param timeout what is left of the query's time when the request leaves
 * @param resultReuse whether results kept of earlier requests may answer for sealed segments
 */
public record ServerRequest(
    String requestId,
    String tableId,
    ServerPlan plan,
    List<SealedPart> sealed,
    List<TailPart> tails,
    Duration timeout,
    boolean resultReuse) {

  public ServerRequest {
    sealed = List.copyOf(sealed);
    tails = List.copyOf(tails);
  }

  /** A sealed segment by name; answered only from data with this CRC. */
  public record SealedPart(String segmentName, int partition, int dataCrc) {}

  /**
   * Everything of a partition from an offset on.
   *
   * @param minimumEnd answer only once at least this offset is covered
   * @param passEnd first read Kafka's end offset and answer once it is covered: for a broker that
   *     has no mark for the partition, or changes replica
   */
  public record TailPart(int partition, long fromOffset, long minimumEnd, boolean passEnd) {}
}
