package io.gamay.query.merge;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.ServerWork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Leaves groups out, and says so in what is left. */
public final class GroupTrimmer {

  private GroupTrimmer() {}

  /**
   * The first groups in the order of a trim; other results as they are, and groups of which a value
   * to order by cannot be computed: it may well be computed once all parts are together.
   *
   * @param size groups that stay
   * @throws QueryException if the budget is used up
   */
  public static PartialResult trim(
      ServerWork work, GroupTrim trim, int size, PartialResult result, QueryBudget budget) {
    if (!(result instanceof Groups groups) || groups.groupCount() <= size) {
      return result;
    }
    int[] first;
    try {
      first = GroupFinisher.first(work, trim.orderBy(), groups, size, budget);
    } catch (QueryException failure) {
      if (failure.code() != QueryErrorCode.QUERY_EXECUTION) {
        throw failure;
      }
      return groups;
    }
    return kept(PartialResults.calls(work), groups, first).withLoss(GroupLoss.TRIMMED);
  }

  /** As many groups as the limit of the work, which leaves out the others. */
  public static Groups limit(ServerWork.GroupBy work, Groups groups) {
    if (groups.groupCount() <= work.groupLimit()) {
      return groups;
    }
    return kept(work.aggregates(), groups, IntStream.range(0, work.groupLimit()).toArray())
        .withLoss(GroupLoss.LIMITED);
  }

  private static Groups kept(List<AggregateCall> calls, Groups groups, int[] kept) {
    int[] groupOf = new int[groups.groupCount()];
    Arrays.fill(groupOf, -1);
    for (int index = 0; index < kept.length; index++) {
      groupOf[kept[index]] = index;
    }
    List<GroupKey> keys = new ArrayList<>(groups.groupKeys().size());
    for (GroupKey key : groups.groupKeys()) {
      keys.add(new GroupKey.Values(key.values(kept)));
    }
    List<AggregateStates> states = PartialResults.states(calls);
    for (int index = 0; index < states.size(); index++) {
      states.get(index).ensureGroups(kept.length);
      states.get(index).absorb(groups.states().get(index), groupOf);
      states.get(index).settle();
    }
    return Groups.of(kept.length, keys, states).withLoss(groups.loss());
  }
}
