package io.gamay.ingest.hosting;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView.SegmentView;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Tells the cluster what is really served of each table. One thread. */
final class CurrentStates {

  private final BiConsumer<String, Map<SegmentName, CurrentSegment>> publish;

  /** Those that something was told of the last time. */
  private final Set<String> publishedTables = new HashSet<>();

  /**
   * @param publish takes what is served of a table: table id, state by segment
   */
  CurrentStates(BiConsumer<String, Map<SegmentName, CurrentSegment>> publish) {
    this.publish = publish;
  }

  /** Tells all tables; one that nothing is here of any more has no states for once. */
  void publish(Collection<HostedPartition> partitions) {
    Map<String, Map<SegmentName, CurrentSegment>> byTable = new HashMap<>();
    publishedTables.forEach(table -> byTable.put(table, new HashMap<>()));
    for (HostedPartition hosted : partitions) {
      byTable.computeIfAbsent(hosted.tableId(), _ -> new HashMap<>()).putAll(statesOf(hosted));
    }
    byTable.forEach(publish);
    publishedTables.clear();
    byTable.forEach(
        (table, states) -> {
          if (!states.isEmpty()) {
            publishedTables.add(table);
          }
        });
  }

  private static Map<SegmentName, CurrentSegment> statesOf(HostedPartition hosted) {
    Map<SegmentName, CurrentSegment> states = new HashMap<>();
    PartitionView view = hosted.view();
    PartitionFeed feed = hosted.feed();
    Map<SegmentName, CurrentSegment> fed = feed == null ? Map.of() : feed.states();
    for (SegmentView member : hosted.members().values()) {
      SegmentMetadata metadata = member.metadata();
      states.put(metadata.name(), stateOf(hosted, view, fed, metadata));
    }
    return states;
  }

  private static CurrentSegment stateOf(
      HostedPartition hosted,
      PartitionView view,
      Map<SegmentName, CurrentSegment> fed,
      SegmentMetadata metadata) {
    SegmentName name = metadata.name();
    if (HostedPartition.isOnline(metadata) && view.showsCopyOf(metadata)) {
      return new CurrentSegment(ServingState.ONLINE, "");
    }
    String failure = hosted.loadFailures().get(name);
    if (failure != null) {
      return new CurrentSegment(ServingState.ERROR, failure);
    }
    CurrentSegment fedNow = fed.get(name);
    if (fedNow != null) {
      return fedNow;
    }
    return hosted.trouble().isEmpty()
        ? new CurrentSegment(ServingState.LOADING, "")
        : new CurrentSegment(ServingState.ERROR, hosted.trouble());
  }
}
