package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.merge.AggregateStates;
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
  private final SegmentLeaves leaves;
  private final DenseColumns columns;
  private final Map<TypedExpression, DenseSums> sums = new HashMap<>();
  private final List<DenseAccumulator> all = new ArrayList<>();

  /** For calls that are not added up by dictIds. */
  private final List<Aggregator> general = new ArrayList<>();

  private final Aggregators aggregators;

  /** Per call the states of some groups. */
  private final List<DenseStates> states = new ArrayList<>();

  private Optional<DenseCounter> counter = Optional.empty();

  private DenseAccumulators(
      int groupCount, SegmentLeaves leaves, Aggregators aggregators, DenseColumns columns) {
    this.groupCount = groupCount;
    this.leaves = leaves;
    this.aggregators = aggregators;
    this.columns = columns;
  }

  /** Gives the states of some groups that have rows, or of the only one. */
  @FunctionalInterface
  private interface DenseStates {
    AggregateStates of(int[] groups);
  }

  static DenseAccumulators of(
      List<AggregateCall> calls,
      int groupCount,
      SegmentLeaves leaves,
      ExpressionCompiler compiler,
      DenseColumns columns) {
    DenseAccumulators accumulators =
        new DenseAccumulators(groupCount, leaves, new Aggregators(leaves, compiler), columns);
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
      counter = Optional.of(sums.isEmpty() ? counted(new RowCounts(groupCount)) : anySums());
    }
  }

  private void takeGeneral(AggregateCall call) {
    Aggregator aggregator = aggregators.of(List.of(call)).getFirst();
    general.add(aggregator);
    states.add(groups -> aggregator.finish(groups.length));
  }

  private DenseSums anySums() {
    return sums.values().iterator().next();
  }

  private RowCounts counted(RowCounts counts) {
    all.add(counts);
    return counts;
  }

  private boolean take(AggregateCall call) {
    if (call.function() == AggregateFunction.COUNT) {
      return takeCount(call);
    }
    if (call.function() == AggregateFunction.SUM || call.function() == AggregateFunction.AVG) {
      return takeSum(call, call.argument().orElseThrow());
    }
    if (!(call.argument().orElse(null) instanceof ColumnReference reference)
        || reference.type().isArray()) {
      return false;
    }
    Optional<ColumnReader> reader = leaves.reader(reference);
    Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
    if (reader.isEmpty() || mayBeNull(reference, reader.get())) {
      return false;
    }
    if (dictionary.isEmpty()) {
      return takeRawExtreme(call, reference);
    }
    BlockDictIds ids = columns.ids(reference.column(), reader.get());
    return switch (call.function()) {
      case COUNT, SUM, AVG -> throw new IllegalStateException("taken before: " + call.function());
      case COUNT_DISTINCT, SUM_DISTINCT, AVG_DISTINCT ->
          takeDistinct(reference.column(), ids, dictionary.get());
      case MIN -> takeExtreme(call, ids, dictionary.get(), false);
      case MAX -> takeExtreme(call, ids, dictionary.get(), true);
      default -> false;
    };
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

  private boolean takeDistinct(String column, BlockDictIds ids, DictionaryReader dictionary) {
    int docCount = leaves.segment().docCount();
    if (DictionaryValues.mayHoldEqualValues(dictionary)
        || !DenseIdSets.fits(dictionary, groupCount, docCount)) {
      return false;
    }
    DenseIdSets sets = new DenseIdSets(ids, dictionary, groupCount);
    all.add(sets);
    Optional<SharedValues> shared = leaves.shared(column, dictionary);
    states.add(groups -> DenseFinish.distinct(sets, shared, groups));
    return true;
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
      all.add(known);
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

  /** Of a column of whole numbers without a dictionary. */
  private boolean takeRawExtreme(AggregateCall call, ColumnReference reference) {
    boolean isMax = call.function() == AggregateFunction.MAX;
    if (!isMax && call.function() != AggregateFunction.MIN) {
      return false;
    }
    Optional<ScaledBlock> values = new ScaledExpressions(leaves, columns).compile(reference);
    if (values.isEmpty()) {
      return false;
    }
    RawExtremes extremes = new RawExtremes(values.get(), isMax, groupCount);
    all.add(extremes);
    states.add(groups -> DenseFinish.rawExtremes(call, extremes, counter.orElseThrow(), groups));
    return true;
  }

  private boolean takeExtreme(
      AggregateCall call, BlockDictIds ids, DictionaryReader dictionary, boolean isMax) {
    Optional<int[]> ranks = Optional.empty();
    if (!dictionary.isSorted()) {
      ranks = leaves.structures().scaled(dictionary).map(ScaledValues::offsets);
      if (ranks.isEmpty()) {
        return false;
      }
    }
    DenseExtremes extremes = new DenseExtremes(ids, dictionary, ranks, isMax, groupCount);
    all.add(extremes);
    Optional<ScaledValues> scaled =
        dictionary.isSorted() ? Optional.empty() : leaves.structures().scaled(dictionary);
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
}
