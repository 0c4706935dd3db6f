package io.gamay.segment.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.IntegerLayout;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Groups of any base, slope and residuals, also those whose values wrap around as no writer makes
 * them, match as the layout's arithmetic says, modulo 2^64.
 */
class GroupMatcherPropertyTest {

  private static final int PAYLOAD = 2 * Long.BYTES;

  private int wrapping;

  @Test
  void anyGroupMatchesAsItsValuesDo() {
    int cases = Seeds.forEach(1500, this::check);
    if (cases > 1) {
      assertThat(wrapping).as("groups that wrap around").isGreaterThan(cases / 20);
    }
  }

  private void check(SeededRandom random) {
    int width = random.nextInt(10) == 0 ? Long.SIZE : random.between(0, 57);
    int length = random.nextInt(3) == 0 ? IntegerLayout.GROUP_VALUES : random.between(1, 300);
    long slope = random.nextBoolean() ? 0 : random.anyLong();
    long base =
        random.nextBoolean()
            ? random.anyLong()
            : Long.MAX_VALUE - (random.nextLong() >>> Math.clamp(64 - width, 1, 63));
    int header = PAYLOAD + (length * width + 63) / 64 * Long.BYTES;
    ByteBuffer bytes =
        ByteBuffer.allocate(header + IntegerLayout.HEADER_BYTES + IntegerLayout.SLACK_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    random.nextBytes(bytes.array());
    bytes.putLong(header, base);
    bytes.putLong(header + IntegerLayout.SLOPE, slope);
    bytes.putInt(header + IntegerLayout.START, PAYLOAD / Long.BYTES);
    bytes.put(header + IntegerLayout.WIDTH, (byte) width);
    long[] values = new long[length];
    boolean wraps = false;
    for (int index = 0; index < length; index++) {
      values[index] =
          base + (slope * index >> 16) + bits(bytes, 8L * PAYLOAD + (long) index * width, width);
      wraps |= slope == 0 && values[index] < base;
    }
    wrapping += wraps ? 1 : 0;
    for (int range = 0; range < 20; range++) {
      checkRange(MemorySegment.ofArray(bytes.array()), header, values, random);
    }
  }

  private static void checkRange(
      MemorySegment bytes, int header, long[] values, SeededRandom random) {
    int from = random.nextBoolean() ? 0 : random.nextInt(values.length);
    int length = random.between(1, values.length - from);
    int bit = random.oneOf(List.of(0, 64, random.nextInt(200)));
    long one = bound(values, random);
    long other = bound(values, random);
    long low = Math.min(one, other);
    long high = Math.max(one, other);
    long[] expected = new long[(bit + length + 63) / 64];
    for (int index = 0; index < length; index++) {
      long value = values[from + index];
      expected[(bit + index) / 64] |= value >= low && value <= high ? 1L << bit + index : 0;
    }
    long[] mask = new long[expected.length];
    GroupMatcher.match(bytes, header, from, length, low, high, mask, bit);
    assertThat(mask).as("[%d, %d] from %d", low, high, from).isEqualTo(expected);
  }

  private static long bound(long[] values, SeededRandom random) {
    return random.chance(0.3)
        ? random.anyLong()
        : values[random.nextInt(values.length)] + random.between(-1, 1);
  }

  private static long bits(ByteBuffer bytes, long from, int width) {
    long value = 0;
    for (int bit = 0; bit < width; bit++) {
      long at = from + bit;
      value |= (bytes.get((int) (at / 8)) >> at % 8 & 1L) << bit;
    }
    return value;
  }
}
