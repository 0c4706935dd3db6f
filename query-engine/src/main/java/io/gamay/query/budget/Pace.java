package io.gamay.query.budget;

import java.util.function.BooleanSupplier;

/** Holds up a thread between blocks for the sake of other queries. Thread-safe. */
@FunctionalInterface
public interface Pace {

  /** Nobody is held up. */
  Pace FULL = _ -> {};

  /**
   * Returns when the query may go on.
   *
   * @param isOver whether the query is ended or out of time: then it goes on at once, to its end
   */
  void pause(BooleanSupplier isOver);
}
