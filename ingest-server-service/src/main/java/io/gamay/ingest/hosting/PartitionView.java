package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What queries see of one partition; immutable, replaced whole.
 *
 * @param segments by sequence, ascending; no two cover the same offset
 * @param isTailReady whether the tail has passed the stream's end as it was when this replica
 *     started to read, and was shown without a gap up to there
 */
public record PartitionView(List<ServedSegment> segments, boolean isTailReady) {

  public static final PartitionView EMPTY = new PartitionView(List.of(), false);

  public PartitionView {
    segments = List.copyOf(segments);
  }

  public Optional<ServedSegment> segment(SegmentName name) {
    return segments.stream().filter(segment -> segment.name().equals(name)).findFirst();
  }

  /** Whether just this one is shown, and not another copy under its name. */
  boolean shows(ServedSegment served) {
    return segment(served.name()).equals(Optional.of(served));
  }

  /**
   * Whether a segment is shown with the data that metadata names, be its file here or not.
   *
   * @param online of an ONLINE segment
   */
  boolean showsCopyOf(SegmentMetadata online) {
    OptionalInt named = OptionalInt.of(online.stored().orElseThrow().dataCrc());
    return segment(online.name()).filter(served -> served.dataCrc().equals(named)).isPresent();
  }

  /** With a segment added, or put in the place of the one of its name. */
  public PartitionView with(ServedSegment segment) {
    List<ServedSegment> changed = new ArrayList<>(without(segment.name()).segments);
    changed.add(segment);
    changed.sort(Comparator.comparingInt(served -> served.name().sequence()));
    return new PartitionView(changed, isTailReady);
  }

  public PartitionView without(SegmentName name) {
    return new PartitionView(
        segments.stream().filter(segment -> !segment.name().equals(name)).toList(), isTailReady);
  }

  public PartitionView withTailReady(boolean isReady) {
    return new PartitionView(segments, isReady);
  }

  /**
   * The segments that answer for the tail from an offset on: each begins where the one before ends,
   * the first contains the offset. Empty if the offset is not held here.
   */
  public List<ServedSegment> tailFrom(long offset) {
    List<ServedSegment> tail = new ArrayList<>();
    long next = offset;
    for (ServedSegment segment : segments) {
      boolean isLive = segment.end().isEmpty();
      if (segment.start() <= next && (isLive || segment.end().getAsLong() > next)) {
        tail.add(segment);
        if (isLive) {
          break;
        }
        next = segment.end().getAsLong();
      } else if (segment.start() > next) {
        break;
      }
    }
    return tail;
  }

  /** Up to where the tail from an offset on reaches now; the offset itself if it is not held. */
  public long tailEnd(long offset) {
    List<ServedSegment> tail = tailFrom(offset);
    return tail.isEmpty() ? offset : Math.max(offset, tail.getLast().currentEnd());
  }
}
