package io.gamay.segment.schema;

/** What happens to a value longer than its column's limit. */
public enum TooLongPolicy {
  /** Keep the first characters. */
  TRIM,
  /** Reject the record. */
  REJECT,
  /** Take the column's default value. */
  USE_DEFAULT,
  /** Keep the whole value. */
  KEEP
}
