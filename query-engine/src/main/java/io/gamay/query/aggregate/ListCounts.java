package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.GroupKey;
import io.gamay.query.merge.GroupLimit;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows counted by the elements of one multi-value column: elements are counted as they lie one
 * behind the other, whichever rows they are of. One thread.
 */
final class ListCounts implements SegmentAggregation {

  private final DictIds column;
  private final DictionaryReader dictionary;
  private final int callCount;
  private final int groupLimit;
  private final QueryBudget.Reservation memory;

  /** Behind that of NULL one for each dictId. */
  private final long[] counts;

  private ListCounts(
      DictIds column,
      DictionaryReader dictionary,
      int callCount,
      int groupLimit,
      QueryBudget.Reservation memory) {
    this.column = column;
    this.dictionary = dictionary;
    this.callCount = callCount;
    this.groupLimit = groupLimit;
    this.memory = memory;
    this.counts = new long[dictionary.cardinality() + 1];
    memory.resize(8L * counts.length);
  }

  /** Empty for other keys, and where more than rows are asked for. */
  static Optional<SegmentAggregation> of(
      List<TypedExpression> keys,
      List<AggregateCall> calls,
      int groupLimit,
      SegmentLeaves leaves,
      QueryBudget budget) {
    if (keys.size() != 1
        || !(keys.getFirst() instanceof ColumnReference reference)
        || !reference.type().isArray()
        || !calls.stream().allMatch(ListCounts::isRowCount)) {
      return Optional.empty();
    }
    Optional<ColumnReader> reader = leaves.reader(reference);
    Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
    if (dictionary.isEmpty() || DictionaryValues.mayHoldEqualValues(dictionary.get())) {
      return Optional.empty();
    }
    return Optional.of(
        new ListCounts(
            new DictIds(reader.orElseThrow(), reference.isNullable()),
            dictionary.get(),
            calls.size(),
            groupLimit,
            budget.reserve()));
  }

  private static boolean isRowCount(AggregateCall call) {
    return call.function() == AggregateFunction.COUNT
        && call.argument().isEmpty()
        && call.filter().isEmpty();
  }

  @Override
  public void add(Block block) {
    column.read(block);
    int[] ids = column.ids();
    int end = block.count() == 0 ? 0 : column.end(block.count() - 1);
    if (!column.hasNulls()) {
      for (int value = 0; value < end; value++) {
        counts[ids[value] + 1]++;
      }
      return;
    }
    for (int row = 0; row < block.count(); row++) {
      if (column.isNull(block.docId(row))) {
        counts[0]++;
        continue;
      }
      for (int value = column.start(row); value < column.end(row); value++) {
        counts[ids[value] + 1]++;
      }
    }
  }

  @Override
  public Groups finish() {
    Vector values = Vector.of(dictionary.storedType());
    CountStates found = new CountStates();
    int groupCount = 0;
    int[] dictIds = new int[counts.length];
    for (int index = 1; index < counts.length; index++) {
      if (counts[index] > 0) {
        dictIds[groupCount++] = index - 1;
      }
    }
    Vector known = DictionaryValues.read(dictionary, dictIds, groupCount);
    int nulls = counts[0] > 0 ? 1 : 0;
    GroupLimit.requireAtMost(groupLimit, groupCount + nulls);
    found.ensureGroups(groupCount + nulls);
    if (nulls > 0) {
      values.appendNull();
      found.counts()[0] = counts[0];
    }
    for (int group = 0; group < groupCount; group++) {
      values.appendRow(known, group);
      found.counts()[group + nulls] = counts[dictIds[group] + 1];
    }
    List<AggregateStates> states = new ArrayList<>(callCount);
    for (int call = 0; call < callCount; call++) {
      states.add(found);
    }
    return Groups.of(groupCount + nulls, List.of(new GroupKey.Values(values)), states);
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public List<Clause> how() {
    return List.of(
        Clause.of(
            "elements counted by dictIds as they lie: {}", Amount.each(dictionary.cardinality())));
  }

  @Override
  public long heldBytes() {
    return memory.heldBytes();
  }
}
