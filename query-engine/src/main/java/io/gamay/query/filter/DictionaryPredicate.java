package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.RunTest;
import io.gamay.segment.read.ZoneMapReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** Looks up the dictIds of a single-value column in a set of matching ones. */
final class DictionaryPredicate extends ColumnPredicate {

  /** In a zone of more different dictIds than this members are not looked for one by one. */
  private static final int MAX_LOOKED_UP = 64;

  private static final int[] NOT_NEEDED = {};

  private final ColumnReader reader;
  private final DictIdSet matching;
  private final boolean isPacked;
  private final DoubleSupplier passingShare;
  private @Nullable RunTest packedTest;
  private int[] dictIds = NOT_NEEDED;
  private final DocIdBlock run = new DocIdBlock();

  /**
   * @param isPacked whether the column tests runs of rows as they are packed, faster than dictIds
   *     can be read
   * @param passingShare roughly, of the rows; asked at most once
   * @param nulls rows that are NULL, which never pass
   */
  DictionaryPredicate(
      ColumnReader reader,
      DictIdSet matching,
      boolean isPacked,
      DoubleSupplier passingShare,
      Optional<RoaringBitmap> nulls) {
    super(reader.zoneMap().filter(_ -> reader.dictionary().orElseThrow().isSorted()), nulls);
    this.reader = reader;
    this.matching = matching;
    this.isPacked = isPacked;
    this.passingShare = passingShare;
  }

  @Override
  protected ZoneVerdict verdict(ZoneMapReader bounds, int zone) {
    int min = bounds.minDictId(zone);
    int max = bounds.maxDictId(zone);
    if (matching.count() == 0 || max < matching.low() || min >= matching.high()) {
      return ZoneVerdict.NONE;
    }
    if (matching.isRange()) {
      return min >= matching.low() && max < matching.high() ? ZoneVerdict.ALL : ZoneVerdict.SOME;
    }
    if (max - min >= MAX_LOOKED_UP) {
      return ZoneVerdict.SOME;
    }
    int found = 0;
    for (int dictId = min; dictId <= max; dictId++) {
      found += matching.contains(dictId) ? 1 : 0;
    }
    if (found == 0) {
      return ZoneVerdict.NONE;
    }
    return found == max - min + 1 ? ZoneVerdict.ALL : ZoneVerdict.SOME;
  }

  /** Both this and another predicate on the same column, as one. */
  Optional<Predicate> and(DictionaryPredicate other) {
    return isOfColumn(other.reader)
        ? Optional.of(
            new DictionaryPredicate(
                reader,
                matching.intersect(other.matching),
                isPacked,
                () -> Math.min(passingShare(), other.passingShare()),
                nulls()))
        : Optional.empty();
  }

  private boolean isOfColumn(ColumnReader other) {
    return reader.spec().name().equals(other.spec().name());
  }

  @Override
  protected void matchStored(int first, int count, long[] mask) {
    if (matching.count() == 0) {
      RowMask.clear(mask, count);
    } else if (!isPacked) {
      matchRead(first, count, mask);
    } else {
      packedTest().match(first, count, mask);
    }
  }

  /** Prepared when the first run is tested: bounds may decide all zones. */
  private RunTest packedTest() {
    RunTest test = packedTest;
    if (test == null) {
      test =
          matching.isRange()
              ? reader.dictIdTest(matching.low(), matching.high())
              : reader.dictIdTest(matching.members());
      packedTest = test;
    }
    return test;
  }

  private void matchRead(int first, int count, long[] mask) {
    run.setRange(first, count);
    reader.readDictIds(run, ids());
    for (int word = 0; word < RowMask.words(count); word++) {
      int from = word * Long.SIZE;
      int to = Math.min(count, from + Long.SIZE);
      mask[word] = matching.isRange() ? inRange(from, to) : inMembers(from, to);
    }
  }

  /** Where dictIds are read to, made when some are. */
  private int[] ids() {
    if (dictIds.length == 0) {
      dictIds = new int[DocIdBlock.MAX_DOCS];
    }
    return dictIds;
  }

  private long inRange(int from, int to) {
    int low = matching.low();
    int width = matching.high() - low;
    long bits = 0;
    for (int row = from; row < to; row++) {
      bits |= (Integer.compareUnsigned(dictIds[row] - low, width) < 0 ? 1L : 0L) << row;
    }
    return bits;
  }

  private long inMembers(int from, int to) {
    long[] members = matching.members();
    long bits = 0;
    for (int row = from; row < to; row++) {
      int dictId = dictIds[row];
      bits |= (members[dictId >>> 6] >>> dictId & 1) << row;
    }
    return bits;
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    reader.readDictIds(candidates.docs(), ids());
    int count = candidates.count();
    int[] docIds = out.list();
    int[] rows = candidates.docIds(docIds);
    int kept = 0;
    if (matching.isRange()) {
      int low = matching.low();
      int width = matching.high() - low;
      for (int row = 0; row < count; row++) {
        docIds[kept] = rows[row];
        kept += Integer.compareUnsigned(dictIds[row] - low, width) < 0 ? 1 : 0;
      }
    } else {
      long[] members = matching.members();
      for (int row = 0; row < count; row++) {
        docIds[kept] = rows[row];
        kept += (int) (members[dictIds[row] >>> 6] >>> dictIds[row] & 1);
      }
    }
    out.setList(nulls().isPresent() ? withoutNulls(docIds, kept, nulls().get()) : kept);
  }

  @Override
  Cost cost() {
    return Cost.DICT_IDS;
  }

  @Override
  double passingShare() {
    return passingShare.getAsDouble();
  }

  @Override
  boolean isEmpty() {
    return matching.count() == 0;
  }

  @Override
  String way() {
    if (matching.count() == 0) {
      return "FILTER_EMPTY";
    }
    return matching.isRange() ? "FILTER_DICT_ID_RANGE" : "FILTER_DICT_ID_SET";
  }

  @Override
  List<Clause> how() {
    List<Clause> clauses = new ArrayList<>();
    clauses.add(
        Clause.of(
            "{} of {} values match",
            Amount.each(matching.count()),
            Amount.each(reader.dictionary().orElseThrow().cardinality())));
    if (matching.count() > 0) {
      clauses.add(Clause.of(isPacked ? "dictIds are compared as packed" : "dictIds are read"));
      clauses.addAll(zoneClauses());
    }
    return clauses;
  }
}
