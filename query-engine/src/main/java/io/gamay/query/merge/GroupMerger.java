package io.gamay.query.merge;

import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Merges groups by the values of their keys, or by the numbers of these values as long as all parts
 * number them in the same way. Groups beyond the limit are left out. One thread.
 */
final class GroupMerger {

  private final List<TypedExpression> expressions;
  private final List<AggregateCall> calls;
  private final int groupLimit;
  private GroupLoss loss = GroupLoss.NONE;
  private List<KeyMerger> keys;
  private GroupNumbering groups;
  private List<AggregateStates> states;

  GroupMerger(ServerWork work) {
    this(work, Integer.MAX_VALUE);
  }

  /**
   * @param groupLimit new groups beyond it are left out
   */
  GroupMerger(ServerWork work, int groupLimit) {
    this.groupLimit = groupLimit;
    this.expressions =
        switch (work) {
          case ServerWork.Aggregate _ -> List.of();
          case ServerWork.GroupBy groupBy -> groupBy.keys();
          case ServerWork.Select _ ->
              throw new IllegalArgumentException("a selection has no groups");
        };
    this.calls =
        switch (work) {
          case ServerWork.Aggregate aggregate -> aggregate.aggregates();
          case ServerWork.GroupBy groupBy -> groupBy.aggregates();
          case ServerWork.Select _ -> List.of();
        };
    this.keys = keyMergers(false);
    this.groups = GroupNumbering.of(expressions.size());
    this.states = PartialResults.states(calls);
  }

  private List<KeyMerger> keyMergers(boolean byValues) {
    List<KeyMerger> mergers = new ArrayList<>(expressions.size());
    for (TypedExpression key : expressions) {
      mergers.add(new KeyMerger(key.type().element().storedType(), byValues));
    }
    return mergers;
  }

  int groupCount() {
    return groups.count();
  }

  void add(Groups part) {
    for (int key = 0; key < keys.size(); key++) {
      if (!keys.get(key).canNumber(part.groupKeys().get(key))) {
        startAgainByValues();
        break;
      }
    }
    int[][] numbers = new int[keys.size()][];
    for (int key = 0; key < numbers.length; key++) {
      numbers[key] = keys.get(key).numbers(part.groupKeys().get(key));
    }
    int[] groupOf = groups.number(numbers, part.groupCount(), groupLimit);
    loss = loss.plus(part.loss());
    if (groups.count() >= groupLimit && Arrays.stream(groupOf).anyMatch(group -> group < 0)) {
      loss = loss.plus(GroupLoss.LIMITED);
    }
    for (int index = 0; index < states.size(); index++) {
      states.get(index).ensureGroups(groups.count());
      states.get(index).absorb(part.states().get(index), groupOf);
    }
  }

  private void startAgainByValues() {
    Groups before = result();
    keys = keyMergers(true);
    groups = GroupNumbering.of(keys.size());
    states = PartialResults.states(calls);
    add(before);
  }

  /** What was merged; this merger is not used afterwards. */
  Groups result() {
    List<GroupKey> merged = new ArrayList<>(keys.size());
    for (int key = 0; key < keys.size(); key++) {
      merged.add(keys.get(key).key(groups.keyNumbers(key), groups.count()));
    }
    return Groups.of(groups.count(), merged, states).withLoss(loss);
  }

  long sizeBytes() {
    return groups.sizeBytes()
        + keys.stream().mapToLong(KeyMerger::sizeBytes).sum()
        + states.stream().mapToLong(AggregateStates::sizeBytes).sum();
  }
}
