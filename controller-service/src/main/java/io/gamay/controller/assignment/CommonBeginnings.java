package io.gamay.controller.assignment;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Who has had the newest segment of a partition from its beginning: whoever served the one before
 * it when that was the newest, and is to have this one. Rows of such a segment are on all of them,
 * or will be; nobody else is needed for them. What was not seen is not known. One thread.
 */
final class CommonBeginnings {

  private final Map<Place, Seen> newest = new HashMap<>();
  private final Set<Place> looked = new HashSet<>();

  private record Place(String tableId, int partition) {}

  /**
   * @param serving the members that served it at the last look
   * @param since those that had it from its beginning
   */
  private record Seen(SegmentName segment, Set<String> serving, Set<String> since) {}

  /**
   * Looks at a partition; to be done all the time.
   *
   * @param serves whether a server answers for a segment
   * @return the members that had its newest segment from the beginning
   */
  Set<String> look(
      String tableId, PartitionView partition, BiPredicate<SegmentView, String> serves) {
    if (partition.segments().isEmpty()) {
      return Set.of();
    }
    Place place = new Place(tableId, partition.partition());
    looked.add(place);
    SegmentView segment = partition.segments().lastEntry().getValue();
    SegmentName name = segment.metadata().name();
    Set<String> members = segment.assignment().wanted().keySet();
    Set<String> serving = new HashSet<>();
    members.stream().filter(server -> serves.test(segment, server)).forEach(serving::add);
    @Nullable Seen before = newest.get(place);
    Set<String> since = new HashSet<>();
    if (before != null && before.segment().equals(name)) {
      since.addAll(before.since());
    } else if (before != null && before.segment().sequence() + 1 == name.sequence()) {
      since.addAll(before.serving());
    }
    since.retainAll(members);
    newest.put(place, new Seen(name, serving, since));
    return since;
  }

  /** Forgets partitions that were not looked at since the last call. */
  void forgetOthers() {
    newest.keySet().retainAll(looked);
    looked.clear();
  }
}
