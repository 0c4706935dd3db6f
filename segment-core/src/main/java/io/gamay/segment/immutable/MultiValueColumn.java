package io.gamay.segment.immutable;

import io.gamay.segment.dictionary.SortedDictionary;
import io.gamay.segment.forward.PackedReader;
import io.gamay.segment.forward.RowBounds;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import java.util.Arrays;
import java.util.Optional;

/** A multi-value column: packed dictIds of all rows, and where each row's lie among them. */
final class MultiValueColumn extends ImmutableColumn {

  private final OnFirstUse<SortedDictionary> dictionary;
  private final OnFirstUse<PackedReader> dictIds;
  private final OnFirstUse<RowBounds> rowBounds;
  private final Optional<OnFirstUse<InvertedIndexReader>> inverted;
  private final int docCount;

  MultiValueColumn(ColumnBlocks blocks) {
    super(blocks);
    this.dictionary = SealedDictionaries.dictionary(blocks);
    this.dictIds = new OnFirstUse<>(blocks.packedDictIds(blocks.statistics().valueCount()));
    this.rowBounds = new OnFirstUse<>(blocks.rowBounds());
    this.inverted = SealedDictionaries.inverted(blocks);
    this.docCount = blocks.docCount();
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    ensureOpen();
    return Optional.of(dictionary.get());
  }

  @Override
  public Optional<InvertedIndexReader> inverted() {
    ensureOpen();
    return inverted.map(OnFirstUse::get);
  }

  @Override
  public int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out) {
    ensureOpen();
    RowBounds rows = rowBounds.get();
    PackedReader ids = dictIds.get();
    return docs.isRange()
        ? readRun(docs, rows, ids, ends, out)
        : readList(docs, rows, ids, ends, out);
  }

  @Override
  public void matchMultiDictIds(int firstDocId, int count, int lowId, int highId, long[] mask) {
    matchMulti(
        firstDocId,
        count,
        mask,
        (ids, start, length, found) -> ids.matchRange(start, length, lowId, highId, found));
  }

  @Override
  public void matchMultiDictIds(int firstDocId, int count, long[] members, long[] mask) {
    matchMulti(
        firstDocId,
        count,
        mask,
        (ids, start, length, found) -> {
          if (start <= Integer.MAX_VALUE) {
            ids.setTest(members).match((int) start, length, found);
          } else {
            ids.matchSet(start, length, members, found);
          }
        });
  }

  /** Tests a run of values. */
  @FunctionalInterface
  private interface ValueTest {
    void match(PackedReader ids, long start, int length, long[] found);
  }

  private void matchMulti(int firstDocId, int count, long[] mask, ValueTest test) {
    ensureOpen();
    if (count == 0) {
      return;
    }
    RowBounds rows = rowBounds.get();
    PackedReader ids = dictIds.get();
    int endDocId = firstDocId + count;
    long start = rows.start(firstDocId);
    long end = endDocId < docCount ? rows.start(endDocId) : ids.count();
    int length = Math.toIntExact(end - start);
    long[] found = new long[(length >>> 6) + 2];
    test.match(ids, start, length, found);
    rows.matchAny(firstDocId, count, found, mask);
  }

  private static int[] readRun(
      DocIdBlock docs, RowBounds rows, PackedReader ids, int[] ends, int[] out) {
    if (docs.count() == 0) {
      return out;
    }
    long start = rows.readEnds(docs.first(), docs.count(), ends);
    int length = ends[docs.count() - 1];
    int[] target = length <= out.length ? out : new int[length];
    ids.readInts(start, length, target, 0);
    return target;
  }

  private static int[] readList(
      DocIdBlock docs, RowBounds rows, PackedReader ids, int[] ends, int[] out) {
    int[] target = out;
    int end = 0;
    int[] lengths = new int[1];
    for (int index = 0; index < docs.count(); index++) {
      int docId = docs.docIds()[index];
      long start = rows.readEnds(docId, 1, lengths);
      int length = lengths[0];
      if (length > target.length - end) {
        target = Arrays.copyOf(target, Math.max(Math.addExact(end, length), 2 * target.length));
      }
      ids.readInts(start, length, target, end);
      end += length;
      ends[index] = end;
    }
    return target;
  }
}
