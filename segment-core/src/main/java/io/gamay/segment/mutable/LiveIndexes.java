package io.gamay.segment.mutable;

import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import java.util.Optional;

/** The indexes that a column with a dictionary is to have while it is fed. */
final class LiveIndexes {

  private final Optional<PostingLists> postings;
  private final boolean hasBloom;

  LiveIndexes(ColumnSpec spec, MemoryAccount memory, EncodingDecisions encoding) {
    this.postings =
        encoding.invertedColumns().contains(spec.name())
            ? Optional.of(new PostingLists(memory))
            : Optional.empty();
    this.hasBloom = encoding.bloomColumns().containsKey(spec.name());
  }

  boolean hasPostings() {
    return postings.isPresent();
  }

  /** Single-value rows from {@code firstDocId} on. */
  void addRows(int[] dictIds, int count, int firstDocId) {
    if (postings.isPresent()) {
      postings.get().addRows(dictIds, count, firstDocId);
    }
  }

  /** One value of a row; only with postings. */
  void add(int dictId, int docId) {
    postings.orElseThrow().add(dictId, docId);
  }

  LiveIndexesView view(int docCount) {
    if (postings.isEmpty()) {
      return hasBloom ? LiveIndexesView.BLOOM : LiveIndexesView.NONE;
    }
    return new LiveIndexesView(Optional.of(postings.get().view(docCount)), hasBloom);
  }
}
