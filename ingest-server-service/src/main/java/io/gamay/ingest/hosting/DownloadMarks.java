package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentName;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which download order each sealed copy on this disk satisfies: a number that is kept beside the
 * copy, and so outlives this process. Thread-safe; may read a file.
 */
final class DownloadMarks {

  private static final Logger LOG = LoggerFactory.getLogger(DownloadMarks.class);

  private final LocalSegments local;
  private final Map<Copy, Integer> known = new ConcurrentHashMap<>();

  private record Copy(String tableId, SegmentName segment) {}

  DownloadMarks(LocalSegments local) {
    this.local = local;
  }

  /** The newest order that the copy here satisfies, 0 if none. */
  int of(String tableId, SegmentName segment) {
    return known.computeIfAbsent(
        new Copy(tableId, segment), copy -> local.readDownloadMark(tableId, segment));
  }

  /**
   * A copy that was fetched when this order was known is in its place. A disk that does not take
   * the mark costs another fetch after a restart, no more.
   *
   * @param order 0 if there was none
   */
  void note(String tableId, SegmentName segment, int order) {
    known.put(new Copy(tableId, segment), order);
    if (order == 0) {
      return;
    }
    try {
      local.writeDownloadMark(tableId, segment, order);
    } catch (IOException e) {
      LOG.warn("that {} was downloaded cannot be noted on the disk", segment, e);
    }
  }

  /** The copy is gone, and its mark with it. */
  void forget(String tableId, SegmentName segment) {
    known.remove(new Copy(tableId, segment));
  }
}
