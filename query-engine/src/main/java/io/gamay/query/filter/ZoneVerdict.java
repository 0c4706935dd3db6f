package io.gamay.query.filter;

/** What bounds tell of a predicate for the rows of a zone. */
enum ZoneVerdict {
  /** True for no row. */
  NONE,
  /** To be looked at row by row. */
  SOME,
  /** True for every row. */
  ALL
}
