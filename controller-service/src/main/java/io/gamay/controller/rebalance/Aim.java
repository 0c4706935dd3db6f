package io.gamay.controller.rebalance;

import static java.util.stream.Collectors.toMap;

import io.gamay.cluster.assignment.RebalanceJob;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What one pass of a rebalance goes for. Pure.
 *
 * @param target of the segments that may move now
 * @param tooFewServers segments for which there are fewer servers than they have replicas and are
 *     to have
 * @param toCommit segments that are committed before they would move, or so that servers which gave
 *     them up can let them go: by partition, the sequence
 */
record Aim(
    Map<SegmentName, List<String>> target,
    List<SegmentName> tooFewServers,
    Map<Integer, Integer> toCommit) {

  /** For longer a segment is not waited for: one without rows is not committed at all. */
  static final Duration COMMIT_PATIENCE = Duration.ofMinutes(3);

  static Aim of(
      TableView table, Map<SegmentName, List<String>> target, RebalanceJob job, Instant now) {
    Map<SegmentName, List<String>> movable = new HashMap<>(target);
    List<SegmentName> tooFew =
        job.options().bestEfforts() ? List.of() : tooFewServers(table, target);
    tooFew.forEach(movable::remove);
    Map<Integer, Integer> toCommit =
        job.options().forceCommit() ? toCommit(table, movable, job, now) : Map.of();
    movable
        .keySet()
        .removeIf(name -> Integer.valueOf(name.sequence()).equals(toCommit.get(name.partition())));
    return new Aim(movable, tooFew, toCommit);
  }

  /**
   * What a job is about: not what was made since it was ordered and is sealed by now. Else a table
   * whose partitions go on giving some servers more than others would never be balanced.
   */
  static TableView scope(TableView table, Instant orderedAt) {
    NavigableMap<Integer, PartitionView> partitions = new TreeMap<>();
    table
        .partitions()
        .forEach(
            (number, partition) -> {
              NavigableMap<Integer, SegmentView> segments = new TreeMap<>(partition.segments());
              segments.values().removeIf(segment -> isLater(segment.metadata(), orderedAt));
              partitions.put(number, new PartitionView(number, segments));
            });
    return table.withPartitions(partitions);
  }

  private static boolean isLater(SegmentMetadata segment, Instant orderedAt) {
    return segment.state() == SegmentState.ONLINE && segment.createdAt().isAfter(orderedAt);
  }

  private static List<SegmentName> tooFewServers(
      TableView table, Map<SegmentName, List<String>> target) {
    return segments(table)
        .filter(
            segment -> {
              List<String> servers = target.get(segment.metadata().name());
              return servers != null
                  && servers.size()
                      < Math.min(
                          table.config().replication(), segment.assignment().wanted().size());
            })
        .map(segment -> segment.metadata().name())
        .toList();
  }

  /** Those that were there when the job was ordered: their successors are young, and just move. */
  private static Map<Integer, Integer> toCommit(
      TableView table, Map<SegmentName, List<String>> target, RebalanceJob job, Instant now) {
    if (table.consumption().isPaused() || now.isAfter(job.submittedAt().plus(COMMIT_PATIENCE))) {
      return Map.of();
    }
    return segments(table)
        .filter(segment -> isOpen(segment.metadata(), job.submittedAt()))
        .filter(segment -> isToMove(segment, target) || isHeldByOthers(segment))
        .map(segment -> segment.metadata().name())
        .collect(toMap(SegmentName::partition, SegmentName::sequence, Math::min, TreeMap::new));
  }

  private static boolean isOpen(SegmentMetadata segment, Instant orderedAt) {
    return segment.state() != SegmentState.ONLINE && segment.createdAt().isBefore(orderedAt);
  }

  static boolean isToMove(SegmentView segment, Map<SegmentName, List<String>> target) {
    List<String> servers = target.getOrDefault(segment.metadata().name(), List.of());
    return !servers.isEmpty()
        && !Set.copyOf(servers).equals(segment.assignment().wanted().keySet());
  }

  /** Whether servers that gave it up consume it until it is committed. */
  static boolean isHeldByOthers(SegmentView segment) {
    return segment.metadata().state() != SegmentState.ONLINE
        && !segment.assignment().leaving().isEmpty();
  }

  static Stream<SegmentView> segments(TableView table) {
    return table.partitions().values().stream()
        .map(PartitionView::segments)
        .flatMap(segments -> segments.values().stream());
  }
}
