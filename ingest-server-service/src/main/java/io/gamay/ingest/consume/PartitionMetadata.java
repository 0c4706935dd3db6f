package io.gamay.ingest.consume;

import io.gamay.cluster.consumption.PauseState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What metadata says of one partition.
 *
 * @param members segments that this server is to hold, by sequence
 * @param partitionsHere how many partitions of the table this server consumes
 */
record PartitionMetadata(
    ClusterView.TableView table,
    int partition,
    NavigableMap<Integer, SegmentView> members,
    int partitionsHere) {

  static PartitionMetadata of(
      String instanceId,
      ClusterView.TableView table,
      int partition,
      NavigableMap<Integer, SegmentView> members) {
    long here =
        table.partitions().values().stream()
            .map(other -> other.segments().lastEntry())
            .filter(newest -> newest != null)
            .filter(newest -> newest.getValue().assignment().wanted().containsKey(instanceId))
            .count();
    return new PartitionMetadata(table, partition, members, Math.toIntExact(here));
  }

  /** The segment as metadata has it now; empty if it has none of this name here. */
  Optional<SegmentMetadata> current(SegmentName name) {
    return Optional.ofNullable(members.get(name.sequence()))
        .map(SegmentView::metadata)
        .filter(metadata -> metadata.name().equals(name));
  }

  /** The first segment behind a sequence number whose rows are to be read from the stream. */
  Optional<SegmentMetadata> firstToFeed(int afterSequence, Set<Integer> inCare) {
    return members.tailMap(afterSequence, false).values().stream()
        .map(SegmentView::metadata)
        .filter(metadata -> metadata.state() != SegmentState.ONLINE)
        .filter(metadata -> !inCare.contains(metadata.name().sequence()))
        .filter(this::hasVersions)
        .findFirst();
  }

  /**
   * Whether the view is whole enough to end a segment: its successor is there with its assignment
   * and its versions. The transaction that ends a segment makes the successor, but a view may show
   * its nodes one after the other.
   */
  boolean showsSuccessor(SegmentName name) {
    ClusterView.PartitionView all = table.partitions().get(partition);
    SegmentView successor = all == null ? null : all.segments().get(name.sequence() + 1);
    return successor != null
        && !successor.assignment().wanted().isEmpty()
        && hasVersions(successor.metadata());
  }

  Optional<SegmentMetadata> successor(SegmentName name) {
    return Optional.ofNullable(members.get(name.sequence() + 1)).map(SegmentView::metadata);
  }

  /**
   * ONLINE segments of the partition, the newest first; of one that has none, the newest of each
   * other partition.
   */
  List<SegmentMetadata> sealed(int most) {
    List<SegmentMetadata> own = newestSealed(table.partitions().get(partition), most);
    if (!own.isEmpty()) {
      return own;
    }
    return table.partitions().values().stream()
        .flatMap(other -> newestSealed(other, 1).stream())
        .limit(most)
        .toList();
  }

  /** The first segment here that is not ONLINE: from its start on queries ask by offset. */
  Optional<SegmentMetadata> firstNotOnline() {
    return members.values().stream()
        .map(SegmentView::metadata)
        .filter(segment -> segment.state() != SegmentState.ONLINE)
        .findFirst();
  }

  /** Whether the segment before is being committed. */
  boolean isCommittingBefore(SegmentName name) {
    ClusterView.PartitionView all = table.partitions().get(partition);
    SegmentView before = all == null ? null : all.segments().get(name.sequence() - 1);
    return before != null && before.metadata().state() == SegmentState.COMMITTING;
  }

  private static List<SegmentMetadata> newestSealed(
      ClusterView.@Nullable PartitionView partition, int most) {
    if (partition == null) {
      return List.of();
    }
    return partition.segments().descendingMap().values().stream()
        .map(SegmentView::metadata)
        .filter(segment -> segment.state() == SegmentState.ONLINE)
        .limit(most)
        .toList();
  }

  TableSchema schemaOf(SegmentMetadata segment) {
    return Objects.requireNonNull(table.schemas().get(segment.schemaVersion()));
  }

  TableConfig configOf(SegmentMetadata segment) {
    return Objects.requireNonNull(table.configs().get(segment.configVersion()));
  }

  /** Where a segment's offsets are read from, if that is not its start. */
  OptionalLong skipTo(SegmentName segment) {
    return table.consumption().skipTo(segment);
  }

  /** What of a segment is lost by declaration, and so no fault of an answer that lacks it. */
  List<OffsetRange> skipped(SegmentMetadata segment) {
    OptionalLong to = skipTo(segment.name());
    return to.isPresent() && to.getAsLong() > segment.startOffset()
        ? List.of(new OffsetRange(segment.startOffset(), to.getAsLong()))
        : List.of();
  }

  /** Why the table is not consumed now; empty when it is. */
  Optional<String> tablePause() {
    return table
        .consumption()
        .pause()
        .filter(PauseState::isPaused)
        .map(
            pause ->
                "consumption of the table is paused (%s) since %s"
                    .formatted(pause.describe(), pause.since()));
  }

  /** Whether a consuming segment was ordered to end with the rows it has. */
  boolean isAskedToEnd(SegmentName segment) {
    return table.consumption().isAskedToEnd(segment);
  }

  /** Whether the table's rows are made in another way by now than this segment's are. */
  boolean isOutdated(SegmentMetadata segment) {
    return segment.schemaVersion() < table.schema().version()
        || (segment.configVersion() < table.config().version()
            && !configOf(segment).isConsumedLike(table.config()));
  }

  /** Rows of one segment; empty: segments are limited by size. */
  OptionalLong rowLimit(SegmentMetadata segment) {
    return configOf(segment).flush().rowsPerSegment(partitionsHere);
  }

  private boolean hasVersions(SegmentMetadata segment) {
    Map<Integer, TableSchema> schemas = table.schemas();
    return schemas.containsKey(segment.schemaVersion())
        && table.configs().containsKey(segment.configVersion());
  }
}
