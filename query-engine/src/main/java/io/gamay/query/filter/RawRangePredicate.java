package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.ZoneMapReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * Whether the values of a single-value numeric column without a dictionary lie in any of a few
 * ranges, or in none of them.
 */
final class RawRangePredicate extends ColumnPredicate {

  private final ColumnReader reader;
  private final NumericRanges ranges;
  private final boolean negated;
  private final boolean isPacked;
  private final long[] oneRange = new long[RowMask.WORDS];
  private final long[] longs;
  private final double[] doubles;
  private final DocIdBlock run = new DocIdBlock();

  /**
   * @param negated whether values in none of the ranges pass
   * @param isPacked whether the column tests runs of rows as they are stored, faster than values
   *     can be read
   * @param nulls rows that are NULL, which never pass
   */
  RawRangePredicate(
      ColumnReader reader,
      NumericRanges ranges,
      boolean negated,
      boolean isPacked,
      Optional<RoaringBitmap> nulls) {
    super(reader.zoneMap(), nulls);
    this.reader = reader;
    this.ranges = ranges;
    this.negated = negated;
    this.isPacked = isPacked;
    this.longs = new long[ranges.isOfLongs() ? DocIdBlock.MAX_DOCS : 0];
    this.doubles = new double[ranges.isOfLongs() ? 0 : DocIdBlock.MAX_DOCS];
  }

  @Override
  protected ZoneVerdict verdict(ZoneMapReader bounds, int zone) {
    ZoneVerdict verdict =
        ranges.isOfLongs()
            ? ranges.verdict(bounds.minLong(zone), bounds.maxLong(zone))
            : ranges.verdict(bounds.minDouble(zone), bounds.maxDouble(zone));
    if (!negated || verdict == ZoneVerdict.SOME) {
      return verdict;
    }
    return verdict == ZoneVerdict.ALL ? ZoneVerdict.NONE : ZoneVerdict.ALL;
  }

  /** Both this and another predicate on the same column, as one. */
  Optional<Predicate> and(RawRangePredicate other) {
    if (!isOfColumn(other.reader) || negated || other.negated) {
      return Optional.empty();
    }
    return ranges
        .intersect(other.ranges)
        .map(both -> new RawRangePredicate(reader, both, false, isPacked, nulls()));
  }

  private boolean isOfColumn(ColumnReader other) {
    return reader.spec().name().equals(other.spec().name());
  }

  @Override
  protected void matchStored(int first, int count, long[] mask) {
    if (!isPacked) {
      matchRead(first, count, mask);
    } else {
      matchPacked(first, count, mask);
    }
    if (negated) {
      RowMask.flip(mask, count);
    }
  }

  private void matchPacked(int first, int count, long[] mask) {
    RowMask.clear(mask, count);
    for (int range = 0; range < ranges.count(); range++) {
      long[] found = range == 0 ? mask : oneRange;
      if (ranges.isOfLongs()) {
        reader.matchLongs(first, count, ranges.lowLong(range), ranges.highLong(range), found);
      } else {
        reader.matchDoubles(first, count, ranges.lowDouble(range), ranges.highDouble(range), found);
      }
      if (range > 0) {
        RowMask.or(mask, oneRange, count);
      }
    }
  }

  private void matchRead(int first, int count, long[] mask) {
    run.setRange(first, count);
    read(run);
    RowMask.clear(mask, count);
    for (int row = 0; row < count; row++) {
      mask[row >>> 6] |= (holds(row) ? 1L : 0L) << row;
    }
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    read(candidates.docs());
    int[] docIds = out.list();
    int kept = 0;
    for (int row = 0; row < candidates.count(); row++) {
      docIds[kept] = candidates.docId(row);
      kept += holds(row) != negated ? 1 : 0;
    }
    out.setList(nulls().isPresent() ? withoutNulls(docIds, kept, nulls().get()) : kept);
  }

  private void read(DocIdBlock docs) {
    if (ranges.isOfLongs()) {
      reader.readLongs(docs, longs);
    } else {
      reader.readDoubles(docs, doubles);
    }
  }

  private boolean holds(int row) {
    return ranges.isOfLongs() ? ranges.contains(longs[row]) : ranges.contains(doubles[row]);
  }

  @Override
  Cost cost() {
    return Cost.VALUES;
  }

  @Override
  boolean isEmpty() {
    return !negated && ranges.count() == 0;
  }

  @Override
  String way() {
    return isEmpty() ? "FILTER_EMPTY" : "FILTER_RAW_RANGE";
  }

  @Override
  List<Clause> how() {
    List<Clause> clauses = new ArrayList<>();
    clauses.add(
        Clause.of(
            negated ? "ranges that are left out: {}" : "ranges: {}", Amount.each(ranges.count())));
    clauses.add(Clause.of(isPacked ? "values are compared as stored" : "values are read"));
    clauses.addAll(zoneClauses());
    return clauses;
  }
}
