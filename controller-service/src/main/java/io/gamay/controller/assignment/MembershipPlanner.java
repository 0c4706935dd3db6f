package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.controller.assignment.SegmentHomes.Home;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is to host the segments of one table's partitions. Pure, but for the rooms, which count what
 * they hand out.
 *
 * <ul>
 *   <li>A segment with fewer members than the table wants gets more, from the servers it belongs
 *       on: unfinished ones the same for the whole partition, sealed ones whoever has the fewest of
 *       their tag or tier; with replica groups, those of the places that are empty.
 *   <li>A sealed segment gets them once the server has fewer to load than it may have at a time, of
 *       all tables and of what moves as well: half of it is kept for segments that nobody serves.
 *       Until then it stays as it is.
 *   <li>A segment with more members than the table wants loses the last ones: they move to {@code
 *       leaving}, and serve until they are released.
 *   <li>A member that is gone for good is replaced if there is somebody to replace it: it moves to
 *       {@code leaving} and stays a member until it is released. A member that is merely away keeps
 *       its segments.
 *   <li>A member that is to be relieved is replaced in the same way while it lives, by as many as
 *       there are to replace it: the others keep their segments.
 *   <li>A leaving instance is released once every assigned one serves the segment and a grace has
 *       passed. From a segment that is not ONLINE only if it is gone for good, or all assigned ones
 *       had the segment from its beginning, so that no row is on it alone; and never the committer.
 * </ul>
 */
final class MembershipPlanner {

  /** Segments that a server may have to load while it is given more of them. */
  static final int MAX_LOADS = 64;

  private final int replication;
  private final SegmentHomes homes;
  private final ServerRooms rooms;
  private final Servers servers;
  private final ReleaseGrace releaseGrace;

  /**
   * What is known of servers.
   *
   * @param isGoneForGood others are to take over from it
   * @param isRelieved it lives and is to have no work any more
   */
  record Servers(
      Predicate<String> isLive, Predicate<String> isGoneForGood, Predicate<String> isRelieved) {

    boolean isToBeReplaced(String server) {
      return isGoneForGood.test(server) || isRelieved.test(server);
    }

    /** Whether it answers for a segment in the way that the segment's state asks for. */
    boolean serves(SegmentView segment, String server) {
      ServingState expected =
          segment.metadata().state() == SegmentState.ONLINE
              ? ServingState.ONLINE
              : ServingState.CONSUMING;
      @Nullable CurrentSegment current = segment.current().get(server);
      return isLive.test(server) && current != null && current.state() == expected;
    }
  }

  MembershipPlanner(
      int replication,
      SegmentHomes homes,
      ServerRooms rooms,
      Servers servers,
      ReleaseGrace releaseGrace) {
    this.replication = replication;
    this.homes = homes;
    this.rooms = rooms;
    this.servers = servers;
    this.releaseGrace = releaseGrace;
  }

  /**
   * The assignments that are to change, by segment.
   *
   * @param sinceBeginning members that had the newest segment from its beginning
   */
  Map<SegmentName, SegmentAssignment> plan(PartitionView partition, Set<String> sinceBeginning) {
    Map<SegmentName, SegmentAssignment> changes = new HashMap<>();
    if (partition.segments().isEmpty()) {
      return changes;
    }
    SegmentView newest = partition.segments().lastEntry().getValue();
    List<String> consumers = consumers(newest);
    for (SegmentView segment : partition.segments().values()) {
      SegmentAssignment adjusted = adjust(segment, consumers);
      boolean isOnlyOnMembers =
          segment.metadata().name().equals(newest.metadata().name())
              && sinceBeginning.containsAll(adjusted.wanted().keySet());
      SegmentAssignment next = release(segment, adjusted, isOnlyOnMembers);
      if (!next.equals(segment.assignment())) {
        changes.put(segment.metadata().name(), next);
      }
    }
    return changes;
  }

  /** Members of the newest segment that stay, filled up with others. */
  private List<String> consumers(SegmentView newest) {
    Home home = homes.of(PlacementConfig.CONSUMING);
    List<String> staying = staying(newest);
    if (home.isGrouped()) {
      return inGroups(home, newest);
    }
    List<String> members = new ArrayList<>(staying);
    members.addAll(
        rooms
            .forUnfinished(home.servers())
            .take(
                replication - staying.size(),
                new LinkedHashSet<>(newest.assignment().wanted().keySet())));
    return members;
  }

  private List<String> inGroups(Home home, SegmentView segment) {
    return homes.inGroups(
        home,
        segment.metadata(),
        List.copyOf(segment.assignment().wanted().keySet()),
        server -> homes.mayKeepByTag(home, server) && !servers.isToBeReplaced(server));
  }

  private List<String> staying(SegmentView segment) {
    return segment.assignment().wanted().keySet().stream()
        .filter(server -> !servers.isToBeReplaced(server))
        .toList();
  }

