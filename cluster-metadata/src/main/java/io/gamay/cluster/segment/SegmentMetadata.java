package io.gamay.cluster.segment;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What metadata holds of one segment. Start, versions and encoding are fixed at creation; the end
 * is set once, when the state becomes COMMITTING; the stored copy when it becomes ONLINE, and with
 * it the data CRC for ever. Its object changes only if the deep store has lost it.
 *
 * @param unknown what a newer process wrote besides: it is kept whoever changes the rest
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
    Optional<StoredCopy> stored,
    @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {

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
    unknown = Map.copyOf(unknown);
  }

  /** Of which nothing is unknown. */
  public SegmentMetadata(
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
    this(
        name,
        state,
        startOffset,
        endOffset,
        schemaVersion,
        configVersion,
        encoding,
        createdAt,
        attempt,
        stored,
        Map.of());
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
        Optional.empty(),
        unknown);
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
        Optional.of(copy),
        unknown);
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
        stored,
        unknown);
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
