package io.gamay.query.merge;

/**
 * What answering cost; sums over segments. Names follow the answer's JSON fields. What a segment's
 * result cost stands here as well when it is one that was kept of an earlier query: the numbers
 * tell what the answer is made of.
 *
 * @param segmentsReused segments of which nothing was read, because such a result was there
 */
public record ExecutionStatistics(
    long docsScanned,
    long entriesScannedInFilter,
    long entriesScannedPostFilter,
    long segmentsQueried,
    long segmentsProcessed,
    long segmentsMatched,
    long segmentsPruned,
    long consumingSegmentsQueried,
    long totalDocs,
    long segmentsReused) {

  public static final ExecutionStatistics ZERO =
      new ExecutionStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Of the same segments when nothing of them is read. */
  public ExecutionStatistics reused() {
    return new ExecutionStatistics(
        docsScanned,
        entriesScannedInFilter,
        entriesScannedPostFilter,
        segmentsQueried,
        segmentsProcessed,
        segmentsMatched,
        segmentsPruned,
        consumingSegmentsQueried,
        totalDocs,
        segmentsQueried);
  }

  /** What was read, without the rows and segments that it was read of. */
  public ExecutionStatistics entriesOnly() {
    return new ExecutionStatistics(
        0, entriesScannedInFilter, entriesScannedPostFilter, 0, 0, 0, 0, 0, 0, 0);
  }

  public ExecutionStatistics plus(ExecutionStatistics other) {
    return new ExecutionStatistics(
        docsScanned + other.docsScanned,
        entriesScannedInFilter + other.entriesScannedInFilter,
        entriesScannedPostFilter + other.entriesScannedPostFilter,
        segmentsQueried + other.segmentsQueried,
        segmentsProcessed + other.segmentsProcessed,
        segmentsMatched + other.segmentsMatched,
        segmentsPruned + other.segmentsPruned,
        consumingSegmentsQueried + other.consumingSegmentsQueried,
        totalDocs + other.totalDocs,
        segmentsReused + other.segmentsReused);
  }
}
