package io.gamay.cluster.segment;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What metadata holds of one segment. Start, versions and encoding are fixed at creation; the end
 * is set once, when the state becomes COMMITTING; the stored copy when it becomes ONLINE, and with
 * it the data CRC for ever. Its object changes only if the deep store has lost it.
 */
public record SegmentMetadata(
    SegmentName name,
    SegmentState state,
    long startOffset,
    OptionalLong endOffset,
    int schemaVersion,
    int configVersion,
    EncodingDecisions encoding,
    Instant createdAt,
    Optional<CommitAttempt> attempt,
    Optional<StoredCopy> stored) {

  public SegmentMetadata {
    boolean ended = state != SegmentState.CONSUMING;
    if (ended != endOffset.isPresent() || ended != attempt.isPresent()) {
      throw new IllegalArgumentException(
          "segment %s: a %s segment with end %s and attempt %s"
              .formatted(name, state, endOffset, attempt));
    }
    if ((state == SegmentState.ONLINE) != stored.isPresent()) {
      throw new IllegalArgumentException(
          "segment %s: a %s segment with stored copy %s".formatted(name, state, stored));
    }
  }

  public static SegmentMetadata consuming(
      SegmentName name,
      long startOffset,
      int schemaVersion,
      int configVersion,
      EncodingDecisions encoding,
      Instant createdAt) {
    return new SegmentMetadata(
        name,
        SegmentState.CONSUMING,
        startOffset,
        OptionalLong.empty(),
        schemaVersion,
        configVersion,
        encoding,
        createdAt,
        Optional.empty(),
        Optional.empty());
  }

  public SegmentMetadata committing(long end, CommitAttempt next) {
    return new SegmentMetadata(
        name,
        SegmentState.COMMITTING,
        startOffset,
        OptionalLong.of(end),
        schemaVersion,
        configVersion,
        encoding,
        createdAt,
        Optional.of(next),
        Optional.empty());
  }

  public SegmentMetadata online(StoredCopy copy) {
    return new SegmentMetadata(
        name,
        SegmentState.ONLINE,
        startOffset,
        endOffset,
        schemaVersion,
        configVersion,
        encoding,
        createdAt,
        attempt,
        Optional.of(copy));
  }

  /**
   * An ONLINE segment whose copy is to be stored once more; until it is, the present one stays
   * named.
   */
  public SegmentMetadata storingAgain(CommitAttempt next) {
    return new SegmentMetadata(
        name,
        state,
        startOffset,
        endOffset,
        schemaVersion,
        configVersion,
        encoding,
        createdAt,
        Optional.of(next),
        stored);
  }

  /**
   * [start, end) of a segment whose end is known.
   *
   * @throws java.util.NoSuchElementException while it is CONSUMING
   */
  public OffsetRange offsets() {
    return new OffsetRange(startOffset, endOffset.orElseThrow());
  }
}
