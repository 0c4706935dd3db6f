package io.gamay.query.merge;

import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Merges rows in their order, as far as they are wanted. */
final class RowMerger {

  private RowMerger() {}

  /** A row that both hold (they are told by partition and offset) is taken once. */
  static SelectedRows merge(SelectedRows a, SelectedRows b, int rowLimit) {
    int capacity = (int) Math.min((long) a.rowCount() + b.rowCount(), rowLimit);
    BytesBlock order = new BytesBlock(16 * capacity, capacity);
    List<Vector> columns = new ArrayList<>(a.columns().size());
    for (Vector column : a.columns()) {
      columns.add(new Vector(column.type(), column.isList()));
    }
    int left = 0;
    int right = 0;
    while (order.count() < rowLimit && (left < a.rowCount() || right < b.rowCount())) {
      int sign = left == a.rowCount() ? 1 : right == b.rowCount() ? -1 : compare(a, left, b, right);
      if (sign <= 0) {
        append(a, left++, order, columns);
        right += sign == 0 ? 1 : 0;
      } else {
        append(b, right++, order, columns);
      }
    }
    return new SelectedRows(order, columns);
  }

  private static int compare(SelectedRows a, int left, SelectedRows b, int right) {
    return Arrays.compareUnsigned(
        a.order().bytes(),
        a.order().start(left),
        a.order().end(left),
        b.order().bytes(),
        b.order().start(right),
        b.order().end(right));
  }

  private static void append(SelectedRows rows, int row, BytesBlock order, List<Vector> columns) {
    int from = rows.order().start(row);
    int length = rows.order().end(row) - from;
    int start = order.append(length);
    System.arraycopy(rows.order().bytes(), from, order.bytes(), start, length);
    for (int column = 0; column < columns.size(); column++) {
      columns.get(column).appendRow(rows.columns().get(column), row);
    }
  }
}
