package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.SegmentReader;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One segment as queries see it.
 *
 * @param end where the segment ends, if that is known: rows from there on belong to its successor
 * @param missing offsets of the segment that could not be read; an answer does not cover them
 * @param holding to be leased before {@link #read()}
 */
public record ServedSegment(
    SegmentName name,
    long start,
    OptionalLong end,
    List<OffsetRange> missing,
    Content content,
    SegmentHolding holding) {

  public ServedSegment {
    missing = List.copyOf(missing);
  }

  /** Where the rows lie. */
  public sealed interface Content {
    record Mutable(MutableSegment segment) implements Content {}

    record Sealed(ImmutableSegment segment) implements Content {}

    /**
     * The deep store has the file, this disk not: it is fetched before it is read.
     *
     * @param sizeBytes of the file
     */
    record Evicted(int dataCrc, long sizeBytes) implements Content {}
  }

  public static ServedSegment mutable(
      SegmentName name,
      MutableSegment segment,
      OptionalLong end,
      List<OffsetRange> missing,
      SegmentHolding holding) {
    return new ServedSegment(
        name, segment.startOffset(), end, missing, new Content.Mutable(segment), holding);
  }

  /**
   * @param declaredLost offsets that metadata lists as lost: they count as covered
   */
  public static ServedSegment sealed(
      SegmentName name,
      ImmutableSegment segment,
      List<OffsetRange> declaredLost,
      SegmentHolding holding) {
    List<OffsetRange> missing = OffsetSets.without(segment.lostRanges(), declaredLost);
    return new ServedSegment(
        name,
        segment.offsets().start(),
        OptionalLong.of(segment.offsets().end()),
        missing,
        new Content.Sealed(segment),
        holding);
  }

  /**
   * An ONLINE segment whose file is not here.
   *
   * @param holding of nothing
   */
  static ServedSegment evicted(SegmentMetadata metadata, SegmentHolding holding) {
    StoredCopy copy = metadata.stored().orElseThrow();
    return new ServedSegment(
        metadata.name(),
        metadata.startOffset(),
        metadata.endOffset(),
        List.of(),
        new Content.Evicted(copy.dataCrc(), copy.sizeBytes()),
        holding);
  }

  /** The CRC under which it may be asked for by name; empty while it is not sealed. */
  public OptionalInt dataCrc() {
    return switch (content) {
      case Content.Mutable _ -> OptionalInt.empty();
      case Content.Sealed(ImmutableSegment segment) -> OptionalInt.of(segment.dataCrc());
      case Content.Evicted(int dataCrc, long _) -> OptionalInt.of(dataCrc);
    };
  }

  public boolean isEvicted() {
    return content instanceof Content.Evicted;
  }

  /** Up to where it accounts for offsets now. */
  public long currentEnd() {
    return end.isPresent()
        ? end.getAsLong()
        : switch (content) {
          case Content.Mutable(MutableSegment segment) -> segment.endOffset();
          case Content.Sealed(ImmutableSegment segment) -> segment.offsets().end();
          case Content.Evicted _ -> start; // its end is known
        };
  }

  /**
   * A fixed view of the rows below the segment's end; under a lease only, and never of one that is
   * evicted.
   */
  public SegmentReader read() {
    return switch (content) {
      case Content.Mutable(MutableSegment segment) ->
          end.isPresent() ? segment.snapshotBelow(end.getAsLong()) : segment.snapshot();
      case Content.Sealed(ImmutableSegment segment) -> segment;
      case Content.Evicted _ ->
          throw new IllegalStateException("the file of %s is not on this disk".formatted(name));
    };
  }
}
