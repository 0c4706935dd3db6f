package io.gamay.query.filter;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.explain.ExpressionText;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.Operator;
import io.gamay.query.explain.SegmentExplanation.Extent;
import io.gamay.query.filter.IndexUse.Reason;
import io.gamay.query.filter.IndexUse.Refused;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.prune.SegmentBounds;
import io.gamay.query.prune.SegmentPruner;
import io.gamay.query.prune.SegmentPruner.Possible;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.read.ZoneMapReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.ImmutableBitmapDataProvider;
import org.roaringbitmap.RoaringBitmap;

/**
 * A filter over one segment: gives the docIds of the rows for which it is true. One thread.
 *
 * <p>The filter is split at its ANDs. What bounds decide is not looked at again; a bound on {@code
 * $offset} and predicates that an inverted index answers with few rows say where to look, zones in
 * which the rest is true for no row are left out; what remains is looked at row by row.
 */
public final class SegmentFilter {

  /**
   * Zones are asked for only if there are so many listed rows for each: looking at fewer takes no
   * longer.
   */
  private static final int ROWS_PER_ZONE = 16;

  /** The budget is looked at each time that so many zones were asked for. */
  private static final int ZONES_PER_CHECK = 16;

  /** A list of up to so many times the rows that are left is read sooner than lists of values. */
  private static final int LONGEST_INTERSECTED = 40;

  /** So many conditions of the outermost AND are told, and as many below them. */
  private static final int CONDITIONS_TOLD = 100;

  private final QueryBudget budget;
  private final int segmentDocs;
  private final Optional<LongSupplier> nanoTime;
  private final List<Decided> decided;
  private final List<Predicate> predicates;
  private final DocIdRange range;
  private final List<IndexUse.Listed> lists;
  private final Optional<Predicate> predicate;
  private final boolean matchesAll;
  private final OptionalLong docCount;
  private @Nullable ImmutableBitmapDataProvider listed;
  private @Nullable MeasuredSource measured;

  /** A condition that is not looked at row by row. */
  private sealed interface Decided {

    TypedExpression condition();

    record True(TypedExpression condition) implements Decided {}

    record False(TypedExpression condition) implements Decided {}

    record Run(TypedExpression condition, DocIdRange run) implements Decided {}

    record Listed(TypedExpression condition, IndexUse.Listed use) implements Decided {}
  }

  private SegmentFilter(
      QueryBudget budget,
      int segmentDocs,
      Optional<LongSupplier> nanoTime,
      List<Decided> decided,
      List<Predicate> predicates,
      DocIdRange range,
      List<IndexUse.Listed> lists,
      boolean matchesAll,
      OptionalLong docCount) {
    this.budget = budget;
    this.segmentDocs = segmentDocs;
    this.nanoTime = nanoTime;
    this.decided = decided;
    this.predicates = predicates;
    this.range = range;
    this.lists = lists;
    this.predicate = all(predicates);
    this.matchesAll = matchesAll;
    this.docCount = docCount;
  }

  public static SegmentFilter of(
      Optional<TypedExpression> filter, SegmentLeaves leaves, QueryBudget budget) {
    return of(filter, leaves, budget, Optional.empty());
  }

  /**
   * As the other, measured.
   *
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}; empty: nothing is measured
   */
  public static SegmentFilter of(
      Optional<TypedExpression> filter,
      SegmentLeaves leaves,
      QueryBudget budget,
      Optional<LongSupplier> nanoTime) {
    SegmentReader segment = leaves.segment();
    int docs = segment.docCount();
    DocIdRange range = new DocIdRange(0, docs);
    if (filter.isEmpty()) {
      return new SegmentFilter(
          budget,
          docs,
          nanoTime,
          List.of(),
          List.of(),
          range,
          List.of(),
          true,
          OptionalLong.of(docs));
    }
    List<Decided> decided = new ArrayList<>();
    List<Decided.Listed> lists = new ArrayList<>();
    List<Predicate> predicates = new ArrayList<>();
    SegmentBounds bounds = new SegmentBounds(segment);
    PredicateCompiler compiler = new PredicateCompiler(leaves, budget, nanoTime);
    List<TypedExpression> undecided = new ArrayList<>();
    for (TypedExpression conjunct : compiler.conjuncts(filter.get())) {
      Possible possible = SegmentPruner.possible(conjunct, bounds);
      if (!possible.isTrue()) {
        return new SegmentFilter(
            budget,
            docs,
            nanoTime,
            List.of(new Decided.False(conjunct)),
            List.of(),
            new DocIdRange(0, 0),
            List.of(),
            false,
            OptionalLong.of(0));
      }
      if (possible.onlyTrue()) {
        decided.add(new Decided.True(conjunct));
        continue;
      }
      undecided.add(conjunct);
      Optional<DocIdRange> run = compiler.docIdRange(conjunct);
      if (run.isPresent()) {
        decided.add(new Decided.Run(conjunct, run.get()));
        range = range.intersect(run.get());
        continue;
      }
      switch (compiler.indexed(conjunct)) {
        case IndexUse.Listed list -> lists.add(new Decided.Listed(conjunct, list));
        case Refused refused -> addJoined(tested(conjunct, refused, compiler), predicates);
      }
    }
    lists.sort(Comparator.comparingLong(list -> list.use().rows()));
    List<IndexUse.Listed> used = new ArrayList<>();
    for (Decided.Listed list : lists) {
      if (used.isEmpty() || isIntersected(list.use(), used.getFirst())) {
        decided.add(list);
        used.add(list.use());
      } else {
        Refused longer = new Refused(Reason.LONGER_LIST, list.use().rows(), used.getFirst().rows());
        addJoined(tested(list.condition(), longer, compiler), predicates);
      }
    }
    return new SegmentFilter(
        budget,
        docs,
        nanoTime,
        decided,
        nanoTime.isEmpty() ? predicates : predicates.stream().map(compiler::measured).toList(),
        range,
        used,
        range.isAll(docs) && used.isEmpty() && predicates.isEmpty(),
        undecided.size() == 1 ? compiler.counted(undecided.getFirst()) : OptionalLong.empty());
  }

