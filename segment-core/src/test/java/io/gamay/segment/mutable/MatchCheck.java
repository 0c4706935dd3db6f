package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.testkit.random.SeededRandom;
import java.util.Arrays;

/** Compares the matches of a column with tests of its values one by one. */
public final class MatchCheck {

  private final ColumnReader column;
  private final ColumnReader plain;
  private final int rows;
  private final SeededRandom random;

  public MatchCheck(ColumnReader column, int rows, SeededRandom random) {
    this.column = column;
    this.plain = new PlainColumn(column);
    this.rows = rows;
    this.random = random;
  }

  /** Every match that the column has, of a run anywhere in the view. */
  public void anyRun() {
    int first = random.nextInt(rows + 1);
    run(first, random.chance(0.3) ? rows - first : random.between(0, rows - first));
  }

  void run(int first, int count) {
    if (!column.spec().singleValue()) {
      multiDictIds(first, count);
      return;
    }
    StoredType type = column.spec().storedType();
    if (column.dictionary().isPresent()) {
      dictIds(first, count);
    }
    if (type == StoredType.INT || type == StoredType.LONG) {
      long low = anyNumber();
      long high = random.chance(0.1) ? anyNumber() : Math.max(low, anyNumber());
      same(
          count,
          mask -> column.matchLongs(first, count, low, high, mask),
          mask -> plain.matchLongs(first, count, low, high, mask));
    }
    if (type.isFixedWidth()) {
      double low = anyDouble();
      double high = random.chance(0.1) ? anyDouble() : Math.max(low, anyDouble());
      same(
          count,
          mask -> column.matchDoubles(first, count, low, high, mask),
          mask -> plain.matchDoubles(first, count, low, high, mask));
    } else if (count > 0) {
      assertThatThrownBy(() -> column.matchDoubles(first, count, 0, 1, new long[rows / 64 + 1]))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  private void dictIds(int first, int count) {
    int cardinality = column.dictionary().orElseThrow().cardinality();
    int low = random.between(-1, cardinality);
    int high = anyEnd(low, cardinality);
    same(
        count,
        mask -> column.matchDictIds(first, count, low, high, mask),
        mask -> plain.matchDictIds(first, count, low, high, mask));
    same(
        count,
        mask -> column.dictIdTest(low, high).match(first, count, mask),
        mask -> plain.matchDictIds(first, count, low, high, mask));
    long[] members = anyMembers(cardinality);
    same(
        count,
        mask -> column.matchDictIds(first, count, members, mask),
        mask -> plain.matchDictIds(first, count, members, mask));
    same(
        count,
        mask -> column.dictIdTest(members).match(first, count, mask),
        mask -> plain.matchDictIds(first, count, members, mask));
    assertThatThrownBy(
            () -> column.matchDictIds(first, rows - first + 1, 0, 1, new long[rows / 64 + 2]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private void multiDictIds(int first, int count) {
    int cardinality = column.dictionary().orElseThrow().cardinality();
    int low = random.between(-1, cardinality);
    int high = anyEnd(low, cardinality);
    same(
        count,
        mask -> column.matchMultiDictIds(first, count, low, high, mask),
        mask -> plain.matchMultiDictIds(first, count, low, high, mask));
    long[] members = anyMembers(cardinality);
    same(
        count,
        mask -> column.matchMultiDictIds(first, count, members, mask),
        mask -> plain.matchMultiDictIds(first, count, members, mask));
    assertThatThrownBy(
            () -> column.matchMultiDictIds(first, rows - first + 1, 0, 1, new long[rows / 64 + 2]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** A few dictIds, or many. */
  private long[] anyMembers(int cardinality) {
    long[] members = new long[cardinality / 64 + 1];
    if (random.chance(0.5)) {
      Arrays.setAll(members, _ -> random.nextLong() >>> random.nextInt(64));
      return members;
    }
    for (int left = random.between(0, 14); left > 0 && cardinality > 0; left--) {
      int dictId = random.nextInt(cardinality);
      members[dictId >>> 6] |= 1L << dictId;
    }
    return members;
  }

  private int anyEnd(int low, int cardinality) {
    return random.chance(0.1) ? random.between(-1, low + 1) : random.between(low, cardinality + 2);
  }

  private interface Match {
    void into(long[] mask);
  }

  /** The words of the run are overwritten, those behind it are left alone. */
  private void same(int count, Match found, Match expected) {
    long[] mask = new long[(count + 63) / 64 + 2];
    Arrays.fill(mask, random.nextLong());
    long[] plainMask = mask.clone();
    found.into(mask);
    expected.into(plainMask);
    assertThat(mask).isEqualTo(plainMask);
  }

  /** Often a value of the column. */
  private long anyNumber() {
    if (rows == 0 || random.chance(0.3)) {
      return random.anyLong();
    }
    long[] values = new long[1];
    DocIdBlock docs = new DocIdBlock();
    docs.setRange(random.nextInt(rows), 1);
    column.readLongs(docs, values);
    return values[0];
  }

  private double anyDouble() {
    if (rows == 0 || random.chance(0.3)) {
      return random.anyDouble();
    }
    double[] values = new double[1];
    DocIdBlock docs = new DocIdBlock();
    docs.setRange(random.nextInt(rows), 1);
    column.readDoubles(docs, values);
    return values[0];
  }
}
