package io.gamay.ingest.consume;

/** What is to be done after a transition, in order. */
sealed interface SegmentAction {

  /** Rows from the end on go to the successor; both become visible in one step. */
  record Cut(long end) implements SegmentAction {}

  /** Go on at the end without the rows before it: they come as a copy. */
  record SkipTo(long end) implements SegmentAction {}

  /** Write the local file. */
  record Seal() implements SegmentAction {}

  /** Put the local file into the deep store as this attempt. */
  record Upload(int attempt) implements SegmentAction {}
}
