package io.gamay.ingest.consume;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.ingest.hosting.OffsetSets;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.PartitionView;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.mutable.MutableSegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Shows the segments in a consumer's care to queries, and frees rows that a file has replaced.
 * Partition's thread.
 */
final class ShownSegments {

  private final PartitionServing serving;
  private final MemoryShare memory;

  ShownSegments(PartitionServing serving, MemoryShare memory) {
    this.serving = serving;
    this.memory = memory;
  }

  /**
   * Shows all segments as they are now, in one step.
   *
   * @param segments in care, by sequence
   * @param cover one that stands in for those behind it, with all its rows
   */
  void show(
      Collection<ConsumedSegment> segments,
      @Nullable ConsumedSegment cover,
      PartitionMetadata metadata) {
    Map<ConsumedSegment, ServedSegment> wanted = new HashMap<>();
    List<SegmentName> hidden = new ArrayList<>();
    boolean isCovered = false;
    for (ConsumedSegment segment : segments) {
      if (isCovered) {
        hidden.add(segment.name());
        continue;
      }
      boolean isCover = segment == cover;
      servedAs(segment, isCover, metadata).ifPresent(served -> wanted.put(segment, served));
      isCovered = isCover;
    }
    if (isShown(wanted)) {
      return;
    }
    serving.update(view -> changed(view, wanted, hidden));
    wanted.forEach(this::noteShown);
  }

  private static boolean isShown(Map<ConsumedSegment, ServedSegment> wanted) {
    for (Map.Entry<ConsumedSegment, ServedSegment> entry : wanted.entrySet()) {
      if (!entry.getKey().shown().equals(Optional.of(entry.getValue()))) {
        return false;
      }
    }
    return true;
  }

  private static PartitionView changed(
      PartitionView view, Map<ConsumedSegment, ServedSegment> wanted, List<SegmentName> hidden) {
    PartitionView changed = view;
    for (SegmentName name : hidden) {
      changed = changed.without(name);
    }
    for (Map.Entry<ConsumedSegment, ServedSegment> entry : wanted.entrySet()) {
      boolean isReplaced =
          entry.getKey().progress().state() == ConsumingState.DISCARDED
              && isNamedCopyShown(view, entry.getKey());
      if (!isReplaced) {
        changed = changed.with(entry.getValue());
      }
    }
    return changed;
  }

  private void noteShown(ConsumedSegment segment, ServedSegment now) {
    segment.setShown(now);
    if (now.content() instanceof ServedSegment.Content.Sealed) {
      segment.rows().ifPresent(memory::retire);
      segment.setRows(null);
    }
  }

  private static Optional<ServedSegment> servedAs(
      ConsumedSegment segment, boolean isCover, PartitionMetadata metadata) {
    if (segment.file().isPresent() && !isCover) {
      ConsumedSegment.LocalFile file = segment.file().get();
      return Optional.of(
          ServedSegment.sealed(
              segment.name(), file.segment(), declaredLost(segment, metadata), file.holding()));
    }
    return segment
        .rows()
        .map(
            rows ->
                ServedSegment.mutable(
                    segment.name(),
                    rows.segment(),
                    isCover ? OptionalLong.empty() : shownEnd(segment, rows.segment()),
                    OffsetSets.without(
                        isCover ? rows.ledger().lostRanges() : segment.missing(),
                        metadata.skipped(segment.created())),
                    rows.holding()));
  }

  /** The end of a segment that is cut, or as far as its rows go if they will not be completed. */
  private static OptionalLong shownEnd(ConsumedSegment segment, MutableSegment rows) {
    return segment.progress().isCut()
        ? OptionalLong.of(Math.min(segment.progress().end().orElseThrow(), rows.endOffset()))
        : OptionalLong.empty();
  }

  private static List<OffsetRange> declaredLost(
      ConsumedSegment segment, PartitionMetadata metadata) {
    List<OffsetRange> declared =
        new ArrayList<>(
            metadata
                .current(segment.name())
                .flatMap(SegmentMetadata::stored)
                .map(StoredCopy::lost)
                .orElse(List.of()));
    declared.addAll(metadata.skipped(segment.created()));
    return declared;
  }

  /** Whether hosting shows the durable copy of a segment. */
  static boolean isNamedCopyShown(PartitionView view, ConsumedSegment segment) {
    return segment.progress().namedCrc().isPresent()
        && view.segment(segment.name())
            .filter(served -> served.dataCrc().equals(segment.progress().namedCrc()))
            .isPresent();
  }
}
