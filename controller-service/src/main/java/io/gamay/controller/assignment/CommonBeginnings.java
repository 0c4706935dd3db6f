package io.gamay.controller.assignment;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who has had the newest segment of a partition from its beginning: whoever served the one before
 * it when that was the newest, is to have this one, was up at every look, and served it at every
 * look since the first at which it did. Another may have begun anew, at what the log still has.
 * Rows of such a segment are on all of them; nobody else is needed for them. What was not seen is
 * not known, and after a long time without a look nothing is. One thread.
 */
final class CommonBeginnings {

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Map<Place, Seen> newest = new HashMap<>();
  private final Set<Place> looked = new HashSet<>();
  private Instant lastPass = Instant.EPOCH;

  private record Place(String tableId, int partition) {}

  /**
   * @param serving the members that served it at the last look
   * @param served those that did at any
   * @param since those that had it from its beginning
   */
  private record Seen(
      SegmentName segment, Set<String> serving, Set<String> served, Set<String> since) {}

  /**
   * Looks at a partition; to be done all the time.
   *
   * @param serves whether a server answers for a segment
   * @param isLive whether a server is up
   * @return the members that had its newest segment from the beginning
   */
  Set<String> look(
      String tableId,
      PartitionView partition,
      BiPredicate<SegmentView, String> serves,
      Predicate<String> isLive) {
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
    Set<String> served = new HashSet<>();
    if (before != null && before.segment().equals(name)) {
      since.addAll(before.since());
      before.served().stream().filter(server -> !serving.contains(server)).forEach(since::remove);
      served.addAll(before.served());
    } else if (before != null && before.segment().sequence() + 1 == name.sequence()) {
      since.addAll(before.serving());
    }
    since.removeIf(server -> !members.contains(server) || !isLive.test(server));
    served.addAll(serving);
    newest.put(place, new Seen(name, serving, served, since));
    return since;
  }

  /** To be told at each pass: after a long time without one, as between two terms, all is new. */
  void begin(Instant now) {
    if (now.isAfter(lastPass.plus(LONGEST_PAUSE))) {
      newest.clear();
    }
    lastPass = now;
  }

  /** Forgets partitions that were not looked at since the last call. */
  void forgetOthers() {
    newest.keySet().retainAll(looked);
    looked.clear();
  }
}
