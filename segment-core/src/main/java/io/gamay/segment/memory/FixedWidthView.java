package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/** The first values of a {@link FixedWidthVector}; does not change. Thread-safe. */
public final class FixedWidthView {

  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final long EVEN_BYTES = 0x00FF00FF00FF00FFL;
  private static final long SHORT_ONES = 0x0001000100010001L;

  private final MemorySegment[] chunks;
  private final int size;

  FixedWidthView(MemorySegment[] chunks, int size) {
    this.chunks = chunks;
    this.size = size;
  }

  public int size() {
    return size;
  }

  /** The first so many values, no more than there are. */
  public FixedWidthView upTo(int count) {
    return new FixedWidthView(chunks, Math.min(count, size));
  }

  public byte byteAt(int index) {
    int chunk = chunkOf(index);
    return chunks[chunk].get(JAVA_BYTE, index - ChunkGeometry.firstIndex(chunk));
  }

  public short shortAt(int index) {
    int chunk = chunkOf(index);
    return chunks[chunk].get(JAVA_SHORT, (index - ChunkGeometry.firstIndex(chunk)) * 2L);
  }

  public int intAt(int index) {
    int chunk = chunkOf(index);
    return chunks[chunk].get(JAVA_INT, (index - ChunkGeometry.firstIndex(chunk)) * 4L);
  }

  public long longAt(int index) {
    int chunk = chunkOf(index);
    return chunks[chunk].get(JAVA_LONG, (index - ChunkGeometry.firstIndex(chunk)) * 8L);
  }

  public float floatAt(int index) {
    return Float.intBitsToFloat(intAt(index));
  }

  public double doubleAt(int index) {
    return Double.longBitsToDouble(longAt(index));
  }

  /**
   * A value that {@link FixedWidthVector#orLong} may be writing to; with it comes what was written
   * before.
   */
  public long sharedLongAt(int index) {
    int chunk = chunkOf(index);
    return (long) LONG.getAcquire(chunks[chunk], (index - ChunkGeometry.firstIndex(chunk)) * 8L);
  }

  void orLong(int index, long bits) {
    int chunk = chunkOf(index);
    long byteOffset = (index - ChunkGeometry.firstIndex(chunk)) * 8L;
    long before = (long) LONG.get(chunks[chunk], byteOffset);
    LONG.setRelease(chunks[chunk], byteOffset, before | bits);
  }

