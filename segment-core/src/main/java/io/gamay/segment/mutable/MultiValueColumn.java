package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionary;
import io.gamay.segment.forward.MutableDictIdIndex;
import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;

/** A multi-value column: the dictIds of all rows one behind the other, and where each row ends. */
final class MultiValueColumn implements MutableColumn {

  private final ColumnSpec spec;
  private final MutableDictionary dictionary;
  private final MutableDictIdIndex dictIds;
  private final FixedWidthVector rowEnds;
  private final NullBits nulls;
  private final int[] step = new int[STEP];

  MultiValueColumn(ColumnSpec spec, MemoryAccount memory, long hashSeed) {
    this.spec = spec;
    this.dictionary = MutableDictionary.of(spec.storedType(), memory, hashSeed);
    this.dictIds = new MutableDictIdIndex(memory);
    this.rowEnds = new FixedWidthVector(memory, Integer.BYTES);
    this.nulls = new NullBits(memory);
  }

  @Override
  public void append(ColumnBuffer buffer, int fromRow, int toRow) {
    nulls.append(buffer, fromRow, toRow, rowEnds.size());
    int firstValue = buffer.firstValue(fromRow);
    int endValue = buffer.endValue(toRow - 1);
    int base = dictIds.size();
    for (int value = firstValue; value < endValue; value += STEP) {
      int count = Math.min(STEP, endValue - value);
      dictionary.encode(buffer, value, value + count, step);
      dictIds.append(step, count);
    }
    for (int row = fromRow; row < toRow; row++) {
      rowEnds.appendInt(Math.addExact(base, buffer.endValue(row) - firstValue));
    }
  }

  @Override
  public MultiValueColumnView view(int docCount) {
    return new MultiValueColumnView(
        new ViewFrame(spec, docCount, nulls.view(docCount)),
        dictionary.view(),
        dictIds.view(),
        rowEnds.view());
  }
}
