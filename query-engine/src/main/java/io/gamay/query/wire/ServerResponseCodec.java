package io.gamay.query.wire;

import io.gamay.query.budget.ThreadUsage;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import java.nio.ByteBuffer;

/** Responses from server to broker as bytes, in the layout of {@link WireWriter}. Stateless. */
public final class ServerResponseCodec {

  /** "GMRS". */
  static final int MAGIC = 0x53524d47;

  static final int VERSION = 4;

  private ServerResponseCodec() {}

  public static byte[] encode(ServerResponse response) {
    WireWriter out = new WireWriter(MAGIC, VERSION);
    writeResult(out, response);
    writeRest(out, response, response.statistics());
    return out.finish();
  }

  /**
   * Encodes a response, with what writing it cost among its statistics.
   *
   * @throws QueryException if it takes more than so many bytes
   */
  public static ByteBuffer encodeMeasured(ServerResponse response, long maxBytes, String remedy) {
    ThreadUsage before = ThreadUsage.now();
    WireWriter out = new WireWriter(MAGIC, VERSION, maxBytes, remedy);
    writeResult(out, response);
    ExecutionStatistics writing =
        ExecutionStatistics.ofSerialization(ThreadUsage.now().minus(before));
    writeRest(out, response, response.statistics().plus(writing));
    return out.finishBuffer();
  }

  private static void writeResult(WireWriter out, ServerResponse response) {
    out.text(response.requestId());
    out.optional(response.result(), PartialResultCodec::write);
  }

  private static void writeRest(
      WireWriter out, ServerResponse response, ExecutionStatistics statistics) {
    writeStatistics(out, statistics);
    out.list(response.tails(), ServerResponseCodec::writeTail);
    out.list(response.missingSegments(), WireWriter::text);
    out.list(response.errors(), ServerResponseCodec::writeError);
    out.signed(response.minConsumingFreshnessMillis());
    out.optional(response.explanation(), ExplanationCodec::write);
  }

  /**
   * @throws WireFormatException if the bytes are not one whole response of a known version
   */
  public static ServerResponse decode(byte[] message) {
    WireReader in = new WireReader(message, MAGIC, VERSION);
    try {
      ServerResponse response =
          new ServerResponse(
              in.text(),
              in.optional(PartialResultCodec::read),
              readStatistics(in),
              in.list(ServerResponseCodec::readTail),
              in.list(WireReader::text),
              in.list(ServerResponseCodec::readError),
              in.signed(),
              in.optional(ExplanationCodec::read));
      in.finish();
      return response;
    } catch (IllegalArgumentException | ArithmeticException | QueryException e) {
      throw new WireFormatException("response that cannot be: " + e.getMessage(), e);
    }
  }

  static void writeStatistics(WireWriter out, ExecutionStatistics statistics) {
    out.unsigned(statistics.docsScanned());
    out.unsigned(statistics.entriesScannedInFilter());
    out.unsigned(statistics.entriesScannedPostFilter());
    out.unsigned(statistics.segmentsQueried());
    out.unsigned(statistics.segmentsProcessed());
    out.unsigned(statistics.segmentsMatched());
    out.unsigned(statistics.segmentsPrunedInvalid());
    out.unsigned(statistics.segmentsPrunedByLimit());
    out.unsigned(statistics.segmentsPrunedByValue());
    out.unsigned(statistics.consumingSegmentsQueried());
    out.unsigned(statistics.consumingSegmentsProcessed());
    out.unsigned(statistics.consumingSegmentsMatched());
    out.unsigned(statistics.totalDocs());
    out.unsigned(statistics.segmentsReused());
    out.unsigned(statistics.mostGroups());
    writeUsage(out, statistics.threads());
    writeUsage(out, statistics.serialization());
  }

  static ExecutionStatistics readStatistics(WireReader in) {
    return new ExecutionStatistics(
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        in.counted(),
        readUsage(in),
        readUsage(in));
  }

  private static void writeUsage(WireWriter out, ThreadUsage usage) {
    out.unsigned(usage.cpuNanos());
    out.unsigned(usage.allocatedBytes());
  }

  private static ThreadUsage readUsage(WireReader in) {
    return new ThreadUsage(in.counted(), in.counted());
  }

  private static void writeTail(WireWriter out, TailCoverage tail) {
    out.signed(tail.partition());
    out.signed(tail.covered().start());
    out.signed(tail.covered().end());
  }

  private static TailCoverage readTail(WireReader in) {
    return new TailCoverage(in.signedInt(), new OffsetRange(in.signed(), in.signed()));
  }

  private static void writeError(WireWriter out, ServerError error) {
    out.signed(error.code().number());
    out.text(error.message());
  }

  /** A code that is not known here is an internal error, its message kept. */
  private static ServerError readError(WireReader in) {
    return new ServerError(QueryErrorCode.ofNumber(in.signedInt()), in.text());
  }
}
