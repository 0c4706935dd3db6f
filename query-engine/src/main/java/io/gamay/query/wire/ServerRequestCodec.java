package io.gamay.query.wire;

import io.gamay.query.error.QueryException;
import io.gamay.query.sql.Query;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Requests from broker to server as bytes, in the layout of {@link WireWriter}. Stateless. */
public final class ServerRequestCodec {

  /** "GMRQ". */
  static final int MAGIC = 0x51524d47;

  static final int VERSION = 5;

  private ServerRequestCodec() {}

  public static byte[] encode(ServerRequest request) {
    WireWriter out = new WireWriter(MAGIC, VERSION);
    out.text(request.requestId());
    out.text(request.tableId());
    PlanCodec.write(out, request.plan());
    out.optional(request.trim(), PlanCodec::writeTrim);
    out.optional(request.finish(), PlanCodec::writeFinish);
    out.list(request.sealed(), ServerRequestCodec::writeSealed);
    out.list(request.tails(), ServerRequestCodec::writeTail);
    out.signed(request.timeout().toNanos());
    out.bool(request.resultReuse());
    out.signed(request.limits().maxThreads());
    out.signed(request.limits().maxMemoryBytes());
    out.signed(request.limits().maxRows());
    out.signed(request.limits().maxResponseBytes());
    out.list(
        new TreeMap<>(request.ends()).entrySet().stream().toList(), ServerRequestCodec::writeEnd);
    out.code(request.explain());
    return out.finish();
  }

  /**
   * @throws WireFormatException if the bytes are not one whole request of a known version
   */
  public static ServerRequest decode(byte[] message) {
    WireReader in = new WireReader(message, MAGIC, VERSION);
    try {
      ServerRequest request =
          new ServerRequest(
              in.text(),
              in.text(),
              PlanCodec.read(in),
              in.optional(PlanCodec::readTrim),
              in.optional(PlanCodec::readFinish),
              in.list(ServerRequestCodec::readSealed),
              in.list(ServerRequestCodec::readTail),
              Duration.ofNanos(in.signed()),
              in.bool(),
              new ServerRequest.Limits(in.signedInt(), in.signed(), in.signed(), in.signed()),
              readEnds(in),
              in.code(Query.Explain.values()));
      in.finish();
      return request;
    } catch (IllegalArgumentException
        | IllegalStateException
        | ArithmeticException
        | QueryException e) {
      throw new WireFormatException("request that cannot be: " + e.getMessage(), e);
    }
  }

  private static void writeSealed(WireWriter out, SealedPart part) {
    out.text(part.segmentName());
    out.signed(part.partition());
    out.fixedInt(part.dataCrc());
  }

  private static SealedPart readSealed(WireReader in) {
    return new SealedPart(in.text(), in.signedInt(), in.fixedInt());
  }

  private static void writeEnd(WireWriter out, Map.Entry<Integer, Long> end) {
    out.signed(end.getKey());
    out.signed(end.getValue());
  }

  private static Map<Integer, Long> readEnds(WireReader in) {
    return in.list(entry -> Map.entry(entry.signedInt(), entry.signed())).stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static void writeTail(WireWriter out, TailPart part) {
    out.signed(part.partition());
    out.signed(part.fromOffset());
    out.signed(part.minimumEnd());
    out.bool(part.passEnd());
  }

  private static TailPart readTail(WireReader in) {
    return new TailPart(in.signedInt(), in.signed(), in.signed(), in.bool());
  }
}
