package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.merge.ValueCountStates;
import io.gamay.query.merge.ValueStates;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.structure.ScaledValues;
import io.gamay.query.structure.SharedValues;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the calls of one aggregation add up, each thing once: SUM, AVG and COUNT of one column share
 * an accumulator. One thread.
 */
final class DenseAccumulators {

  private final int groupCount;
  private final QueryBudget.Reservation memory;
  private long bytes;
  private final SegmentLeaves leaves;
  private final DenseColumns columns;
  private final Map<TypedExpression, DenseSums> sums = new HashMap<>();
  private final Map<TypedExpression, DenseIdSets> idSets = new HashMap<>();
  private final Map<TypedExpression, DenseIdCounts> idCounts = new HashMap<>();
  private final List<DenseAccumulator> all = new ArrayList<>();

  /** For calls that are not added up by dictIds. */
  private final List<Aggregator> general = new ArrayList<>();

  private final Aggregators aggregators;

  /** Per call the states of some groups. */
  private final List<DenseStates> states = new ArrayList<>();

  private Optional<DenseCounter> counter = Optional.empty();

  private DenseAccumulators(
      int groupCount,
      SegmentLeaves leaves,
      Aggregators aggregators,
      DenseColumns columns,
      QueryBudget.Reservation memory) {
    this.groupCount = groupCount;
    this.memory = memory;
    this.leaves = leaves;
    this.aggregators = aggregators;
    this.columns = columns;
  }

  /** Gives the states of some groups that have rows, or of the only one. */
  @FunctionalInterface
  private interface DenseStates {
    AggregateStates of(int[] groups);
  }

  /**
   * @param memory grows with each accumulator, before the next one is made
   */
  static DenseAccumulators of(
      List<AggregateCall> calls,
      int groupCount,
      SegmentLeaves leaves,
      ExpressionCompiler compiler,
      DenseColumns columns,
      QueryBudget.Reservation memory) {
    DenseAccumulators accumulators =
        new DenseAccumulators(
            groupCount, leaves, new Aggregators(leaves, compiler), columns, memory);
    accumulators.takeAll(calls);
    return accumulators;
  }

  private void takeAll(List<AggregateCall> calls) {
    for (AggregateCall call : calls) {
      if (call.filter().isPresent() || !take(call)) {
        takeGeneral(call);
      }
    }
    if (counter.isEmpty()) {
      counter = Optional.of(added(new RowCounts(groupCount)));
    }
  }

  private void takeGeneral(AggregateCall call) {
    Aggregator aggregator = aggregators.of(List.of(call)).getFirst();
    general.add(aggregator);
    states.add(groups -> aggregator.finish(groups.length));
  }

  private boolean take(AggregateCall call) {
    if (call.function() == AggregateFunction.COUNT) {
      return takeCount(call);
    }
    if (call.function() == AggregateFunction.SUM || call.function() == AggregateFunction.AVG) {
      return takeSum(call, call.argument().orElseThrow());
    }
    return (isExtreme(call) && takeExtreme(call)) || takeNumbered(call);
  }

  private static boolean isExtreme(AggregateCall call) {
    return call.function() == AggregateFunction.MIN || call.function() == AggregateFunction.MAX;
  }

  private static boolean mayBeNull(ColumnReference reference, ColumnReader reader) {
    return reference.isNullable() && !reader.nulls().isEmpty();
  }

  private boolean takeCount(AggregateCall call) {
    Optional<TypedExpression> argument = call.argument();
    if (argument.isPresent()) {
      if (!(argument.get() instanceof ColumnReference reference) || reference.type().isArray()) {
        return false;
      }
      Optional<ColumnReader> reader = leaves.reader(reference);
      if (reader.isEmpty() || mayBeNull(reference, reader.get())) {
        return false;
      }
    }
    states.add(groups -> DenseFinish.counts(counter.orElseThrow(), groups));
    return true;
  }

  /** Functions of the distinct values, or of the values and how often they are met. */
  private boolean takeNumbered(AggregateCall call) {
    if (call.arguments().size() != 1) {
      return false;
    }
    AggregateStates kind = AggregateStates.of(call);
    boolean takesEachOnce = call.function().ignoresDuplicates() && kind instanceof ValueStates;
    if (!takesEachOnce && !(kind instanceof ValueCountStates)) {
      return false;
    }
    Optional<IdSource> source = IdSource.of(call.firstArgument(), leaves, columns);
    if (source.isEmpty()) {
      return false;
    }
    return takesEachOnce ? takeSets(call, kind, source.get()) : takeCounts(call, source.get());
  }

  private boolean takeSets(AggregateCall call, AggregateStates kind, IdSource source) {
    if (!DenseIdSets.fits(source, groupCount, leaves.segment().docCount())) {
      return false;
    }
    DenseIdSets sets =
        idSets.computeIfAbsent(
            call.firstArgument(), _ -> added(new DenseIdSets(source, groupCount)));
    Optional<SharedValues> shared =
        kind instanceof DistinctStates
                && call.firstArgument() instanceof ColumnReference reference
                && source instanceof IdSource.OfColumn column
            ? leaves.shared(reference.column(), column.dictionary())
            : Optional.empty();
    if (shared.isPresent() && source instanceof IdSource.OfColumn(var _, DictionaryReader values)) {
      states.add(
          groups ->
              DenseFinish.distinctNumbers(
                  sets, shared.get(), shared.get().numbersOf(values), groups));
    } else {
      states.add(groups -> DenseFinish.distinct(call, sets, groups));
    }
    return true;
  }

