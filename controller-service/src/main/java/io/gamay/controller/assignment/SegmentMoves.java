package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The next step of a table's segments from where they are to where they belong. Pure, but for the
 * budget, which counts what it hands out.
 *
 * <p>A server that a segment moves to becomes a wanted member; the one that it replaces goes to
 * {@code leaving}, where it serves, consumes and may commit until {@link MembershipPlanner}
 * releases it. So nothing is taken away before its replacement serves, and following the steps
 * never leaves a segment with fewer serving members than it has, or is to have. One that comes back
 * out of {@code leaving} costs nothing.
 *
 * <p>A segment waits while
 *
 * <ul>
 *   <li>a server that it belongs on is not up;
 *   <li>a present member is still loading it, unless all present members stay: a move is not begun
 *       on top of another one, or of a repair;
 *   <li>a present member is away or in ERROR and one that serves would be replaced: who serves
 *       stays until the others are back or replaced for good;
 *   <li>the consuming segments of as many other partitions as may be are being caught up with;
 *   <li>a server has as many segments to load as it may have at a time.
 * </ul>
 */
public final class SegmentMoves {

  private final Limits limits;
  private final Predicate<String> isLive;
  private final LoadBudget budget;

  private final Map<SegmentName, SegmentAssignment> changes = new LinkedHashMap<>();
  private final Map<Obstacle, Waiting> waiting = new EnumMap<>(Obstacle.class);
  private final Set<Integer> movingPartitions;
  private int toMove;
  private int begun;
  private int loading;
  private int releasing;
  private int untilCommitted;

  private SegmentMoves(
      Limits limits, Predicate<String> isLive, LoadBudget budget, Set<Integer> movingPartitions) {
    this.limits = limits;
    this.isLive = isLive;
    this.budget = budget;
    this.movingPartitions = new HashSet<>(movingPartitions);
  }

  /**
   * How much may be on the move at a time.
   *
   * @param batchSizePerServer segments that a server has to load, of all tables
   * @param consumingPartitions of the table, whose consuming segments are being caught up with
   * @param isBesideAway whether segments move although some of their members are away
   */
  public record Limits(int batchSizePerServer, int consumingPartitions, boolean isBesideAway) {

    public static final Limits DEFAULT = new Limits(16, 1, false);

    public Limits {
      if (batchSizePerServer < 1 || consumingPartitions < 1) {
        throw new IllegalArgumentException(
            "limits of %d segments per server and %d partitions: nothing could move"
                .formatted(batchSizePerServer, consumingPartitions));
      }
    }
  }

  /** Why a segment that is to move does not yet. */
  public enum Obstacle {
    SERVER_TO_GET_IT_IS_AWAY,
    MEMBER_IS_AWAY,
    MEMBER_IS_LOADING,
    OTHER_PARTITION_IS_MOVING,
    SERVER_HAS_ENOUGH_TO_LOAD
  }

  /**
   * @param segment the first one that waits for this
   * @param server what it waits for
   */
  public record Waiting(int count, SegmentName segment, String server) {}

  /**
   * @param changes the assignments that change now, by segment
   * @param toMove segments that are not where they belong, the ones that begin now not counted
   * @param loading segments that are assigned where they belong, and not served by all of these
   *     yet; the ones that begin now counted
   * @param releasing sealed segments that are served where they belong, and held by others still
   * @param untilCommitted the same of segments that are not sealed: the others consume them until
   *     they are
   * @param begun how many segments begin to move
   * @param waiting why the ones in {@code toMove} do not begin
   */
  public record Step(
      Map<SegmentName, SegmentAssignment> changes,
      int toMove,
      int loading,
      int releasing,
      int untilCommitted,
      int begun,
      Map<Obstacle, Waiting> waiting) {

    /** Whether each segment is where it belongs, and sealed ones nowhere else. */
    public boolean isArrived() {
      return toMove == 0 && loading == 0 && releasing == 0;
    }
  }

  /**
   * @param target by segment, the servers that it belongs on; a segment that is not in it stays
   *     where it is
   * @param isLive whether a server is up
   * @param budget of all tables
   */
  public static Step next(
      TableView table,
      Map<SegmentName, List<String>> target,
      Limits limits,
      Predicate<String> isLive,
      LoadBudget budget) {
    SegmentMoves moves =
        new SegmentMoves(limits, isLive, budget, partitionsCatchingUp(table, isLive));
    for (PartitionView partition : table.partitions().values()) {
      for (SegmentView segment : partition.segments().values()) {
        List<String> servers = target.getOrDefault(segment.metadata().name(), List.of());
        if (!servers.isEmpty()) {
          moves.look(segment, List.copyOf(new LinkedHashSet<>(servers)));
        }
      }
    }
    return new Step(
        moves.changes,
        moves.toMove,
        moves.loading,
        moves.releasing,
        moves.untilCommitted,
        moves.begun,
        moves.waiting);
  }

  private static Set<Integer> partitionsCatchingUp(TableView table, Predicate<String> isLive) {
    return table.partitions().values().stream()
        .filter(
            partition ->
                partition.segments().values().stream()
                    .anyMatch(segment -> isCatchingUp(segment, isLive)))
        .map(PartitionView::partition)
        .collect(Collectors.toSet());
  }

