package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.vector.TupleNumbering;
import io.gamay.query.vector.Vector;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the group of each row of a block from its keys; a row with multi-value keys belongs to one
 * group for each combination of their elements. One thread.
 */
final class GroupKeys {

  /** Combinations of rows' elements after which the query's time and memory are looked at. */
  private static final int CHECK_EVERY = 1 << 16;

  private final List<KeyNumbers> keys;
  private final boolean explodes;
  private final TupleNumbering groups;
  private final QueryBudget budget;
  private final QueryBudget.Reservation memory;
  private final int[] tuple;
  private int untilCheck = CHECK_EVERY;

  /**
   * @param memory of the aggregation, to be stated while the combinations of a block are made
   */
  GroupKeys(List<KeyNumbers> keys, QueryBudget budget, QueryBudget.Reservation memory) {
    this.keys = keys;
    this.budget = budget;
    this.memory = memory;
    this.explodes = keys.stream().anyMatch(KeyNumbers::isList);
    this.groups = TupleNumbering.of(keys.stream().mapToInt(KeyNumbers::bound).toArray());
    this.tuple = new int[keys.size()];
  }

  int groupCount() {
    return groups.count();
  }

  void assign(Block block, RowGroups out) {
    for (KeyNumbers key : keys) {
      key.read(block);
    }
    if (explodes) {
      out.clear();
      for (int row = 0; row < block.count(); row++) {
        assignCombinations(row, 0, out);
      }
      return;
    }
    out.setOneEach(block.count());
    int[] rowGroups = out.groups();
    for (int row = 0; row < block.count(); row++) {
      for (int key = 0; key < tuple.length; key++) {
        tuple[key] = keys.get(key).numbers()[row];
      }
      rowGroups[row] = groups.number(tuple);
    }
  }

  private void assignCombinations(int row, int key, RowGroups out) {
    if (key == tuple.length) {
      out.add(row, groups.number(tuple));
      if (--untilCheck == 0) {
        untilCheck = CHECK_EVERY;
        budget.check();
        memory.resize(sizeBytes() + out.sizeBytes());
      }
      return;
    }
    KeyNumbers numbers = keys.get(key);
    if (numbers.start(row) == numbers.end(row)) {
      // Only a list that is NULL has no element.
      tuple[key] = 0;
      assignCombinations(row, key + 1, out);
      return;
    }
    for (int value = numbers.start(row); value < numbers.end(row); value++) {
      tuple[key] = numbers.numbers()[value];
      assignCombinations(row, key + 1, out);
    }
  }

  /** Per key a vector with a row per group. */
  List<Vector> decode() {
    List<Vector> vectors = new ArrayList<>(keys.size());
    for (int key = 0; key < keys.size(); key++) {
      vectors.add(keys.get(key).decode(groups.keyNumbers(key), groups.count()));
    }
    return vectors;
  }

  long sizeBytes() {
    return groups.sizeBytes() + keys.stream().mapToLong(KeyNumbers::sizeBytes).sum();
  }
}
