package io.gamay.query.wire;

import io.gamay.query.error.QueryException;
import io.gamay.query.merge.SegmentResult;

/** Results of segments as bytes, in the layout of {@link WireWriter}. Stateless. */
public final class SegmentResultCodec {

  /** "GMSR". */
  private static final int MAGIC = 0x52534d47;

  private static final int VERSION = 2;

  private SegmentResultCodec() {}

  public static byte[] encode(SegmentResult segment) {
    WireWriter out = new WireWriter(MAGIC, VERSION);
    PartialResultCodec.write(out, segment.result());
    ServerResponseCodec.writeStatistics(out, segment.statistics());
    return out.finish();
  }

  /**
   * @throws WireFormatException if the bytes are not one whole result
   */
  public static SegmentResult decode(byte[] message) {
    WireReader in = new WireReader(message, MAGIC, VERSION);
    try {
      SegmentResult segment =
          new SegmentResult(PartialResultCodec.read(in), ServerResponseCodec.readStatistics(in));
      in.finish();
      return segment;
    } catch (IllegalArgumentException | ArithmeticException | QueryException e) {
      throw new WireFormatException("result that cannot be: " + e.getMessage(), e);
    }
  }
}
