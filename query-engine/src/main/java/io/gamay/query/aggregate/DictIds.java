package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import org.roaringbitmap.RoaringBitmap;

/** The dictIds of a column for the rows of a block; {@link #NULL} for a NULL row. One thread. */
final class DictIds {

  static final int NULL = -1;

  private final ColumnReader reader;
  private final boolean isList;
  private final boolean hasNulls;
  private final RoaringBitmap nulls;
  private int[] ids = new int[DocIdBlock.MAX_DOCS];
  private final int[] ends;

  DictIds(ColumnReader reader, boolean nullable) {
    this.reader = reader;
    this.isList = !reader.spec().singleValue();
    this.nulls = reader.nulls();
    this.hasNulls = nullable && !nulls.isEmpty();
    this.ends = isList ? new int[DocIdBlock.MAX_DOCS] : new int[0];
  }

  boolean isList() {
    return isList;
  }

  /** Whether any row of the segment is NULL. */
  boolean hasNulls() {
    return hasNulls;
  }

  boolean isNull(int docId) {
    return hasNulls && nulls.contains(docId);
  }

  void read(Block block) {
    if (isList) {
      ids = reader.readMultiDictIds(block.docs(), ends, ids);
    } else {
      block.readDictIds(reader, ids);
    }
    if (hasNulls) {
      for (int row = 0; row < block.count(); row++) {
        if (nulls.contains(block.docId(row))) {
          for (int value = start(row); value < end(row); value++) {
            ids[value] = NULL;
          }
        }
      }
    }
  }

  int[] ids() {
    return ids;
  }

  int start(int row) {
    return !isList ? row : row == 0 ? 0 : ends[row - 1];
  }

  int end(int row) {
    return isList ? ends[row] : row + 1;
  }
}
