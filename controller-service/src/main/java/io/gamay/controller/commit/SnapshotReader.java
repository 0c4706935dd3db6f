package io.gamay.controller.commit;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.controller.table.TableState;
import io.gamay.controller.table.Versioned;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads what a decision about a segment rests on, from metadata as it stands now. */
final class SnapshotReader {

  /** Segments that are asked for what they tell. */
  private static final int LOOK_BACK = 8;

  private final MetadataStore store;
  private final Function<String, Optional<TableState>> tables;

  /**
   * @param tables the live table of an id, as it stands now
   */
  SnapshotReader(MetadataStore store, Function<String, Optional<TableState>> tables) {
    this.store = store;
    this.tables = tables;
  }

  /** Empty if the table is deleted or the segment does not exist (any more). */
  Optional<SegmentSnapshot> read(String tableId, SegmentName name) {
    Optional<TableState> table = tables.apply(tableId);
    Optional<Versioned<SegmentMetadata>> segment =
        node(ClusterPaths.segment(tableId, name), SegmentMetadata.class);
    Optional<Versioned<AssignmentShard>> shard = shard(tableId, ShardId.of(name));
    if (table.isEmpty() || segment.isEmpty() || shard.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SegmentSnapshot(
            table.get(), segment.get(), shard.get(), members(shard.get().value(), name)));
  }

  Optional<Versioned<AssignmentShard>> shard(String tableId, ShardId shard) {
    return node(ClusterPaths.assignment(tableId, shard), AssignmentShard.class);
  }

  /**
   * The newest copy in the segment's partition that has rows enough to tell how values repeat.
   * Looks back a few segments.
   */
  Optional<StoredCopy> newestTelling(SegmentSnapshot snapshot) {
    String tableId = snapshot.table().tableId();
    SegmentName ended = snapshot.segment().value().name();
    return before(tableId, snapshot.shard().value(), ended).stream()
        .limit(LOOK_BACK)
        .flatMap(name -> node(ClusterPaths.segment(tableId, name), SegmentMetadata.class).stream())
        .flatMap(segment -> segment.value().stored().stream())
        .filter(copy -> copy.docCount() >= StoredCopy.LEAST_TELLING_ROWS)
        .findFirst();
  }

  /** Segments of the partition before one, the newest first; of its shard and the one before. */
  private List<SegmentName> before(String tableId, AssignmentShard shard, SegmentName segment) {
    List<SegmentName> names = new ArrayList<>(shard.segments().keySet());
    ShardId id = shard.id();
    if (id.block() > 0 && names.size() <= LOOK_BACK) {
      shard(tableId, new ShardId(id.partition(), id.block() - 1))
          .ifPresent(earlier -> names.addAll(earlier.value().segments().keySet()));
    }
    return names.stream()
        .filter(name -> name.sequence() < segment.sequence())
        .sorted(Comparator.comparingInt(SegmentName::sequence).reversed())
        .toList();
  }

  private Members members(AssignmentShard shard, SegmentName name) {
    Set<String> all = new LinkedHashSet<>();
    SegmentAssignment assignment = shard.segments().get(name);
    if (assignment != null) {
      all.addAll(assignment.wanted().keySet());
      all.addAll(assignment.leaving());
    }
    return new Members(List.copyOf(all), Set.copyOf(store.children(ClusterPaths.LIVE)));
  }

  private <T> Optional<Versioned<T>> node(String path, Class<T> type) {
    return store
        .get(path)
        .filter(found -> found.data().length > 0)
        .map(found -> new Versioned<>(ClusterJson.read(found.data(), type), found.version()));
  }
}
