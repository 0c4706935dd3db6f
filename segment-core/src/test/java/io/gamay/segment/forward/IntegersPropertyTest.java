package io.gamay.segment.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SegmentIdentity;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.StoredType;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Integers and decimals of every shape come back by every read, and lie where the format says. */
class IntegersPropertyTest {

  private static final List<Integer> COUNTS = List.of(1, 2, 3, 5, 63, 1023, 1024, 1025, 3000, 5121);

  @TempDir private Path directory;

  @Test
  void integersOfEveryShapeComeBack() {
    Seeds.forEach(300, this::checkIntegers);
  }

  private void checkIntegers(SeededRandom random) throws IOException {
    long[] values = shape(random, random.oneOf(COUNTS));
    Path file = directory.resolve("integers");
    write(
        file,
        writer -> {
          try (IntegersWriter out =
              IntegersWriter.start(
                  writer, BlockEntry.WHOLE_SEGMENT, BlockKind.ROW_OFFSETS, values.length)) {
            out.addAll(values, values.length);
          }
        });
    try (SegmentFile segment = SegmentFile.open(SegmentFiles.local(), file)) {
      MappedBlock block =
          segment.block(BlockEntry.WHOLE_SEGMENT, BlockKind.ROW_OFFSETS).orElseThrow();
      IntegersSizer sizer = new IntegersSizer();
      sizer.addAll(values, values.length);
      assertThat(block.entry().lengthBytes()).isEqualTo(sizer.lengthBytes());
      assertThat(byTheBook(block.bytes(), values.length)).isEqualTo(values);
      IntegersReader reader = IntegersReader.of(block);
      int first = random.nextInt(values.length);
      int length = random.nextInt(values.length - first + 1);
      long[] longs = new long[length + 2];
      reader.readLongs(first, length, longs, 1);
      int[] ints = new int[length + 2];
      reader.readInts(first, length, ints, 1);
      for (int index = 0; index < length; index++) {
        assertThat(longs[index + 1]).isEqualTo(values[first + index]);
        assertThat(ints[index + 1]).isEqualTo((int) values[first + index]);
        assertThat(reader.longAt(first + index)).isEqualTo(values[first + index]);
      }
      assertThat(longs[0] + longs[length + 1] + ints[0] + ints[length + 1]).isZero();
    }
    Files.delete(file);
  }

  @Test
  void decimalsOfEveryShapeComeBackBitByBit() {
    Seeds.forEach(200, this::checkDecimals);
  }

  private void checkDecimals(SeededRandom random) throws IOException {
    StoredType type = random.nextBoolean() ? StoredType.DOUBLE : StoredType.FLOAT;
    int count = random.oneOf(COUNTS);
    int scale = random.nextInt(9) - 3;
    int exceptionsInHundred = random.nextBoolean() ? 0 : random.nextInt(30);
    long bound = 1L << (1 + random.nextInt(type == StoredType.FLOAT ? 20 : 40));
    long[] keys = new long[count];
    for (int index = 0; index < count; index++) {
      double value =
          random.nextInt(100) < exceptionsInHundred
              ? random.oneOf(
                  List.of(Double.NaN, Double.NEGATIVE_INFINITY, Math.PI * index, 1e300, 4.9e-324))
              : (random.nextLong(2 * bound) - bound) / Math.pow(10, scale);
      keys[index] =
          type == StoredType.FLOAT
              ? NumericKeys.ofFloat((float) value)
              : NumericKeys.ofDouble(value);
    }
    NumericForm form = NumericForm.choose(type, count, keys, action -> action.accept(keys, count));
    Path file = directory.resolve("decimals");
    write(
        file,
        writer -> form.write(action -> action.accept(keys, count), writer, 0, BlockKind.VALUES));
    try (SegmentFile segment = SegmentFile.open(SegmentFiles.local(), file)) {
      MappedBlock block = segment.block(0, BlockKind.VALUES).orElseThrow();
      assertThat(block.entry().encoding()).isEqualTo(form.encoding());
      assertThat(block.entry().lengthBytes()).isEqualTo(form.lengthBytes());
      NumericReader reader = NumericForm.read(type, block);
      DocIdBlock docs = new DocIdBlock();
      docs.setRange(0, Math.min(count, DocIdBlock.MAX_DOCS));
      double[] doubles = new double[docs.count()];
      reader.readDoubles(docs, doubles);
      for (int index = 0; index < count; index++) {
        assertThat(reader.keyAt(index)).isEqualTo(keys[index]);
        if (index < doubles.length) {
          assertThat(Double.doubleToLongBits(doubles[index]))
              .isEqualTo(Double.doubleToLongBits(DecimalScale.valueOf(type, keys[index])));
        }
      }
    }
    Files.delete(file);
  }

