package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionary;
import io.gamay.segment.forward.MutableDictIdIndex;
import io.gamay.segment.forward.MutableRowLengths;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;

/** A multi-value column: the dictIds of all rows one behind the other, and each row's length. */
final class MultiValueColumn implements MutableColumn {

  private final ColumnSpec spec;
  private final MutableDictionary dictionary;
  private final MutableDictIdIndex dictIds;
  private final MutableRowLengths rowLengths;
  private final NullBits nulls;
  private final LiveIndexes indexes;
  private final int[] step;
  private long totalBytes;

  MultiValueColumn(
      ColumnSpec spec,
      MemoryAccount memory,
      long hashSeed,
      EncodingDecisions encoding,
      WriterScratch scratch) {
    this.spec = spec;
    this.dictionary = MutableDictionary.of(spec.storedType(), memory, hashSeed, scratch.encode());
    this.dictIds = new MutableDictIdIndex(memory);
    this.rowLengths = new MutableRowLengths(memory);
    this.nulls = new NullBits(memory);
    this.step = scratch.dictIds();
    this.indexes = new LiveIndexes(spec, memory, encoding);
  }

  @Override
  public void append(ColumnBuffer buffer, int fromRow, int toRow) {
    int firstDocId = rowLengths.size();
    nulls.append(buffer, fromRow, toRow, firstDocId);
    int firstValue = buffer.firstValue(fromRow);
    int endValue = buffer.endValue(toRow - 1);
    int row = fromRow;
    for (int value = firstValue; value < endValue; value += STEP) {
      int count = Math.min(STEP, endValue - value);
      dictionary.encode(buffer, value, value + count, step);
      dictIds.append(step, count);
      if (indexes.hasPostings()) {
        row = addPostings(buffer, value, count, row, firstDocId - fromRow);
      }
    }
    for (row = fromRow; row < toRow; row += STEP) {
      int count = Math.min(STEP, toRow - row);
      readLengths(buffer, row, count);
      rowLengths.append(step, count);
    }
    totalBytes += ValueBytes.ofRows(buffer, fromRow, toRow);
  }

  @Override
  public MultiValueColumnView view(int docCount) {
    return new MultiValueColumnView(
        new ViewFrame(spec, docCount, nulls.view(docCount)),
        dictionary.view(),
        dictIds.view(),
        rowLengths.view(),
        indexes.view(docCount),
        totalBytes);
  }

  /** Numbers of values less 1 of the rows [fromRow, fromRow + count) into the step. */
  private void readLengths(ColumnBuffer buffer, int fromRow, int count) {
    int start = buffer.firstValue(fromRow);
    for (int i = 0; i < count; i++) {
      int end = buffer.endValue(fromRow + i);
      step[i] = end - start - 1;
      start = end;
    }
  }

  /**
   * Adds the step's values, the first of which is in {@code firstRow} or behind it.
   *
   * @param toDocId what to add to a row of the buffer to get its docId
   * @return the row of the last value
   */
  private int addPostings(
      ColumnBuffer buffer, int firstValue, int count, int firstRow, int toDocId) {
    int row = firstRow;
    for (int i = 0; i < count; i++) {
      while (firstValue + i >= buffer.endValue(row)) {
        row++;
      }
      indexes.add(step[i], row + toDocId);
    }
    return row;
  }
}
