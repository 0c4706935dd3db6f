package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionaryView;
import io.gamay.segment.forward.MutableDictIdView;
import io.gamay.segment.memory.FixedWidthView;
import io.gamay.segment.read.BloomFilterReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.row.ColumnBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The first rows of a {@link MultiValueColumn}. */
final class MultiValueColumnView implements MutableColumnView {

  private final ViewFrame frame;
  private final MutableDictionaryView dictionary;
  private final MutableDictIdView dictIds;
  private final FixedWidthView rowEnds;
  private final LiveIndexesView indexes;

  /** Of the values of all rows, -1 until it is known. */
  private volatile long totalBytes;

  MultiValueColumnView(
      ViewFrame frame,
      MutableDictionaryView dictionary,
      MutableDictIdView dictIds,
      FixedWidthView rowEnds,
      LiveIndexesView indexes,
      long totalBytes) {
    this.frame = frame;
    this.dictionary = dictionary;
    this.dictIds = dictIds;
    this.rowEnds = rowEnds;
    this.indexes = indexes;
    this.totalBytes = totalBytes;
  }

  @Override
  public ViewFrame frame() {
    return frame;
  }

  @Override
  public MultiValueColumnView upTo(int docCount) {
    int cardinality = dictIds.maxBelow(start(docCount)) + 1;
    return new MultiValueColumnView(
        frame.upTo(docCount),
        dictionary.upTo(cardinality),
        dictIds,
        rowEnds,
        indexes.upTo(docCount, cardinality),
        -1);
  }

  @Override
  public ColumnStatistics statistics() {
    return DictionaryStatistics.of(
        dictionary,
        false,
        frame.nulls().getLongCardinality(),
        start(frame.docCount()),
        DictionaryStatistics.lengths(dictionary, this::totalBytes));
  }

  @Override
  public Optional<InvertedIndexReader> inverted() {
    return indexes.inverted();
  }

  @Override
  public Optional<BloomFilterReader> bloom() {
    return indexes.bloom(dictionary);
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    return Optional.of(dictionary);
  }

  @Override
  public int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out) {
    frame.checkBlock(docs);
    int[] target = out;
    int written = 0;
    for (int i = 0; i < docs.count(); i++) {
      int docId = docs.docId(i);
      int start = start(docId);
      int count = rowEnds.intAt(docId) - start;
      int end = Math.addExact(written, count);
      if (end > target.length) {
        target = Arrays.copyOf(target, Math.max(end, target.length * 2));
      }
      dictIds.read(start, count, target, written);
      written = end;
      ends[i] = end;
    }
    return target;
  }

  @Override
  public RowCopier copier(ColumnBuffer target) {
    return docId -> {
      if (frame.isNull(docId)) {
        target.appendNull();
        return;
      }
      int end = rowEnds.intAt(docId);
      for (int position = start(docId); position < end; position++) {
        dictionary.appendTo(dictIds.dictIdAt(position), target);
      }
      target.endRow();
    };
  }

  private long totalBytes() {
    long total = totalBytes;
    if (total < 0) {
      total = dictIds.sumBelow(start(frame.docCount()), dictionary::byteLength);
      totalBytes = total;
    }
    return total;
  }

  /** Position of a row's first dictId; for the row behind the last, how many there are. */
  private int start(int docId) {
    return docId == 0 ? 0 : rowEnds.intAt(docId - 1);
  }
}
