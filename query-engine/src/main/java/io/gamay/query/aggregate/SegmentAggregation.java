package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.PartialResult.Groups;
import java.util.List;

/** Aggregation over one segment, with or without groups: takes blocks, gives groups. One thread. */
public interface SegmentAggregation extends AutoCloseable {

  /**
   * Takes in a block of rows.
   *
   * @throws io.gamay.query.error.QueryException if a limit is exceeded or a value fails the query
   */
  void add(Block block);

  /** The groups of all blocks added; without keys one group, even of no rows. */
  Groups finish();

  /** Gives the memory reserved back; the result is its holder's to account for. */
  @Override
  void close();

  /** How it is done, and why so. */
  List<Clause> how();

  /** Memory held now. */
  long heldBytes();
}
