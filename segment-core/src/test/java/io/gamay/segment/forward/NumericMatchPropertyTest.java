package io.gamay.segment.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SegmentIdentity;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.StoredType;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored numbers of every form match ranges as their values do, one by one. */
class NumericMatchPropertyTest {

  private static final List<Integer> COUNTS = List.of(1, 3, 64, 100, 1023, 1024, 1025, 2500, 5121);
  private static final int RANGES = 24;

  @TempDir private Path directory;

  private final Map<BlockEncoding, Integer> casesByForm = new EnumMap<>(BlockEncoding.class);
  private long someMatched;

  @Test
  void integersOfEveryShapeMatchAsTheirValuesDo() {
    int cases = Seeds.forEach(400, this::checkIntegers);
    if (cases > 1) {
      assertThat(casesByForm).containsOnlyKeys(BlockEncoding.INTEGERS, BlockEncoding.FIXED);
      assertThat(someMatched).as("ranges that hold some of a run").isGreaterThan(cases);
    }
  }

  private void checkIntegers(SeededRandom random) throws IOException {
    StoredType type = random.chance(0.3) ? StoredType.INT : StoredType.LONG;
    long[] values = integers(random, random.oneOf(COUNTS));
    if (type == StoredType.INT) {
      Arrays.setAll(values, index -> (int) values[index]);
    }
    withReader(
        type,
        values,
        random,
        reader -> {
          for (int range = 0; range < RANGES; range++) {
            Run run = Run.of(random, values.length);
            long low = longBound(random, values);
            long high = random.chance(0.1) ? longBound(random, values) : atLeast(low, random);
            check(
                run,
                mask -> reader.matchLongs(run.first, run.count, low, high, mask),
                row -> values[row] >= low && values[row] <= high,
                random);
            checkDoubles(reader, run, row -> values[row], random);
          }
          assertThatThrownBy(() -> reader.matchLongs(1, values.length, 0, 1, new long[100]))
              .isInstanceOf(IndexOutOfBoundsException.class);
        });
  }

  @Test
  void decimalsOfEveryShapeMatchAsTheirValuesDo() {
    int cases = Seeds.forEach(400, this::checkDecimals);
    if (cases > 1) {
      assertThat(casesByForm).containsOnlyKeys(BlockEncoding.DECIMALS, BlockEncoding.FIXED);
      assertThat(someMatched).as("ranges that hold some of a run").isGreaterThan(cases);
    }
  }

