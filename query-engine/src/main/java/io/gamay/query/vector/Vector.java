package io.gamay.query.vector;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A column of rows of one stored type: the values of one block, the keys of groups, or the cells of
 * selected rows. A row holds one value or, if the vector is of lists, any number of them; or it is
 * NULL, and what its value slot holds means nothing then. Floating-point values are in canonical
 * form: no -0.0, one NaN.
 *
 * <p>Two ways to fill: {@link #resize} and writing into the arrays (single values of fixed width),
 * or {@link #clear} and appending. One thread.
 */
public final class Vector {

  private static final int INITIAL_CAPACITY = 16;

  private final StoredType type;
  private final boolean isList;
  private int rowCount;
  private int valueCount;
  private int[] ints = new int[0];
  private long[] longs = new long[0];
  private float[] floats = new float[0];
  private double[] doubles = new double[0];
  private final BytesBlock bytes;
  private boolean[] nulls = new boolean[0];
  private boolean hasNulls;

  /** Lists only: values of row r lie in [listEnds[r - 1], listEnds[r]). */
  private int[] listEnds = new int[0];

  private static final BytesBlock NO_BYTES = new BytesBlock(0, 0);

  public Vector(StoredType type, boolean isList) {
    this.type = type;
    this.isList = isList;
    this.bytes = type.isFixedWidth() ? NO_BYTES : new BytesBlock(256, INITIAL_CAPACITY);
  }

  public static Vector of(StoredType type) {
    return new Vector(type, false);
  }

  public StoredType type() {
    return type;
  }

  public boolean isList() {
    return isList;
  }

  public int rowCount() {
    return rowCount;
  }

  /** Values of all rows: the rows themselves unless the vector is of lists. */
  public int valueCount() {
    return valueCount;
  }

  /** Empties the vector for appending. */
  public void clear() {
    rowCount = 0;
    valueCount = 0;
    if (!type.isFixedWidth()) {
      bytes.clear();
    }
    forgetNulls();
  }

  /**
   * Makes the vector {@code rows} long, none of them NULL, for writing into the arrays; what they
   * hold is of no meaning yet. For byte types the caller then fills {@link #bytes()}.
   */
  public void resize(int rows) {
    forgetNulls();
    rowCount = rows;
    if (!isList) {
      ensureValues(rows);
      valueCount = rows;
    } else if (listEnds.length < rows) {
      listEnds = new int[grown(listEnds.length, rows)];
    }
  }

  /** Lists: makes room for the values of all rows, whose ends the caller has written. */
  public void resizeValues(int values) {
    ensureValues(values);
    valueCount = values;
  }

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

  public BytesBlock bytes() {
    return bytes;
  }

  public int[] listEnds() {
    return listEnds;
  }

  public int listStart(int row) {
    return row == 0 ? 0 : listEnds[row - 1];
  }

  public boolean hasNulls() {
    return hasNulls;
  }

  public boolean isNull(int row) {
    return hasNulls && nulls[row];
  }

  public void setNull(int row) {
    if (nulls.length < rowCount) {
      nulls = Arrays.copyOf(nulls, grown(nulls.length, Math.max(rowCount, row + 1)));
    }
    nulls[row] = true;
    hasNulls = true;
  }

  /** Marks as NULL the rows that are NULL in a vector of as many rows. */
  public void addNullsOf(Vector other) {
    if (!other.hasNulls) {
      return;
    }
    for (int row = 0; row < rowCount; row++) {
      if (other.nulls[row]) {
        setNull(row);
      }
    }
  }

  /** Takes over nulls, lists' ends and lengths, but no values, of another vector. */
  public void shapeLike(Vector other) {
    resize(other.rowCount);
    if (isList) {
      System.arraycopy(other.listEnds, 0, listEnds, 0, rowCount);
      resizeValues(other.valueCount);
    }
    addNullsOf(other);
  }

  public void appendNull() {
    switch (type) {
      case INT, LONG, FLOAT, DOUBLE -> {
        if (!isList) {
          ensureValues(valueCount + 1);
          clearValue(valueCount++);
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> {
        if (!isList) {
          bytes.append(0);
          valueCount++;
        }
      }
    }
    endRow();
    setNull(rowCount - 1);
  }

  /** Appends a row of a vector of the same type and shape. */
  public void appendRow(Vector other, int row) {
    if (other.isNull(row)) {
      appendNull();
      return;
    }
    int from = isList ? other.listStart(row) : row;
    int end = isList ? other.listEnds[row] : row + 1;
    for (int value = from; value < end; value++) {
      appendValueOf(other, value);
    }
    endRow();
  }

  /** Appends one row that is the value at a value index of a vector of the same type. */
  public void appendElement(Vector other, int value) {
    appendValueOf(other, value);
    endRow();
  }

  /** Appends a row of one value in its boxed form. */
  public void append(Value value) {
    appendElement(value);
    endRow();
  }

  /** Appends a row of a list; for lists only. */
  public void appendList(List<Value> values) {
    values.forEach(this::appendElement);
    endRow();
  }

  /** Appends a row of a list of the values at value indexes of a vector of the same type. */
  public void appendList(Vector other, int... values) {
    for (int value : values) {
      appendValueOf(other, value);
    }
    endRow();
  }

  /** Appends an INT or LONG as one row. */
  public void appendLong(long value) {
    ensureValues(valueCount + 1);
    if (type == StoredType.INT) {
      ints[valueCount++] = (int) value;
    } else {
      longs[valueCount++] = value;
    }
    endRow();
  }

  /** Appends a FLOAT or DOUBLE as one row. */
  public void appendDouble(double value) {
    ensureValues(valueCount + 1);
    if (type == StoredType.FLOAT) {
      floats[valueCount++] = canonical((float) value);
    } else {
      doubles[valueCount++] = canonical(value);
    }
    endRow();
  }

  /** Appends a STRING, BYTES or BIG_DECIMAL as one row. */
  public void appendBytes(byte[] source, int from, int end) {
    int start = bytes.append(end - from);
    System.arraycopy(source, from, bytes.bytes(), start, end - from);
    valueCount++;
    endRow();
  }

  /** The value of a row that is neither NULL nor a list. */
  public Value valueAt(int row) {
    return element(row);
  }

  /** The value at a value index. */
  public Value element(int value) {
    return switch (type) {
      case INT -> new Value.IntValue(ints[value]);
      case LONG -> new Value.LongValue(longs[value]);
      case FLOAT -> new Value.FloatValue(floats[value]);
      case DOUBLE -> new Value.DoubleValue(doubles[value]);
      case STRING -> new Value.StringValue(stringAt(value));
      case BYTES ->
          new Value.BytesValue(
              Arrays.copyOfRange(bytes.bytes(), bytes.start(value), bytes.end(value)));
      case BIG_DECIMAL -> new Value.BigDecimalValue(decimalAt(value));
    };
  }

  /** Compares the values at two value indexes of vectors of one type. */
  public static int compare(Vector a, int left, Vector b, int right) {
    return switch (a.type) {
      case INT -> Integer.compare(a.ints[left], b.ints[right]);
      case LONG -> Long.compare(a.longs[left], b.longs[right]);
      case FLOAT -> Float.compare(a.floats[left], b.floats[right]);
      case DOUBLE -> Double.compare(a.doubles[left], b.doubles[right]);
      case STRING, BYTES ->
          Integer.signum(
              Arrays.compareUnsigned(
                  a.bytes.bytes(),
                  a.bytes.start(left),
                  a.bytes.end(left),
                  b.bytes.bytes(),
                  b.bytes.start(right),
                  b.bytes.end(right)));
      case BIG_DECIMAL -> a.decimalAt(left).compareTo(b.decimalAt(right));
    };
  }

  public List<Value> listAt(int row) {
    List<Value> values = new ArrayList<>(listEnds[row] - listStart(row));
    for (int value = listStart(row); value < listEnds[row]; value++) {
      values.add(element(value));
    }
    return values;
  }

  public String stringAt(int value) {
    return new String(
        bytes.bytes(),
        bytes.start(value),
        bytes.end(value) - bytes.start(value),
        StandardCharsets.UTF_8);
  }

  public BigDecimal decimalAt(int value) {
    return BigDecimalCodec.decode(bytes.bytes(), bytes.start(value), bytes.end(value));
  }

  /** Memory held, roughly. */
  public long sizeBytes() {
    return 96
        + 4L * (ints.length + floats.length + listEnds.length)
        + 8L * (longs.length + doubles.length)
        + nulls.length
        + (type.isFixedWidth() ? 0 : bytes.bytes().length + 4L * bytes.count());
  }

  /** -0.0 becomes 0.0, and every NaN the same. */
  public static double canonical(double value) {
    return value == 0 ? 0.0 : Double.isNaN(value) ? Double.NaN : value;
  }

  public static float canonical(float value) {
    return value == 0 ? 0.0f : Float.isNaN(value) ? Float.NaN : value;
  }

  /** A value with its floating-point number in canonical form. */
  public static Value canonical(Value value) {
    return switch (value) {
      case Value.FloatValue(float v) -> new Value.FloatValue(canonical(v));
      case Value.DoubleValue(double v) -> new Value.DoubleValue(canonical(v));
      case Value.IntValue _,
          Value.LongValue _,
          Value.StringValue _,
          Value.BytesValue _,
          Value.BigDecimalValue _ ->
          value;
    };
  }

  private void appendValueOf(Vector other, int value) {
    switch (type) {
      case INT -> {
        ensureValues(valueCount + 1);
        ints[valueCount++] = other.ints[value];
      }
      case LONG -> {
        ensureValues(valueCount + 1);
        longs[valueCount++] = other.longs[value];
      }
      case FLOAT -> {
        ensureValues(valueCount + 1);
        floats[valueCount++] = other.floats[value];
      }
      case DOUBLE -> {
        ensureValues(valueCount + 1);
        doubles[valueCount++] = other.doubles[value];
      }
      case STRING, BYTES, BIG_DECIMAL -> {
        int from = other.bytes.start(value);
        int length = other.bytes.end(value) - from;
        int start = bytes.append(length);
        System.arraycopy(other.bytes.bytes(), from, bytes.bytes(), start, length);
        valueCount++;
      }
    }
  }

  private void appendElement(Value value) {
    if (value.storedType() != type) {
      throw new IllegalArgumentException("vector of " + type + " given " + value.storedType());
    }
    if (type.isFixedWidth()) {
      ensureValues(valueCount + 1);
    }
    switch (value) {
      case Value.IntValue(int v) -> ints[valueCount] = v;
      case Value.LongValue(long v) -> longs[valueCount] = v;
      case Value.FloatValue(float v) -> floats[valueCount] = canonical(v);
      case Value.DoubleValue(double v) -> doubles[valueCount] = canonical(v);
      case Value.StringValue(String v) -> appendRaw(v.getBytes(StandardCharsets.UTF_8));
      case Value.BytesValue(byte[] v) -> appendRaw(v);
      case Value.BigDecimalValue(BigDecimal v) -> appendRaw(BigDecimalCodec.encode(v));
    }
    valueCount++;
  }

  private void appendRaw(byte[] value) {
    int start = bytes.append(value.length);
    System.arraycopy(value, 0, bytes.bytes(), start, value.length);
  }

  private void endRow() {
    if (isList) {
      if (rowCount == listEnds.length) {
        listEnds = Arrays.copyOf(listEnds, grown(listEnds.length, rowCount + 1));
      }
      listEnds[rowCount] = valueCount;
    }
    if (hasNulls && rowCount == nulls.length) {
      nulls = Arrays.copyOf(nulls, grown(nulls.length, rowCount + 1));
    }
    rowCount++;
  }

  private void forgetNulls() {
    if (hasNulls) {
      Arrays.fill(nulls, false);
      hasNulls = false;
    }
  }

  private void clearValue(int value) {
    switch (type) {
      case INT -> ints[value] = 0;
      case LONG -> longs[value] = 0;
      case FLOAT -> floats[value] = 0;
      case DOUBLE -> doubles[value] = 0;
      case STRING, BYTES, BIG_DECIMAL -> {}
    }
  }

  private void ensureValues(int values) {
    switch (type) {
      case INT -> {
        if (ints.length < values) {
          ints = Arrays.copyOf(ints, grown(ints.length, values));
        }
      }
      case LONG -> {
        if (longs.length < values) {
          longs = Arrays.copyOf(longs, grown(longs.length, values));
        }
      }
      case FLOAT -> {
        if (floats.length < values) {
          floats = Arrays.copyOf(floats, grown(floats.length, values));
        }
      }
      case DOUBLE -> {
        if (doubles.length < values) {
          doubles = Arrays.copyOf(doubles, grown(doubles.length, values));
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> {}
    }
  }

  private static int grown(int capacity, int needed) {
    if (needed == DocIdBlock.MAX_DOCS) {
      return needed;
    }
    return Math.max(Math.max(needed, INITIAL_CAPACITY), Math.addExact(capacity, capacity >> 1));
  }
}
