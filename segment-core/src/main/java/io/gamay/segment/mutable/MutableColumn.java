package io.gamay.segment.mutable;

import io.gamay.segment.row.ColumnBuffer;

/** One column as its writer sees it. */
sealed interface MutableColumn
    permits DictionaryColumn, MultiValueColumn, RawFixedColumn, RawBytesColumn {

  /** How many values a column takes in one step. */
  int STEP = 512;

  /** Appends the rows [fromRow, toRow) of a buffer. */
  void append(ColumnBuffer buffer, int fromRow, int toRow);

  /** The rows [0, docCount), which is all that were appended. */
  MutableColumnView view(int docCount);
}
