package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;

/** Tells for which rows a condition is true (not false, not NULL). One thread. */
abstract class Predicate {

  /** Roughly what looking at a row costs, for the order of predicates. */
  enum Cost {
    DICT_IDS,
    VALUES,
    COMBINED,
    /** May fail the query: such predicates keep the order in which they were written. */
    EXPRESSION
  }

  /** Fewer rows of a run than one in so many are looked at one by one. */
  static final int SPARSE_SHARE = 32;

  private long entriesScanned;
  private final long[] selected = new long[RowMask.WORDS];

  /** Makes {@code out} the rows of {@code candidates} for which this is true. */
  final void select(Block candidates, Block out) {
    if (matchesRuns() && isDense(candidates)) {
      int first = candidates.runFirst();
      int length = candidates.runLength();
      match(first, length, selected);
      if (candidates.isMask()) {
        RowMask.and(selected, candidates.mask(), length);
      }
      RowMask.select(selected, first, length, out);
      return;
    }
    entriesScanned += entriesLookedAt(candidates.count());
    narrow(candidates, out);
  }

  /** Whether testing a whole run is the shorter way. */
  private static boolean isDense(Block candidates) {
    return candidates.isRun()
        || (candidates.isMask() && candidates.count() > candidates.runLength() / SPARSE_SHARE);
  }

  /** As {@link #select}; the two blocks are different objects. */
  protected abstract void narrow(Block candidates, Block out);

  protected long entriesLookedAt(int rows) {
    return rows;
  }

  /** Whether {@link #match} works, and is the shorter way for a run of rows. */
  boolean matchesRuns() {
    return false;
  }

  /**
   * Tests the rows of a run.
   *
   * @param count at most {@link io.gamay.segment.read.DocIdBlock#MAX_DOCS}
   * @param mask receives what {@link RowMask} describes
   */
  void match(int first, int count, long[] mask) {
    throw new UnsupportedOperationException("no masks");
  }

  /**
   * What is known for all rows of a zone without looking at them.
   *
   * @param zone of {@link io.gamay.segment.read.ZoneMapReader#ZONE_DOCS} rows
   */
  ZoneVerdict verdict(int zone) {
    return ZoneVerdict.SOME;
  }

  abstract Cost cost();

  /** Values looked at so far, those of inner predicates included. */
  long entriesScanned() {
    return entriesScanned;
  }

  final void countEntries(int rows) {
    entriesScanned += rows;
  }
}
