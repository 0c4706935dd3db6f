package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.RunTest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Unsigned integers of a fixed number of bits, in the form of {@link PackedLayout}. Immutable and
 * thread-safe; valid while the segment is open.
 */
public final class PackedReader implements DictIdReader, IndexedLongs {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** So many comparisons cost less than the look-up of a bit. */
  private static final int MAX_FEW = 12;

  private final MemorySegment packed;
  private final int bitsPerValue;
  private final long mask;
  private final long count;
  private final PackedKernel kernel = PackedKernel.best();

  private PackedReader(MemorySegment packed, int bitsPerValue, long count) {
    this.packed = packed;
    this.bitsPerValue = bitsPerValue;
    this.mask = bitsPerValue == 0 ? 0 : -1L >>> (Long.SIZE - bitsPerValue);
    this.count = count;
  }

  /** Checks the block's sum if this is its first read. */
  public static PackedReader of(MappedBlock block) {
    BlockEntry entry = block.entry();
    return new PackedReader(block.bytes(), entry.bitsPerValue(), entry.count());
  }

  /**
   * The same for a block of dictIds.
   *
   * @throws SegmentCorruptException if one is not below the cardinality
   */
  public static PackedReader ofDictIds(MappedBlock block, int cardinality) {
    PackedReader reader = of(block);
    if (cardinality <= reader.mask) {
      reader.expectBelow(cardinality, block);
    }
    return reader;
  }

  private void expectBelow(int bound, MappedBlock block) {
    long[] mask = new long[PackedLayout.BLOCK_VALUES / Long.SIZE];
    for (long first = 0; first < count; first += PackedLayout.BLOCK_VALUES) {
      int length = (int) Math.min(PackedLayout.BLOCK_VALUES, count - first);
      matchRange(first, length, 0, bound, mask);
      int below = 0;
      for (int word = 0; word << 6 < length; word++) {
        below += Long.bitCount(mask[word]);
      }
      if (below != length) {
        throw block.malformed(
            first * bitsPerValue / Byte.SIZE,
            "one of the dictIds from %d on is not below %d".formatted(first, bound));
      }
    }
  }

  /** For packed values that are a part of a block; their number of bytes is the caller's care. */
  static PackedReader of(MemorySegment packed, int bitsPerValue, long count) {
    return new PackedReader(packed, bitsPerValue, count);
  }

  /** Stands for a block that was left out because all values are 0. */
  public static PackedReader zeros(long count) {
    byte[] slack = new byte[PackedLayout.SLACK_BYTES];
    return new PackedReader(MemorySegment.ofArray(slack), 0, count);
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public long longAt(long index) {
    Objects.checkIndex(index, count);
    long bit = index * bitsPerValue;
    return packed.get(LONG, bit >>> 3) >>> (int) (bit & 7) & mask;
  }

  /** For values of at most 31 bits. */
  @Override
  public int intAt(long index) {
    return (int) longAt(index);
  }

  /** The values at a block's docIds into {@code out[0, docs.count())}; at most 31 bits each. */
  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    if (docs.isRange()) {
      readInts(docs.first(), docs.count(), out, 0);
      return;
    }
    int[] docIds = docs.docIds();
    int count = docs.count();
    if (count > 0 && isDense(docIds[0], docIds[count - 1], count, out.length)) {
      pick(docIds, count, out);
      return;
    }
    if (count > 0) {
      Objects.checkIndex(docIds[0], this.count);
      Objects.checkIndex(docIds[count - 1], this.count);
      ScalarPackedKernel.readEach(packed, bitsPerValue, docIds, count, out);
    }
  }

  /** Whether unpacking all values from the first to the last of a list is the shorter way. */
  private boolean isDense(int first, int last, int count, int room) {
    int length = last - first + 1;
    return length <= room && length <= (long) count * kernel.valuesPerRead();
  }