  @Test
  void aLineWithJitterTakesTheBitsOfTheJitter() {
    SeededRandom random = new SeededRandom(1);
    IntegersSizer sizer = new IntegersSizer();
    for (int row = 0; row < 1 << 20; row++) {
      sizer.add(1_780_000_000_000L + 86L * row + random.nextInt(4000));
    }
    assertThat(sizer.lengthBytes()).isLessThan((1 << 20) * 13L / 8);
  }

  private static long[] shape(SeededRandom random, int count) {
    long start = random.nextLong() >> random.nextInt(64);
    long step = random.nextLong() >> 24 + random.nextInt(40);
    long spread = 1L << random.nextInt(62);
    int outliersInThousand = random.nextInt(3) == 0 ? random.nextInt(80) : 0;
    int kind = random.nextInt(4);
    long[] values = new long[count];
    for (int index = 0; index < count; index++) {
      long value =
          switch (kind) {
            case 0 -> start;
            case 1 -> start + step * index;
            case 2 -> start + step * index + random.nextLong(spread);
            default -> start + random.nextLong(spread);
          };
      values[index] = random.nextInt(1000) < outliersInThousand ? random.nextLong() : value;
    }
    if (random.nextInt(4) == 0) {
      Arrays.sort(values);
    }
    return values;
  }

  /** Decodes by the page alone, bit by bit. */
  private static long[] byTheBook(MemorySegment block, int count) {
    long[] values = new long[count];
    int groups = (count + 1023) / 1024;
    long headers = block.byteSize() - 64 - 24L * groups;
    for (int group = 0; group < groups; group++) {
      long header = headers + 24L * group;
      long base = number(block, header, 8);
      long slope = number(block, header + 8, 8);
      long payload = 8 * number(block, header + 16, 4);
      int width = (int) number(block, header + 20, 1);
      int highWidth = (int) number(block, header + 21, 1);
      int exceptions = (int) number(block, header + 22, 2);
      int length = Math.min(1024, count - 1024 * group);
      long positions = payload + (length * width + 63) / 64 * 8L;
      long highs = positions + (exceptions * 16 + 63) / 64 * 8L;
      for (int index = 0; index < length; index++) {
        values[1024 * group + index] =
            base + (slope * index >> 16) + bits(block, payload, index, width);
      }
      for (int exception = 0; exception < exceptions; exception++) {
        int position = (int) bits(block, positions, exception, 16);
        values[1024 * group + position] += bits(block, highs, exception, highWidth) << width;
      }
    }
    return values;
  }

  private static long number(MemorySegment block, long at, int bytes) {
    return bits(block, at, 0, 8 * bytes);
  }

  private static long bits(MemorySegment block, long from, int index, int width) {
    long value = 0;
    for (int bit = 0; bit < width; bit++) {
      long at = (long) index * width + bit;
      long isSet = block.get(ValueLayout.JAVA_BYTE, from + at / 8) >> at % 8 & 1;
      value |= isSet << bit;
    }
    return value;
  }

  @FunctionalInterface
  private interface Blocks {
    void write(SegmentFileWriter writer) throws IOException;
  }

  private static void write(Path file, Blocks blocks) throws IOException {
    try (SegmentFileWriter writer =
        SegmentFileWriter.create(
            SegmentFiles.local(), file, EncodingDecisions.CURRENT_FORMAT_VERSION)) {
      blocks.write(writer);
      writer.finish(
          new SegmentIdentity("t", "s", 0, new OffsetRange(0, 1), 1, EncodingDecisions.DEFAULT),
          List.of());
    }
  }
}
