package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.sketch.SketchBytes;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.util.List;
import org.apache.datasketches.theta.ThetaSetOperation;
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
      SketchTexts.takeIn("theta", () -> sketch.union(SketchBytes.theta(bytes)));
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
    union.union(SketchBytes.theta(bytes));
    return union;
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
