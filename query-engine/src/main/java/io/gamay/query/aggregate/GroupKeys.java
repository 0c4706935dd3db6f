package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Clause;
import io.gamay.query.vector.TupleNumbering;
import io.gamay.query.vector.Vector;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the group of each row of a block from its keys; a row with multi-value keys belongs to one
 * group for each combination of their elements. Rows of groups beyond the limit belong to none. One
 * thread.
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
  private final int groupLimit;
  private int untilCheck = CHECK_EVERY;
  private boolean hasLeftOut;

  /**
   * @param groupLimit new groups beyond it are left out
   * @param memory of the aggregation, to be stated while the combinations of a block are made
   */
  GroupKeys(
      List<KeyNumbers> keys, int groupLimit, QueryBudget budget, QueryBudget.Reservation memory) {
    this.keys = keys;
    this.groupLimit = groupLimit;
    this.budget = budget;
    this.memory = memory;
    this.explodes = keys.stream().anyMatch(KeyNumbers::isList);
    this.groups = TupleNumbering.of(keys.stream().mapToInt(KeyNumbers::bound).toArray());
    this.tuple = new int[keys.size()];
  }

  int groupCount() {
    return groups.count();
  }

  /** Whether there were groups beyond the limit. */
  boolean hasLeftOut() {
    return hasLeftOut;
  }

  void assign(Block block, RowGroups out) {
    boolean isFull = groups.count() >= groupLimit;
    for (KeyNumbers key : keys) {
      key.read(block, isFull);
    }
    boolean mayFill = groups.count() > groupLimit - block.count();
    if (explodes || mayFill) {
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
      assignTuple(row, out);
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
      if (tuple[key] == KeyNumbers.UNKNOWN) {
        hasLeftOut = true;
      } else {
        assignCombinations(row, key + 1, out);
      }
    }
  }

  private void assignTuple(int row, RowGroups out) {
    int group = groups.count() < groupLimit ? groups.number(tuple) : groups.indexOf(tuple);
    if (group < 0) {
      hasLeftOut = true;
    } else {
      out.add(row, group);
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

  /** How groups are found. */
  Clause how() {
    return Clause.of(
        explodes
            ? "combinations of lists' elements, numbered: " + groups.way()
            : "groups numbered as they are met: " + groups.way());
  }
}
