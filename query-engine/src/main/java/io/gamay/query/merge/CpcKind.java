package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.datasketches.cpc.CpcSketch;
import org.jspecify.annotations.Nullable;

/**
 * CPC sketches of DataSketches; a value of BYTES is a sketch itself.
 *
 * @param logEntries log2 of its rows
 */
record CpcKind(int logEntries) implements HashedSketchKind<CpcSketches> {

  static final String NAME = "CPC";

  private static final int OBJECT_BYTES = 200;
  private static final int BYTES_PER_ENTRY = 8;
  private static final int LOG_ENTRIES_BYTE = 3;
  private static final int FLAGS_AT = 5;
  private static final int COUNTS_AT = 8;

  CpcKind {
    SketchTexts.requireRange("CPC sketch of log2 entries", logEntries, 4, 16);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(logEntries);
  }

  @Override
  public CpcSketches create() {
    return new CpcSketches(logEntries, new CpcSketch(logEntries));
  }

  @Override
  public void update(
      CpcSketches sketch, Vector values, int value, long count, ByteScratch scratch) {
    if (values.type() == StoredType.BYTES) {
      byte[] bytes = scratch.of(values.bytes(), value);
      SketchTexts.takeIn("CPC", () -> sketch.add(heapify(bytes)));
    } else {
      HashedSketchKind.super.update(sketch, values, value, count, scratch);
    }
  }

  @Override
  public void update(CpcSketches sketch, long value) {
    sketch.sketch().update(value);
  }

  @Override
  public void update(CpcSketches sketch, double value) {
    sketch.sketch().update(value);
  }

  @Override
  public void update(CpcSketches sketch, byte[] value) {
    sketch.sketch().update(value);
  }

  @Override
  public CpcSketches merge(CpcSketches target, CpcSketches other) {
    target.add(other.sketch());
    return target;
  }

  @Override
  public byte[] write(CpcSketches sketch) {
    return sketch.merged().toByteArray();
  }

  @Override
  public CpcSketches read(byte[] bytes) {
    if (bytes.length <= LOG_ENTRIES_BYTE || bytes[LOG_ENTRIES_BYTE] != logEntries) {
      throw new IllegalArgumentException("CPC sketch not of log2 entries " + logEntries);
    }
    requireCoupons(bytes);
    return new CpcSketches(logEntries, heapify(bytes));
  }

  /**
   * The library makes room for as many pairs as the bytes say, before it looks for them; a pair
   * takes a bit at least. They are counted first in sparse formats, second in those with a window.
   */
  private static void requireCoupons(byte[] bytes) {
    int format = bytes[FLAGS_AT] >>> 2 & 7;
    boolean isSparse = format == 2 || format == 3;
    boolean hasWindowAndPairs = format >= 6;
    int at = isSparse ? COUNTS_AT : COUNTS_AT + Integer.BYTES;
    if (isSparse || hasWindowAndPairs) {
      int pairs = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
      if (pairs < 0 || pairs > (long) Byte.SIZE * bytes.length) {
        throw new IllegalArgumentException("%d pairs in %d bytes".formatted(pairs, bytes.length));
      }
    }
  }

  /** The library finds wrong bytes by its own assertions, which are errors. */
  private static CpcSketch heapify(byte[] bytes) {
    try {
      return CpcSketch.heapify(bytes);
    } catch (AssertionError e) {
      throw new IllegalArgumentException("no CPC sketch: " + e.getMessage(), e);
    }
  }

  @Override
  public long sizeBytes(CpcSketches sketch) {
    double few = Math.min(sketch.sketch().getEstimate(), 1 << logEntries);
    return OBJECT_BYTES + BYTES_PER_ENTRY * (long) few;
  }

  @Override
  public void append(AggregateCall call, @Nullable CpcSketches sketch, Vector target) {
    CpcSketches present = sketch == null ? create() : sketch;
    if (call.function() == AggregateFunction.RAW_CPC) {
      SketchTexts.appendBase64(write(present), target);
    } else {
      target.appendLong(Math.round(present.merged().getEstimate()));
    }
  }
}