  private boolean takeCounts(AggregateCall call, IdSource source) {
    if (!DenseIdCounts.fits(source, groupCount, leaves.segment().docCount())) {
      return false;
    }
    DenseIdCounts counts =
        idCounts.computeIfAbsent(
            call.firstArgument(), _ -> added(new DenseIdCounts(source, groupCount)));
    states.add(groups -> DenseFinish.counted(call, counts, groups));
    return true;
  }

  private <T extends DenseAccumulator> T added(T accumulator) {
    all.add(accumulator);
    bytes += accumulator.sizeBytes();
    memory.resize(bytes);
    return accumulator;
  }

  private boolean takeSum(AggregateCall call, TypedExpression argument) {
    DenseSums known = sums.get(argument);
    if (known == null) {
      Optional<DenseSums> found =
          argument instanceof ColumnReference column ? columnSums(column) : Optional.empty();
      found = found.or(() -> expressionSums(argument));
      if (found.isEmpty()) {
        return false;
      }
      known = found.get();
      sums.put(argument, known);
      added(known);
      counter = Optional.of(known);
    }
    DenseSums shared = known;
    states.add(groups -> DenseFinish.sums(call, shared, groups));
    return true;
  }

  /** Of a column with a dictionary: a row costs one look into a table and one addition. */
  private Optional<DenseSums> columnSums(ColumnReference reference) {
    Optional<ColumnReader> reader =
        reference.type().isArray() ? Optional.empty() : leaves.reader(reference);
    Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
    if (dictionary.isEmpty() || mayBeNull(reference, reader.orElseThrow())) {
      return Optional.empty();
    }
    int docCount = leaves.segment().docCount();
    BlockDictIds ids = columns.ids(reference.column(), reader.orElseThrow());
    return leaves
        .structures()
        .scaled(dictionary.get())
        .filter(values -> ScaledSums.fits(values.min(), values.max(), docCount))
        .map(
            values ->
                FusedSums.fits(values, docCount)
                    ? FusedSums.of(ids, values, groupCount, docCount)
                    : new WideSums(ids, values, groupCount));
  }

  private Optional<DenseSums> expressionSums(TypedExpression argument) {
    int docCount = leaves.segment().docCount();
    return new ScaledExpressions(leaves, columns)
        .compile(argument)
        .filter(values -> ScaledSums.fits(values.min(), values.max(), docCount))
        .map(values -> new ScaledSums(values, groupCount));
  }

  private boolean takeExtreme(AggregateCall call) {
    if (!(call.firstArgument() instanceof ColumnReference reference)
        || reference.type().isArray()) {
      return false;
    }
    Optional<ColumnReader> reader = leaves.reader(reference);
    if (reader.isEmpty() || mayBeNull(reference, reader.get())) {
      return false;
    }
    boolean isMax = call.function() == AggregateFunction.MAX;
    Optional<DictionaryReader> dictionary = reader.get().dictionary();
    return dictionary.isPresent()
        ? takeRanked(call, columns.ids(reference.column(), reader.get()), dictionary.get(), isMax)
        : takeRaw(call, reference, isMax);
  }

  /** Of a column of whole numbers without a dictionary. */
  private boolean takeRaw(AggregateCall call, ColumnReference reference, boolean isMax) {
    Optional<ScaledBlock> values = new ScaledExpressions(leaves, columns).compile(reference);
    if (values.isEmpty()) {
      return false;
    }
    RawExtremes extremes = added(new RawExtremes(values.get(), isMax, groupCount));
    states.add(groups -> DenseFinish.rawExtremes(call, extremes, counter.orElseThrow(), groups));
    return true;
  }

  private boolean takeRanked(
      AggregateCall call, BlockDictIds ids, DictionaryReader dictionary, boolean isMax) {
    Optional<ScaledValues> scaled =
        dictionary.isSorted() ? Optional.empty() : leaves.structures().scaled(dictionary);
    if (!dictionary.isSorted() && scaled.isEmpty()) {
      return false;
    }
    DenseExtremes extremes =
        added(
            new DenseExtremes(
                ids, dictionary, scaled.map(ScaledValues::offsets), isMax, groupCount));
    states.add(
        groups -> DenseFinish.extremes(call, extremes, scaled, counter.orElseThrow(), groups));
    return true;
  }

  void add(Block block, int[] groups) {
    for (DenseAccumulator accumulator : all) {
      accumulator.add(block, groups);
    }
  }

  void addToFirst(Block block) {
    for (DenseAccumulator accumulator : all) {
      accumulator.addToFirst(block);
    }
  }

  /** Whether some calls want groups numbered as they are met. */
  boolean hasGeneral() {
    return !general.isEmpty();
  }

  /** Takes a block in for these calls. */
  void addGeneral(Block block, RowGroups rowGroups, int groupsMet) {
    for (Aggregator aggregator : general) {
      aggregator.add(block, rowGroups, groupsMet);
    }
  }

  boolean hasRows(int group) {
    return counter.orElseThrow().count(group) > 0;
  }

  /**
   * One per call.
   *
   * @param groups in the order in which they were met, where {@link #hasGeneral}
   */
  List<AggregateStates> finish(int[] groups) {
    return states.stream().map(state -> state.of(groups)).toList();
  }

  long sizeBytes() {
    return all.stream().mapToLong(DenseAccumulator::sizeBytes).sum()
        + general.stream().mapToLong(Aggregator::sizeBytes).sum();
  }

  /** Each way once, then how many calls take values. */
  List<Clause> how() {
    List<Clause> clauses = new ArrayList<>();
    all.stream().map(DenseAccumulator::way).distinct().forEach(way -> clauses.add(Clause.of(way)));
    if (!general.isEmpty()) {
      clauses.add(
          Clause.of("calls that take values block by block: {}", Amount.each(general.size())));
    }
    return clauses;
  }
}
