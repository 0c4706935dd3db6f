package io.gamay.segment.forward;

import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.IntegerLayout;
import java.io.IOException;
import java.util.Arrays;

/**
 * Finds the smallest form of one group of {@link IntegerLayout} and writes it: a base alone, or a
 * base and a line, each with or without exceptions. Sizes are exact. Reused by one thread.
 */
final class IntegerGroup {

  /** More would make single reads slow. */
  private static final int MAX_EXCEPTIONS = 64;

  private static final int LEAST_LINE_VALUES = 4;

  /** A line is tried where greatest and least value differ by fewer bits than this. */
  private static final int MAX_LINE_BITS = 46;

  private final long[] residuals = new long[IntegerLayout.GROUP_VALUES];
  private final int[] countByBits = new int[Long.SIZE + 1];

  private long base;
  private long slope;
  private int width;
  private int highWidth;
  private int exceptions;
  private long words;

  private long triedBase;
  private int triedWidth;
  private int triedHighWidth;
  private int triedExceptions;
  private long triedWords;

  /** Chooses the form of {@code values[0, count)}; count is at least 1. */
  void plan(long[] values, int count) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int index = 0; index < count; index++) {
      min = Math.min(min, values[index]);
      max = Math.max(max, values[index]);
    }
    words = Long.MAX_VALUE;
    tryLine(values, count, 0, min);
    long range = max - min;
    if (range != 0 && range >>> MAX_LINE_BITS == 0 && count >= LEAST_LINE_VALUES) {
      tryLine(values, count, slopeOfEnds(values, count));
      tryLine(values, count, slopeOfHalves(values, count));
    }
  }

  /** Bytes of the payload of the form chosen. */
  long payloadBytes() {
    return words * Long.BYTES;
  }

  void writeHeader(long startWord, BlockOutput out) throws IOException {
    out.putLong(base);
    out.putLong(slope);
    out.putLong(startWord | (long) width << 32 | (long) highWidth << 40 | (long) exceptions << 48);
  }

  void writePayload(long[] values, int count, BlockOutput out) throws IOException {
    for (int index = 0; index < count; index++) {
      residuals[index] = values[index] - line(slope, index) - base;
    }
    pack(residuals, count, width, out);
    if (exceptions == 0) {
      return;
    }
    long[] positions = new long[exceptions];
    long[] highs = new long[exceptions];
    int found = 0;
    for (int index = 0; index < count; index++) {
      if (residuals[index] >>> width != 0) {
        positions[found] = index;
        highs[found++] = residuals[index] >>> width;
      }
    }
    pack(positions, exceptions, IntegerLayout.POSITION_BITS, out);
    pack(highs, exceptions, highWidth, out);
  }

  static long line(long slope, long index) {
    return slope * index >> IntegerLayout.SLOPE_FRACTION_BITS;
  }

  private void tryLine(long[] values, int count, long triedSlope) {
    long least = Long.MAX_VALUE;
    for (int index = 0; index < count; index++) {
      least = Math.min(least, values[index] - line(triedSlope, index));
    }
    tryLine(values, count, triedSlope, least);
  }

  private void tryLine(long[] values, int count, long triedSlope, long least) {
    Arrays.fill(countByBits, 0);
    for (int index = 0; index < count; index++) {
      long residual = values[index] - line(triedSlope, index) - least;
      countByBits[Long.SIZE - Long.numberOfLeadingZeros(residual)]++;
    }
    triedBase = least;
    chooseWidth(count);
    if (triedWords < words) {
      base = triedBase;
      slope = triedSlope;
      width = triedWidth;
      highWidth = triedHighWidth;
      exceptions = triedExceptions;
      words = triedWords;
    }
  }

  private void chooseWidth(int count) {
    int mostBits = Long.SIZE;
    while (mostBits > 0 && countByBits[mostBits] == 0) {
      mostBits--;
    }
    triedWidth = widthOf(mostBits);
    triedHighWidth = 0;
    triedExceptions = 0;
    triedWords = wordsOf(count, triedWidth);
    int above = 0;
    for (int bits = mostBits - 1; bits >= 0; bits--) {
      above += countByBits[bits + 1];
      if (above > MAX_EXCEPTIONS) {
        return;
      }
      if (!IntegerLayout.isWidth(bits)) {
        continue;
      }
      int high = widthOf(mostBits - bits);
      long needed =
          wordsOf(count, bits) + wordsOf(above, IntegerLayout.POSITION_BITS) + wordsOf(above, high);
      if (needed < triedWords) {
        triedWidth = bits;
        triedHighWidth = high;
        triedExceptions = above;
        triedWords = needed;
      }
    }
  }

  private static int widthOf(int bits) {
    return IntegerLayout.isWidth(bits) ? bits : Long.SIZE;
  }

  static long wordsOf(long count, int bits) {
    return (count * bits + Long.SIZE - 1) / Long.SIZE;
  }

  private static long slopeOfEnds(long[] values, int count) {
    return (values[count - 1] - values[0] << IntegerLayout.SLOPE_FRACTION_BITS) / (count - 1);
  }

  /** By how much the second half lies above the first one: jitter cancels out. */
  private static long slopeOfHalves(long[] values, int count) {
    int half = count / 2;
    long rise = 0;
    for (int index = 0; index < half; index++) {
      rise += values[index + half] - values[index];
    }
    double perValue = (double) rise / ((double) half * half);
    return Math.round(perValue * (1 << IntegerLayout.SLOPE_FRACTION_BITS));
  }

  /** The low {@code bits} bits of {@code values[0, count)}, then zeros to a full word. */
  private static void pack(long[] values, int count, int bits, BlockOutput out) throws IOException {
    if (bits == 0) {
      return;
    }
    long mask = -1L >>> (Long.SIZE - bits);
    long word = 0;
    int used = 0;
    for (int index = 0; index < count; index++) {
      long value = values[index] & mask;
      word |= value << used;
      used += bits;
      if (used >= Long.SIZE) {
        out.putLong(word);
        used -= Long.SIZE;
        word = used == 0 ? 0 : value >>> (bits - used);
      }
    }
    if (used > 0) {
      out.putLong(word);
    }
  }
}
