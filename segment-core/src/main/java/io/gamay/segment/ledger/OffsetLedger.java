package io.gamay.segment.ledger;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The fate of every offset of a segment from its start on, told once each and in order. One writer,
 * the partition's thread, calls everything but {@link #snapshot()} and {@link #memoryBytes()};
 * other threads see what the last {@link #publish()} made visible. A segment publishes its ledger
 * before its rows, so that whoever sees the rows' end offset finds it accounted for.
 *
 * <p>Exact for every bound; fates are kept as runs, at most about a byte per offset, and rejected
 * records as bounded samples.
 */
public final class OffsetLedger {

  private final FateRuns runs;
  private final RejectedSamples samples = new RejectedSamples();
  private final AtomicReference<LedgerView> published;

  public OffsetLedger(long startOffset) {
    if (startOffset < 0) {
      throw new IllegalArgumentException("not an offset: " + startOffset);
    }
    runs = new FateRuns(startOffset);
    published = new AtomicReference<>(view());
  }

  /**
   * The offset became a row.
   *
   * @throws IllegalStateException if the offset is not the next one, as from all methods that tell
   *     a fate
   */
  public void indexed(long offset) {
    account(Fate.INDEXED, offset, next(offset));
  }

  /** The offsets became rows, all of them. */
  public void indexedRun(OffsetRange offsets) {
    account(Fate.INDEXED, offsets.start(), offsets.end());
  }

  /** The table's filter dropped the record. */
  public void filtered(long offset) {
    account(Fate.FILTERED, offset, next(offset));
  }

  /** The record is not a row; the first ones are kept as samples. */
  public void rejected(RejectedRecord record) {
    account(Fate.rejected(record.reason()), record.offset(), next(record.offset()));
    samples.add(record);
  }

  /** Kafka delivered nothing from the next offset up to this one, which is not included. */
  public void absentTo(long offset) {
    if (offset < position()) {
      throw alreadyTold(offset, Fate.ABSENT);
    }
    runs.add(Fate.ABSENT, offset - position());
  }

  /** The offsets were gone before they could be read. */
  public void lost(OffsetRange offsets) {
    account(Fate.LOST, offsets.start(), offsets.end());
  }

  /** The next offset without a fate. */
  public long position() {
    return runs.position();
  }

  /** What was told so far, for the writer. */
  public LedgerView view() {
    return new LedgerView(runs.view(), samples.kept(), samples.keptCount(), runs.position());
  }

  /** Makes what was told so far visible to {@link #snapshot()}. */
  public void publish() {
    published.setRelease(view());
  }

  /** What was published last. */
  public LedgerView snapshot() {
    return published.getAcquire();
  }

  /**
   * @throws IllegalArgumentException if the bound is outside of what was told
   */
  public LedgerCounts countsBelow(long offset) {
    return view().countsBelow(offset);
  }

  /** The declared losses so far. */
  public List<OffsetRange> lostRanges() {
    return view().lostRanges();
  }

  /** The first rejected records below a bound, at most {@code max} and at most those kept. */
  public List<RejectedRecord> rejectedBelow(long offset, int max) {
    return view().below(offset).rejected(max);
  }

  /** How many records below a bound were rejected for each reason. */
  public Map<RejectionReason, Long> rejectedByReasonBelow(long offset) {
    return view().below(offset).rejectedByReason();
  }

  /**
   * The ledger of the segment that begins at an offset: the fates told from there on, and what is
   * held of their samples (all, unless more records were rejected behind the offset than a segment
   * keeps). This ledger stays as it is; {@code view().below(offset)} is the other part.
   *
   * @throws IllegalArgumentException if the offset is outside of what was told
   */
  public OffsetLedger splitAt(long offset) {
    FateRunsView told = runs.view();
    if (offset < told.start() || offset > told.end()) {
      throw new IllegalArgumentException(
          "cannot split the ledger of [%d, %d) at offset %d"
              .formatted(told.start(), told.end(), offset));
    }
    OffsetLedger successor = new OffsetLedger(offset);
    FateRunsView.Cursor run = told.runsFrom(offset);
    while (run.next()) {
      successor.runs.add(run.fate(), run.end() - run.start());
    }
    samples.from(offset).forEach(successor.samples::add);
    successor.publish();
    return successor;
  }

  /** About how many bytes of heap this ledger holds; any thread, exact for the writer. */
  public long memoryBytes() {
    return runs.memoryBytes() + samples.memoryBytes();
  }

  private void account(int fate, long first, long end) {
    if (first < position()) {
      throw alreadyTold(first, fate);
    }
    if (first > position()) {
      throw new IllegalStateException(
          "offset %d has no fate, cannot go on with offset %d %s"
              .formatted(position(), first, Fate.name(fate)));
    }
    runs.add(fate, end - first);
  }

  private IllegalStateException alreadyTold(long offset, int fate) {
    FateRunsView told = runs.view();
    if (offset < told.start()) {
      return new IllegalStateException(
          "offset %d %s lies before the ledger's start %d"
              .formatted(offset, Fate.name(fate), told.start()));
    }
    return new IllegalStateException(
        "offset %d is %s already, cannot be %s too"
            .formatted(offset, Fate.name(told.fateAt(offset)), Fate.name(fate)));
  }

  private static long next(long offset) {
    return Math.addExact(offset, 1);
  }
}
