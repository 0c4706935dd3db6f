package io.gamay.ingest.wiring;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who else answers for what one server answers for: each sealed segment that it serves by name, and
 * each tail.
 *
 * @param covered how many of them another server answers for as well, that is to stay
 * @param awaited those that no such server answers for yet, but one is a member; for a person
 * @param alone how many of them have no other member that is up and to stay
 */
record Relief(int covered, List<String> awaited, int alone) {

  Relief {
    awaited = List.copyOf(awaited);
  }

  /** Whether it makes no difference when this server goes: nobody is there to take over. */
  boolean isPointless() {
    return covered == 0 && awaited.isEmpty();
  }

  /** Whether queries will have stopped coming once brokers know that this server goes. */
  boolean isComplete() {
    return awaited.isEmpty() && alone == 0;
  }

  static Relief of(String instanceId, ClusterView view) {
    int covered = 0;
    int alone = 0;
    List<String> awaited = new ArrayList<>();
    for (ClusterView.TableView table : view.tables().values()) {
      for (ClusterView.PartitionView partition : table.partitions().values()) {
        for (SegmentView segment : partition.segments().values()) {
          Optional<ServingState> own = answering(segment.current().get(instanceId));
          if (own.isEmpty()) {
            continue;
          }
          Set<String> others = others(instanceId, segment, view);
          if (others.stream().anyMatch(other -> hasState(segment, other, own.get()))) {
            covered++;
          } else if (others.isEmpty()) {
            alone++;
          } else {
            awaited.add("%s on %s".formatted(segment.metadata().name(), others));
          }
        }
      }
    }
    return new Relief(covered, awaited, alone);
  }

  private static Optional<ServingState> answering(@Nullable CurrentSegment current) {
    return Optional.ofNullable(current)
        .map(CurrentSegment::state)
        .filter(state -> state == ServingState.ONLINE || state == ServingState.CONSUMING);
  }

  /**
   * A sealed copy stands in for rows that are still consumed elsewhere; the reverse it does not.
   */
  private static boolean hasState(SegmentView segment, String other, ServingState own) {
    return answering(segment.current().get(other))
        .filter(state -> state == own || state == ServingState.ONLINE)
        .isPresent();
  }

  private static Set<String> others(String instanceId, SegmentView segment, ClusterView view) {
    Set<String> members = new TreeSet<>(segment.assignment().wanted().keySet());
    members.addAll(segment.assignment().leaving());
    members.remove(instanceId);
    members.removeIf(
        member ->
            Optional.ofNullable(view.instances().get(member))
                .filter(InstanceView::isPreferred)
                .isEmpty());
    return members;
  }
}
