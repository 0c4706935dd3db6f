package io.gamay.segment.row;

import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Growable typed values of one column for a batch of rows. A row of a single-value column holds one
 * value; a row of a multi-value column holds one or more. STRING (UTF-8), BYTES and BIG_DECIMAL
 * values lie one behind the other in one array.
 *
 * <p>Writing: append values, then {@link #endRow()} for each row of a multi-value column
 * (single-value rows end by themselves); a missing value is {@link #appendNull()}, which ends the
 * row in both cases. {@link #truncate} takes back rows, a half-written one too. One thread; reused
 * between batches through {@link #clear()}.
 */
public final class ColumnBuffer {

  /** Bytes behind a reserved value that its writer may overwrite. */
  public static final int RESERVED_SLACK = Long.BYTES;

  private static final int INITIAL_CAPACITY = 1024;
  private static final byte[] NO_BYTES = new byte[0];

  private final ColumnSpec spec;
  private final StoredType storedType;
  private final boolean isSingleValue;
  private final byte[] defaultBytes;

  private int[] ints = new int[0];
  private long[] longs = new long[0];
  private float[] floats = new float[0];
  private double[] doubles = new double[0];

  /** Value bytes; value v lies in [byteEnds[v - 1], byteEnds[v]). */
  private byte[] bytes = NO_BYTES;

  private int[] byteEnds = new int[0];

  /** Where the last value ends. */
  private int byteCount;

  /** Multi-value only: values of row r lie in [rowEnds[r - 1], rowEnds[r]). */
  private int[] rowEnds = new int[0];

  private long[] nullWords = new long[0];
  private int valueCount;
  private int rowCount;
  private int nullCount;

  public ColumnBuffer(ColumnSpec spec) {
    this.spec = spec;
    this.storedType = spec.storedType();
    this.isSingleValue = spec.singleValue();
    this.defaultBytes = bytesOf(spec.defaultValue());
    allocate();
  }

  public ColumnSpec spec() {
    return spec;
  }

  public int rowCount() {
    return rowCount;
  }

  public int valueCount() {
    return valueCount;
  }

  public int nullCount() {
    return nullCount;
  }

  public void appendInt(int value) {
    if (valueCount == ints.length) {
      ints = grown(ints);
    }
    ints[valueCount++] = value;
    endSingleValueRow();
  }

  public void appendLong(long value) {
    if (valueCount == longs.length) {
      longs = grown(longs);
    }
    longs[valueCount++] = value;
    endSingleValueRow();
  }

  public void appendFloat(float value) {
    if (valueCount == floats.length) {
      floats = grown(floats);
    }
    floats[valueCount++] = value;
    endSingleValueRow();
  }

  public void appendDouble(double value) {
    if (valueCount == doubles.length) {
      doubles = grown(doubles);
    }
    doubles[valueCount++] = value;
    endSingleValueRow();
  }

  /**
   * Appends {@code source[from, from + length)} as one value of a STRING, BYTES or BIG_DECIMAL
   * column.
   */
  public void appendBytes(byte[] source, int from, int length) {
    System.arraycopy(source, from, reserveBytes(length), byteCount, length);
    appendReserved(length);
  }

  /**
   * Makes room for one more value of a STRING, BYTES or BIG_DECIMAL column, to be written in place
   * and then taken by {@link #appendReserved}. The writer may scribble over {@link #RESERVED_SLACK}
   * bytes behind the value.
   *
   * @param maxLength of the value, in bytes
   * @return the array to write to from {@link #reservedStart()} on; valid until the next append
   */
  public byte[] reserveBytes(int maxLength) {
    int needed = Math.addExact(byteCount, maxLength);
    if (needed > bytes.length - RESERVED_SLACK) {
      growBytes(needed);
    }
    return bytes;
  }

  /** Where the next value begins in the array of {@link #reserveBytes}. */
  public int reservedStart() {
    return byteCount;
  }

  /** Takes the {@code length} bytes at {@link #reservedStart()} as one value. */
  public void appendReserved(int length) {
    if (valueCount == byteEnds.length) {
      byteEnds = grown(byteEnds);
    }
    byteCount += length;
    byteEnds[valueCount++] = byteCount;
    endSingleValueRow();
  }

  /**
   * Appends a value in its boxed form; for paths that are not hot.
   *
   * @throws IllegalArgumentException if the value is of another stored type
   */
  public void append(Value value) {
    if (value.storedType() != storedType) {
      throw new IllegalArgumentException(
          "column %s holds %s, not %s".formatted(spec.name(), storedType, value.storedType()));
    }
    switch (value) {
      case Value.IntValue(int v) -> appendInt(v);
      case Value.LongValue(long v) -> appendLong(v);
      case Value.FloatValue(float v) -> appendFloat(v);
      case Value.DoubleValue(double v) -> appendDouble(v);
      case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ -> {
        byte[] encoded = bytesOf(value);
        appendBytes(encoded, 0, encoded.length);
      }
    }
  }

  /** Appends a row whose value is missing: the column's default, marked null. */
  public void appendNull() {
    int row = rowCount;
    switch (spec.defaultValue()) {
      case Value.IntValue(int v) -> appendInt(v);
      case Value.LongValue(long v) -> appendLong(v);
      case Value.FloatValue(float v) -> appendFloat(v);
      case Value.DoubleValue(double v) -> appendDouble(v);
      case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ ->
          appendBytes(defaultBytes, 0, defaultBytes.length);
    }
    if (!isSingleValue) {
      endRow();
    }
    int word = row >> 6;
    if (word >= nullWords.length) {
      nullWords = Arrays.copyOf(nullWords, Math.max(word + 1, nullWords.length * 2));
    }
    nullWords[word] |= 1L << row;
    nullCount++;
  }

  /**
   * Ends a row of a multi-value column.
   *
   * @throws IllegalStateException if the row has no value: an empty list is {@link #appendNull()}
   */
  public void endRow() {
    int start = rowCount == 0 ? 0 : rowEnds[rowCount - 1];
    if (isSingleValue || valueCount == start) {
      throw new IllegalStateException("no open multi-value row in column " + spec.name());
    }
    if (rowCount == rowEnds.length) {
      rowEnds = grown(rowEnds);
    }
    rowEnds[rowCount++] = valueCount;
  }

  /** Whether values of a multi-value row were appended that {@link #endRow()} has not ended yet. */
  public boolean hasOpenRow() {
    return !isSingleValue && valueCount > (rowCount == 0 ? 0 : rowEnds[rowCount - 1]);
  }

  /** Keeps the first {@code rows} rows and drops what comes behind, an unfinished row too. */
  public void truncate(int rows) {
    if (rows > rowCount) {
      throw new IllegalArgumentException(
          "column %s has %d rows, cannot keep %d".formatted(spec.name(), rowCount, rows));
    }
    valueCount = isSingleValue ? rows : rows == 0 ? 0 : rowEnds[rows - 1];
    if (nullCount > 0) {
      int word = rows >> 6;
      if (word < nullWords.length) {
        nullWords[word] &= (1L << rows) - 1;
        Arrays.fill(nullWords, word + 1, nullWords.length, 0);
      }
      nullCount = 0;
      for (long nulls : nullWords) {
        nullCount += Long.bitCount(nulls);
      }
    }
    rowCount = rows;
    byteCount = valueCount == 0 || byteEnds.length == 0 ? 0 : byteEnds[valueCount - 1];
  }

  public void clear() {
    if (nullCount > 0) {
      Arrays.fill(nullWords, 0);
    }
    valueCount = 0;
    byteCount = 0;
    rowCount = 0;
    nullCount = 0;
  }

  public boolean isNull(int row) {
    int word = row >> 6;
    return word < nullWords.length && (nullWords[word] >>> row & 1) != 0;
  }

  /** Index of the first value of a row. */
  public int firstValue(int row) {
    return isSingleValue ? row : row == 0 ? 0 : rowEnds[row - 1];
  }

  /** Index behind the last value of a row. */
  public int endValue(int row) {
    return isSingleValue ? row + 1 : rowEnds[row];
  }

  /** The values [0, valueCount) of an INT column; owned by this buffer. */
  public int[] ints() {
    return ints;
  }

  public long[] longs() {
    return longs;
  }

  public float[] floats() {
    return floats;
  }

  public double[] doubles() {
    return doubles;
  }

  /** The bytes of all values of a STRING, BYTES or BIG_DECIMAL column; owned by this buffer. */
  public byte[] bytes() {
    return bytes;
  }

  public int byteStart(int value) {
    return value == 0 ? 0 : byteEnds[value - 1];
  }

  public int byteEnd(int value) {
    return byteEnds[value];
  }

  /** The value at a value index in its boxed form; for tests and paths that are not hot. */
  public Value valueAt(int value) {
    return switch (storedType) {
      case INT -> new Value.IntValue(ints[value]);
      case LONG -> new Value.LongValue(longs[value]);
      case FLOAT -> new Value.FloatValue(floats[value]);
      case DOUBLE -> new Value.DoubleValue(doubles[value]);
      case STRING ->
          new Value.StringValue(
              new String(
                  bytes,
                  byteStart(value),
                  byteEnd(value) - byteStart(value),
                  StandardCharsets.UTF_8));
      case BYTES ->
          new Value.BytesValue(Arrays.copyOfRange(bytes, byteStart(value), byteEnd(value)));
      case BIG_DECIMAL ->
          new Value.BigDecimalValue(
              BigDecimalCodec.decode(bytes, byteStart(value), byteEnd(value)));
    };
  }

  private void endSingleValueRow() {
    if (isSingleValue) {
      rowCount++;
    }
  }

  private void allocate() {
    switch (storedType) {
      case INT -> ints = new int[INITIAL_CAPACITY];
      case LONG -> longs = new long[INITIAL_CAPACITY];
      case FLOAT -> floats = new float[INITIAL_CAPACITY];
      case DOUBLE -> doubles = new double[INITIAL_CAPACITY];
      case STRING, BYTES, BIG_DECIMAL -> {
        bytes = new byte[16 * INITIAL_CAPACITY];
        byteEnds = new int[INITIAL_CAPACITY];
      }
    }
    if (!isSingleValue) {
      rowEnds = new int[INITIAL_CAPACITY];
    }
  }

  private void growBytes(int needed) {
    int capacity = Math.max(Math.addExact(needed, RESERVED_SLACK), grown(bytes.length));
    bytes = Arrays.copyOf(bytes, capacity);
  }

  private static int[] grown(int[] values) {
    return Arrays.copyOf(values, grown(values.length));
  }

  private static long[] grown(long[] values) {
    return Arrays.copyOf(values, grown(values.length));
  }

  private static float[] grown(float[] values) {
    return Arrays.copyOf(values, grown(values.length));
  }

  private static double[] grown(double[] values) {
    return Arrays.copyOf(values, grown(values.length));
  }

  private static int grown(int capacity) {
    return Math.max(INITIAL_CAPACITY, Math.addExact(capacity, capacity >> 1));
  }

  private static byte[] bytesOf(Value value) {
    return switch (value) {
      case Value.StringValue(String v) -> v.getBytes(StandardCharsets.UTF_8);
      case Value.BytesValue(byte[] v) -> v;
      case Value.BigDecimalValue(var v) -> BigDecimalCodec.encode(v);
      case Value.IntValue _, Value.LongValue _, Value.FloatValue _, Value.DoubleValue _ -> NO_BYTES;
    };
  }
}