  /** Widens unsigned bytes [from, from + count) into {@code out[outFrom, …)}. */
  public void readUnsignedBytes(int from, int count, int[] out, int outFrom) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      MemorySegment source = chunks[chunk];
      for (int i = 0; i < run; i++) {
        out[outFrom + done + i] = source.get(JAVA_BYTE, first + i) & 0xFF;
      }
      done += run;
    }
  }

  /** The sum of the unsigned bytes [from, from + count). */
  public long sumUnsignedBytes(int from, int count) {
    Objects.checkFromIndexSize(from, count, size);
    long sum = 0;
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      sum += sumOfBytes(chunks[chunk], first, run);
      done += run;
    }
    return sum;
  }

  /** Eight at a time: neighbours are added in lanes of 2 bytes, the lanes by one multiplication. */
  private static long sumOfBytes(MemorySegment source, int first, int count) {
    long sum = 0;
    int i = 0;
    for (; i + Long.BYTES <= count; i += Long.BYTES) {
      long word = source.get(JAVA_LONG_UNALIGNED, first + i);
      long lanes = (word & EVEN_BYTES) + (word >>> Byte.SIZE & EVEN_BYTES);
      sum += lanes * SHORT_ONES >>> 3 * Short.SIZE;
    }
    for (; i < count; i++) {
      sum += source.get(JAVA_BYTE, first + i) & 0xFF;
    }
    return sum;
  }

  /** Widens unsigned 2-byte values [from, from + count) into {@code out[outFrom, …)}. */
  public void readUnsignedShorts(int from, int count, int[] out, int outFrom) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      MemorySegment source = chunks[chunk];
      for (int i = 0; i < run; i++) {
        out[outFrom + done + i] = source.get(JAVA_SHORT, (first + i) * 2L) & 0xFFFF;
      }
      done += run;
    }
  }

  /**
   * Marks unsigned bytes in [low, high), 0 <= low < high.
   *
   * @param mask gets bit {@code bit + i} for value {@code from + i}; clear before
   */
  public void matchUnsignedBytes(int from, int count, int low, int high, long[] mask, int bit) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      RunMatcher.bytes(chunks[chunk], first, run, low, high, mask, bit + done);
      done += run;
    }
  }

  /**
   * Marks unsigned 2-byte values in [low, high), 0 <= low < high.
   *
   * @param mask gets bit {@code bit + i} for value {@code from + i}; clear before
   */
  public void matchUnsignedShorts(int from, int count, int low, int high, long[] mask, int bit) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      RunMatcher.shorts(chunks[chunk], first, run, low, high, mask, bit + done);
      done += run;
    }
  }

  /**
   * Marks 4-byte values in [low, high], after turning over the bits {@code flip} of negative ones.
   *
   * @param mask gets bit {@code bit + i} for value {@code from + i}; clear before
   */
  public void matchInts(int from, int count, int low, int high, int flip, long[] mask, int bit) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      RunMatcher.ints(chunks[chunk], first, run, low, high, flip, mask, bit + done);
      done += run;
    }
  }

  /**
   * Marks 8-byte values in [low, high], after turning over the bits {@code flip} of negative ones.
   *
   * @param mask gets bit {@code bit + i} for value {@code from + i}; clear before
   */
  public void matchLongs(
      int from, int count, long low, long high, long flip, long[] mask, int bit) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      RunMatcher.longs(chunks[chunk], first, run, low, high, flip, mask, bit + done);
      done += run;
    }
  }

  /**
   * Marks unsigned bytes that are in a set.
   *
   * @param mask gets bit {@code bit + i} for value {@code from + i}; clear before
   */
  public void matchByteMembers(int from, int count, long[] members, long[] mask, int bit) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      RunMatcher.byteMembers(chunks[chunk], first, run, members, mask, bit + done);
      done += run;
    }
  }

  /**
   * Marks unsigned 2-byte values that are in a set.
   *
   * @param mask gets bit {@code bit + i} for value {@code from + i}; clear before
   */
  public void matchShortMembers(int from, int count, long[] members, long[] mask, int bit) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      RunMatcher.shortMembers(chunks[chunk], first, run, members, mask, bit + done);
      done += run;
    }
  }

  /**
   * Marks 4-byte values that are in a set.
   *
   * @param mask gets bit {@code bit + i} for value {@code from + i}; clear before
   */
  public void matchIntMembers(int from, int count, long[] members, long[] mask, int bit) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      RunMatcher.intMembers(chunks[chunk], first, run, members, mask, bit + done);
      done += run;
    }
  }

  public void readInts(int from, int count, int[] out, int outFrom) {
    copy(from, count, out, outFrom, JAVA_INT);
  }

  public void readLongs(int from, int count, long[] out, int outFrom) {
    copy(from, count, out, outFrom, JAVA_LONG);
  }

  public void readFloats(int from, int count, float[] out, int outFrom) {
    copy(from, count, out, outFrom, JAVA_FLOAT);
  }

  public void readDoubles(int from, int count, double[] out, int outFrom) {
    copy(from, count, out, outFrom, JAVA_DOUBLE);
  }

  private void copy(int from, int count, Object out, int outFrom, ValueLayout layout) {
    Objects.checkFromIndexSize(from, count, size);
    long width = layout.byteSize();
    int done = 0;
    while (done < count) {
      int chunk = ChunkGeometry.chunkOf(from + done);
      int first = from + done - ChunkGeometry.firstIndex(chunk);
      int run = Math.min(count - done, ChunkGeometry.capacity(chunk) - first);
      MemorySegment.copy(chunks[chunk], layout, first * width, out, outFrom + done, run);
      done += run;
    }
  }

  private int chunkOf(int index) {
    return ChunkGeometry.chunkOf(Objects.checkIndex(index, size));
  }
}
