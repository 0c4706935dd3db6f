package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.DecimalLayout;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Writes FLOATs or DOUBLEs in the form of {@link DecimalLayout}, or only counts the bytes. Beside
 * one group of integers it holds the exceptions. One thread.
 */
public final class DecimalsWriter {

  /** Beyond this share of exceptions in a sample the form is not tried. */
  private static final double MOST_EXCEPTIONS = 0.3;

  private final DecimalScale scale;
  private final IntegersSizer sizer = new IntegersSizer();
  private int[] exceptionIndexes = new int[16];
  private long[] exceptionBits = new long[16];
  private int exceptions;
  private int added;
  private long lastInteger;

  private DecimalsWriter(DecimalScale scale) {
    this.scale = scale;
  }

  /**
   * The scale in which a sample takes the fewest bits; empty if too much of it is not decimal.
   *
   * @param sample keys of {@link NumericKeys}
   */
  public static OptionalInt chooseScale(StoredType type, long[] sample) {
    double leastBits = Double.MAX_VALUE;
    int best = 0;
    for (int tried = -DecimalLayout.MAX_SCALE; tried <= DecimalLayout.MAX_SCALE; tried++) {
      double bits = bitsOf(new DecimalScale(type, tried), sample);
      if (bits < leastBits) {
        leastBits = bits;
        best = tried;
      }
    }
    return leastBits == Double.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private static double bitsOf(DecimalScale scale, long[] sample) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    int exceptions = 0;
    double magnitude = 0;
    for (long key : sample) {
      long integer = scale.integerOf(DecimalScale.valueOf(scale.type(), key));
      if (integer == DecimalScale.NONE) {
        exceptions++;
        continue;
      }
      min = Math.min(min, integer);
      max = Math.max(max, integer);
      magnitude += Long.SIZE - Long.numberOfLeadingZeros(Math.abs(integer));
    }
    if (exceptions > MOST_EXCEPTIONS * sample.length || exceptions == sample.length) {
      return Double.MAX_VALUE;
    }
    // The range decides; magnitudes tell scales apart where one far value spoils it.
    int range = Long.SIZE - Long.numberOfLeadingZeros(max - min);
    return range + magnitude / sample.length + 96.0 * exceptions / sample.length;
  }

  /** Bytes that {@link #write} would write for the same values; null is never returned. */
  public static long sizeBytes(StoredType type, int scale, KeySource keys) throws IOException {
    DecimalsWriter counting = new DecimalsWriter(new DecimalScale(type, scale));
    keys.forEach(
        (block, length) -> {
          for (int index = 0; index < length; index++) {
            counting.sizer.add(counting.integerOf(block[index]));
          }
        });
    return counting.sizer.lengthBytes()
        + DecimalLayout.exceptionBytes(counting.exceptions)
        + DecimalLayout.TRAILER_BYTES;
  }

  /** Writes one block. */
  public static void write(
      StoredType type,
      int scale,
      KeySource keys,
      int count,
      SegmentFileWriter file,
      int column,
      BlockKind kind)
      throws IOException {
    DecimalsWriter writer = new DecimalsWriter(new DecimalScale(type, scale));
    try (BlockOutput out = file.startBlock(column, kind, BlockEncoding.DECIMALS, 0, count)) {
      IntegersWriter integers = new IntegersWriter(out, count);
      keys.forEach(
          (block, length) -> {
            for (int index = 0; index < length; index++) {
              integers.add(writer.integerOf(block[index]));
            }
          });
      integers.finish();
      writer.finish(out);
    }
  }

  /** Gives a column's values as keys of {@link NumericKeys}, block by block, in order. */
  @FunctionalInterface
  public interface KeySource {
    void forEach(KeyAction action) throws IOException;
  }

  /** Takes {@code keys[0, length)}. */
  @FunctionalInterface
  public interface KeyAction {
    void accept(long[] keys, int length) throws IOException;
  }

  /** The next value's integer; for an exception the one before, which costs nothing. */
  private long integerOf(long key) {
    double value = DecimalScale.valueOf(scale.type(), key);
    long integer = scale.integerOf(value);
    if (integer == DecimalScale.NONE) {
      if (exceptions == exceptionIndexes.length) {
        exceptionIndexes = Arrays.copyOf(exceptionIndexes, 2 * exceptions);
        exceptionBits = Arrays.copyOf(exceptionBits, 2 * exceptions);
      }
      exceptionIndexes[exceptions] = added;
      exceptionBits[exceptions++] =
          scale.type() == StoredType.FLOAT
              ? Integer.toUnsignedLong(Float.floatToRawIntBits((float) value))
              : Double.doubleToRawLongBits(value);
    } else {
      lastInteger = integer;
    }
    added++;
    return lastInteger;
  }

  private void finish(BlockOutput out) throws IOException {
    for (int index = 0; index < exceptions; index++) {
      out.putInt(exceptionIndexes[index]);
    }
    if (exceptions % 2 != 0) {
      out.putInt(0);
    }
    for (int index = 0; index < exceptions; index++) {
      out.putLong(exceptionBits[index]);
    }
    out.putInt(scale.scale());
    out.putInt(exceptions);
  }
}
