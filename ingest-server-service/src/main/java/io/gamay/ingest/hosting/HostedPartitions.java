package io.gamay.ingest.hosting;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The partitions that something is here of, or is to be. Thread-safe; the reconciler adds. */
final class HostedPartitions {

  private final Map<Key, HostedPartition> partitions = new ConcurrentHashMap<>();

  /** A partition of one creation of a table. */
  record Key(String tableId, int partition) {

    static Key of(SegmentKey key) {
      return new Key(key.tableId(), key.segment().partition());
    }
  }

  Optional<HostedPartition> find(Key key) {
    return Optional.ofNullable(partitions.get(key));
  }

  HostedPartition findOrAdd(Key key) {
    return partitions.computeIfAbsent(
        key, _ -> new HostedPartition(new PartitionServing(key.tableId(), key.partition())));
  }

  Collection<HostedPartition> all() {
    return partitions.values();
  }

  List<HostedPartition> of(String tableId) {
    return partitions.values().stream().filter(hosted -> hosted.tableId().equals(tableId)).toList();
  }

  /** Those that are not among the keys are wanted no more, for now. */
  void clearMembersBut(Set<Key> wanted) {
    partitions.forEach(
        (key, hosted) -> {
          if (!wanted.contains(key)) {
            hosted.clearMembers();
          }
        });
  }

  /** Ends those that nothing is here of, or is to be, unless they are among the busy ones. */
  void removeEmpty(Set<Key> busy) {
    partitions
        .entrySet()
        .removeIf(
            entry -> {
              HostedPartition hosted = entry.getValue();
              boolean goes = !busy.contains(entry.getKey()) && hosted.isEmpty();
              if (goes) {
                hosted.closeFeed();
              }
              return goes;
            });
  }

  void clear() {
    partitions.clear();
  }
}
