package io.gamay.segment.mutable;

/** Appends one column of a row to the buffer it was made for. */
interface RowCopier {
  void copy(int docId);
}
