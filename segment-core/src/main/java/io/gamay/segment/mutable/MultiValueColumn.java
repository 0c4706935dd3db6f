package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionary;
import io.gamay.segment.forward.MutableDictIdIndex;
import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;

/** A multi-value column: the dictIds of all rows one behind the other, and where each row ends. */
final class MultiValueColumn implements MutableColumn {

  private final ColumnSpec spec;
  private final MutableDictionary dictionary;
  private final MutableDictIdIndex dictIds;
  private final FixedWidthVector rowEnds;
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
    this.rowEnds = new FixedWidthVector(memory, Integer.BYTES);
    this.nulls = new NullBits(memory);
    this.step = scratch.dictIds();
    this.indexes = new LiveIndexes(spec, memory, encoding);
  }

  @Override
  public void append(ColumnBuffer buffer, int fromRow, int toRow) {
    nulls.append(buffer, fromRow, toRow, rowEnds.size());
    int firstValue = buffer.firstValue(fromRow);
    int endValue = buffer.endValue(toRow - 1);
    int base = dictIds.size();
    int firstDocId = rowEnds.size();
    int row = fromRow;
    for (int value = firstValue; value < endValue; value += STEP) {
      int count = Math.min(STEP, endValue - value);
      dictionary.encode(buffer, value, value + count, step);
      dictIds.append(step, count);
      if (indexes.hasPostings()) {
        row = addPostings(buffer, value, count, row, firstDocId - fromRow);
      }
    }
    for (row = fromRow; row < toRow; row++) {
      rowEnds.appendInt(Math.addExact(base, buffer.endValue(row) - firstValue));
    }
    totalBytes += ValueBytes.ofRows(buffer, fromRow, toRow);
  }

  @Override
  public MultiValueColumnView view(int docCount) {
    return new MultiValueColumnView(
        new ViewFrame(spec, docCount, nulls.view(docCount)),
        dictionary.view(),
        dictIds.view(),
        rowEnds.view(),
        indexes.view(docCount),
        totalBytes);
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
