package io.gamay.query.merge;

/** What answering cost; sums over segments. Names follow the answer's JSON fields. */
public record ExecutionStatistics(
    long docsScanned,
    long entriesScannedInFilter,
    long entriesScannedPostFilter,
    long segmentsQueried,
    long segmentsProcessed,
    long segmentsMatched,
    long segmentsPruned,
    long consumingSegmentsQueried,
    long totalDocs) {

  public static final ExecutionStatistics ZERO = new ExecutionStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** What was read, without the rows and segments that it was read of. */
  public ExecutionStatistics entriesOnly() {
    return new ExecutionStatistics(
        0, entriesScannedInFilter, entriesScannedPostFilter, 0, 0, 0, 0, 0, 0);
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
        totalDocs + other.totalDocs);
  }
}
