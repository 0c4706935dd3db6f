package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.Value;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link TDigest}s. Bytes, big-endian: smallest 8 | largest 8 | then for each centroid mean 8 |
 * weight 8.
 */
record TDigestKind(int compression) implements SketchKind<TDigest> {

  static final String NAME = "TDIGEST";

  private static final int MIN_COMPRESSION = 20;
  private static final int MAX_COMPRESSION = 1_000;
  private static final int VERBOSE_ENCODING = 1;
  private static final double MAX_WEIGHT = 1L << 53;

  TDigestKind {
    if (compression < MIN_COMPRESSION || compression > MAX_COMPRESSION) {
      throw new IllegalArgumentException("t-digest of compression " + compression);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(compression);
  }

  @Override
  public TDigest create() {
    return new TDigest(compression);
  }

  @Override
  public void update(TDigest sketch, Vector values, int value, long count, ByteScratch scratch) {
    sketch.add(Reals.at(values, value), (double) count);
  }

  @Override
  public TDigest merge(TDigest target, TDigest other) {
    target.addAll(other);
    return target;
  }

  @Override
  public void settle(TDigest sketch) {
    sketch.settle();
  }

  @Override
  public byte[] write(TDigest sketch) {
    TDigest settled = sketch.settled();
    int count = settled.centroidCount();
    ByteBuffer out = ByteBuffer.allocate(2 * Double.BYTES * (count + 1));
    out.putDouble(settled.min()).putDouble(settled.max());
    for (int index = 0; index < count; index++) {
      out.putDouble(settled.mean(index)).putDouble(settled.weight(index));
    }
    return out.array();
  }

  @Override
  public TDigest read(byte[] bytes) {
    int count = bytes.length / (2 * Double.BYTES) - 1;
    if (count < 0 || bytes.length % (2 * Double.BYTES) != 0) {
      throw new IllegalArgumentException("t-digest of %d bytes".formatted(bytes.length));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    double min = in.getDouble();
    double max = in.getDouble();
    double[] means = new double[count];
    double[] weights = new double[count];
    double last = min;
    for (int index = 0; index < count; index++) {
      means[index] = in.getDouble();
      weights[index] = Math.rint(in.getDouble());
      boolean isOrdered = means[index] >= last && means[index] <= max;
      if (!isOrdered || !(weights[index] >= 1 && weights[index] <= MAX_WEIGHT)) {
        throw new IllegalArgumentException(
            "centroid %s of weight %s behind %s in a t-digest"
                .formatted(means[index], weights[index], last));
      }
      last = means[index];
    }
    return TDigest.of(compression, means, weights, min, max);
  }

  @Override
  public long sizeBytes(TDigest sketch) {
    return sketch.sizeBytes();
  }

  @Override
  public void append(AggregateCall call, @Nullable TDigest sketch, Vector target) {
    TDigest settled = sketch == null ? create() : sketch.settled();
    if (call.function() == AggregateFunction.RAW_TDIGEST) {
      AggregateStates.appendText(HexFormat.of().formatHex(verbose(settled)), target);
      return;
    }
    double percentage = call.parameters().getFirst() instanceof Value.DoubleValue(double p) ? p : 0;
    double quantile = settled.quantile(percentage / 100);
    switch (target.type()) {
      case LONG -> target.appendLong(Math.round(quantile));
      default -> target.appendDouble(quantile);
    }
  }

  /** The verbose format of the t-digest library of Dunning. */
  private static byte[] verbose(TDigest digest) {
    int count = digest.centroidCount();
    ByteBuffer out =
        ByteBuffer.allocate(2 * Integer.BYTES + 3 * Double.BYTES + 2 * Double.BYTES * count);
    out.putInt(VERBOSE_ENCODING).putDouble(digest.min()).putDouble(digest.max());
    out.putDouble(digest.compression()).putInt(count);
    for (int index = 0; index < count; index++) {
      out.putDouble(digest.weight(index)).putDouble(digest.mean(index));
    }
    return out.array();
  }
}
