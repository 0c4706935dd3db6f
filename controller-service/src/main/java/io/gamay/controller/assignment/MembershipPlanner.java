package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who is to host the segments of one partition. Pure, but for the loads, which count what they hand
 * out.
 *
 * <ul>
 *   <li>A segment with fewer members than the table wants gets more, the same for the whole
 *       partition as far as they go.
 *   <li>A member that is gone for good is replaced if there is somebody to replace it: it moves to
 *       {@code leaving} and stays a member until it is released. A member that is merely away keeps
 *       its segments.
 *   <li>A member that is to be relieved is replaced in the same way while it lives, by as many as
 *       there are to replace it: the others keep their segments.
 *   <li>A leaving instance is released from an ONLINE segment once every assigned one serves it and
 *       a grace has passed, and from a segment that is not ONLINE only if it is gone for good, is
 *       not the committer, and every assigned one answers for its tail.
 * </ul>
 */
final class MembershipPlanner {

  private final int replication;
  private final ServerLoads loads;
  private final Predicate<String> isGoneForGood;
  private final Predicate<String> isToBeReplaced;
  private final ReleaseGrace releaseGrace;

  /**
   * @param isRelieved servers that live and are to have no work any more
   */
  MembershipPlanner(
      int replication,
      ServerLoads loads,
      Predicate<String> isGoneForGood,
      Predicate<String> isRelieved,
      ReleaseGrace releaseGrace) {
    this.releaseGrace = releaseGrace;
    this.replication = replication;
    this.loads = loads;
    this.isGoneForGood = isGoneForGood;
    this.isToBeReplaced = isGoneForGood.or(isRelieved);
  }

  /** The assignments that are to change, by segment. */
  Map<SegmentName, SegmentAssignment> plan(PartitionView partition) {
    List<String> partitionMembers = partitionMembers(partition);
    Map<SegmentName, SegmentAssignment> changes = new HashMap<>();
    for (SegmentView segment : partition.segments().values()) {
      SegmentAssignment next = release(segment, replaceAndTopUp(segment, partitionMembers));
      if (!next.equals(segment.assignment())) {
        changes.put(segment.metadata().name(), next);
      }
    }
    return changes;
  }

  /** Members of the newest segment, without those gone for good, filled up with others. */
  private List<String> partitionMembers(PartitionView partition) {
    if (partition.segments().isEmpty()) {
      return List.of();
    }
    SegmentAssignment newest = partition.segments().lastEntry().getValue().assignment();
    List<String> members =
        new ArrayList<>(newest.wanted().keySet().stream().filter(isToBeReplaced.negate()).toList());
    members.addAll(
        loads.take(replication - members.size(), new LinkedHashSet<>(newest.wanted().keySet())));
    return members;
  }

  private SegmentAssignment replaceAndTopUp(SegmentView segment, List<String> partitionMembers) {
    SegmentAssignment now = segment.assignment();
    List<String> staying = now.wanted().keySet().stream().filter(isToBeReplaced.negate()).toList();
    List<String> additions =
        partitionMembers.stream()
            .filter(server -> !now.wanted().containsKey(server))
            .limit(Math.max(0, replication - staying.size()))
            .toList();
    if (additions.isEmpty()) {
      return now;
    }
    List<String> notYetReplaced =
        now.wanted().keySet().stream()
            .filter(isToBeReplaced)
            .filter(isGoneForGood.negate())
            .limit(Math.max(0, replication - staying.size() - additions.size()))
            .toList();
    WantedState state =
        segment.metadata().state() == SegmentState.ONLINE
            ? WantedState.ONLINE
            : WantedState.CONSUMING;
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    staying.forEach(server -> wanted.put(server, state));
    notYetReplaced.forEach(server -> wanted.put(server, state));
    additions.forEach(server -> wanted.put(server, state));
    Set<String> leaving = new LinkedHashSet<>(now.leaving());
    leaving.removeAll(additions);
    now.wanted().keySet().stream()
        .filter(server -> !wanted.containsKey(server))
        .forEach(leaving::add);
    return new SegmentAssignment(wanted, List.copyOf(leaving));
  }

  private SegmentAssignment release(SegmentView segment, SegmentAssignment assignment) {
    if (assignment.leaving().isEmpty()
        || !releaseGrace.hasPassed(segment.metadata().name(), allServe(segment, assignment))) {
      return assignment;
    }
    boolean isOnline = segment.metadata().state() == SegmentState.ONLINE;
    List<String> kept =
        assignment.leaving().stream()
            .filter(
                server ->
                    !isOnline && (!isGoneForGood.test(server) || isCommitter(server, segment)))
            .toList();
    return new SegmentAssignment(assignment.wanted(), kept);
  }

  private boolean allServe(SegmentView segment, SegmentAssignment assignment) {
    ServingState expected =
        segment.metadata().state() == SegmentState.ONLINE
            ? ServingState.ONLINE
            : ServingState.CONSUMING;
    return !assignment.wanted().isEmpty()
        && assignment.wanted().keySet().stream()
            .allMatch(
                server -> {
                  CurrentSegment current = segment.current().get(server);
                  return loads.isLive(server) && current != null && current.state() == expected;
                });
  }

  private static boolean isCommitter(String server, SegmentView segment) {
    return segment
        .metadata()
        .attempt()
        .filter(attempt -> attempt.committer().equals(server))
        .isPresent();
  }
}
