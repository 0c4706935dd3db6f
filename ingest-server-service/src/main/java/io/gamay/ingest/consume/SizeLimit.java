package io.gamay.ingest.consume;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.table.FlushThresholds;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How many rows make a file of the wanted size. A pure function of metadata: every replica finds
 * the same, also after a restart.
 *
 * @param rows of the segment
 * @param isLearned whether sealed segments tell; else these are the initial rows of the config
 */
record SizeLimit(long rows, boolean isLearned) {

  /** More sealed segments than these change nothing that counts. */
  static final int WINDOW = 6;

  /** What a segment counts for, beside the one sealed after it. */
  private static final double AGEING = 0.125;

  /** What a segment counts for that was written under other versions than the next one is. */
  private static final double OTHER_VERSIONS = 0.1;

  /** Row numbers within a segment are ints. */
  private static final long MOST_ROWS = 1_000_000_000;

  /** More rows, in those of the largest known segment, are reached along the slope. */
  private static final double FAR = 1.25;

  /**
   * The wanted size over the bytes that a row took: those of all segments over the rows of all, so
   * that a short segment, most of which are the fixed parts of a file, tells little. When that is
   * far beyond what was seen, the rows that a small and a large segment differ by tell what each
   * more will take: dictionaries are full by then.
   *
   * @param sealed ONLINE segments, the newest first
   * @param isOneComing whether another segment will soon be ONLINE: while none is, that one is
   *     waited for
   */
  static SizeLimit of(
      FlushThresholds thresholds,
      List<SegmentMetadata> sealed,
      boolean isOneComing,
      SegmentMetadata next) {
    List<SegmentMetadata> told =
        sealed.stream().limit(WINDOW).filter(segment -> rowsOf(segment) > 0).toList();
    if (told.isEmpty()) {
      return new SizeLimit(isOneComing ? MOST_ROWS : thresholds.initialRows(), false);
    }
    long wanted = thresholds.segmentSizeBytes();
    double rows = wanted / bytesPerRow(told, next);
    long mostSeen = told.stream().mapToLong(SizeLimit::rowsOf).max().orElse(0);
    if (rows > FAR * mostSeen) {
      List<SegmentMetadata> alike =
          told.stream().filter(segment -> isOfOneVersion(segment, next)).toList();
      rows = Math.max(rows, alongTheSlope(alike, mostSeen, wanted));
    }
    return new SizeLimit(Math.clamp(Math.round(rows), 1, MOST_ROWS), true);
  }

  private static double bytesPerRow(List<SegmentMetadata> told, SegmentMetadata next) {
    double rows = 0;
    double bytes = 0;
    double weight = 1;
    for (SegmentMetadata segment : told) {
      double counts = weight * (isOfOneVersion(segment, next) ? 1 : OTHER_VERSIONS);
      rows += counts * rowsOf(segment);
      bytes += counts * bytesOf(segment);
      weight *= AGEING;
    }
    return bytes / rows;
  }

  /** Rows of a file of the wanted size, or 0 where no slope is known. */
  private static double alongTheSlope(List<SegmentMetadata> told, long mostSeen, long wanted) {
    Optional<SegmentMetadata> large =
        told.stream().filter(segment -> rowsOf(segment) * 2 > mostSeen).findFirst();
    Optional<SegmentMetadata> small =
        large.flatMap(
            found ->
                told.stream()
                    .filter(segment -> rowsOf(segment) * 2 <= rowsOf(found))
                    .max(Comparator.comparingLong(SizeLimit::rowsOf)));
    if (small.isEmpty()) {
      return 0;
    }
    long rows = rowsOf(large.get());
    long bytes = bytesOf(large.get());
    double slope = (double) (bytes - bytesOf(small.get())) / (rows - rowsOf(small.get()));
    return slope > 0 && wanted > bytes ? rows + (wanted - bytes) / slope : 0;
  }

  private static long rowsOf(SegmentMetadata segment) {
    return segment.stored().orElseThrow().ledger().indexed();
  }

  private static long bytesOf(SegmentMetadata segment) {
    return Math.max(1, segment.stored().orElseThrow().sizeBytes());
  }

  private static boolean isOfOneVersion(SegmentMetadata segment, SegmentMetadata next) {
    return segment.schemaVersion() == next.schemaVersion()
        && segment.configVersion() == next.configVersion()
        && segment.encoding().equals(next.encoding());
  }
}
