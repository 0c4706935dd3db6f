package io.gamay.segment.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SegmentIdentity;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.EncodingDecisions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packed values come back at every width, and lie where the format says. */
class PackedPropertyTest {

  @TempDir private Path directory;

  @Test
  void valuesOfEveryWidthComeBackAndLieBitByBitWhereTheFormatSays() throws IOException {
    for (int bits = 1; bits <= 64; bits = bits == 57 ? 64 : bits + 1) {
      long seed = 1000L + bits;
      Random random = new Random(seed);
      int count = List.of(1, 1023, 1024, 1025, 3000).get(random.nextInt(5));
      long[] values = random.longs(count).toArray();
      for (int index = 0; index < count; index++) {
        values[index] >>>= 64 - bits;
      }
      values[count / 2] = -1L >>> (64 - bits);
      Path file = directory.resolve("w" + bits);
      write(file, bits, values);
      try (SegmentFile segment = SegmentFile.open(SegmentFiles.local(), file)) {
        var block = segment.block(BlockEntry.WHOLE_SEGMENT, BlockKind.ROW_OFFSETS).orElseThrow();
        PackedReader reader = PackedReader.of(block);
        for (int index = 0; index < count; index++) {
          assertThat(reader.longAt(index)).as("seed %d", seed).isEqualTo(values[index]);
          assertThat(bitByBit(block.bytes(), bits, index)).isEqualTo(values[index]);
        }
        assertThatThrownBy(() -> reader.longAt(count))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.longAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        if (bits <= 31) {
          assertRuns(reader, values, random);
          assertLists(reader, values, random);
          assertSelections(reader, values, random);
        }
      }
      Files.delete(file);
    }
  }

  @Test
  void aValueThatDoesNotFitIsRefused() throws IOException {
    assertThatThrownBy(() -> write(directory.resolve("a"), 3, new long[] {8}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> write(directory.resolve("b"), 3, new long[] {-1}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bitsForCountsWhatTheGreatestValueNeeds() {
    assertThat(PackedLayout.bitsFor(0)).isZero();
    assertThat(PackedLayout.bitsFor(1)).isEqualTo(1);
    assertThat(PackedLayout.bitsFor(255)).isEqualTo(8);
    assertThat(PackedLayout.bitsFor(256)).isEqualTo(9);
    assertThat(PackedLayout.bitsFor((1L << 57) - 1)).isEqualTo(57);
    assertThat(PackedLayout.bitsFor(1L << 57)).isEqualTo(64);
    assertThat(PackedLayout.bitsFor(Long.MAX_VALUE)).isEqualTo(64);
  }

  private static void assertRuns(PackedReader reader, long[] values, Random random) {
    for (int probe = 0; probe < 10; probe++) {
      int first = random.nextInt(values.length);
      int length = random.nextInt(values.length - first + 1);
      int[] out = new int[length + 2];
      out[0] = -7;
      out[length + 1] = -7;
      reader.readInts(first, length, out, 1);
      assertThat(out[0]).isEqualTo(-7);
      assertThat(out[length + 1]).isEqualTo(-7);
      for (int index = 0; index < length; index++) {
        assertThat(out[index + 1]).isEqualTo((int) values[first + index]);
      }
    }
  }

  /** Dense and sparse, from any value on. */
  private static void assertSelections(PackedReader reader, long[] values, Random random) {
    for (int round = 0; round < 20; round++) {
      int first = random.nextInt(values.length);
      int length = random.nextInt(Math.min(DocIdBlock.MAX_DOCS, values.length - first) + 1);
      int oneOf = List.of(1, 3, 40, 400).get(random.nextInt(4));
      long[] mask = new long[DocIdBlock.MAX_DOCS / Long.SIZE];
      int[] expected = new int[length];
      int count = 0;
      for (int index = 0; index < length; index++) {
        if (random.nextInt(oneOf) == 0) {
          mask[index / 64] |= 1L << index;
          expected[count++] = (int) values[first + index];
        }
      }
      int[] out = new int[random.nextBoolean() ? DocIdBlock.MAX_DOCS : count];
      reader.readSelected(first, length, mask, count, out);
      assertThat(Arrays.copyOf(out, count)).isEqualTo(Arrays.copyOf(expected, count));
    }
  }

  /** Lists from one row in forty to all rows. */
  private static void assertLists(PackedReader reader, long[] values, Random random) {
    for (int share : new int[] {1, 2, 10, 40}) {
      DocIdBlock docs = new DocIdBlock();
      int count = 0;
      for (int index = 0; index < values.length; index++) {
        if (random.nextInt(share) == 0) {
          docs.docIds()[count++] = index;
        }
      }
      docs.setList(count);
      int[] out = new int[DocIdBlock.MAX_DOCS];
      reader.readInts(docs, out);
      for (int index = 0; index < count; index++) {
        assertThat(out[index]).isEqualTo((int) values[docs.docId(index)]);
      }
    }
  }

  private static long bitByBit(MemorySegment bytes, int bits, long index) {
    long value = 0;
    for (int bit = 0; bit < bits; bit++) {
      long at = index * bits + bit;
      long set = bytes.get(ValueLayout.JAVA_BYTE, at / 8) >> (at % 8) & 1;
      value |= set << bit;
    }
    return value;
  }

  private static void write(Path file, int bits, long[] values) throws IOException {
    try (SegmentFileWriter writer =
        SegmentFileWriter.create(
            SegmentFiles.local(), file, EncodingDecisions.CURRENT_FORMAT_VERSION)) {
      try (PackedWriter packed =
          PackedWriter.start(
              writer, BlockEntry.WHOLE_SEGMENT, BlockKind.ROW_OFFSETS, bits, values.length)) {
        for (long value : values) {
          packed.add(value);
        }
      }
      writer.finish(
          new SegmentIdentity("t", "s", 0, new OffsetRange(0, 1), 1, EncodingDecisions.DEFAULT),
          List.of());
    }
  }
}
