package io.gamay.cluster.segment;

/** The state of a segment for the whole cluster. It only goes forward. */
public enum SegmentState {
  /** Fed from the stream; its end is not known. */
  CONSUMING,
  /** Its end is decided; a committer is making the durable copy. */
  COMMITTING,
  /** A durable copy exists under the named object and CRC. */
  ONLINE
}
