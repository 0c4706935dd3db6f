package io.gamay.query.execute;

import io.gamay.query.evaluate.Block;

/**
 * The smallest codes of all rows seen, so many as rows are wanted: a row with a larger code than
 * all of these is not wanted. A binary heap, the largest on top. One thread.
 */
final class FirstCodes {

  private final long[] heap;
  private int count;

  /**
   * @param limit how many rows are wanted; at least 1
   */
  FirstCodes(int limit) {
    heap = new long[limit];
  }

  /** The largest code that a wanted row may have, as far as is known. */
  long worst() {
    return count < heap.length ? Long.MAX_VALUE : heap[0];
  }

  /**
   * Takes in a block's codes, and gives the rows that may still be wanted then.
   *
   * @param out another block
   */
  void narrow(Block block, long[] codes, Block out) {
    int rows = block.count();
    int row = 0;
    while (row < rows && count < heap.length) {
      add(codes[row++]);
    }
    for (; row < rows; row++) {
      if (codes[row] < heap[0]) {
        heap[0] = codes[row];
        siftDown();
      }
    }
    long worst = worst();
    int[] docIds = out.list();
    int kept = 0;
    for (row = 0; row < rows; row++) {
      if (codes[row] <= worst) {
        docIds[kept++] = block.docId(row);
      }
    }
    out.setList(kept);
  }

  private void add(long code) {
    int child = count++;
    while (child > 0) {
      int parent = (child - 1) >>> 1;
      if (heap[parent] >= code) {
        break;
      }
      heap[child] = heap[parent];
      child = parent;
    }
    heap[child] = code;
  }

  private void siftDown() {
    long code = heap[0];
    int parent = 0;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= count) {
        break;
      }
      if (child + 1 < count && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= code) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = code;
  }
}
