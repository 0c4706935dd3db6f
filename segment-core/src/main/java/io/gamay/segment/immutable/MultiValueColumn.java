package io.gamay.segment.immutable;

import io.gamay.segment.dictionary.SortedDictionary;
import io.gamay.segment.forward.PackedReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import java.util.Arrays;
import java.util.Optional;

/** A multi-value column: packed dictIds of all rows, and where each row ends among them. */
final class MultiValueColumn extends ImmutableColumn {

  private final OnFirstUse<SortedDictionary> dictionary;
  private final OnFirstUse<PackedReader> dictIds;
  private final OnFirstUse<PackedReader> rowEnds;
  private final Optional<OnFirstUse<InvertedIndexReader>> inverted;

  MultiValueColumn(ColumnBlocks blocks) {
    super(blocks);
    this.dictionary = SealedDictionaries.dictionary(blocks);
    this.dictIds = new OnFirstUse<>(blocks.dictIds(blocks.statistics().valueCount()));
    this.rowEnds = new OnFirstUse<>(blocks.rowEnds());
    this.inverted = SealedDictionaries.inverted(blocks);
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
    PackedReader rows = rowEnds.get();
    PackedReader ids = dictIds.get();
    return docs.isRange()
        ? readRun(docs, rows, ids, ends, out)
        : readList(docs, rows, ids, ends, out);
  }

  private static int[] readRun(
      DocIdBlock docs, PackedReader rows, PackedReader ids, int[] ends, int[] out) {
    if (docs.count() == 0) {
      return out;
    }
    long start = start(rows, docs.first());
    for (int index = 0; index < docs.count(); index++) {
      ends[index] = Math.toIntExact(rows.longAt(docs.first() + index) - start);
    }
    int length = ends[docs.count() - 1];
    int[] target = length <= out.length ? out : new int[length];
    ids.readInts(start, length, target, 0);
    return target;
  }

  private static int[] readList(
      DocIdBlock docs, PackedReader rows, PackedReader ids, int[] ends, int[] out) {
    int[] target = out;
    int end = 0;
    for (int index = 0; index < docs.count(); index++) {
      int docId = docs.docIds()[index];
      long start = start(rows, docId);
      int length = (int) (rows.longAt(docId) - start);
      if (length > target.length - end) {
        target = Arrays.copyOf(target, Math.max(Math.addExact(end, length), 2 * target.length));
      }
      ids.readInts(start, length, target, end);
      end += length;
      ends[index] = end;
    }
    return target;
  }

  private static long start(PackedReader rows, int docId) {
    return docId == 0 ? 0 : rows.longAt(docId - 1);
  }
}
