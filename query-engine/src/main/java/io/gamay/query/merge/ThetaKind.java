package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.datasketches.theta.CompactThetaSketch;
import org.apache.datasketches.theta.ThetaSetOperation;
import org.apache.datasketches.theta.ThetaSketch;
import org.apache.datasketches.theta.ThetaUnion;
import org.jspecify.annotations.Nullable;

/**
 * Theta sketches of DataSketches; a value of BYTES is a sketch itself. The result holds the hashes
 * below one that depends on nothing but the set of values.
 *
 * @param logEntries log2 of the hashes kept at most
 */
record ThetaKind(int logEntries) implements HashedSketchKind<ThetaUnion> {

  static final String NAME = "THETA";

  private static final int OBJECT_BYTES = 160;

  /** The layout without compression, and where it has its count of hashes. */
  private static final int PLAIN_VERSION = 3;

  private static final int COUNT_AT = 8;

  ThetaKind {
    SketchTexts.requireRange("theta sketch of log2 entries", logEntries, 4, 21);
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
  public ThetaUnion create() {
    return ThetaSetOperation.builder().setLogNominalEntries(logEntries).buildUnion();
  }

  @Override
  public void update(ThetaUnion sketch, Vector values, int value, long count, ByteScratch scratch) {
    if (values.type() == StoredType.BYTES) {
      byte[] bytes = scratch.of(values.bytes(), value);
      SketchTexts.takeIn("theta", () -> sketch.union(readCompact(bytes)));
    } else {
      HashedSketchKind.super.update(sketch, values, value, count, scratch);
    }
  }

  @Override
  public void update(ThetaUnion sketch, long value) {
    sketch.update(value);
  }

  @Override
  public void update(ThetaUnion sketch, double value) {
    sketch.update(value);
  }

  @Override
  public void update(ThetaUnion sketch, byte[] value) {
    sketch.update(value);
  }

  @Override
  public ThetaUnion merge(ThetaUnion target, ThetaUnion other) {
    target.union(other.getResult());
    return target;
  }

  @Override
  public byte[] write(ThetaUnion sketch) {
    return sketch.getResult().toByteArray();
  }

  @Override
  public ThetaUnion read(byte[] bytes) {
    ThetaUnion union = create();
    union.union(readCompact(bytes));
    return union;
  }

  /** A sketch with a count of hashes has it in the second of its longs; each hash takes a long. */
  private static ThetaSketch readCompact(byte[] bytes) {
    boolean isPlain = bytes.length > COUNT_AT + Integer.BYTES && bytes[1] == PLAIN_VERSION;
    boolean hasCount = isPlain && (bytes[0] & 0x3f) > 1;
    if (hasCount) {
      int hashes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(COUNT_AT);
      if (hashes < 0 || (long) hashes * Long.BYTES > bytes.length) {
        throw new IllegalArgumentException(
            "theta sketch of %d hashes in %d bytes".formatted(hashes, bytes.length));
      }
    }
    return CompactThetaSketch.heapify(MemorySegment.ofArray(bytes));
  }

  @Override
  public long sizeBytes(ThetaUnion sketch) {
    return (long) OBJECT_BYTES + sketch.getCurrentBytes();
  }

  @Override
  public void append(AggregateCall call, @Nullable ThetaUnion sketch, Vector target) {
    ThetaUnion present = sketch == null ? create() : sketch;
    if (call.function() == AggregateFunction.RAW_THETA) {
      SketchTexts.appendBase64(write(present), target);
    } else {
      target.appendLong(Math.round(present.getResult().getEstimate()));
    }
  }
}