  private static boolean isIntersected(IndexUse.Listed list, IndexUse.Listed shortest) {
    return list.ofElements() && list.rows() <= LONGEST_INTERSECTED * shortest.rows();
  }

  /** A predicate that knows why no index is used in its place, where one could be. */
  private static Predicate tested(
      TypedExpression conjunct, Refused refused, PredicateCompiler compiler) {
    Predicate predicate = compiler.predicate(conjunct);
    List<Condition> written = predicate.conditions();
    if (written.size() == 1 && written.getFirst().refused().isPresent()) {
      predicate.tests(List.of(written.getFirst().refusedBy(refused)));
    }
    return predicate;
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
    Optional<Predicate> both =
        switch (one) {
          case DictionaryPredicate left when other instanceof DictionaryPredicate right ->
              left.and(right);
          case RawRangePredicate left when other instanceof RawRangePredicate right ->
              left.and(right);
          case Predicate _ -> Optional.empty();
        };
    both.ifPresent(
        joined ->
            joined.tests(
                Stream.concat(one.conditions().stream(), other.conditions().stream()).toList()));
    return both;
  }

  private static Optional<Predicate> all(List<Predicate> predicates) {
    if (predicates.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        predicates.size() == 1 ? predicates.getFirst() : new AndPredicate(predicates));
  }

  /** The rows that indexes list; made when they are first asked for: they may only be counted. */
  private ImmutableBitmapDataProvider listed() {
    ImmutableBitmapDataProvider rows = listed;
    if (rows == null) {
      rows =
          lists.stream()
              .map(list -> list.docIds().get())
              .reduce(DocIdBitmaps::intersection)
              .orElseThrow();
      rows = withoutZonesOut(range.isAll(segmentDocs) ? rows : range.of(rows));
      listed = rows;
    }
    return rows;
  }

  /** Listed rows but for those of zones in which the rest is true for no row. */
  private ImmutableBitmapDataProvider withoutZonesOut(ImmutableBitmapDataProvider rows) {
    if (predicate.isEmpty() || !isLong(rows)) {
      return rows;
    }
    RoaringBitmap out = new RoaringBitmap();
    int zones = zoneCount();
    for (int zone = 0; zone < zones; zone++) {
      if (zone % ZONES_PER_CHECK == 0) {
        budget.check();
      }
      if (predicate.get().verdict(zone) == ZoneVerdict.NONE) {
        long first = (long) zone * ZoneMapReader.ZONE_DOCS;
        out.add(first, first + ZoneMapReader.ZONE_DOCS);
      }
    }
    return out.isEmpty() ? rows : RoaringBitmap.andNot(DocIdBitmaps.onHeap(rows), out);
  }

  private boolean isLong(ImmutableBitmapDataProvider rows) {
    return rows.getLongCardinality() > (long) ROWS_PER_ZONE * zoneCount();
  }

  private int zoneCount() {
    return Math.ceilDiv(segmentDocs, ZoneMapReader.ZONE_DOCS);
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
    return passing(base());
  }

  private DocIdSource base() {
    if (lists.isEmpty()) {
      return predicate.isPresent()
          ? new ZoneSource(range, predicate.get())
          : new RangeSource(range.first(), range.end());
    }
    return new BitmapSource(listed());
  }

  /** The rows that pass, the last blocks first. */
  public DocIdSource docIdsBackwards() {
    return docIdsOf(new BackwardSource(range.first(), range.end()));
  }

  /**
   * Whether looking for rows where they are expected is worth while: {@link #docIdsOf} says which
   * of given ones pass. If not, an index lists them, and they are few.
   */
  public boolean isScan() {
    return lists.isEmpty() || isLong(listed());
  }

  /**
   * The rows that pass among given ones.
   *
   * @param candidates runs of rows in [{@link #first()}, {@link #end()})
   */
  public DocIdSource docIdsOf(DocIdSource candidates) {
    return passing(lists.isEmpty() ? candidates : new ListedSource(candidates, listed()));
  }

