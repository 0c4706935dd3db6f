package io.gamay.testkit.random;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A random generator that remembers its seed and likes the values where code breaks: extremes,
 * zeros, empty and strange strings. One thread; {@link #split()} for another.
 */
public final class SeededRandom implements RandomGenerator {

  private static final int[] EXTREME_INTS = {
    0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 255, 256, 65_535, 65_536, Integer.MIN_VALUE + 1
  };
  private static final long[] EXTREME_LONGS = {
    0,
    1,
    -1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    (1L << 53) + 1,
    -(1L << 53) - 1
  };
  private static final float[] EXTREME_FLOATS = {
    0f,
    -0f,
    1f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0.1f
  };
  private static final double[] EXTREME_DOUBLES = {
    0d,
    -0d,
    1d,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    0.1d,
    1e16
  };
  private static final List<String> STRANGE_STRINGS =
      List.of(
          "",
          " ",
          "null",
          "\u0000",
          "a\u0000",
          "a",
          "ab",
          "\u00e9",
          "e\u0301",
          "\u4e2d\u6587",
          "\ud83d\ude80",
          "\uffff",
          "\ud800\udc00",
          "%_\\'\"\n\t",
          "0",
          "-0.0",
          "NaN");

  private final long seed;
  private final SplittableRandom random;

  public SeededRandom(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  public long seed() {
    return seed;
  }

  /** An independent generator for another thread or part, determined by this one. */
  public SeededRandom split() {
    return new SeededRandom(random.nextLong());
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  /** True with the given probability. */
  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A number in [min, max], both included. */
  public int between(int min, int max) {
    return (int) random.nextLong(min, (long) max + 1);
  }

  public <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  public int anyInt() {
    return switch (random.nextInt(4)) {
      case 0 -> EXTREME_INTS[random.nextInt(EXTREME_INTS.length)];
      case 1 -> random.nextInt(-10, 10);
      default -> random.nextInt();
    };
  }

  public long anyLong() {
    return switch (random.nextInt(4)) {
      case 0 -> EXTREME_LONGS[random.nextInt(EXTREME_LONGS.length)];
      case 1 -> random.nextInt(-10, 10);
      default -> random.nextLong() >> random.nextInt(64);
    };
  }

  /** Any float, NaNs with odd bits and subnormal ones included. */
  public float anyFloat() {
    return switch (random.nextInt(4)) {
      case 0 -> EXTREME_FLOATS[random.nextInt(EXTREME_FLOATS.length)];
      case 1 -> random.nextInt(-1000, 1000) / 8f;
      default -> Float.intBitsToFloat(random.nextInt());
    };
  }

  /** Any double, NaNs with odd bits and subnormal ones included. */
  public double anyDouble() {
    return switch (random.nextInt(4)) {
      case 0 -> EXTREME_DOUBLES[random.nextInt(EXTREME_DOUBLES.length)];
      case 1 -> random.nextInt(-100_000, 100_000) / 100d;
      default -> Double.longBitsToDouble(random.nextLong());
    };
  }

  /** Any decimal of up to {@code maxDigits} digits, trailing zeros and negative scales included. */
  public BigDecimal anyDecimal(int maxDigits) {
    if (chance(0.1)) {
      return BigDecimal.ZERO.setScale(between(-3, 3));
    }
    StringBuilder digits = new StringBuilder();
    int count = between(1, maxDigits);
    for (int i = 0; i < count; i++) {
      digits.append(chance(0.3) ? '0' : (char) ('0' + random.nextInt(10)));
    }
    BigInteger unscaled = new BigInteger(digits.toString());
    return new BigDecimal(chance(0.5) ? unscaled : unscaled.negate(), between(-5, maxDigits));
  }

  /**
   * Any well-formed string of up to {@code maxLength} characters: ASCII, letters beyond it,
   * surrogate pairs, NUL.
   */
  public String anyString(int maxLength) {
    if (chance(0.2)) {
      String strange = oneOf(STRANGE_STRINGS);
      return strange.length() <= maxLength ? strange : "";
    }
    int length = random.nextInt(maxLength + 1);
    StringBuilder text = new StringBuilder(length);
    boolean isAscii = chance(0.6);
    while (text.length() < length) {
      int codePoint = isAscii ? between(' ', '~') : anyCodePoint();
      if (text.length() + Character.charCount(codePoint) > length) {
        codePoint = 'x';
      }
      text.appendCodePoint(codePoint);
    }
    return text.toString();
  }

  /** Any bytes, up to {@code maxLength} of them. */
  public byte[] anyBytes(int maxLength) {
    byte[] bytes = new byte[random.nextInt(maxLength + 1)];
    random.nextBytes(bytes);
    if (chance(0.2)) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (bytes[i] & 1);
      }
    }
    return bytes;
  }

  private int anyCodePoint() {
    int codePoint =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(0x80);
          case 1 -> random.nextInt(0x80, 0x800);
          case 2 -> random.nextInt(0x800, 0x10000);
          default -> random.nextInt(0x10000, 0x110000);
        };
    boolean isSurrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
    return isSurrogate ? 0xFFFD : codePoint;
  }

  @Override
  public String toString() {
    return "seed " + seed;
  }
}
