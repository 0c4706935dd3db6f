package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;
import org.jspecify.annotations.Nullable;

/**
 * KLL sketches of DataSketches; a value of BYTES is a sketch itself. Which values a sketch keeps is
 * left to chance once there are more than it holds.
 *
 * @param k the larger, the finer; 200 has an error of rank of 1.65 %
 */
record KllKind(int k) implements SketchKind<KllDoublesSketch> {

  static final String NAME = "KLL";

  private static final int OBJECT_BYTES = 160;

  KllKind {
    SketchTexts.requireRange("KLL sketch of k", k, 8, 8_000);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(k);
  }

  @Override
  public KllDoublesSketch create() {
    return KllDoublesSketch.newHeapInstance(k);
  }

  @Override
  public void update(
      KllDoublesSketch sketch, Vector values, int value, long count, ByteScratch scratch) {
    if (values.type() == StoredType.BYTES) {
      byte[] bytes = scratch.of(values.bytes(), value).clone();
      SketchTexts.takeIn(
          "KLL",
          () -> {
            for (long time = 0; time < count; time++) {
              sketch.merge(heapify(bytes));
            }
          });
      return;
    }
    double number = Reals.at(values, value);
    if (count == 1) {
      sketch.update(number);
    } else if (!Double.isNaN(number)) {
      sketch.update(number, count);
    }
  }

  private static KllDoublesSketch heapify(byte[] bytes) {
    return KllDoublesSketch.heapify(MemorySegment.ofArray(bytes));
  }

  @Override
  public KllDoublesSketch merge(KllDoublesSketch target, KllDoublesSketch other) {
    target.merge(other);
    return target;
  }

  /** The library sorts when it is first asked for a quantile. */
  @Override
  public void settle(KllDoublesSketch sketch) {
    if (!sketch.isEmpty()) {
      sketch.getSortedView();
    }
  }

  @Override
  public byte[] write(KllDoublesSketch sketch) {
    return sketch.toByteArray();
  }

  @Override
  public KllDoublesSketch read(byte[] bytes) {
    return heapify(bytes);
  }

  @Override
  public long sizeBytes(KllDoublesSketch sketch) {
    return (long) OBJECT_BYTES + sketch.getSerializedSizeBytes();
  }

  @Override
  public void append(AggregateCall call, @Nullable KllDoublesSketch sketch, Vector target) {
    KllDoublesSketch present = sketch == null ? create() : sketch;
    if (call.function() == AggregateFunction.RAW_KLL) {
      SketchTexts.appendBase64(write(present), target);
      return;
    }
    double percentage = call.parameters().getFirst() instanceof Value.DoubleValue(double p) ? p : 0;
    target.appendDouble(
        present.isEmpty()
            ? Double.NaN
            : present.getQuantile(percentage / 100, QuantileSearchCriteria.INCLUSIVE));
  }
}
