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

  private long entriesScanned;

  /** Makes {@code out} the rows of {@code candidates} for which this is true. */
  final void select(Block candidates, Block out) {
    entriesScanned += entriesLookedAt(candidates.count());
    narrow(candidates, out);
  }

  /** As {@link #select}; the two blocks are different objects. */
  protected abstract void narrow(Block candidates, Block out);

  protected long entriesLookedAt(int rows) {
    return rows;
  }

  abstract Cost cost();

  /** Values looked at so far, those of inner predicates included. */
  long entriesScanned() {
    return entriesScanned;
  }
}