  private void checkDecimals(SeededRandom random) throws IOException {
    StoredType type = random.nextBoolean() ? StoredType.DOUBLE : StoredType.FLOAT;
    int scale = random.between(-3, 6);
    double exceptions = random.chance(0.5) ? 0 : random.nextDouble() / 3;
    long[] integers = integers(random, random.oneOf(COUNTS));
    int bits = random.between(1, type == StoredType.FLOAT ? 30 : 60);
    long[] keys = new long[integers.length];
    for (int index = 0; index < keys.length; index++) {
      double value =
          random.chance(exceptions)
              ? random.anyDouble()
              : (integers[index] >> Long.SIZE - bits) / Math.pow(10, scale);
      keys[index] =
          type == StoredType.FLOAT
              ? NumericKeys.ofFloat((float) value)
              : NumericKeys.ofDouble(value);
    }
    withReader(
        type,
        keys,
        random,
        reader -> {
          for (int range = 0; range < RANGES; range++) {
            Run run = Run.of(random, keys.length);
            checkDoubles(reader, run, row -> DecimalScale.valueOf(type, keys[row]), random);
          }
          assertThatThrownBy(() -> reader.matchDoubles(1, keys.length, 0, 1, new long[100]))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> reader.matchLongs(0, 1, 0, 1, new long[1]))
              .isInstanceOf(UnsupportedOperationException.class);
        });
  }

  private interface Doubles {
    double at(int row);
  }

  private void checkDoubles(NumericReader reader, Run run, Doubles values, SeededRandom random) {
    double low = doubleBound(random, run, values);
    double high =
        switch (random.nextInt(8)) {
          case 0 -> doubleBound(random, run, values);
          case 1 -> low;
          default -> {
            double other = doubleBound(random, run, values);
            yield Double.compare(other, low) < 0 ? Double.NaN : other;
          }
        };
    check(
        run,
        mask -> reader.matchDoubles(run.first, run.count, low, high, mask),
        row -> compare(values.at(row), low) >= 0 && compare(values.at(row), high) <= 0,
        random);
  }

  private static int compare(double left, double right) {
    return Double.compare(left == 0 ? 0 : left, right == 0 ? 0 : right);
  }

  private record Run(int first, int count) {

    static Run of(SeededRandom random, int rows) {
      int first = random.nextInt(rows);
      if (random.nextBoolean()) {
        first &= -1024;
      }
      return new Run(first, random.chance(0.4) ? rows - first : random.between(0, rows - first));
    }
  }

  private interface Match {
    void into(long[] mask);
  }

  /** The words of the run are overwritten, the one behind them is left alone. */
  private void check(Run run, Match match, IntPredicate isInside, SeededRandom random) {
    int words = (run.count + 63) / 64;
    long[] mask = new long[words + 1];
    Arrays.fill(mask, random.nextLong());
    long[] expected = new long[words + 1];
    expected[words] = mask[words];
    int inside = 0;
    for (int index = 0; index < run.count; index++) {
      if (isInside.test(run.first + index)) {
        expected[index / 64] |= 1L << index % 64;
        inside++;
      }
    }
    match.into(mask);
    assertThat(mask).as("%s", run).isEqualTo(expected);
    someMatched += inside > 0 && inside < run.count ? 1 : 0;
  }

  /** Often a value, or one beside it. */
  private static long longBound(SeededRandom random, long[] values) {
    return random.chance(0.25)
        ? random.anyLong()
        : values[random.nextInt(values.length)] + random.between(-1, 1);
  }

  private static long atLeast(long low, SeededRandom random) {
    long width = random.nextLong() >>> random.nextInt(Long.SIZE);
    return random.chance(0.2) || low + width < low ? Long.MAX_VALUE : low + width;
  }

  private static double doubleBound(SeededRandom random, Run run, Doubles values) {
    if (run.count == 0 || random.chance(0.25)) {
      return random.anyDouble();
    }
    double value = values.at(run.first + random.nextInt(run.count));
    return switch (random.nextInt(4)) {
      case 0 -> Math.nextUp(value);
      case 1 -> Math.nextDown(value);
      default -> value;
    };
  }

  /**
   * Constants, lines, lines with jitter, numbers close together and anywhere, with numbers far
   * away, often at the ends of what a long can hold.
   */
  private static long[] integers(SeededRandom random, int count) {
    long start =
        random.chance(0.3)
            ? random.oneOf(List.of(Long.MIN_VALUE, Long.MAX_VALUE - 4, -3L, Long.MAX_VALUE - 3000))
            : random.nextLong() >> random.nextInt(64);
    long step = random.nextLong() >> 20 + random.nextInt(44);
    long spread = 1L << random.nextInt(63);
    double farAway = random.chance(0.4) ? random.nextDouble() / 15 : 0;
    int kind = random.nextInt(5);
    long[] values = new long[count];
    for (int index = 0; index < count; index++) {
      long value =
          switch (kind) {
            case 0 -> start;
            case 1 -> start + step * index;
            case 2 -> start + step * index + random.nextLong(spread);
            case 3 -> Math.max(start, start + random.nextLong(spread));
            default -> random.nextLong();
          };
      values[index] = random.chance(farAway) ? random.anyLong() : value;
    }
    return values;
  }

  private interface Readings {
    void of(NumericReader reader);
  }

  /** Writes keys as one block, plain or in the form that is smallest, and reads it. */
  private void withReader(StoredType type, long[] keys, SeededRandom random, Readings readings)
      throws IOException {
    DecimalsWriter.KeySource source = action -> action.accept(keys, keys.length);
    NumericForm form =
        random.chance(0.25)
            ? NumericForm.plain(type, keys.length)
            : NumericForm.choose(type, keys.length, keys, source);
    casesByForm.merge(form.encoding(), 1, Integer::sum);
    Path file = directory.resolve("numbers");
    try (SegmentFileWriter writer =
        SegmentFileWriter.create(
            SegmentFiles.local(), file, EncodingDecisions.CURRENT_FORMAT_VERSION)) {
      form.write(source, writer, 0, BlockKind.VALUES);
      writer.finish(
          new SegmentIdentity("t", "s", 0, new OffsetRange(0, 1), 1, EncodingDecisions.DEFAULT),
          List.of());
    }
    try (SegmentFile segment = SegmentFile.open(SegmentFiles.local(), file)) {
      readings.of(NumericForm.read(type, segment.block(0, BlockKind.VALUES).orElseThrow()));
    }
    Files.delete(file);
  }
}