  private SegmentAssignment adjust(SegmentView segment, List<String> consumers) {
    SegmentAssignment now = segment.assignment();
    List<String> staying = staying(segment).stream().limit(replication).toList();
    int missing = replication - staying.size();
    List<String> belonging = missing > 0 ? belonging(segment, consumers, missing) : List.of();
    List<String> additions =
        given(
            segment,
            belonging.stream()
                .filter(server -> !now.wanted().containsKey(server))
                .limit(missing)
                .toList());
    if (additions.isEmpty() && now.wanted().size() <= replication) {
      return now;
    }
    List<String> notYetReplaced =
        now.wanted().keySet().stream()
            .filter(servers::isToBeReplaced)
            .filter(servers.isGoneForGood().negate())
            .limit(missing - additions.size())
            .toList();
    List<String> members = new ArrayList<>(staying);
    members.addAll(notYetReplaced);
    members.addAll(additions);
    if (members.isEmpty()) {
      return now;
    }
    return changed(
        segment, homes.of(segment.metadata()).isGrouped() ? ordered(members, belonging) : members);
  }

  /** Servers that a segment belongs on, at least as many as it lacks if there are with time. */
  private List<String> belonging(SegmentView segment, List<String> consumers, int missing) {
    if (segment.metadata().state() != SegmentState.ONLINE) {
      return consumers;
    }
    Home home = homes.of(segment.metadata());
    if (home.isGrouped()) {
      return inGroups(home, segment);
    }
    return rooms
        .forSealed(home.servers())
        .least(
            missing,
            server ->
                segment.assignment().wanted().containsKey(server) || !mayLoad(segment, server));
  }

  /** Of servers that a segment is to get, those that it gets now; counts what they get. */
  private List<String> given(SegmentView segment, List<String> additions) {
    if (segment.metadata().state() != SegmentState.ONLINE) {
      return additions;
    }
    List<String> given = additions.stream().filter(server -> mayLoad(segment, server)).toList();
    ServerRoom room = rooms.forSealed(homes.of(segment.metadata()).servers());
    given.forEach(room::add);
    rooms
        .loading()
        .take(given.stream().filter(server -> !servers.serves(segment, server)).toList());
    return given;
  }

  private boolean mayLoad(SegmentView segment, String server) {
    if (servers.serves(segment, server)) {
      return true;
    }
    boolean isServed =
        segment.current().keySet().stream().anyMatch(other -> servers.serves(segment, other));
    return rooms.loading().load(server) < (isServed ? MAX_LOADS / 2 : MAX_LOADS);
  }

  /** Each in the place of its group where it has one; the others in between, in their order. */
  private static List<String> ordered(List<String> members, List<String> places) {
    List<String> others =
        new ArrayList<>(members.stream().filter(member -> !places.contains(member)).toList());
    List<String> result = new ArrayList<>();
    for (String place : places) {
      if (members.contains(place)) {
        result.add(place);
      } else if (!others.isEmpty()) {
        result.add(others.removeFirst());
      }
    }
    result.addAll(others);
    return result;
  }

  private static SegmentAssignment changed(SegmentView segment, List<String> members) {
    SegmentAssignment now = segment.assignment();
    WantedState state =
        segment.metadata().state() == SegmentState.ONLINE
            ? WantedState.ONLINE
            : WantedState.CONSUMING;
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    members.forEach(server -> wanted.put(server, state));
    Set<String> leaving = new LinkedHashSet<>(now.leaving());
    leaving.addAll(now.wanted().keySet());
    leaving.removeAll(members);
    return new SegmentAssignment(wanted, List.copyOf(leaving));
  }

  private SegmentAssignment release(
      SegmentView segment, SegmentAssignment assignment, boolean isOnlyOnMembers) {
    if (assignment.leaving().isEmpty()) {
      releaseGrace.forget(segment.metadata().name());
      return assignment;
    }
    boolean isServed =
        !assignment.wanted().isEmpty()
            && assignment.wanted().keySet().stream()
                .allMatch(server -> servers.serves(segment, server));
    if (!releaseGrace.hasPassed(segment.metadata().name(), isServed)) {
      return assignment;
    }
    boolean isOnline = segment.metadata().state() == SegmentState.ONLINE;
    List<String> kept =
        assignment.leaving().stream()
            .filter(
                server ->
                    !isOnline
                        && (isCommitter(server, segment)
                            || !(isOnlyOnMembers || servers.isGoneForGood().test(server))))
            .toList();
    return new SegmentAssignment(assignment.wanted(), kept);
  }

  private static boolean isCommitter(String server, SegmentView segment) {
    return segment
        .metadata()
        .attempt()
        .filter(attempt -> attempt.committer().equals(server))
        .isPresent();
  }
}
