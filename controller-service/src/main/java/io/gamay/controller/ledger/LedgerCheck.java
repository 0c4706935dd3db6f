package io.gamay.controller.ledger;

import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.controller.ledger.Discrepancy.Kind;
import io.gamay.controller.stream.StreamLogs.LogBounds;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Recomputes what metadata says of one partition's offsets, and compares it with Kafka's log. Pure.
 *
 * <p>All of it moves while it is looked at. Segments and positions only grow, so that what was read
 * before the log's end was asked must not lie beyond it; the log's start only grows, so that a
 * position that was asked after it and lies below it was passed.
 */
public final class LedgerCheck {

  private final List<Discrepancy> found = new ArrayList<>();

  private LedgerCheck() {}

  /**
   * @param partition as it was before the log was asked
   * @param before reports of the partition's consumers from before the log was asked
   * @param log as it was then
   * @param after reports of the same from after that
   */
  public static PartitionVerdict check(
      PartitionView partition,
      List<ConsumingReport> before,
      LogBounds log,
      List<ConsumingReport> after) {
    return new LedgerCheck().verdict(partition, before, log, after);
  }

  private PartitionVerdict verdict(
      PartitionView partition,
      List<ConsumingReport> before,
      LogBounds log,
      List<ConsumingReport> after) {
    LedgerCounts committed = LedgerCounts.ZERO;
    List<OffsetRange> lost = new ArrayList<>();
    long start = partition.segments().firstEntry().getValue().metadata().startOffset();
    long expected = start;
    long committedEnd = start;
    long decidedEnd = start;
    boolean isUnbroken = true;
    for (SegmentView segment : partition.segments().values()) {
      SegmentMetadata metadata = segment.metadata();
      checkJoint(metadata, expected);
      expected = metadata.endOffset().orElse(metadata.startOffset());
      decidedEnd = Math.max(decidedEnd, expected);
      isUnbroken &= metadata.state() == SegmentState.ONLINE;
      if (metadata.stored().isPresent()) {
        StoredCopy copy = metadata.stored().get();
        checkCopy(metadata, copy);
        committed = committed.plus(copy.ledger());
        lost.addAll(copy.lost());
        committedEnd = isUnbroken ? metadata.offsets().end() : committedEnd;
      }
    }
    checkEnd(decidedEnd, before, log);
    long readTo = after.stream().mapToLong(ConsumingReport::currentOffset).max().orElse(-1);
    long leastRead = after.stream().mapToLong(ConsumingReport::currentOffset).min().orElse(-1);
    return new PartitionVerdict(
        partition.partition(),
        found.isEmpty(),
        start,
        committedEnd,
        readTo,
        log.start(),
        log.stableEnd(),
        log.end(),
        committed,
        lost,
        Math.max(0, Math.min(log.start(), committedEnd) - start),
        leastRead < 0 ? 0 : Math.max(0, log.start() - leastRead),
        Math.max(0, log.end() - Math.max(log.start(), Math.max(readTo, decidedEnd))),
        found);
  }

  private void checkJoint(SegmentMetadata segment, long expected) {
    if (segment.startOffset() > expected) {
      add(
          Kind.GAP,
          segment,
          segment.startOffset() - expected,
          "offsets [%d, %d) before it belong to no segment"
              .formatted(expected, segment.startOffset()));
    } else if (segment.startOffset() < expected) {
      add(
          Kind.OVERLAP,
          segment,
          expected - segment.startOffset(),
          "offsets [%d, %d) belong to the segment before it too"
              .formatted(segment.startOffset(), expected));
    }
  }

  private void checkCopy(SegmentMetadata segment, StoredCopy copy) {
    LedgerCounts ledger = copy.ledger();
    if (!ledger.closes(segment.offsets())) {
      add(
          Kind.OPEN_LEDGER,
          segment,
          Math.abs(segment.offsets().size() - ledger.total()),
          "%s is %d offsets, the segment has %d"
              .formatted(ledger, ledger.total(), segment.offsets().size()));
    }
    long listed = 0;
    for (OffsetRange range : copy.lost()) {
      listed += range.size();
      if (range.start() < segment.offsets().start() || range.end() > segment.offsets().end()) {
        add(
            Kind.LOSS_MISCOUNTED,
            segment,
            range.size(),
            "lost offsets [%d, %d) are not its own".formatted(range.start(), range.end()));
      }
    }
    if (listed != ledger.lost()) {
      add(
          Kind.LOSS_MISCOUNTED,
          segment,
          Math.abs(listed - ledger.lost()),
          "%d offsets are listed as lost, %d are counted".formatted(listed, ledger.lost()));
    }
    if (copy.docCount() != ledger.indexed()) {
      add(
          Kind.ROWS_MISCOUNTED,
          segment,
          Math.abs(copy.docCount() - ledger.indexed()),
          "it has %d rows, %d are counted as indexed".formatted(copy.docCount(), ledger.indexed()));
    }
  }

  private void checkEnd(long decidedEnd, List<ConsumingReport> before, LogBounds log) {
    if (decidedEnd > log.end()) {
      found.add(
          new Discrepancy(
              Kind.BEYOND_LOG_END,
              Optional.empty(),
              decidedEnd - log.end(),
              "segments end at %d, the log at %d: the topic was made anew, or its log cut"
                  .formatted(decidedEnd, log.end())));
    }
    before.stream()
        .filter(report -> report.currentOffset() > log.end())
        .forEach(
            report ->
                found.add(
                    new Discrepancy(
                        Kind.READ_BEYOND_LOG_END,
                        Optional.of(report.segment()),
                        report.currentOffset() - log.end(),
                        "%s has read up to %d, the log ends at %d"
                            .formatted(report.instance(), report.currentOffset(), log.end()))));
  }

  private void add(Kind kind, SegmentMetadata segment, long offsets, String reason) {
    found.add(new Discrepancy(kind, Optional.of(segment.name().toString()), offsets, reason));
  }
}
