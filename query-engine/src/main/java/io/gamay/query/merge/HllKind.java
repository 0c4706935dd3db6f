package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.vector.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.jspecify.annotations.Nullable;

/**
 * HyperLogLog sketches of DataSketches. The estimate is the composite one, which depends on nothing
 * but the set of values.
 *
 * @param log2m log2 of the registers
 */
record HllKind(int log2m) implements HashedSketchKind<HllUnion> {

  static final String NAME = "HLL";

  private static final int MIN_LOG2M = 4;
  private static final int MAX_LOG2M = 21;
  private static final int OBJECT_BYTES = 160;

  /** The format's preamble: its length in ints tells what follows. */
  private static final int LIST_INTS = 2;

  private static final int SET_INTS = 3;
  private static final int FLAGS = 5;
  private static final byte OUT_OF_ORDER = 16;
  private static final int HIP_ACCUMULATOR = 8;

  HllKind {
    if (log2m < MIN_LOG2M || log2m > MAX_LOG2M) {
      throw new IllegalArgumentException("HyperLogLog sketch of log2m " + log2m);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(log2m);
  }

  @Override
  public HllUnion create() {
    return new HllUnion(log2m);
  }

  @Override
  public void update(HllUnion sketch, long value) {
    sketch.update(value);
  }

  @Override
  public void update(HllUnion sketch, double value) {
    sketch.update(value);
  }

  @Override
  public void update(HllUnion sketch, byte[] value) {
    sketch.update(value);
  }

  @Override
  public HllUnion merge(HllUnion target, HllUnion other) {
    target.update(other.getResult(TgtHllType.HLL_8));
    return target;
  }

  /** Asking for the estimate makes up for what merging has put off. */
  @Override
  public void settle(HllUnion sketch) {
    sketch.getCompositeEstimate();
  }

  /**
   * In the library's compact format, made such that it depends on nothing but the values: coupons
   * in ascending order; for registers what was summed up in the order of updates is left out, and
   * the flag set that says so.
   */
  @Override
  public byte[] write(HllUnion sketch) {
    byte[] bytes = sketch.getResult(TgtHllType.HLL_8).toCompactByteArray();
    switch (bytes[0] & 0x3f) {
      case LIST_INTS -> sortCoupons(bytes, LIST_INTS * Integer.BYTES);
      case SET_INTS -> sortCoupons(bytes, SET_INTS * Integer.BYTES);
      default -> {
        bytes[FLAGS] |= OUT_OF_ORDER;
        Arrays.fill(bytes, HIP_ACCUMULATOR, HIP_ACCUMULATOR + Double.BYTES, (byte) 0);
      }
    }
    return bytes;
  }

  private static void sortCoupons(byte[] bytes, int from) {
    IntBuffer coupons =
        ByteBuffer.wrap(bytes, from, bytes.length - from)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asIntBuffer();
    int[] sorted = new int[coupons.remaining()];
    coupons.get(sorted);
    Arrays.sort(sorted);
    coupons.put(0, sorted);
  }

  @Override
  public HllUnion read(byte[] bytes) {
    HllSketch sketch = HllSketch.heapify(bytes);
    if (sketch.getLgConfigK() != log2m) {
      throw new IllegalArgumentException(
          "HyperLogLog sketch of log2m %d, expected %d".formatted(sketch.getLgConfigK(), log2m));
    }
    HllUnion union = create();
    union.update(sketch);
    return union;
  }

  @Override
  public long sizeBytes(HllUnion sketch) {
    return (long) OBJECT_BYTES + sketch.getUpdatableSerializationBytes();
  }

  @Override
  public void append(AggregateCall call, @Nullable HllUnion sketch, Vector target) {
    HllUnion present = sketch == null ? create() : sketch;
    if (call.function() == AggregateFunction.RAW_HLL) {
      AggregateStates.appendText(HexFormat.of().formatHex(write(present)), target);
    } else {
      target.appendLong(Math.round(present.getCompositeEstimate()));
    }
  }
}
