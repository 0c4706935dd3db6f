package io.gamay.query.merge;

import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.vector.TupleNumbering;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Merges groups by the values of their keys. One thread. */
final class GroupMerger {

  private final List<ValueNumbering> keys = new ArrayList<>();
  private final TupleNumbering groups;
  private final List<AggregateStates> states;

  GroupMerger(ServerWork work) {
    List<TypedExpression> expressions = List.of();
    List<AggregateCall> calls = List.of();
    switch (work) {
      case ServerWork.Aggregate aggregate -> calls = aggregate.aggregates();
      case ServerWork.GroupBy groupBy -> {
        expressions = groupBy.keys();
        calls = groupBy.aggregates();
      }
      case ServerWork.Select _ -> throw new IllegalArgumentException("a selection has no groups");
    }
    expressions.forEach(key -> keys.add(new ValueNumbering(key.type().element().storedType())));
    int[] bounds = new int[keys.size()];
    Arrays.fill(bounds, Integer.MAX_VALUE);
    groups = TupleNumbering.of(bounds);
    states = PartialResults.states(calls);
  }

  int groupCount() {
    return groups.count();
  }

  void add(Groups part) {
    int[] groupOf = new int[part.groupCount()];
    int[] tuple = new int[keys.size()];
    for (int group = 0; group < groupOf.length; group++) {
      for (int key = 0; key < tuple.length; key++) {
        Vector values = part.keys().get(key);
        tuple[key] = values.isNull(group) ? 0 : 1 + keys.get(key).number(values, group);
      }
      groupOf[group] = groups.number(tuple);
    }
    for (int index = 0; index < states.size(); index++) {
      states.get(index).ensureGroups(groups.count());
      states.get(index).absorb(part.states().get(index), groupOf);
    }
  }

  /** What was merged; this merger is not used afterwards. */
  Groups result() {
    List<Vector> vectors = new ArrayList<>(keys.size());
    for (int key = 0; key < keys.size(); key++) {
      Vector values = Vector.of(keys.get(key).type());
      for (int number : groups.keyNumbers(key)) {
        if (number == 0) {
          values.appendNull();
        } else {
          keys.get(key).appendTo(values, number - 1);
        }
      }
      vectors.add(values);
    }
    return new Groups(groups.count(), vectors, states);
  }

  long sizeBytes() {
    return groups.sizeBytes()
        + keys.stream().mapToLong(ValueNumbering::sizeBytes).sum()
        + states.stream().mapToLong(AggregateStates::sizeBytes).sum();
  }
}
