package io.gamay.controller.repair;

/** What may be repaired; {@code docs/table-health.md} tells more of each. */
public enum RepairKind {
  /** A partition's last segment has ended and has no successor: the successor is made. */
  CONSUMING_SEGMENT_MADE,
  /** A segment is in no assignment shard: it gets an entry there. */
  ASSIGNMENT_RESTORED,
  /** An assignment entry speaks of a segment that does not exist: it is removed. */
  ASSIGNMENT_REMOVED,
  /** An instance that is away has a state in a shard that it has nothing to do with: removed. */
  STATE_REMOVED,
  /** The deep store lacks a segment's object, or has other bytes: uploaded under a new name. */
  OBJECT_STORED_AGAIN
}
