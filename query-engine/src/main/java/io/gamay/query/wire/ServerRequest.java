package io.gamay.query.wire;

import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.sql.Query;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Broker to server: run this plan over these sealed segments and these tails.
 *
 * @param requestId unique among all brokers; by it the work is cancelled
 * @param tableId unique id of the table's creation
 * @param trim which groups stay here; empty: all
 * @param finish present if nobody else is asked for anything: groups that are whole, because
 *     nothing asked for is missing here, are then answered as {@link
 *     io.gamay.query.merge.PartialResult.FinishedGroups}
 * @param timeout what is left of the query's time when the request leaves
 * @param resultReuse whether results kept of earlier requests may answer for sealed segments
 * @param limits that the query asks for; the server's own ones hold as well
 * @param ends by partition: rows from this offset on are not asked for, and no end of the stream
 *     needs to be passed; a partition that is not in it is asked for all
 * @param explain whether the response is to tell how the work is done; for PLAN nothing is read of
 *     rows, and the result is that of none
 */
public record ServerRequest(
    String requestId,
    String tableId,
    ServerPlan plan,
    Optional<GroupTrim> trim,
    Optional<FinishPlan> finish,
    List<SealedPart> sealed,
    List<TailPart> tails,
    Duration timeout,
    boolean resultReuse,
    Limits limits,
    Map<Integer, Long> ends,
    Query.Explain explain) {

  public ServerRequest {
    sealed = List.copyOf(sealed);
    tails = List.copyOf(tails);
    ends = Map.copyOf(ends);
  }

  /** Up to the offset from which on rows of a partition are not asked for. */
  public long endOf(int partition) {
    return ends.getOrDefault(partition, Long.MAX_VALUE);
  }

  /**
   * With nothing to be trimmed, finished or explained, no ends, no limits but the server's own, and
   * results kept of earlier requests where there are any.
   */
  public static ServerRequest of(
      String requestId,
      String tableId,
      ServerPlan plan,
      List<SealedPart> sealed,
      List<TailPart> tails,
      Duration timeout) {
    return new ServerRequest(
        requestId,
        tableId,
        plan,
        Optional.empty(),
        Optional.empty(),
        sealed,
        tails,
        timeout,
        true,
        Limits.NONE,
        Map.of(),
        Query.Explain.NONE);
  }

  public ServerRequest withTrim(GroupTrim other) {
    return new ServerRequest(
        requestId,
        tableId,
        plan,
        Optional.of(other),
        finish,
        sealed,
        tails,
        timeout,
        resultReuse,
        limits,
        ends,
        explain);
  }

  public ServerRequest withFinish(FinishPlan other) {
    return new ServerRequest(
        requestId,
        tableId,
        plan,
        trim,
        Optional.of(other),
        sealed,
        tails,
        timeout,
        resultReuse,
        limits,
        ends,
        explain);
  }

  public ServerRequest withResultReuse(boolean other) {
    return new ServerRequest(
        requestId, tableId, plan, trim, finish, sealed, tails, timeout, other, limits, ends,
        explain);
  }

  public ServerRequest withLimits(Limits other) {
    return new ServerRequest(
        requestId,
        tableId,
        plan,
        trim,
        finish,
        sealed,
        tails,
        timeout,
        resultReuse,
        other,
        ends,
        explain);
  }

  public ServerRequest withEnds(Map<Integer, Long> other) {
    return new ServerRequest(
        requestId,
        tableId,
        plan,
        trim,
        finish,
        sealed,
        tails,
        timeout,
        resultReuse,
        limits,
        other,
        explain);
  }

  public ServerRequest withExplain(Query.Explain other) {
    return new ServerRequest(
        requestId,
        tableId,
        plan,
        trim,
        finish,
        sealed,
        tails,
        timeout,
        resultReuse,
        limits,
        ends,
        other);
  }

  /**
   * What the query may use on one server.
   *
   * @param maxThreads that work for it at the same time
   * @param maxRows rows of segments looked at
   * @param maxResponseBytes of its response
   */
  public record Limits(int maxThreads, long maxMemoryBytes, long maxRows, long maxResponseBytes) {
    public static final Limits NONE =
        new Limits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    public Limits {
      if (maxThreads < 1) {
        throw new IllegalArgumentException("work by %d threads".formatted(maxThreads));
      }
    }
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
