package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/** Looks up the dictIds of a single-value column in a set of matching ones. */
final class DictionaryPredicate extends Predicate {

  private final ColumnReader reader;
  private final DictIdSet matching;
  private final Optional<RoaringBitmap> nulls;
  private final int[] dictIds = new int[DocIdBlock.MAX_DOCS];

  /**
   * @param nulls rows that are NULL, which never pass
   */
  DictionaryPredicate(ColumnReader reader, DictIdSet matching, Optional<RoaringBitmap> nulls) {
    this.reader = reader;
    this.matching = matching;
    this.nulls = nulls;
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    reader.readDictIds(candidates.docs(), dictIds);
    int count = candidates.count();
    int[] docIds = out.list();
    int kept = 0;
    if (matching.isRange()) {
      int low = matching.low();
      int width = matching.high() - low;
      for (int row = 0; row < count; row++) {
        docIds[kept] = candidates.docId(row);
        kept += Integer.compareUnsigned(dictIds[row] - low, width) < 0 ? 1 : 0;
      }
    } else {
      boolean[] members = matching.members();
      for (int row = 0; row < count; row++) {
        docIds[kept] = candidates.docId(row);
        kept += members[dictIds[row]] ? 1 : 0;
      }
    }
    out.setList(nulls.isPresent() ? withoutNulls(docIds, kept, nulls.get()) : kept);
  }

  static int withoutNulls(int[] docIds, int count, RoaringBitmap nulls) {
    int kept = 0;
    for (int index = 0; index < count; index++) {
      docIds[kept] = docIds[index];
      kept += nulls.contains(docIds[index]) ? 0 : 1;
    }
    return kept;
  }

  @Override
  Cost cost() {
    return Cost.DICT_IDS;
  }
}
