package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/** Whether any (negated: no) dictId of a multi-value row is in a set of matching ones. */
final class ListDictionaryPredicate extends Predicate {

  private final ColumnReader reader;
  private final DictIdSet matching;
  private final boolean negated;
  private final boolean isPacked;
  private final Optional<RoaringBitmap> nulls;
  private final DocIdBlock run = new DocIdBlock();
  private final int[] ends = new int[DocIdBlock.MAX_DOCS];
  private int[] dictIds = new int[DocIdBlock.MAX_DOCS];

  /**
   * @param isPacked whether the column tests runs of rows as they are packed, faster than dictIds
   *     can be read
   * @param nulls rows that are NULL, which never pass
   */
  ListDictionaryPredicate(
      ColumnReader reader,
      DictIdSet matching,
      boolean negated,
      boolean isPacked,
      Optional<RoaringBitmap> nulls) {
    this.reader = reader;
    this.matching = matching;
    this.negated = negated;
    this.isPacked = isPacked;
    this.nulls = nulls;
  }

  @Override
  boolean matchesRuns() {
    return true;
  }

  @Override
  void match(int first, int count, long[] mask) {
    countEntries(count);
    if (!isPacked) {
      matchRead(first, count, mask);
    } else if (matching.isRange()) {
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

  private void matchRead(int first, int count, long[] mask) {
    run.setRange(first, count);
    dictIds = reader.readMultiDictIds(run, ends, dictIds);
    RowMask.clear(mask, count);
    int value = 0;
    for (int row = 0; row < count; row++) {
      long matched = 0;
      for (; value < ends[row]; value++) {
        matched |= matching.contains(dictIds[value]) ? 1 : 0;
      }
      mask[row >>> 6] |= matched << row;
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

  @Override
  boolean isEmpty() {
    return !negated && matching.count() == 0;
  }

  @Override
  String way() {
    return isEmpty() ? "FILTER_EMPTY" : "FILTER_LIST_DICT_IDS";
  }

  @Override
  List<Clause> how() {
    return List.of(
        Clause.of(
            negated ? "{} of {} values exclude a row" : "{} of {} values match",
            Amount.each(matching.count()),
            Amount.each(reader.dictionary().orElseThrow().cardinality())),
        Clause.of(isPacked ? "dictIds are compared as packed" : "dictIds are read"));
  }
}
