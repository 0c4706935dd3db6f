package io.gamay.query.plan;

import io.gamay.query.plan.TypedExpression.Branch;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.sql.Expression.Call;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.IntValue;
import io.gamay.segment.schema.Value.LongValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The grouping sets of one query: which keys each of them groups by. Behind the keys stands one
 * more, the number of the set, so that a key that a set lacks and a key that is NULL stay apart.
 *
 * @param keyCount keys without the set's number
 * @param sets ascending indexes of keys; empty: no sets, all keys together
 */
record GroupingSets(int keyCount, List<List<Integer>> sets) {

  private static final int MAX_ARGUMENTS = 62;

  GroupingSets {
    sets = sets.stream().map(List::copyOf).toList();
  }

  /** Of keys that are simply grouped by. */
  static GroupingSets none(int keyCount) {
    return new GroupingSets(keyCount, List.of());
  }

  boolean isEmpty() {
    return sets.isEmpty();
  }

  /** Whether a group may lack this key. */
  boolean mayLack(int key) {
    return sets.stream().anyMatch(set -> !set.contains(key));
  }

  static boolean isGrouping(Call call) {
    String name = FunctionNames.canonical(call.name());
    return name.equals("grouping") || name.equals("groupingid");
  }

  /**
   * GROUPING(a, b): one bit for each argument, the last the lowest, set where the row's set lacks
   * the key.
   *
   * @param keys indexes of the arguments
   */
  TypedExpression grouping(List<Integer> keys) {
    if (keys.isEmpty() || keys.size() > MAX_ARGUMENTS) {
      throw Refusals.invalid(
          "GROUPING takes 1 to %d keys of GROUP BY, found %d"
              .formatted(MAX_ARGUMENTS, keys.size()));
    }
    Map<Long, List<Value>> setsByBits = new TreeMap<>();
    for (int set = 0; set < sets.size(); set++) {
      setsByBits
          .computeIfAbsent(bits(sets.get(set), keys), _ -> new ArrayList<>())
          .add(new IntValue(set));
    }
    if (setsByBits.size() <= 1) {
      return bits(setsByBits.keySet().stream().findFirst().orElse(0L));
    }
    var setNumber = new KeyReference(keyCount, ResultType.of(DataType.INT), false);
    var branches = new ArrayList<Branch>();
    setsByBits.forEach(
        (bits, numbers) ->
            branches.add(new Branch(new InSet(setNumber, numbers, false, false), bits(bits))));
    TypedExpression last = branches.removeLast().result();
    return new TypedExpression.Case(branches, Optional.of(last), ResultType.of(DataType.LONG));
  }

  private static TypedExpression bits(long bits) {
    return Constants.of(new LongValue(bits), DataType.LONG);
  }

  private static long bits(List<Integer> set, List<Integer> keys) {
    long bits = 0;
    for (int key : keys) {
      bits = bits << 1 | (set.contains(key) ? 0 : 1);
    }
    return bits;
  }
}
