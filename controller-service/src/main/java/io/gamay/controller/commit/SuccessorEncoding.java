package io.gamay.controller.commit;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.controller.table.TableState;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How a segment that follows another is written: as the table's config says; where that leaves it
 * open, without a dictionary if almost every row had a value of its own in a segment before.
 *
 * <p>A dictionary of almost as many values as rows costs what the values cost, and the numbers of
 * the values on top. Raw columns are not counted, so a column that became raw stays so until the
 * table's config or schema changes; then it is counted anew.
 *
 * <p>Pure. What a sealed segment told never changes, so the transaction need not check its node.
 */
final class SuccessorEncoding {

  /** Distinct values per row beyond which a dictionary of numbers does not pay. */
  private static final double NUMBERS = 0.75;

  /** The same of strings and bytes, which a dictionary stores once and compares once. */
  private static final double TEXTS = 0.9;

  private SuccessorEncoding() {}

  /**
   * @param sealed the newest copy of the partition that tells how values repeat
   */
  static EncodingDecisions of(
      TableState table, SegmentMetadata ended, Optional<StoredCopy> sealed) {
    EncodingDecisions configured = table.encoding();
    Set<String> raw = new HashSet<>(configured.rawColumns());
    for (ColumnSpec column : table.schema().columns()) {
      if (isOpen(column, table, configured)
          && (wasRaw(column, table, ended)
              || sealed.map(copy -> isUnique(column, copy)).orElse(false))) {
        raw.add(column.name());
      }
    }
    return new EncodingDecisions(
        configured.formatVersion(),
        raw,
        configured.invertedColumns(),
        configured.rangeColumns(),
        configured.bloomColumns());
  }

  private static boolean isOpen(ColumnSpec column, TableState table, EncodingDecisions configured) {
    return column.singleValue()
        && !table.config().dictionaryColumns().contains(column.name())
        && !configured.invertedColumns().contains(column.name());
  }

  private static boolean wasRaw(ColumnSpec column, TableState table, SegmentMetadata ended) {
    return ended.schemaVersion() == table.node().schemaVersion()
        && ended.configVersion() == table.node().configVersion()
        && ended.encoding().rawColumns().contains(column.name());
  }

  private static boolean isUnique(ColumnSpec column, StoredCopy copy) {
    double share = column.storedType().isFixedWidth() ? NUMBERS : TEXTS;
    return copy.distinct().getOrDefault(column.name(), 0) > share * copy.docCount();
  }
}
