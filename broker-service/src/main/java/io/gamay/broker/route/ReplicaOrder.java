package io.gamay.broker.route;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which replicas of a part are asked before others: at last those that this broker has reason to
 * avoid, and before them those that are about to stop or to be relieved of their work.
 *
 * @param avoid instances that failed or are out
 * @param leaving instances that still answer, and are to be spared where others can
 */
public record ReplicaOrder(Set<String> avoid, Set<String> leaving) {

  public ReplicaOrder {
    avoid = Set.copyOf(avoid);
    leaving = Set.copyOf(leaving);
  }

  /** The best of them, in their order: all are equally good. */
  List<String> best(List<String> candidates) {
    List<String> usual = only(candidates, this::isUsual);
    if (!usual.isEmpty()) {
      return usual;
    }
    List<String> sound = only(candidates, instance -> !avoid.contains(instance));
    if (!sound.isEmpty()) {
      return sound;
    }
    List<String> staying = only(candidates, instance -> !leaving.contains(instance));
    return staying.isEmpty() ? candidates : staying;
  }

  /** Whether nothing is against asking it. */
  boolean isUsual(String instance) {
    return !avoid.contains(instance) && !leaving.contains(instance);
  }

  private static List<String> only(List<String> candidates, Predicate<String> which) {
    return candidates.stream().filter(which).toList();
  }
}
