package io.gamay.segment.forward;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import java.util.Objects;
import java.util.Optional;

/**
 * Rows by their number of values less 1, and for each run of {@link #RUN_ROWS} rows where it
 * begins: a row is found by adding up a part of its run.
 */
public final class RowLengths implements RowBounds {

  public static final int RUN_ROWS = 64;

  /** Rows whose lengths are unpacked at once. */
  private static final int STEP_ROWS = 1024;

  private final PackedReader lengths;
  private final Optional<IntegersReader> starts;
  private final int rowCount;

  private RowLengths(PackedReader lengths, Optional<IntegersReader> starts, int rowCount) {
    this.lengths = lengths;
    this.starts = starts;
    this.rowCount = rowCount;
  }

  /** For rows of one value each. */
  public static RowLengths ofOnes(int rowCount) {
    return new RowLengths(PackedReader.zeros(rowCount), Optional.empty(), rowCount);
  }

  /**
   * Checks both blocks against each other.
   *
   * @param valueCount of all rows
   * @throws SegmentCorruptException if starts and lengths do not agree
   */
  public static RowLengths of(
      PackedReader lengths, MappedBlock startsBlock, int rowCount, long valueCount) {
    IntegersReader starts = IntegersReader.of(startsBlock);
    int[] run = new int[RUN_ROWS];
    long expected = 0;
    for (int first = 0; first < rowCount; first += RUN_ROWS) {
      long found = starts.longAt(first / RUN_ROWS);
      if (found != expected) {
        throw startsBlock.malformed(
            0, "values of row %d begin at %d, expected %d".formatted(first, found, expected));
      }
      int length = Math.min(RUN_ROWS, rowCount - first);
      lengths.readInts(first, length, run, 0);
      expected += length;
      for (int index = 0; index < length; index++) {
        expected += run[index];
      }
    }
    if (expected != valueCount) {
      throw startsBlock.malformed(0, "rows have %d of %d values".formatted(expected, valueCount));
    }
    return new RowLengths(lengths, Optional.of(starts), rowCount);
  }

  @Override
  public long start(int docId) {
    Objects.checkIndex(docId, rowCount);
    if (starts.isEmpty()) {
      return docId;
    }
    int first = docId & -RUN_ROWS;
    long start = starts.get().longAt(first / RUN_ROWS) + (docId - first);
    for (int before = first; before < docId; before++) {
      start += lengths.intAt(before);
    }
    return start;
  }

  @Override
  public long readEnds(int first, int count, int[] ends) {
    lengths.readInts(first, count, ends, 0);
    int end = 0;
    for (int index = 0; index < count; index++) {
      end = Math.addExact(end, ends[index] + 1);
      ends[index] = end;
    }
    return count == 0 ? 0 : start(first);
  }

  @Override
  public void matchAny(int first, int count, long[] values, long[] rows) {
    Objects.checkFromIndexSize(first, count, rowCount);
    int[] further = new int[Math.min(count, STEP_ROWS)];
    int value = 0;
    for (int done = 0; done < count; done += STEP_ROWS) {
      int step = Math.min(STEP_ROWS, count - done);
      lengths.readInts(first + done, step, further, 0);
      value = matchAny(further, step, value, values, rows, done >>> 6);
    }
  }

  /**
   * @param further by row: its number of values less 1
   * @param firstValue of the first of the rows
   * @return the first value of the row behind the last
   */
  private static int matchAny(
      int[] further, int count, int firstValue, long[] values, long[] rows, int rowsFrom) {
    int value = firstValue;
    for (int from = 0; from < count; from += Long.SIZE) {
      int end = Math.min(count, from + Long.SIZE);
      long word = 0;
      for (int row = from; row < end; row++) {
        int more = further[row];
        long found =
            more < Long.SIZE ? window(values, value, more) : longRow(values, value, more + 1);
        // The sign bit of either the number or its negation, unless it is 0.
        word |= (found | -found) >>> 63 << row;
        value += more + 1;
      }
      rows[rowsFrom + (from >>> 6)] = word;
    }
    return value;
  }

  /** The bits of up to 64 values. */
  private static long window(long[] values, int first, int more) {
    int word = first >>> 6;
    long bits = values[word] >>> first | values[word + 1] << 1 << ~first;
    return bits & -1L >>> (Long.SIZE - 1 - more);
  }

  private static long longRow(long[] values, int first, int length) {
    long found = 0;
    for (int value = first; value < first + length; value++) {
      found |= values[value >>> 6] >>> value & 1;
    }
    return found;
  }
}
