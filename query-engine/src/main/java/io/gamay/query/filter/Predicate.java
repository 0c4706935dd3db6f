package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.DocIdBlock;

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

  private long entriesScanned;
  private final long[] selected = new long[RowMask.WORDS];

  /** Makes {@code out} the rows of {@code candidates} for which this is true. */
  final void select(Block candidates, Block out) {
    DocIdBlock docs = candidates.docs();
    if (docs.isRange() && matchesRuns()) {
      match(docs.first(), docs.count(), selected);
      RowMask.select(selected, docs.first(), docs.count(), out);
      return;
    }
    entriesScanned += entriesLookedAt(candidates.count());
    narrow(candidates, out);
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
   * @param count at most {@link DocIdBlock#MAX_DOCS}
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