  /** Where few are wanted each is read alone. */
  @Override
  public void readSelected(long first, int length, long[] mask, int count, int[] out) {
    Objects.checkFromIndexSize(first, length, this.count);
    if (bitsPerValue == 0) {
      Arrays.fill(out, 0, count, 0);
      return;
    }
    boolean isDense = length <= (long) count * kernel.valuesPerSelection();
    if (isDense && (first & 7) != 0 && length <= out.length) {
      readInts(first, length, out, 0);
      moveForward(length, mask, out);
    } else {
      PackedKernel way = isDense ? kernel : PackedKernel.scalar();
      way.select(packed, bitsPerValue, first, length, mask, out);
    }
  }

  private static void moveForward(int length, long[] mask, int[] values) {
    int moved = 0;
    for (int word = 0; word << 6 < length; word++) {
      for (long left = mask[word]; left != 0; left &= left - 1) {
        values[moved++] = values[(word << 6) + Long.numberOfTrailingZeros(left)];
      }
    }
  }

  /** Unpacks a run, and moves what is wanted forward within it. */
  private void pick(int[] docIds, int count, int[] out) {
    int first = docIds[0];
    readInts(first, docIds[count - 1] - first + 1, out, 0);
    for (int index = 0; index < count; index++) {
      out[index] = out[docIds[index] - first];
    }
  }

  /** The values [first, first + length) into {@code out} from {@code outFrom} on. */
  @Override
  public void readInts(long first, int length, int[] out, int outFrom) {
    Objects.checkFromIndexSize(first, length, count);
    if (bitsPerValue == 0) {
      Arrays.fill(out, outFrom, outFrom + length, 0);
      return;
    }
    kernel.unpack(packed, bitsPerValue, first, length, out, outFrom);
  }

  /**
   * Tells which of the values [first, first + length) are in [low, high); at most 31 bits each.
   *
   * @param mask receives one bit per value in its first {@code ceil(length / 64)} words
   */
  @Override
  public void matchRange(long first, int length, int low, int high, long[] mask) {
    Objects.checkFromIndexSize(first, length, count);
    if (bitsPerValue == 0) {
      setAll(low <= 0 && high > 0, length, mask);
      return;
    }
    // Below 0 there are no values; an empty range has no width.
    int from = Math.max(0, low);
    int width = Math.max(0, high - from);
    kernel.matchRange(packed, 0, bitsPerValue, first, length, from, width, mask, 0);
  }

  /**
   * Tells which of the values [first, first + length) are in a set; at most 31 bits each.
   *
   * @param members one bit for each value that there is
   * @param mask as above
   */
  @Override
  public void matchSet(long first, int length, long[] members, long[] mask) {
    Objects.checkFromIndexSize(first, length, count);
    if (bitsPerValue == 0) {
      setAll((members[0] & 1) != 0, length, mask);
      return;
    }
    kernel.matchSet(packed, bitsPerValue, first, length, members, mask);
  }

  /** Few members are compared with one by one. */
  @Override
  public RunTest setTest(long[] members) {
    int count = 0;
    for (int word = 0; word < members.length && count <= MAX_FEW; word++) {
      count += Long.bitCount(members[word]);
    }
    if (count > MAX_FEW || bitsPerValue == 0) {
      return DictIdReader.super.setTest(members);
    }
    int[] few = new int[count];
    int found = 0;
    for (int word = 0; found < count; word++) {
      for (long bits = members[word]; bits != 0; bits &= bits - 1) {
        few[found++] = (word << 6) + Long.numberOfTrailingZeros(bits);
      }
    }
    return (first, length, mask) -> {
      Objects.checkFromIndexSize(first, length, this.count);
      kernel.matchFew(packed, bitsPerValue, first, length, few, mask);
    };
  }

  private static void setAll(boolean isSet, int length, long[] mask) {
    RowBits.clear(mask, length);
    if (isSet && length > 0) {
      RowBits.set(mask, 0, length);
    }
  }
}
