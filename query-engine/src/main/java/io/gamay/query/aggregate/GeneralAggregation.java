package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.GroupLimit;
import io.gamay.query.merge.GroupLoss;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Aggregation by any expressions of any expressions: values are evaluated block by block, groups
 * numbered as they are met. One thread.
 */
final class GeneralAggregation implements SegmentAggregation {

  private final Optional<GroupKeys> keys;
  private final int mostGroups;
  private final List<Aggregator> aggregators;
  private final RowGroups rowGroups = new RowGroups();
  private final QueryBudget.Reservation memory;
  private final List<Clause> whyNotDense;

  private GeneralAggregation(
      Optional<GroupKeys> keys,
      int mostGroups,
      List<Aggregator> aggregators,
      QueryBudget.Reservation memory,
      List<Clause> whyNotDense) {
    this.keys = keys;
    this.mostGroups = mostGroups;
    this.aggregators = aggregators;
    this.memory = memory;
    this.whyNotDense = List.copyOf(whyNotDense);
  }

  /**
   * @param mostGroups more are an error
   * @param keptGroups more are left out
   * @param whyNotDense what kept the groups out of arrays
   */
  static GeneralAggregation of(
      List<TypedExpression> keys,
      List<AggregateCall> calls,
      int mostGroups,
      int keptGroups,
      SegmentLeaves leaves,
      QueryBudget budget,
      List<Clause> whyNotDense) {
    ExpressionCompiler compiler = new ExpressionCompiler(leaves);
    List<KeyNumbers> numbers = new ArrayList<>(keys.size());
    for (TypedExpression key : keys) {
      numbers.add(numbersOf(key, leaves, compiler));
    }
    QueryBudget.Reservation memory = budget.reserve();
    return new GeneralAggregation(
        keys.isEmpty()
            ? Optional.empty()
            : Optional.of(new GroupKeys(numbers, keptGroups, budget, memory)),
        mostGroups,
        new Aggregators(leaves, compiler).of(calls),
        memory,
        whyNotDense);
  }

  private static KeyNumbers numbersOf(
      TypedExpression key, SegmentLeaves leaves, ExpressionCompiler compiler) {
    if (key instanceof ColumnReference reference) {
      Optional<ColumnReader> reader = leaves.reader(reference);
      Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
      if (dictionary.isPresent() && !DictionaryValues.mayHoldEqualValues(dictionary.get())) {
        return new KeyNumbers.OfDictionary(
            new DictIds(reader.orElseThrow(), reference.isNullable()), dictionary.get());
      }
    }
    Vector shape = new Vector(key.type().element().storedType(), key.type().isArray());
    return new KeyNumbers.OfExpression(compiler.compile(key), shape);
  }

  @Override
  public void add(Block block) {
    if (keys.isPresent()) {
      keys.get().assign(block, rowGroups);
    } else {
      rowGroups.setAllInFirst(block.count());
    }
    int groupCount = groupCount();
    GroupLimit.requireAtMost(mostGroups, groupCount);
    long bytes = rowGroups.sizeBytes() + keys.map(GroupKeys::sizeBytes).orElse(0L);
    for (Aggregator aggregator : aggregators) {
      aggregator.add(block, rowGroups, groupCount);
      bytes += aggregator.sizeBytes();
    }
    memory.resize(bytes);
  }

  private int groupCount() {
    return keys.map(GroupKeys::groupCount).orElse(1);
  }

  @Override
  public Groups finish() {
    int groupCount = groupCount();
    Groups groups =
        new Groups(
            groupCount,
            keys.map(GroupKeys::decode).orElse(List.of()),
            aggregators.stream().map(aggregator -> aggregator.finish(groupCount)).toList());
    return keys.isPresent() && keys.get().hasLeftOut()
        ? groups.withLoss(GroupLoss.LIMITED)
        : groups;
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public List<Clause> how() {
    List<Clause> clauses = new ArrayList<>();
    keys.ifPresent(numbered -> clauses.add(numbered.how()));
    clauses.addAll(whyNotDense);
    return clauses;
  }

  @Override
  public long heldBytes() {
    return memory.heldBytes();
  }
}
