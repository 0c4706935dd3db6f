package io.gamay.segment.ledger;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The fates of the offsets of {@link #range()}, fixed. Thread-safe. */
public final class LedgerView {

  private final FateRunsView runs;
  private final RejectedRecord[] samples;
  private final int sampleCount;
  private final long end;

  LedgerView(FateRunsView runs, RejectedRecord[] samples, int sampleCount, long end) {
    this.runs = runs;
    this.samples = samples;
    this.sampleCount = sampleCount;
    this.end = end;
  }

  /** The offsets accounted for: each has exactly one fate. */
  public OffsetRange range() {
    return new OffsetRange(runs.start(), end);
  }

  /** Counts of the whole range; they close it. */
  public LedgerCounts counts() {
    return countsBelow(end);
  }

  /**
   * Counts of the offsets below a bound.
   *
   * @throws IllegalArgumentException if the bound is not within the range or at its end
   */
  public LedgerCounts countsBelow(long offset) {
    long[] counts = runs.countsBelow(checkBound(offset));
    long rejected = 0;
    for (int fate = Fate.FIRST_REJECTED; fate < Fate.COUNT; fate++) {
      rejected += counts[fate];
    }
    return new LedgerCounts(
        counts[Fate.INDEXED],
        counts[Fate.FILTERED],
        rejected,
        counts[Fate.ABSENT],
        counts[Fate.LOST]);
  }

  /** How many records were rejected for each reason; reasons that did not occur are left out. */
  public Map<RejectionReason, Long> rejectedByReason() {
    long[] counts = runs.countsBelow(end);
    Map<RejectionReason, Long> byReason = new EnumMap<>(RejectionReason.class);
    for (RejectionReason reason : RejectionReason.values()) {
      long count = counts[Fate.rejected(reason)];
      if (count > 0) {
        byReason.put(reason, count);
      }
    }
    return byReason;
  }

  /** The first rejected records of the range, at most {@code max} and at most those kept. */
  public List<RejectedRecord> rejected(int max) {
    List<RejectedRecord> found = new ArrayList<>();
    for (int i = 0; i < sampleCount && found.size() < max && samples[i].offset() < end; i++) {
      found.add(samples[i]);
    }
    return List.copyOf(found);
  }

  /** The declared losses, ascending, none touching the next. */
  public List<OffsetRange> lostRanges() {
    List<OffsetRange> lost = new ArrayList<>();
    FateRunsView.Cursor run = runs.runsFrom(runs.start());
    while (run.next() && run.start() < end) {
      if (run.fate() == Fate.LOST) {
        lost.add(new OffsetRange(run.start(), Math.min(run.end(), end)));
      }
    }
    return List.copyOf(lost);
  }

  /**
   * This ledger cut at a bound.
   *
   * @throws IllegalArgumentException if the bound is not within the range or at its end
   */
  public LedgerView below(long offset) {
    return new LedgerView(runs, samples, sampleCount, checkBound(offset));
  }

  private long checkBound(long offset) {
    if (offset < runs.start() || offset > end) {
      throw new IllegalArgumentException(
          "offset %d is outside of the ledger of [%d, %d)".formatted(offset, runs.start(), end));
    }
    return offset;
  }
}
