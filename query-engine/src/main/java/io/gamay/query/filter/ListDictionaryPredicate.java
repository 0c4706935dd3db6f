package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/** Whether any (negated: no) dictId of a multi-value row is in a set of matching ones. */
final class ListDictionaryPredicate extends Predicate {

  private final ColumnReader reader;
  private final DictIdSet matching;
  private final boolean negated;
  private final Optional<RoaringBitmap> nulls;
  private final int[] ends = new int[DocIdBlock.MAX_DOCS];
  private int[] dictIds = new int[DocIdBlock.MAX_DOCS];

  ListDictionaryPredicate(
      ColumnReader reader, DictIdSet matching, boolean negated, Optional<RoaringBitmap> nulls) {
    this.reader = reader;
    this.matching = matching;
    this.negated = negated;
    this.nulls = nulls;
  }

  @Override
  boolean matchesRuns() {
    return true;
  }

  @Override
  void match(int first, int count, long[] mask) {
    countEntries(count);
    if (matching.isRange()) {
      reader.matchMultiDictIds(first, count, matching.low(), matching.high(), mask);
    } else {
      reader.matchMultiDictIds(first, count, matching.members(), mask);
    }
    if (negated) {
      RowMask.flip(mask, count);
    }
    if (nulls.isPresent()) {
      RowMask.remove(nulls.get(), first, count, mask);
    }
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    dictIds = reader.readMultiDictIds(candidates.docs(), ends, dictIds);
    int[] docIds = out.list();
    int kept = 0;
    int value = 0;
    for (int row = 0; row < candidates.count(); row++) {
      boolean matched = false;
      for (; value < ends[row]; value++) {
        matched |= matching.contains(dictIds[value]);
      }
      docIds[kept] = candidates.docId(row);
      kept += matched != negated ? 1 : 0;
    }
    out.setList(nulls.isPresent() ? ColumnPredicate.withoutNulls(docIds, kept, nulls.get()) : kept);
  }

  @Override
  Cost cost() {
    return Cost.VALUES;
  }
}
