package io.gamay.ingest.consume;

import io.gamay.cluster.commit.CommitReport.StopReason;

/** What happens to a segment that is being consumed. */
sealed interface SegmentEvent {

  /** Rows or control records up to the position are appended and published. */
  record Advanced(long position) implements SegmentEvent {}

  /** Offsets of the segment are gone from Kafka. */
  record OffsetsGone(long first) implements SegmentEvent {}

  /** A threshold is reached, or the leader asks. */
  record StopDue(StopReason reason) implements SegmentEvent {}

  /**
   * Written metadata has an end and an attempt.
   *
   * @param isMine whether this server is the attempt's committer
   */
  record EndLearnt(long end, int attempt, boolean isMine) implements SegmentEvent {}

  /**
   * Written metadata names a durable copy.
   *
   * @param isMine whether the copy is of an attempt of this server
   */
  record OnlineLearnt(long end, int dataCrc, boolean isMine) implements SegmentEvent {}

  /** The local file exists. */
  record Sealed(int dataCrc) implements SegmentEvent {}

  /** Sealing can never succeed: a fault of ours. */
  record SealImpossible(String reason) implements SegmentEvent {}

  /** The object of an attempt is in the deep store and was read back. */
  record Uploaded(int attempt) implements SegmentEvent {}

  /** The object name of an attempt is burnt. */
  record UploadRefused(int attempt, String reason) implements SegmentEvent {}

  /** The time to catch up with an ONLINE segment is over. */
  record CatchUpOver() implements SegmentEvent {}

  /** The named copy is served in the place of what was here. */
  record CopyServed() implements SegmentEvent {}

  /** The stream does not go on. */
  record StreamBroken(String reason) implements SegmentEvent {}
}
