package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/** Where a nullable column is NULL, or where it is not. */
final class NullPredicate extends Predicate {

  private final RoaringBitmap nulls;
  private final boolean wanted;

  NullPredicate(RoaringBitmap nulls, boolean wanted) {
    this.nulls = nulls;
    this.wanted = wanted;
  }

  @Override
  boolean matchesRuns() {
    return true;
  }

  @Override
  void match(int first, int count, long[] mask) {
    countEntries(count);
    RowMask.fill(mask, count);
    RowMask.remove(nulls, first, count, mask);
    if (wanted) {
      RowMask.flip(mask, count);
    }
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    int[] docIds = out.list();
    int kept = 0;
    for (int row = 0; row < candidates.count(); row++) {
      docIds[kept] = candidates.docId(row);
      kept += nulls.contains(docIds[kept]) == wanted ? 1 : 0;
    }
    out.setList(kept);
  }

  @Override
  Cost cost() {
    return Cost.DICT_IDS;
  }

  @Override
  boolean isEmpty() {
    return wanted && nulls.isEmpty();
  }

  @Override
  String way() {
    return "FILTER_NULLS";
  }

  @Override
  List<Clause> how() {
    return List.of(
        Clause.of("bitmap of NULLs, rows in it: {}", Amount.sum(nulls.getLongCardinality())));
  }
}
