package io.gamay.query.merge;

import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.vector.Vector;
import java.util.ArrayList;
import java.util.List;

/** Groups of single grouping sets as groups of the work that has the sets. */
public final class SetGroups {

  private SetGroups() {}

  /**
   * The groups of {@link ServerWork.GroupBy#ofSet} with all keys of the work: NULL where the set
   * lacks one, and the set's number as the last.
   */
  public static Groups of(ServerWork.GroupBy work, int set, Groups groups) {
    List<Integer> present = work.groupingSets().get(set);
    int last = work.keys().size() - 1;
    var keys = new ArrayList<Vector>(work.keys().size());
    for (int key = 0; key < last; key++) {
      int index = present.indexOf(key);
      keys.add(index < 0 ? nulls(work, key, groups.groupCount()) : groups.keys().get(index));
    }
    Vector number = Vector.of(work.keys().get(last).type().element().storedType());
    for (int group = 0; group < groups.groupCount(); group++) {
      number.appendLong(set);
    }
    keys.add(number);
    return new Groups(groups.groupCount(), keys, groups.states()).withLoss(groups.loss());
  }

  private static Vector nulls(ServerWork.GroupBy work, int key, int count) {
    Vector nulls = Vector.of(work.keys().get(key).type().element().storedType());
    for (int group = 0; group < count; group++) {
      nulls.appendNull();
    }
    return nulls;
  }

  /** With the groups of the sets without keys, which exist even for no rows. */
  static Groups withTotals(ServerWork.GroupBy work, Groups groups) {
    GroupMerger merger = null;
    for (int set = 0; set < work.groupingSets().size(); set++) {
      if (work.groupingSets().get(set).isEmpty() && !has(work, set, groups)) {
        if (merger == null) {
          merger = new GroupMerger(work);
          merger.add(groups);
        }
        merger.add(of(work, set, (Groups) PartialResults.empty(work.ofSet(set))));
      }
    }
    return merger == null ? groups : merger.result();
  }

  private static boolean has(ServerWork.GroupBy work, int set, Groups groups) {
    Vector numbers = groups.keys().get(work.keys().size() - 1);
    for (int group = 0; group < groups.groupCount(); group++) {
      if (numbers.ints()[group] == set) {
        return true;
      }
    }
    return false;
  }
}
