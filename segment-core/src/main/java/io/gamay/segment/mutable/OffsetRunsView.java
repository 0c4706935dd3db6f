package io.gamay.segment.mutable;

import io.gamay.segment.memory.FixedWidthView;
import io.gamay.segment.read.DocIdBlock;
import java.util.Objects;

/** The offsets of the rows [0, docCount). Thread-safe. */
final class OffsetRunsView {

  private final FixedWidthView firstDocs;
  private final FixedWidthView firstOffsets;
  private final int docCount;

  OffsetRunsView(FixedWidthView firstDocs, FixedWidthView firstOffsets, int docCount) {
    this.firstDocs = firstDocs;
    this.firstOffsets = firstOffsets;
    this.docCount = docCount;
  }

  OffsetRunsView upTo(int shorter) {
    return new OffsetRunsView(firstDocs, firstOffsets, shorter);
  }

  long offsetOf(int docId) {
    int run = runOf(Objects.checkIndex(docId, docCount));
    return firstOffsets.longAt(run) + docId - firstDocs.intAt(run);
  }

  void read(DocIdBlock docs, long[] out) {
    int count = docs.count();
    if (count == 0) {
      return;
    }
    Objects.checkIndex(docs.docId(count - 1), docCount);
    int run = runOf(docs.docId(0));
    int runEnd = endDoc(run);
    long shift = firstOffsets.longAt(run) - firstDocs.intAt(run);
    for (int i = 0; i < count; i++) {
      int docId = docs.docId(i);
      while (docId >= runEnd) {
        run++;
        runEnd = endDoc(run);
        shift = firstOffsets.longAt(run) - firstDocs.intAt(run);
      }
      out[i] = docId + shift;
    }
  }

  int docCountBelow(long offset) {
    int runs = lowerBound(offset);
    if (runs == 0) {
      return 0;
    }
    int run = runs - 1;
    int firstDoc = firstDocs.intAt(run);
    if (firstDoc >= docCount) {
      return docCount;
    }
    long rowsInRun = offset - firstOffsets.longAt(run);
    return (int) Math.min(firstDoc + rowsInRun, endDoc(run));
  }

  /** How many runs begin below an offset. */
  private int lowerBound(long offset) {
    int low = 0;
    int high = firstOffsets.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (firstOffsets.longAt(middle) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The run that holds a docId. */
  private int runOf(int docId) {
    int low = 0;
    int high = firstDocs.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firstDocs.intAt(middle) <= docId) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private int endDoc(int run) {
    return run + 1 < firstDocs.size() ? Math.min(firstDocs.intAt(run + 1), docCount) : docCount;
  }
}
