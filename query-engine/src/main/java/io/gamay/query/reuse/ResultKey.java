package io.gamay.query.reuse;

import io.gamay.query.reuse.SegmentResults.SealedRows;
import java.util.List;

/**
 * All that a result depends on: what is the same as another key has the same result.
 *
 * @param tableId unique id of the table's creation
 * @param rows of one segment, or of several whose results were merged
 */
record ResultKey(PlanBytes plan, String tableId, List<SealedRows> rows) {

  /** What an entry takes beside its plan and its result, and what each of its rows takes. */
  private static final int ENTRY_BYTES = 128;

  private static final int ROWS_BYTES = 128;

  ResultKey {
    rows = List.copyOf(rows);
  }

  int sizeBytes() {
    return ENTRY_BYTES + plan.length() + ROWS_BYTES * rows.size();
  }
}
