package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.MutableDictionaryView;
import io.gamay.segment.read.BloomFilterReader;
import io.gamay.segment.read.InvertedIndexReader;
import java.util.Optional;

/**
 * The indexes of a view of a column with a dictionary.
 *
 * @param hasBloom whether a filter was asked for; the dictionary is a filter that never errs
 */
record LiveIndexesView(Optional<PostingListsView> postings, boolean hasBloom) {

  static final LiveIndexesView NONE = new LiveIndexesView(Optional.empty(), false);
  static final LiveIndexesView BLOOM = new LiveIndexesView(Optional.empty(), true);

  /** Of the first rows, in which so many dictIds occur. */
  LiveIndexesView upTo(int docCount, int cardinality) {
    return postings.isEmpty()
        ? this
        : new LiveIndexesView(postings.map(view -> view.upTo(docCount, cardinality)), hasBloom);
  }

  Optional<InvertedIndexReader> inverted() {
    return postings.map(view -> view);
  }

  Optional<BloomFilterReader> bloom(MutableDictionaryView dictionary) {
    return hasBloom ? Optional.of(value -> dictionary.indexOf(value) >= 0) : Optional.empty();
  }
}
