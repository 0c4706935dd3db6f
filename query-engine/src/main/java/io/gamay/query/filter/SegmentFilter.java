package io.gamay.query.filter;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.prune.SegmentBounds;
import io.gamay.query.prune.SegmentPruner;
import io.gamay.query.prune.SegmentPruner.Possible;
import io.gamay.segment.read.SegmentReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * A filter over one segment: gives the docIds of the rows for which it is true. One thread.
 *
 * <p>The filter is split at its ANDs. What bounds decide is not looked at again; a bound on {@code
 * $offset} and predicates that an inverted index answers with few rows say where to look; the rest
 * is looked at row by row.
 */
public final class SegmentFilter {

  private final DocIdSource source;
  private final List<Predicate> predicates;
  private final boolean matchesAll;

  private SegmentFilter(DocIdSource source, List<Predicate> predicates, boolean matchesAll) {
    this.source = source;
    this.predicates = predicates;
    this.matchesAll = matchesAll;
  }

  public static SegmentFilter of(
      Optional<TypedExpression> filter, SegmentLeaves leaves, QueryBudget budget) {
    SegmentReader segment = leaves.segment();
    if (filter.isEmpty()) {
      DocIdSource all = new RangeSource(0, segment.docCount());
      return new SegmentFilter(new BudgetedSource(all, budget), List.of(), true);
    }
    SegmentBounds bounds = new SegmentBounds(segment);
    PredicateCompiler compiler = new PredicateCompiler(leaves);
    DocIdRange range = new DocIdRange(0, segment.docCount());
    Optional<RoaringBitmap> bitmap = Optional.empty();
    List<Predicate> predicates = new ArrayList<>();
    for (TypedExpression conjunct : compiler.conjuncts(filter.get())) {
      Possible possible = SegmentPruner.possible(conjunct, bounds);
      if (!possible.isTrue()) {
        return new SegmentFilter(new RangeSource(0, 0), List.of(), false);
      }
      if (possible.onlyTrue()) {
        continue;
      }
      Optional<DocIdRange> run = compiler.docIdRange(conjunct);
      if (run.isPresent()) {
        range = range.intersect(run.get());
        continue;
      }
      Optional<RoaringBitmap> found = compiler.indexed(conjunct);
      if (found.isPresent()) {
        bitmap =
            Optional.of(bitmap.map(b -> RoaringBitmap.and(b, found.get())).orElse(found.get()));
        continue;
      }
      predicates.add(compiler.predicate(conjunct));
    }
    boolean isWhole = range.isAll(segment.docCount()) && bitmap.isEmpty() && predicates.isEmpty();
    DocIdSource source = new BudgetedSource(base(range, bitmap, segment.docCount()), budget);
    if (!predicates.isEmpty()) {
      source =
          new FilteredSource(
              source, predicates.size() == 1 ? predicates.get(0) : new AndPredicate(predicates));
    }
    return new SegmentFilter(source, predicates, isWhole);
  }

  private static DocIdSource base(DocIdRange range, Optional<RoaringBitmap> bitmap, int docCount) {
    if (bitmap.isEmpty()) {
      return new RangeSource(range.first(), range.end());
    }
    if (range.isAll(docCount)) {
      return new BitmapSource(bitmap.get());
    }
    RoaringBitmap inRange =
        RoaringBitmap.bitmapOfRange(range.first(), Math.max(range.first(), range.end()));
    return new BitmapSource(RoaringBitmap.and(bitmap.get(), inRange));
  }

  /** Whether every row of the segment passes, which is known without looking. */
  public boolean matchesAll() {
    return matchesAll;
  }

  public DocIdSource docIds() {
    return source;
  }

  /** Values looked at so far. */
  public long entriesScanned() {
    return predicates.stream().mapToLong(Predicate::entriesScanned).sum();
  }
}
