package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionaryView;
import io.gamay.segment.forward.MutableDictIdView;
import io.gamay.segment.forward.MutableRowLengthsView;
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
  private final MutableRowLengthsView rowLengths;
  private final LiveIndexesView indexes;

  /** Of the values of all rows, -1 until it is known. */
  private volatile long totalBytes;

  MultiValueColumnView(
      ViewFrame frame,
      MutableDictionaryView dictionary,
      MutableDictIdView dictIds,
      MutableRowLengthsView rowLengths,
      LiveIndexesView indexes,
      long totalBytes) {
    this.frame = frame;
    this.dictionary = dictionary;
    this.dictIds = dictIds;
    this.rowLengths = rowLengths;
    this.indexes = indexes;
    this.totalBytes = totalBytes;
  }

  @Override
  public ViewFrame frame() {
    return frame;
  }

  @Override
  public MultiValueColumnView upTo(int docCount) {
    int cardinality = dictIds.maxBelow(rowLengths.start(docCount)) + 1;
    return new MultiValueColumnView(
        frame.upTo(docCount),
        dictionary.upTo(cardinality),
        dictIds,
        rowLengths,
        indexes.upTo(docCount, cardinality),
        -1);
  }

  @Override
  public ColumnStatistics statistics() {
    return DictionaryStatistics.of(
        dictionary,
        false,
        frame.nulls().getLongCardinality(),
        rowLengths.start(frame.docCount()),
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
    return docs.isRange() ? readRun(docs, ends, out) : readList(docs, ends, out);
  }

  /** The dictIds of neighbouring rows are neighbours. */
  private int[] readRun(DocIdBlock docs, int[] ends, int[] out) {
    int count = docs.count();
    if (count == 0) {
      return out;
    }
    rowLengths.readEnds(docs.first(), count, ends);
    int valueCount = ends[count - 1];
    int[] target = valueCount > out.length ? new int[Math.max(valueCount, out.length * 2)] : out;
    dictIds.read(rowLengths.start(docs.first()), valueCount, target, 0);
    return target;
  }

  private int[] readList(DocIdBlock docs, int[] ends, int[] out) {
    int[] docIds = docs.docIds();
    int[] target = out;
    int written = 0;
    int nextDocId = 0;
    int nextStart = 0;
    for (int i = 0; i < docs.count(); i++) {
      int start = rowLengths.start(docIds[i], nextDocId, nextStart);
      int count = rowLengths.length(docIds[i]);
      int end = Math.addExact(written, count);
      if (end > target.length) {
        target = Arrays.copyOf(target, Math.max(end, target.length * 2));
      }
      dictIds.read(start, count, target, written);
      written = end;
      ends[i] = end;
      nextDocId = docIds[i] + 1;
      nextStart = start + count;
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
      int start = rowLengths.start(docId);
      int end = start + rowLengths.length(docId);
      for (int position = start; position < end; position++) {
        dictionary.appendTo(dictIds.dictIdAt(position), target);
      }
      target.endRow();
    };
  }

  private long totalBytes() {
    long total = totalBytes;
    if (total < 0) {
      total = dictIds.sumBelow(rowLengths.start(frame.docCount()), dictionary::byteLength);
      totalBytes = total;
    }
    return total;
  }
}