  private static boolean isCatchingUp(SegmentView segment, Predicate<String> isLive) {
    return !isOnline(segment)
        && segment.assignment().wanted().keySet().stream()
            .anyMatch(server -> Standing.of(segment, server, isLive) == Standing.LOADS);
  }

  private void look(SegmentView segment, List<String> target) {
    SegmentAssignment now = segment.assignment();
    if (now.wanted().keySet().equals(Set.copyOf(target))) {
      count(segment);
      if (!List.copyOf(now.wanted().keySet()).equals(target)) {
        changes.put(segment.metadata().name(), moved(segment, target));
      }
      return;
    }
    List<String> loads =
        target.stream()
            .filter(server -> !now.wanted().containsKey(server))
            .filter(server -> Standing.of(segment, server, isLive) != Standing.SERVES)
            .toList();
    if (isHeldUp(segment, target, loads)) {
      toMove++;
      return;
    }
    budget.take(loads);
    if (!isOnline(segment) && !loads.isEmpty()) {
      movingPartitions.add(segment.metadata().name().partition());
    }
    begun++;
    loading++;
    changes.put(segment.metadata().name(), moved(segment, target));
  }

  private void count(SegmentView segment) {
    SegmentAssignment now = segment.assignment();
    boolean isServed =
        now.wanted().keySet().stream()
            .allMatch(server -> Standing.of(segment, server, isLive) == Standing.SERVES);
    if (!isServed && !isOnlyChangingForm(segment)) {
      loading++;
    } else if (!now.leaving().isEmpty()) {
      if (isOnline(segment)) {
        releasing++;
      } else {
        untilCommitted++;
      }
    }
  }

  /** All members hold it; it has just been sealed, and is not served as that by all of them yet. */
  private boolean isOnlyChangingForm(SegmentView segment) {
    return segment.assignment().wanted().keySet().stream()
        .allMatch(
            server -> {
              @Nullable CurrentSegment current = segment.current().get(server);
              return isLive.test(server)
                  && current != null
                  && (current.state() == ServingState.ONLINE
                      || current.state() == ServingState.CONSUMING);
            });
  }

  private boolean isHeldUp(SegmentView segment, List<String> target, List<String> loads) {
    for (String server : target) {
      if (loads.contains(server) && !isLive.test(server)) {
        return waits(segment, Obstacle.SERVER_TO_GET_IT_IS_AWAY, server);
      }
    }
    Set<String> present = segment.assignment().wanted().keySet();
    Set<String> stay = Set.copyOf(target);
    boolean isReplacing = !stay.containsAll(present);
    boolean isReplacingServing =
        present.stream()
            .filter(server -> !stay.contains(server))
            .anyMatch(server -> Standing.of(segment, server, isLive) == Standing.SERVES);
    for (String server : present) {
      Standing standing = Standing.of(segment, server, isLive);
      if (standing == Standing.LOADS && isReplacing) {
        return waits(segment, Obstacle.MEMBER_IS_LOADING, server);
      }
      if (standing == Standing.MISSING && isReplacingServing && !limits.isBesideAway()) {
        return waits(segment, Obstacle.MEMBER_IS_AWAY, server);
      }
    }
    int partition = segment.metadata().name().partition();
    if (!isOnline(segment)
        && !loads.isEmpty()
        && !movingPartitions.contains(partition)
        && movingPartitions.size() >= limits.consumingPartitions()) {
      return waits(
          segment,
          Obstacle.OTHER_PARTITION_IS_MOVING,
          "partition " + movingPartitions.iterator().next());
    }
    for (String server : loads) {
      if (budget.load(server) >= limits.batchSizePerServer()) {
        return waits(segment, Obstacle.SERVER_HAS_ENOUGH_TO_LOAD, server);
      }
    }
    return false;
  }

  private boolean waits(SegmentView segment, Obstacle obstacle, String server) {
    waiting.merge(
        obstacle,
        new Waiting(1, segment.metadata().name(), server),
        (before, _) -> new Waiting(before.count() + 1, before.segment(), before.server()));
    return true;
  }

  private static SegmentAssignment moved(SegmentView segment, List<String> target) {
    SegmentAssignment now = segment.assignment();
    WantedState state = isOnline(segment) ? WantedState.ONLINE : WantedState.CONSUMING;
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    target.forEach(server -> wanted.put(server, state));
    Set<String> leaving = new LinkedHashSet<>(now.leaving());
    leaving.addAll(now.wanted().keySet());
    leaving.removeAll(target);
    return new SegmentAssignment(wanted, List.copyOf(leaving));
  }

  private static boolean isOnline(SegmentView segment) {
    return segment.metadata().state() == SegmentState.ONLINE;
  }

  /** How a server stands to a segment that it is to have. */
  enum Standing {
    SERVES,
    LOADS,
    /** It is away, or has given up for now. */
    MISSING;

    static Standing of(SegmentView segment, String server, Predicate<String> isLive) {
      @Nullable CurrentSegment current = segment.current().get(server);
      if (!isLive.test(server) || (current != null && current.state() == ServingState.ERROR)) {
        return MISSING;
      }
      ServingState served = isOnline(segment) ? ServingState.ONLINE : ServingState.CONSUMING;
      return current != null && current.state() == served ? SERVES : LOADS;
    }
  }
}
