package io.gamay.ingest.consume;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.commit.CommitReport.StopReason;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the leader what each segment has to say, at once when it is new and then again every 3 s
 * (with jitter) until metadata shows the effect. One report of a segment at a time. Partition's
 * thread.
 */
final class SegmentReports {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentReports.class);
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  /** Beyond this many surplus rows a segment ends where it stands, not at its row limit. */
  private static final int MAX_SURPLUS_ROWS = 50_000;

  private final ConsumerServices services;
  private final String tableId;

  SegmentReports(ConsumerServices services, String tableId) {
    this.services = services;
    this.tableId = tableId;
  }

  /**
   * @param onAnswer called on any thread
   */
  void send(List<ConsumedSegment> segments, BiConsumer<SegmentName, CommitAnswer> onAnswer) {
    Instant now = services.clock().instant();
    for (ConsumedSegment segment : segments) {
      SegmentProgress.Report kind = segment.progress().report();
      boolean isNews = kind != segment.lastReport();
      segment.setLastReport(kind);
      boolean isDue = isNews || !now.isBefore(segment.nextReport());
      if (kind != SegmentProgress.Report.NONE && isDue && !segment.isReportUnderWay()) {
        segment.setNextReport(now.plus(jittered(INTERVAL)));
        send(segment, reportOf(segment, kind), onAnswer);
      }
    }
  }

  private void send(
      ConsumedSegment segment,
      CommitReport report,
      BiConsumer<SegmentName, CommitAnswer> onAnswer) {
    segment.setReportUnderWay(true);
    var _ =
        services
            .reporter()
            .report(report)
            .whenComplete(
                (answer, failure) -> {
                  segment.setReportUnderWay(false);
                  if (failure != null) {
                    LOG.debug("no answer to the report of {}", segment.name(), failure);
                  } else {
                    onAnswer.accept(segment.name(), answer);
                  }
                });
  }

  private CommitReport reportOf(ConsumedSegment segment, SegmentProgress.Report kind) {
    SegmentProgress progress = segment.progress();
    return switch (kind) {
      case NONE -> throw new IllegalStateException("nothing to report of " + segment.name());
      case CONSUMED -> consumed(segment);
      case COMMITTED ->
          new CommitReport.Committed(
              services.instanceId(),
              tableId,
              segment.name(),
              progress.attempt(),
              StoredCopies.of(
                  segment.file().orElseThrow().segment(),
                  SegmentUploader.objectKey(tableId, segment.name(), progress.attempt()),
                  segment.partitions()),
              segment.missing());
      case FAILED ->
          new CommitReport.Failed(
              services.instanceId(),
              tableId,
              segment.name(),
              progress.attempt(),
              progress.reason());
    };
  }

  private CommitReport consumed(ConsumedSegment segment) {
    long position = reportedPosition(segment);
    List<OffsetRange> missing =
        segment.missing().stream().filter(range -> range.start() < position).toList();
    return new CommitReport.Consumed(
        services.instanceId(),
        tableId,
        segment.name(),
        position,
        missing,
        segment
            .rows()
            .map(rows -> rows.segment().docCount())
            .or(() -> segment.file().map(file -> file.segment().docCount()))
            .orElse(0),
        segment.progress().stopReason().orElse(StopReason.ASKED));
  }

  /**
   * The position; for a segment that a batch has filled beyond its rows, the offset behind the last
   * row that fits, so that segments end at their limits and alike on all replicas.
   */
  private static long reportedPosition(ConsumedSegment segment) {
    SegmentProgress progress = segment.progress();
    OptionalLong limit = segment.fullAt();
    if (limit.isEmpty() || progress.end().isPresent() || segment.rows().isEmpty()) {
      return progress.position();
    }
    MutableSegment rows = segment.requireRows().segment();
    SegmentReader view = rows.snapshot();
    if (limit.getAsLong() >= view.docCount()
        || view.docCount() - limit.getAsLong() > MAX_SURPLUS_ROWS) {
      return progress.position();
    }
    DocIdBlock first = new DocIdBlock();
    first.setRange(Math.toIntExact(limit.getAsLong()), 1);
    long[] offset = new long[1];
    view.readOffsets(first, offset);
    return offset[0];
  }

  private Duration jittered(Duration interval) {
    return interval.plusMillis(services.random().nextLong(-300, 300));
  }
}
