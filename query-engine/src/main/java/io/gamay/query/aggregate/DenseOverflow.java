package io.gamay.query.aggregate;

/** A key turned out to have more values than a dense aggregation has room for. */
public final class DenseOverflow extends RuntimeException {

  private static final long serialVersionUID = 1;

  DenseOverflow() {
    super("more values of a key than expected", null, false, false);
  }
}
