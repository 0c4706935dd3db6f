package io.gamay.ingest.hosting;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.segment.ledger.LedgerView;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/**
 * Whoever feeds the segments of one partition that are not ONLINE yet, as hosting sees it.
 * Thread-safe.
 */
public interface PartitionFeed extends AutoCloseable {

  /** Makes a feed for a partition. */
  interface Factory {
    PartitionFeed create(PartitionServing serving);
  }

  /**
   * What metadata says now of the partition. Returns soon; the feed acts on its own thread.
   *
   * @param table the table, whose versions its segments name
   * @param segments all segments of the partition that this instance is a member of, by sequence
   */
  void onMetadata(
      ClusterView.TableView table, NavigableMap<Integer, ClusterView.SegmentView> segments);

  /** What it does with each segment that it has in its care. */
  Map<SegmentName, CurrentSegment> states();

  /** Segments that are fed no further now because the server's limits say so. */
  Set<SegmentName> paused();

  /**
   * Whether it is about to bring a file of the segment itself; then hosting does not fetch it yet.
   */
  boolean isBringing(SegmentName segment);

  /**
   * Whether it has ended with a fault of ours, so that it does not go on by itself and a new feed
   * in its place may.
   */
  boolean isBroken();

  /** How each segment in its care stands, the newest last. */
  List<ConsumingReport> reports();

  /** The fates of offsets, by segment, of the segments whose rows are in memory. */
  Map<SegmentName, LedgerView> ledgers();

  /** Ends the feed; the segments that it showed stay shown. Blocks until its thread is over. */
  @Override
  void close();
}
