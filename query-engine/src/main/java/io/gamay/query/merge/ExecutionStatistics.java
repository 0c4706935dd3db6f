package io.gamay.query.merge;

import io.gamay.query.budget.ThreadUsage;

/**
 * What answering cost; sums over segments, but for the most groups. Names follow the answer's JSON
 * fields. What a segment's result cost stands here as well when it is one that was kept of an
 * earlier query: the numbers tell what the answer is made of.
 *
 * @param segmentsPrunedInvalid segments without a row
 * @param segmentsPrunedByLimit segments not looked at because no row was wanted
 * @param segmentsPrunedByValue segments that cannot hold a matching row
 * @param segmentsReused segments of which nothing was read, because such a result was there
 * @param mostGroups that one server had, before any were left out
 * @param threads of the threads that read segments and merged what came of them, for this query
 * @param serialization of the threads that wrote responses
 */
public record ExecutionStatistics(
    long docsScanned,
    long entriesScannedInFilter,
    long entriesScannedPostFilter,
    long segmentsQueried,
    long segmentsProcessed,
    long segmentsMatched,
    long segmentsPrunedInvalid,
    long segmentsPrunedByLimit,
    long segmentsPrunedByValue,
    long consumingSegmentsQueried,
    long consumingSegmentsProcessed,
    long consumingSegmentsMatched,
    long totalDocs,
    long segmentsReused,
    long mostGroups,
    ThreadUsage threads,
    ThreadUsage serialization) {

  public static final ExecutionStatistics ZERO = ofUsage(ThreadUsage.NONE, ThreadUsage.NONE);

  /** Why a segment is not looked at. */
  public enum Pruned {
    NO,
    /** It has no row. */
    INVALID,
    /** No row is wanted. */
    BY_LIMIT,
    /** None of its rows can match. */
    BY_VALUE
  }

  /** Of one segment. */
  public static ExecutionStatistics ofSegment(
      Pruned pruned,
      boolean isConsuming,
      long docs,
      long docsMatched,
      long entriesInFilter,
      long entriesPostFilter) {
    long consuming = isConsuming ? 1 : 0;
    long processed = pruned == Pruned.NO ? 1 : 0;
    long matched = docsMatched > 0 ? 1 : 0;
    return new ExecutionStatistics(
        docsMatched,
        entriesInFilter,
        entriesPostFilter,
        1,
        processed,
        matched,
        pruned == Pruned.INVALID ? 1 : 0,
        pruned == Pruned.BY_LIMIT ? 1 : 0,
        pruned == Pruned.BY_VALUE ? 1 : 0,
        consuming,
        consuming * processed,
        consuming * matched,
        docs,
        0,
        0,
        ThreadUsage.NONE,
        ThreadUsage.NONE);
  }

  /** Of a thread that read or merged. */
  public static ExecutionStatistics ofThread(ThreadUsage usage) {
    return ofUsage(usage, ThreadUsage.NONE);
  }

  /** Of a server that had so many groups. */
  public static ExecutionStatistics ofGroups(long groups) {
    return new ExecutionStatistics(
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, groups, ThreadUsage.NONE, ThreadUsage.NONE);
  }

  /** Of a thread that wrote a response. */
  public static ExecutionStatistics ofSerialization(ThreadUsage usage) {
    return ofUsage(ThreadUsage.NONE, usage);
  }

  private static ExecutionStatistics ofUsage(ThreadUsage threads, ThreadUsage serialization) {
    return new ExecutionStatistics(
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, threads, serialization);
  }

  /** Of the same segments when nothing of them is read. */
  public ExecutionStatistics reused() {
    return new ExecutionStatistics(
        docsScanned,
        entriesScannedInFilter,
        entriesScannedPostFilter,
        segmentsQueried,
        segmentsProcessed,
        segmentsMatched,
        segmentsPrunedInvalid,
        segmentsPrunedByLimit,
        segmentsPrunedByValue,
        consumingSegmentsQueried,
        consumingSegmentsProcessed,
        consumingSegmentsMatched,
        totalDocs,
        segmentsQueried,
        mostGroups,
        ThreadUsage.NONE,
        ThreadUsage.NONE);
  }

  /** What was read, without the rows and segments that it was read of. */
  public ExecutionStatistics entriesOnly() {
    return new ExecutionStatistics(
        0,
        entriesScannedInFilter,
        entriesScannedPostFilter,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        mostGroups,
        threads,
        serialization);
  }

  /** Segments that servers did not look at, for whatever reason. */
  public long segmentsPruned() {
    return segmentsPrunedInvalid + segmentsPrunedByLimit + segmentsPrunedByValue;
  }

  public ExecutionStatistics plus(ExecutionStatistics other) {
    return new ExecutionStatistics(
        docsScanned + other.docsScanned,
        entriesScannedInFilter + other.entriesScannedInFilter,
        entriesScannedPostFilter + other.entriesScannedPostFilter,
        segmentsQueried + other.segmentsQueried,
        segmentsProcessed + other.segmentsProcessed,
        segmentsMatched + other.segmentsMatched,
        segmentsPrunedInvalid + other.segmentsPrunedInvalid,
        segmentsPrunedByLimit + other.segmentsPrunedByLimit,
        segmentsPrunedByValue + other.segmentsPrunedByValue,
        consumingSegmentsQueried + other.consumingSegmentsQueried,
        consumingSegmentsProcessed + other.consumingSegmentsProcessed,
        consumingSegmentsMatched + other.consumingSegmentsMatched,
        totalDocs + other.totalDocs,
        segmentsReused + other.segmentsReused,
        Math.max(mostGroups, other.mostGroups),
        threads.plus(other.threads),
        serialization.plus(other.serialization));
  }
}