  private DocIdSource passing(DocIdSource candidates) {
    DocIdSource source = new BudgetedSource(candidates, budget);
    DocIdSource passing =
        predicate.isPresent() ? new FilteredSource(source, predicate.get()) : source;
    if (nanoTime.isEmpty()) {
      return passing;
    }
    measured = new MeasuredSource(passing, nanoTime.get());
    return measured;
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

  /** Time that giving docIds took so far; 0 where it is not measured. */
  public long nanos() {
    return measured == null ? 0 : measured.nanos();
  }

  /** What is known, without looking at rows, of which ones pass. */
  public Extent extent() {
    if (matchesAll) {
      return Extent.ALL;
    }
    boolean isEmpty =
        range.first() >= range.end()
            || docCount.orElse(-1) == 0
            || (!lists.isEmpty() && listed().isEmpty())
            || predicates.stream().anyMatch(Predicate::isEmpty);
    return isEmpty ? Extent.EMPTY : Extent.SOME;
  }

  /**
   * How the rows that pass are found, above one operator for each condition of the outermost AND;
   * with what each did if it was measured.
   */
  public Operator explain() {
    List<Operator> conditions = new ArrayList<>();
    decided.forEach(condition -> conditions.add(explain(condition)));
    for (Predicate tested : inTheirOrder()) {
      conditions.add(tested.explain(CONDITIONS_TOLD / predicates.size()));
    }
    List<Clause> clauses = new ArrayList<>(how());
    if (conditions.size() > CONDITIONS_TOLD) {
      clauses.add(
          Clause.of("conditions not told: {}", Amount.each(conditions.size() - CONDITIONS_TOLD)));
      conditions.subList(CONDITIONS_TOLD, conditions.size()).clear();
    }
    MeasuredSource source = measured;
    Measure measure = Measure.NONE;
    if (source != null) {
      long ofPredicates = predicates.stream().mapToLong(Predicate::nanos).sum();
      measure = Measure.ofRows(segmentDocs, source.rows()).withNanos(source.nanos() - ofPredicates);
    }
    return new Operator("DOC_ID_SET", clauses, measure, conditions);
  }

  /** As they are asked: cheap ones first. */
  private List<Predicate> inTheirOrder() {
    return predicates.size() > 1 && predicate.isPresent() ? predicate.get().operands() : predicates;
  }

  /** As {@link #explain}, of rows that are counted without being found. */
  public Operator explainCounted() {
    List<Operator> conditions = new ArrayList<>();
    decided.forEach(condition -> conditions.add(explain(condition)));
    for (Predicate counted : predicates) {
      conditions.add(Operator.of("FILTER_COUNTED(" + counted.written() + ")", List.of()));
    }
    return new Operator("DOC_ID_SET", how(), Measure.NONE, conditions);
  }

  private List<Clause> how() {
    if (decided.isEmpty() && predicates.isEmpty()) {
      return List.of(Clause.of("no filter: all rows"));
    }
    if (matchesAll) {
      return List.of(Clause.of("bounds tell that all rows pass"));
    }
    List<Clause> clauses = new ArrayList<>();
    if (extent() == Extent.EMPTY) {
      clauses.add(Clause.of("it is known that no row passes"));
    }
    docCount.ifPresent(
        rows ->
            clauses.add(
                Clause.of("an inverted index counts the rows that pass: {}", Amount.sum(rows))));
    if (!lists.isEmpty()) {
      clauses.add(
          Clause.of(
              "{} rows that an index lists are looked at",
              Amount.sum(listed().getLongCardinality())));
    } else if (!range.isAll(segmentDocs)) {
      clauses.add(
          Clause.of(
              "{} rows in a run of offsets are looked at",
              Amount.sum(Math.max(0, range.end() - range.first()))));
    }
    return clauses;
  }

  private Operator explain(Decided condition) {
    String text = ExpressionText.of(condition.condition());
    return switch (condition) {
      case Decided.True _ ->
          Operator.of(
              "FILTER_MATCH_ALL(" + text + ")",
              List.of(Clause.of("bounds tell that it is true for all rows")));
      case Decided.False _ ->
          Operator.of(
              "FILTER_EMPTY(" + text + ")",
              List.of(Clause.of("bounds tell that it is true for no row")));
      case Decided.Run(var _, DocIdRange run) ->
          Operator.of(
              "FILTER_OFFSETS(" + text + ")",
              List.of(
                  Clause.of(
                      "rows lie in the order of offsets: {} of {} rows",
                      Amount.sum(Math.max(0, run.end() - run.first())),
                      Amount.sum(segmentDocs))));
      case Decided.Listed(var _, IndexUse.Listed use) ->
          Operator.of(
              "FILTER_INVERTED_INDEX(" + text + ")",
              List.of(
                  Clause.of(
                      "{} of {} rows listed for {} values, at most {}",
                      Amount.sum(use.rows()),
                      Amount.sum(segmentDocs),
                      Amount.each(use.values()),
                      Amount.sum(use.limit()))));
    };
  }
}
