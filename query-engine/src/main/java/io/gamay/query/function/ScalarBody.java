package io.gamay.query.function;

import io.gamay.query.vector.Vector;

/**
 * The computation of one call, bound to its argument types and constants. Belongs to one thread;
 * may keep scratch space between calls.
 */
@FunctionalInterface
public interface ScalarBody {

  /** Looks, every few rows, whether the computation may go on; throws if it may not. */
  @FunctionalInterface
  interface Watch {

    Watch NONE = () -> {};

    void look();
  }

  /**
   * Fills {@code out}, which is {@code rows} long already, rows with a NULL argument marked NULL
   * (unless the function looks at NULLs itself). Values of rows that are NULL must not make it
   * fail; for types of varying width and for lists each row is appended, NULL ones as empty.
   *
   * @param arguments one vector per argument; what a signature wants constant may be left empty
   */
  void apply(Vector[] arguments, int rows, Vector out);

  /** The same, watched where a row may take long: bodies that go from row to row. */
  default void apply(Vector[] arguments, int rows, Vector out, Watch watch) {
    apply(arguments, rows, out);
  }
}
