package io.gamay.query.filter;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.prune.SegmentBounds;
import io.gamay.query.prune.SegmentPruner;
import io.gamay.query.prune.SegmentPruner.Possible;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.read.ZoneMapReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.roaringbitmap.ImmutableBitmapDataProvider;

/**
 * A filter over one segment: gives the docIds of the rows for which it is true. One thread.
 *
 * <p>The filter is split at its ANDs. What bounds decide is not looked at again; a bound on {@code
 * $offset} and predicates that an inverted index answers with few rows say where to look, zones in
 * which the rest is true for no row are left out; what remains is looked at row by row.
 */
public final class SegmentFilter {

  private final QueryBudget budget;
  private final DocIdRange range;
  private final Optional<ImmutableBitmapDataProvider> bitmap;
  private final Optional<Predicate> predicate;
  private final boolean matchesAll;
  private final OptionalLong docCount;

  private SegmentFilter(
      QueryBudget budget,
      DocIdRange range,
      Optional<ImmutableBitmapDataProvider> bitmap,
      Optional<Predicate> predicate,
      boolean matchesAll,
      OptionalLong docCount) {
    this.budget = budget;
    this.range = range;
    this.bitmap = bitmap;
    this.predicate = predicate;
    this.matchesAll = matchesAll;
    this.docCount = docCount;
  }

  public static SegmentFilter of(
      Optional<TypedExpression> filter, SegmentLeaves leaves, QueryBudget budget) {
    SegmentReader segment = leaves.segment();
    DocIdRange range = new DocIdRange(0, segment.docCount());
    Optional<ImmutableBitmapDataProvider> bitmap = Optional.empty();
    if (filter.isEmpty()) {
      return new SegmentFilter(
          budget, range, bitmap, Optional.empty(), true, OptionalLong.of(segment.docCount()));
    }
    SegmentBounds bounds = new SegmentBounds(segment);
    PredicateCompiler compiler = new PredicateCompiler(leaves);
    List<Predicate> predicates = new ArrayList<>();
    List<TypedExpression> undecided = new ArrayList<>();
    for (TypedExpression conjunct : compiler.conjuncts(filter.get())) {
      Possible possible = SegmentPruner.possible(conjunct, bounds);
      if (!possible.isTrue()) {
        return new SegmentFilter(
            budget,
            new DocIdRange(0, 0),
            Optional.empty(),
            Optional.empty(),
            false,
            OptionalLong.of(0));
      }
      if (possible.onlyTrue()) {
        continue;
      }
      undecided.add(conjunct);
      Optional<DocIdRange> run = compiler.docIdRange(conjunct);
      if (run.isPresent()) {
        range = range.intersect(run.get());
        continue;
      }
      Optional<ImmutableBitmapDataProvider> found = compiler.indexed(conjunct);
      if (found.isPresent()) {
        bitmap =
            Optional.of(
                bitmap.map(b -> DocIdBitmaps.intersection(b, found.get())).orElse(found.get()));
        continue;
      }
      addJoined(compiler.predicate(conjunct), predicates);
    }
    Optional<Predicate> predicate = all(predicates);
    return new SegmentFilter(
        budget,
        range,
        range.isAll(segment.docCount()) ? bitmap : bitmap.map(range::of),
        predicate,
        range.isAll(segment.docCount()) && bitmap.isEmpty() && predicates.isEmpty(),
        undecided.size() == 1 ? compiler.counted(undecided.getFirst()) : OptionalLong.empty());
  }

  /** Two bounds on one column are tested at once. */
  private static void addJoined(Predicate added, List<Predicate> predicates) {
    for (int index = 0; index < predicates.size(); index++) {
      Optional<Predicate> joined = joined(predicates.get(index), added);
      if (joined.isPresent()) {
        predicates.set(index, joined.get());
        return;
      }
    }
    predicates.add(added);
  }

  private static Optional<Predicate> joined(Predicate one, Predicate other) {
    if (one instanceof DictionaryPredicate left && other instanceof DictionaryPredicate right) {
      return left.and(right);
    }
    return one instanceof RawRangePredicate left && other instanceof RawRangePredicate right
        ? left.and(right)
        : Optional.empty();
  }

  private static Optional<Predicate> all(List<Predicate> predicates) {
    if (predicates.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        predicates.size() == 1 ? predicates.getFirst() : new AndPredicate(predicates));
  }

  /** Whether every row of the segment passes, which is known without looking. */
  public boolean matchesAll() {
    return matchesAll;
  }

  /** How many rows pass, where an index knows it. */
  public OptionalLong docCount() {
    return docCount;
  }

  /** The rows that pass, in ascending order. */
  public DocIdSource docIds() {
    return docIdsOf(base());
  }

  private DocIdSource base() {
    if (bitmap.isEmpty()) {
      return predicate.isPresent()
          ? new ZoneSource(range, predicate.get())
          : new RangeSource(range.first(), range.end());
    }
    return new BitmapSource(bitmap.get());
  }

  /** The rows that pass, the last blocks first. */
  public DocIdSource docIdsBackwards() {
    return bitmap.isEmpty() ? docIdsOf(new BackwardSource(range.first(), range.end())) : docIds();
  }

  /**
   * Whether rows may be looked for in any order: {@link #docIdsOf} says which of given ones pass.
   * If not, an index lists them.
   */
  public boolean isScan() {
    return bitmap.isEmpty();
  }

  /**
   * The rows that pass among given ones.
   *
   * @param candidates rows in [{@link #first()}, {@link #end()}), of zones that are not out
   */
  public DocIdSource docIdsOf(DocIdSource candidates) {
    DocIdSource source = new BudgetedSource(candidates, budget);
    return predicate.isPresent() ? new FilteredSource(source, predicate.get()) : source;
  }

  /** No row below this docId passes. */
  public int first() {
    return range.first();
  }

  /** No row from this docId on passes. */
  public int end() {
    return range.end();
  }

  /** Whether bounds tell that no row of a zone passes. */
  public boolean isOut(int zone) {
    long zoneFirst = (long) zone * ZoneMapReader.ZONE_DOCS;
    return zoneFirst >= range.end()
        || zoneFirst + ZoneMapReader.ZONE_DOCS <= range.first()
        || (predicate.isPresent() && predicate.get().verdict(zone) == ZoneVerdict.NONE);
  }

  /** Values looked at so far. */
  public long entriesScanned() {
    return predicate.map(Predicate::entriesScanned).orElse(0L);
  }
}
