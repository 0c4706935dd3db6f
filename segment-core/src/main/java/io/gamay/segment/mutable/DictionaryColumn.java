package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionary;
import io.gamay.segment.forward.MutableDictIdIndex;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;

/** A single-value column with a dictionary. */
final class DictionaryColumn implements MutableColumn {

  private final ColumnSpec spec;
  private final MutableDictionary dictionary;
  private final MutableDictIdIndex dictIds;
  private final NullBits nulls;
  private final LiveIndexes indexes;
  private final int[] step;

  private int docCount;
  private int lastDictId = -1;
  private long totalBytes;

  /** The first row whose value is below its predecessor's. */
  private int firstUnsortedDoc = Integer.MAX_VALUE;

  DictionaryColumn(
      ColumnSpec spec,
      MemoryAccount memory,
      long hashSeed,
      EncodingDecisions encoding,
      WriterScratch scratch) {
    this.spec = spec;
    this.dictionary = MutableDictionary.of(spec.storedType(), memory, hashSeed, scratch.encode());
    this.dictIds = new MutableDictIdIndex(memory);
    this.nulls = new NullBits(memory);
    this.step = scratch.dictIds();
    this.indexes = new LiveIndexes(spec, memory, encoding);
  }

  @Override
  public void append(ColumnBuffer buffer, int fromRow, int toRow) {
    nulls.append(buffer, fromRow, toRow, docCount);
    for (int row = fromRow; row < toRow; row += STEP) {
      int count = Math.min(STEP, toRow - row);
      dictionary.encode(buffer, row, row + count, step);
      dictIds.append(step, count);
      indexes.addRows(step, count, docCount);
      trackOrder(count);
      docCount += count;
    }
    totalBytes += ValueBytes.ofRows(buffer, fromRow, toRow);
  }

  @Override
  public DictionaryColumnView view(int viewDocCount) {
    return new DictionaryColumnView(
        new ViewFrame(spec, viewDocCount, nulls.view(viewDocCount)),
        dictionary.view(),
        dictIds.view(),
        indexes.view(viewDocCount),
        firstUnsortedDoc,
        totalBytes);
  }

  private void trackOrder(int count) {
    for (int i = 0; i < count && firstUnsortedDoc == Integer.MAX_VALUE; i++) {
      int dictId = step[i];
      if (dictId != lastDictId && lastDictId >= 0 && dictionary.compare(lastDictId, dictId) > 0) {
        firstUnsortedDoc = docCount + i;
      }
      lastDictId = dictId;
    }
  }
}
