package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.sketch.SketchBytes;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
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
      SketchTexts.takeIn("CPC", () -> sketch.add(SketchBytes.cpc(bytes)));
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
    if (SketchBytes.cpcLogEntries(bytes) != logEntries) {
      throw new IllegalArgumentException("CPC sketch not of log2 entries " + logEntries);
    }
    return new CpcSketches(logEntries, SketchBytes.cpc(bytes));
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
