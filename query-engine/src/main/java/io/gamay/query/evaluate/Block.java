package io.gamay.query.evaluate;

import io.gamay.segment.read.DocIdBlock;

/**
 * A reused block of docIds that tells its users when its content has changed, so that an expression
 * is evaluated once per content however many ask for it. One thread.
 */
public final class Block {

  private final DocIdBlock docs = new DocIdBlock();
  private long version;

  /** To be read only; changed through this block's methods. */
  public DocIdBlock docs() {
    return docs;
  }

  public int count() {
    return docs.count();
  }

  public int docId(int index) {
    return docs.docId(index);
  }

  /** Changes with each change of the content. */
  public long version() {
    return version;
  }

  public void setRange(int firstDocId, int docCount) {
    docs.setRange(firstDocId, docCount);
    version++;
  }

  /** Where the caller writes docIds before {@link #setList}. */
  public int[] list() {
    return docs.docIds();
  }

  public void setList(int docCount) {
    docs.setList(docCount);
    version++;
  }

  public void copyFrom(Block other) {
    if (other.docs.isRange()) {
      setRange(other.docs.first(), other.count());
      return;
    }
    System.arraycopy(other.docs.docIds(), 0, docs.docIds(), 0, other.count());
    setList(other.count());
  }
}
