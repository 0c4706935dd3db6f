package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sealed segments that were to be here when this server first looked at metadata, and that it
 * has not served since. Thread-safe; the reconciler notes.
 */
final class MissedSegments {

  private final String instanceId;
  private final HostedPartitions partitions;
  private final Set<SegmentKey> missed = ConcurrentHashMap.newKeySet();

  MissedSegments(String instanceId, HostedPartitions partitions) {
    this.instanceId = instanceId;
    this.partitions = partitions;
  }

  /** Takes all that is wanted here now. */
  void noteWanted() {
    for (HostedPartition hosted : partitions.all()) {
      hosted
          .members()
          .values()
          .forEach(
              member -> missed.add(new SegmentKey(hosted.tableId(), member.metadata().name())));
    }
  }

  /** To be called now and then: what is served or wanted no more is not missed any more. */
  void forgetServed() {
    missed.removeIf(key -> missing(key).isEmpty());
  }

  /** Those that are on their way, in order; what fails to load is not. */
  List<SegmentName> loading() {
    return missed.stream()
        .filter(
            key ->
                missing(key)
                    .filter(hosted -> hosted.trouble().isEmpty())
                    .filter(hosted -> !hosted.loadFailures().containsKey(key.segment()))
                    .isPresent())
        .map(SegmentKey::segment)
        .sorted(Comparator.comparing(SegmentName::toString))
        .toList();
  }

  /** The partition of a segment that metadata wants here sealed and that does not answer so. */
  private Optional<HostedPartition> missing(SegmentKey key) {
    return partitions
        .find(HostedPartitions.Key.of(key))
        .filter(hosted -> !hosted.isBrought(key.segment()) && isWanted(hosted, key.segment()))
        .filter(
            hosted ->
                hosted
                    .onlineMember(key.segment())
                    .filter(metadata -> !hosted.view().showsCopyOf(metadata))
                    .isPresent());
  }

  private boolean isWanted(HostedPartition hosted, SegmentName segment) {
    return Optional.ofNullable(hosted.members().get(segment.sequence()))
        .filter(member -> member.assignment().wanted().containsKey(instanceId))
        .isPresent();
  }
}
