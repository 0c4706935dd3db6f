package io.gamay.segment.read;

import java.util.Objects;

/** Up to {@link #MAX_DOCS} docIds in ascending order: a run, or a list. Reused by one thread. */
public final class DocIdBlock {

  public static final int MAX_DOCS = 4096;

  private static final int[] NOT_NEEDED = {};

  /** Made when a list is first asked for: many blocks are only ever runs. */
  private int[] docIds = NOT_NEEDED;

  private int first;
  private int count;
  private boolean range = true;

  /** Makes this the run [first, first + count). */
  public void setRange(int firstDocId, int docCount) {
    Objects.checkIndex(docCount, MAX_DOCS + 1);
    first = firstDocId;
    count = docCount;
    range = true;
  }

  /**
   * Makes this the list of the first {@code docCount} entries of {@link #docIds()}, which the
   * caller has filled, ascending.
   */
  public void setList(int docCount) {
    Objects.checkIndex(docCount, MAX_DOCS + 1);
    count = docCount;
    range = false;
  }

  public boolean isRange() {
    return range;
  }

  /** The first docId of a run. */
  public int first() {
    return first;
  }

  public int count() {
    return count;
  }

  /** The docIds of a list in [0, count); of no meaning for a run. Length {@link #MAX_DOCS}. */
  public int[] docIds() {
    if (docIds.length == 0) {
      docIds = new int[MAX_DOCS];
    }
    return docIds;
  }

  public int docId(int index) {
    return range ? first + index : docIds[index];
  }
}
