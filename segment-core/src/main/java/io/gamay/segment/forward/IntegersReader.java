package io.gamay.segment.forward;

import io.gamay.segment.format.IntegerLayout;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Signed integers in the form of {@link IntegerLayout}. Immutable and thread-safe; valid while the
 * segment is open.
 */
public final class IntegersReader implements IndexedLongs {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int GROUP_MASK = IntegerLayout.GROUP_VALUES - 1;
  private static final PackedKernel KERNEL = PackedKernel.best();

  private final MemorySegment bytes;
  private final long count;
  private final long headers;

  private IntegersReader(MemorySegment bytes, long count) {
    this.bytes = bytes;
    this.count = count;
    this.headers = bytes.byteSize() - IntegerLayout.fixedBytes(count);
  }

  /**
   * Checks the block's sum if this is its first read, and every header.
   *
   * @throws SegmentCorruptException if a header points out of the block or is none at all
   */
  public static IntegersReader of(MappedBlock block) {
    return of(block, block.bytes(), block.entry().count());
  }

  /** The same for integers that are the first part of a block. */
  static IntegersReader of(MappedBlock block, MemorySegment bytes, long count) {
    IntegersReader reader = new IntegersReader(bytes, count);
    reader.check(block);
    return reader;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public long longAt(long index) {
    Objects.checkIndex(index, count);
    long header = headers + (index >>> IntegerLayout.GROUP_SHIFT) * IntegerLayout.HEADER_BYTES;
    long form = bytes.get(LONG, header + IntegerLayout.START);
    int width = (int) (form >>> 32) & 0xff;
    long start = (form & 0xffff_ffffL) * Long.BYTES;
    int position = (int) index & GROUP_MASK;
    long value =
        bytes.get(LONG, header)
            + IntegerGroup.line(bytes.get(LONG, header + IntegerLayout.SLOPE), position)
            + packed(start, width, position);
    int exceptions = (int) (form >>> 48);
    return exceptions == 0 ? value : value + high(start, form, width, exceptions, index);
  }

  /** The values [first, first + length) into {@code out} from {@code outFrom} on. */
  public void readLongs(long first, int length, long[] out, int outFrom) {
    Objects.checkFromIndexSize(first, length, count);
    int[] unpacked = new int[Math.min(length, IntegerLayout.GROUP_VALUES)];
    for (int done = 0; done < length; ) {
      long index = first + done;
      int step = Math.min(length - done, IntegerLayout.GROUP_VALUES - ((int) index & GROUP_MASK));
      readGroup(index, step, out, outFrom + done, unpacked);
      done += step;
    }
  }

  /** The same for values that are ints; of others the low 32 bits. */
  public void readInts(long first, int length, int[] out, int outFrom) {
    Objects.checkFromIndexSize(first, length, count);
    for (int done = 0; done < length; ) {
      long index = first + done;
      int step = Math.min(length - done, IntegerLayout.GROUP_VALUES - ((int) index & GROUP_MASK));
      readGroup(index, step, out, outFrom + done);
      done += step;
    }
  }

  /**
   * Tells which of the values [first, first + length) are in [low, high].
   *
   * @param mask receives one bit per value in its first {@code ceil(length / 64)} words
   */
  public void matchLongs(long first, int length, long low, long high, long[] mask) {
    Objects.checkFromIndexSize(first, length, count);
    RowBits.clear(mask, length);
    if (low > high) {
      return;
    }
    for (int done = 0; done < length; ) {
      long index = first + done;
      int from = (int) index & GROUP_MASK;
      int step = Math.min(length - done, IntegerLayout.GROUP_VALUES - from);
      GroupMatcher.match(bytes, header(index), from, step, low, high, mask, done);
      matchExceptions(index, step, low, high, mask, done);
      done += step;
    }
  }

  /** Tests exceptions again, with their high parts. */
  private void matchExceptions(long index, int length, long low, long high, long[] mask, int bit) {
    long header = header(index);
    int exceptions = exceptions(header);
    if (exceptions == 0) {
      return;
    }
    long base = bytes.get(LONG, header);
    long slope = bytes.get(LONG, header + IntegerLayout.SLOPE);
    int width = width(header);
    long start = start(header);
    int from = (int) index & GROUP_MASK;
    int groupLength = groupLength(index);
    for (int e = 0; e < exceptions; e++) {
      int position = position(start, width, groupLength, e);
      if (position >= from && position < from + length) {
        long value =
            base
                + IntegerGroup.line(slope, position)
                + packed(start, width, position)
                + highAt(header, start, width, index, e);
        RowBits.put(mask, bit + position - from, value >= low && value <= high);
      }
    }
  }

  private void readGroup(long index, int length, long[] out, int at, int[] unpacked) {
    long header = header(index);
    long base = bytes.get(LONG, header);
    long slope = bytes.get(LONG, header + IntegerLayout.SLOPE);
    int width = width(header);
    long start = start(header);
    int from = (int) index & GROUP_MASK;
    if (width == 0) {
      for (int i = 0; i < length; i++) {
        out[at + i] = base + IntegerGroup.line(slope, from + i);
      }
    } else if (width <= Integer.SIZE) {
      KERNEL.unpack(payload(start), width, from, length, unpacked, 0);
      if (slope == 0) {
        for (int i = 0; i < length; i++) {
          out[at + i] = base + Integer.toUnsignedLong(unpacked[i]);
        }
      } else {
        for (int i = 0; i < length; i++) {
          out[at + i] =
              base + IntegerGroup.line(slope, from + i) + Integer.toUnsignedLong(unpacked[i]);
        }
      }
    } else {
      for (int i = 0; i < length; i++) {
        out[at + i] = base + IntegerGroup.line(slope, from + i) + packed(start, width, from + i);
      }
    }
    int exceptions = exceptions(header);
    for (int e = 0; e < exceptions; e++) {
      int position = position(start, width, groupLength(index), e) - from;
      if (position >= 0 && position < length) {
        out[at + position] += highAt(header, start, width, index, e);
      }
    }
  }

  private void readGroup(long index, int length, int[] out, int at) {
    long header = header(index);
    int base = (int) bytes.get(LONG, header);
    long slope = bytes.get(LONG, header + IntegerLayout.SLOPE);
    int width = width(header);
    long start = start(header);
    int from = (int) index & GROUP_MASK;
    if (width == 0) {
      for (int i = 0; i < length; i++) {
        out[at + i] = base;
      }
    } else if (width <= Integer.SIZE) {
      KERNEL.unpack(payload(start), width, from, length, out, at);
      for (int i = 0; i < length; i++) {
        out[at + i] += base;
      }
    } else {
      for (int i = 0; i < length; i++) {
        out[at + i] = base + (int) packed(start, width, from + i);
      }
    }
    if (slope != 0) {
      for (int i = 0; i < length; i++) {
        out[at + i] += (int) IntegerGroup.line(slope, from + i);
      }
    }
    int exceptions = exceptions(header);
    for (int e = 0; e < exceptions; e++) {
      int position = position(start, width, groupLength(index), e) - from;
      if (position >= 0 && position < length) {
        out[at + position] += (int) highAt(header, start, width, index, e);
      }
    }
  }

  private long header(long index) {
    return headers + (index >>> IntegerLayout.GROUP_SHIFT) * IntegerLayout.HEADER_BYTES;
  }

  private long start(long header) {
    return Integer.toUnsignedLong(bytes.get(INT, header + IntegerLayout.START)) * Long.BYTES;
  }

  private int width(long header) {
    return bytes.get(ValueLayout.JAVA_BYTE, header + IntegerLayout.WIDTH) & 0xff;
  }

  private int highWidth(long header) {
    return bytes.get(ValueLayout.JAVA_BYTE, header + IntegerLayout.HIGH_WIDTH) & 0xff;
  }

  private int exceptions(long header) {
    return bytes.get(SHORT, header + IntegerLayout.EXCEPTIONS) & 0xffff;
  }

  /** How many values the group of an index has. */
  private int groupLength(long index) {
    return (int) Math.min(IntegerLayout.GROUP_VALUES, count - (index & ~(long) GROUP_MASK));
  }

  private MemorySegment payload(long start) {
    return bytes.asSlice(start);
  }

  /** The residual's low bits. */
  private long packed(long start, int width, int position) {
    if (width == 0) {
      return 0;
    }
    long bit = (long) position * width;
    return bytes.get(LONG, start + (bit >>> 3)) >>> (int) (bit & 7) & -1L >>> (Long.SIZE - width);
  }

  /** What an exception adds, 0 if the value is none. */
  private long high(long start, long form, int width, int exceptions, long index) {
    int sought = (int) index & GROUP_MASK;
    int length = groupLength(index);
    int low = 0;
    int high = exceptions - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int position = position(start, width, length, middle);
      if (position == sought) {
        return highAt(start, width, (int) (form >>> 40) & 0xff, exceptions, length, middle);
      }
      if (position < sought) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return 0;
  }

  private int position(long start, int width, int length, int exception) {
    long positions = start + IntegerGroup.wordsOf(length, width) * Long.BYTES;
    return bytes.get(SHORT, positions + (long) exception * Short.BYTES) & 0xffff;
  }

  private long highAt(long header, long start, int width, long index, int exception) {
    return highAt(
        start, width, highWidth(header), exceptions(header), groupLength(index), exception);
  }

  private long highAt(
      long start, int width, int highWidth, int exceptions, int length, int exception) {
    long words =
        IntegerGroup.wordsOf(length, width)
            + IntegerGroup.wordsOf(exceptions, IntegerLayout.POSITION_BITS);
    return packed(start + words * Long.BYTES, highWidth, exception) << width;
  }

  private void check(MappedBlock block) {
    long groups = IntegerLayout.groups(count);
    long expectedStart = 0;
    for (long group = 0; group < groups; group++) {
      long header = headers + group * IntegerLayout.HEADER_BYTES;
      long start = start(header);
      int width = width(header);
      int highWidth = highWidth(header);
      int exceptions = exceptions(header);
      int length = groupLength(group << IntegerLayout.GROUP_SHIFT);
      if (start != expectedStart
          || !IntegerLayout.isWidth(width)
          || !IntegerLayout.isWidth(highWidth)
          || (exceptions == 0) != (highWidth == 0)
          || exceptions > length
          || (exceptions > 0 && width > Long.SIZE - 1)) {
        throw block.malformed(header, "header of group %d".formatted(group));
      }
      long words =
          IntegerGroup.wordsOf(length, width)
              + IntegerGroup.wordsOf(exceptions, IntegerLayout.POSITION_BITS)
              + IntegerGroup.wordsOf(exceptions, highWidth);
      expectedStart = start + words * Long.BYTES;
      if (expectedStart > headers) {
        throw block.malformed(header, "payload of group %d leaves the block".formatted(group));
      }
      int last = -1;
      for (int exception = 0; exception < exceptions; exception++) {
        int position = position(start, width, length, exception);
        if (position <= last || position >= length) {
          throw block.malformed(start, "positions of exceptions of group %d".formatted(group));
        }
        last = position;
      }
    }
    if (expectedStart != headers) {
      throw block.malformed(expectedStart, "payload ends before the headers");
    }
  }
}
