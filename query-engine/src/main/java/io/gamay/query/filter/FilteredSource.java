package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;

/** The docIds of a source for which a predicate is true. */
final class FilteredSource implements DocIdSource {

  private final DocIdSource source;
  private final Predicate predicate;
  private final Block candidates = new Block();

  FilteredSource(DocIdSource source, Predicate predicate) {
    this.source = source;
    this.predicate = predicate;
  }

  @Override
  public boolean next(Block out) {
    if (!source.next(candidates)) {
      return false;
    }
    predicate.select(candidates, out);
    return true;
  }
}
