package io.gamay.controller.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who takes part in the commit of a segment.
 *
 * @param all assigned instances in assignment order, then leaving ones; no duplicates
 * @param live instances with a live session; may name others than members
 */
record Members(List<String> all, Set<String> live) {

  Members {
    all = List.copyOf(all);
    live = Set.copyOf(live);
  }

  boolean isMember(String instance) {
    return all.contains(instance);
  }

  boolean isLive(String instance) {
    return live.contains(instance);
  }

  List<String> liveOnes() {
    return all.stream().filter(live::contains).toList();
  }

  /** Whoever speaks is alive, whatever its session's node says. */
  Members withSpeaker(String instance) {
    if (live.contains(instance)) {
      return this;
    }
    List<String> withSpeaker = new ArrayList<>(live);
    withSpeaker.add(instance);
    return new Members(all, Set.copyOf(withSpeaker));
  }
}
