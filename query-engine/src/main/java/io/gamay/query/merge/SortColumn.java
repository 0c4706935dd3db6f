package io.gamay.query.merge;

import io.gamay.query.vector.SortKeyEncoder;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One column that groups are ordered by. It compares two rows; and it gives each row's value as a
 * sequence of words, signed longs whose lexicographic order is the order of the rows: first, if any
 * row is NULL, the place of NULL, then a number's bits or a byte string, {@link #WORD_BYTES} bytes
 * a word with how many of them there are in the lowest byte. Values that have to be looked up are
 * looked up for the rows that are asked for. One thread.
 */
final class SortColumn {

  static final int WORD_BYTES = Long.BYTES - 1;

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final long NULL_FIRST = 0;
  private static final long VALUE = 1;
  private static final long NULL_LAST = 2;

  private final GroupKey source;
  private final boolean descending;
  private final boolean nullsFirst;
  private final boolean hasNulls;

  /** Of all rows; or, where they are looked up, of those that were asked for so far. */
  private final Vector values;

  /** Where rows that were looked up stand in {@link #values}, -1 for others; else empty. */
  private int[] places = new int[0];

  private final boolean isLookedUp;
  private final SortKeyEncoder encoder = new SortKeyEncoder();

  SortColumn(GroupKey source, boolean descending, boolean nullsFirst) {
    this.source = source;
    this.descending = descending;
    this.nullsFirst = nullsFirst;
    boolean isDecimal = source.type() == StoredType.BIG_DECIMAL;
    switch (source) {
      case GroupKey.Values(Vector all) -> {
        this.hasNulls = all.hasNulls();
        this.isLookedUp = isDecimal;
        this.values = isDecimal ? Vector.of(StoredType.BYTES) : all;
      }
      case GroupKey.Numbered numbered -> {
        this.hasNulls = numbered.hasNulls();
        this.isLookedUp = true;
        this.values = Vector.of(isDecimal ? StoredType.BYTES : source.type());
      }
    }
  }

  int compare(int left, int right) {
    int a = place(left);
    int b = place(right);
    if (hasNulls) {
      boolean leftIsNull = values.isNull(a);
      boolean rightIsNull = values.isNull(b);
      if (leftIsNull || rightIsNull) {
        return leftIsNull == rightIsNull ? 0 : leftIsNull == nullsFirst ? -1 : 1;
      }
    }
    int sign = Vector.compare(values, a, values, b);
    return descending ? -sign : sign;
  }

  /**
   * Writes the words of rows that are equal in all words before.
   *
   * @param level which word, from 0
   * @param out gets the word of row {@code rows[from + i]} at {@code at + i}
   */
  void words(int[] rows, int from, int end, int level, long[] out, int at) {
    int[] wanted = rows;
    int first = from;
    if (isLookedUp) {
      wanted = places(rows, from, end);
      first = 0;
    }
    int count = end - from;
    if (hasNulls && level == 0) {
      for (int index = 0; index < count; index++) {
        boolean isNull = values.isNull(wanted[first + index]);
        out[at + index] = !isNull ? VALUE : nullsFirst ? NULL_FIRST : NULL_LAST;
      }
      return;
    }
    valueWords(wanted, first, count, hasNulls ? level - 1 : level, out, at);
    if (descending) {
      for (int index = at; index < at + count; index++) {
        out[index] = ~out[index];
      }
    }
  }

  /** Whether rows that have this word, and had equal ones before, are equal in this column. */
  boolean isLast(int level, long word) {
    if (hasNulls && level == 0) {
      return word != VALUE;
    }
    return values.type().isFixedWidth() || ((descending ? ~word : word) & 0xff) <= WORD_BYTES;
  }

  /** Memory held beside the groups, roughly. */
  long sizeBytes() {
    return isLookedUp ? values.sizeBytes() + 4L * places.length : 0;
  }

  // Looking up

  private int place(int row) {
    if (!isLookedUp) {
      return row;
    }
    if (places.length > row && places[row] >= 0) {
      return places[row];
    }
    return places(new int[] {row}, 0, 1)[0];
  }

  private int[] places(int[] rows, int from, int end) {
    if (places.length == 0) {
      places = new int[source.groupCount()];
      Arrays.fill(places, -1);
    }
    int[] unknown = new int[end - from];
    int count = 0;
    for (int index = from; index < end; index++) {
      if (places[rows[index]] < 0) {
        unknown[count++] = rows[index];
      }
    }
    lookUp(unknown, count);
    int[] wanted = unknown;
    for (int index = from; index < end; index++) {
      wanted[index - from] = places[rows[index]];
    }
    return wanted;
  }

  private void lookUp(int[] rows, int count) {
    if (count == 0) {
      return;
    }
    int[] unknown = count == rows.length ? rows : Arrays.copyOf(rows, count);
    Vector found = source.values(unknown);
    for (int index = 0; index < count; index++) {
      places[unknown[index]] = values.rowCount();
      append(found, index);
    }
  }

  /** Decimals become byte strings of the same order. */
  private void append(Vector found, int index) {
    if (found.type() != StoredType.BIG_DECIMAL || found.isNull(index)) {
      if (found.isNull(index)) {
        values.appendNull();
      } else {
        values.appendRow(found, index);
      }
      return;
    }
    encoder.clear();
    encoder.add(found, index, false, false);
    values.appendBytes(encoder.key(), 0, encoder.length());
  }

  // Words

  private void valueWords(int[] rows, int from, int count, int level, long[] out, int at) {
    switch (values.type()) {
      case INT -> {
        int[] ints = values.ints();
        for (int index = 0; index < count; index++) {
          out[at + index] = ints[rows[from + index]];
        }
      }
      case LONG -> {
        long[] longs = values.longs();
        for (int index = 0; index < count; index++) {
          out[at + index] = longs[rows[from + index]];
        }
      }
      case FLOAT -> {
        float[] floats = values.floats();
        for (int index = 0; index < count; index++) {
          int bits = Float.floatToIntBits(floats[rows[from + index]]);
          out[at + index] = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        }
      }
      case DOUBLE -> {
        double[] doubles = values.doubles();
        for (int index = 0; index < count; index++) {
          long bits = Double.doubleToLongBits(doubles[rows[from + index]]);
          out[at + index] = bits ^ (bits >> 63 & Long.MAX_VALUE);
        }
      }
      case STRING, BYTES -> {
        byte[] bytes = values.bytes().bytes();
        for (int index = 0; index < count; index++) {
          int row = rows[from + index];
          int start = values.bytes().start(row) + level * WORD_BYTES;
          out[at + index] = byteWord(bytes, start, values.bytes().end(row) - start);
        }
      }
      case BIG_DECIMAL -> throw new IllegalStateException("decimals that are not encoded");
    }
  }

  private static long byteWord(byte[] bytes, int start, int rest) {
    int taken = Math.min(rest, WORD_BYTES);
    long word = 0;
    if (taken > 0 && start + Long.BYTES <= bytes.length) {
      word = (long) BIG_ENDIAN.get(bytes, start) & -1L << Long.SIZE - taken * Byte.SIZE;
    } else {
      for (int position = 0; position < taken; position++) {
        word |= (bytes[start + position] & 0xffL) << Long.SIZE - (position + 1) * Byte.SIZE;
      }
    }
    return (word | Math.min(rest, WORD_BYTES + 1)) ^ Long.MIN_VALUE;
  }
}
