package io.gamay.segment.mutable;

import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;

/**
 * One bit per row, set where the value is missing; no memory before the first one. The word at the
 * end of a view may get bits while readers look at it: they mask what is not theirs.
 */
final class NullBits {

  private final MemoryAccount memory;
  private final FixedWidthVector words;

  NullBits(MemoryAccount memory) {
    this.memory = memory;
    this.words = new FixedWidthVector(memory, Long.BYTES);
  }

  /** Takes the nulls of rows [fromRow, toRow), the first of which gets {@code firstDocId}. */
  void append(ColumnBuffer buffer, int fromRow, int toRow, int firstDocId) {
    if (buffer.nullCount() == 0) {
      return;
    }
    for (int row = fromRow; row < toRow; row++) {
      if (buffer.isNull(row)) {
        set(firstDocId + row - fromRow);
      }
    }
  }

  NullBitsView view(int docCount) {
    return new NullBitsView(memory, words.view(), docCount);
  }

  private void set(int docId) {
    int word = docId >>> 6;
    while (words.size() <= word) {
      words.appendLong(0);
    }
    words.orLong(word, 1L << docId);
  }
}
