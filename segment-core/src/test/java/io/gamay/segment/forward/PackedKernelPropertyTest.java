package io.gamay.segment.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.PackedLayout;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every kernel does what doing it value by value does, at any width, place and length. */
class PackedKernelPropertyTest {

  private static final long UNTOUCHED = 0x5a5a_5a5a_5a5a_5a5aL;

  @Test
  void kernelsAgreeWithValuesOneByOne() {
    int cases = Seeds.forEach(Duration.ofSeconds(4), PackedKernelPropertyTest::check);
    assertThat(cases).as("cases").isGreaterThan(500);
  }

  @Test
  void thisBuildTestsTheVectorKernel() {
    assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isPresent();
  }

  private static void check(SeededRandom random) {
    int bits = random.nextInt(1, 32);
    int count = random.nextInt(1, 3000);
    int[] values = new int[count];
    for (int index = 0; index < count; index++) {
      values[index] = random.nextInt() >>> (32 - bits);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment packed = pack(arena, values, bits);
      for (PackedKernel kernel :
          List.of(ScalarPackedKernel.INSTANCE, VectorPackedKernel.INSTANCE, PackedKernel.best())) {
        checkRun(kernel, packed, bits, values, random);
      }
    }
  }

  private static void checkRun(
      PackedKernel kernel, MemorySegment packed, int bits, int[] values, SeededRandom random) {
    int first = random.nextInt(values.length);
    if (random.nextBoolean()) {
      first &= -64;
    }
    int length = random.nextInt(values.length - first + 1);
    int[] expected = Arrays.copyOfRange(values, first, first + length);
    int[] out = new int[length + 2];
    kernel.unpack(packed, bits, first, length, out, 1);
    assertThat(Arrays.copyOfRange(out, 1, length + 1)).isEqualTo(expected);
    assertThat(out[0]).isZero();
    assertThat(out[length + 1]).isZero();

    int low =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt() >>> 1;
          case 1, 2, 3 -> random.nextInt() >>> (32 - bits);
          default -> values[first];
        };
    int width = random.nextInt(3) == 0 ? 1 : random.nextInt() >>> random.nextInt(1, 32);
    long[] mask = mask(length);
    kernel.matchRange(packed, 0, bits, first, length, low, width, mask, 0);
    long[] inRange = expectedMask(expected, value -> value >= low && value < (long) low + width);
    assertThat(mask).isEqualTo(inRange);
    int eights = random.nextInt(first / 8 + 1);
    int words = random.nextInt(4);
    long[] further = new long[words + inRange.length];
    Arrays.fill(further, UNTOUCHED);
    kernel.matchRange(
        packed, (long) eights * bits, bits, first - 8 * eights, length, low, width, further, words);
    assertThat(Arrays.copyOfRange(further, words, further.length)).isEqualTo(inRange);
    assertThat(Arrays.stream(further, 0, words)).allMatch(word -> word == UNTOUCHED);

    if (bits <= 16) {
      long[] members = random.longs((1 << bits) / 64 + 1).toArray();
      long[] inSet = mask(length);
      kernel.matchSet(packed, bits, first, length, members, inSet);
      assertThat(inSet)
          .isEqualTo(
              expectedMask(expected, value -> (members[value / 64] >>> value % 64 & 1) != 0));
    }

    int[] few = random.ints(random.nextInt(14)).map(any -> any >>> (32 - bits)).toArray();
    if (few.length > 0 && random.nextBoolean()) {
      few[0] = values[first];
    }
    long[] inFew = mask(length);
    kernel.matchFew(packed, bits, first, length, few, inFew);
    assertThat(inFew)
        .isEqualTo(
            expectedMask(expected, value -> Arrays.stream(few).anyMatch(one -> one == value)));

    long sum = 0;
    for (int index = 0; index < length; index++) {
      sum += (mask[index / 64] >>> index % 64 & 1) == 0 ? 0 : expected[index];
    }
    assertThat(kernel.sum(packed, bits, first, length, mask)).isEqualTo(sum);

    long[] named = random.nextBoolean() ? mask : random.longs(length / 64 + 1).toArray();
    int[] wanted =
        IntStream.range(0, length)
            .filter(index -> (named[index / 64] >>> index % 64 & 1) != 0)
            .map(index -> expected[index])
            .toArray();
    for (int word = 0; word << 6 < length; word++) {
      int left = length - (word << 6);
      named[word] &= left < Long.SIZE ? (1L << left) - 1 : -1;
    }
    int[] selected = new int[wanted.length + (random.nextBoolean() ? 0 : 4096)];
    kernel.select(packed, bits, first, length, named, selected);
    assertThat(Arrays.copyOf(selected, wanted.length)).isEqualTo(wanted);
  }

  /** Has one word more than the run needs, which must stay as it is. */
  private static long[] mask(int length) {
    long[] mask = new long[(length + 63) / 64 + 1];
    Arrays.fill(mask, UNTOUCHED);
    return mask;
  }

  private static long[] expectedMask(int[] values, java.util.function.IntPredicate test) {
    long[] mask = new long[(values.length + 63) / 64 + 1];
    for (int index = 0; index < values.length; index++) {
      mask[index / 64] |= test.test(values[index]) ? 1L << index : 0;
    }
    mask[mask.length - 1] = UNTOUCHED;
    return mask;
  }

  private static MemorySegment pack(Arena arena, int[] values, int bits) {
    MemorySegment packed = arena.allocate(PackedLayout.lengthBytes(values.length, bits), 64);
    for (int index = 0; index < values.length; index++) {
      for (int bit = 0; bit < bits; bit++) {
        long at = (long) index * bits + bit;
        byte before = packed.get(ValueLayout.JAVA_BYTE, at / 8);
        int set = (values[index] >>> bit & 1) << (at % 8);
        packed.set(ValueLayout.JAVA_BYTE, at / 8, (byte) (before | set));
      }
    }
    return packed;
  }
}
