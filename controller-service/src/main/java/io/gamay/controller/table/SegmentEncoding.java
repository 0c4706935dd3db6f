package io.gamay.controller.table;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.TimeFormat;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a new segment is written: as the table's config says; where that leaves it open, without a
 * dictionary if almost every row had a value of its own in a segment before. As long as no segment
 * tells, that is taken for granted of a time column of milliseconds and of no other.
 *
 * <p>A dictionary of almost as many values as rows costs what the values cost, and the numbers of
 * the values on top. Raw columns are not counted, so a column that became raw stays so until the
 * table's config or schema changes; then it is looked at anew, but for the time column, of which
 * nothing will tell: {@code encodingType} {@code DICTIONARY} gives it one.
 *
 * <p>Pure. What a sealed segment told never changes, so the transaction need not check its node.
 */
public final class SegmentEncoding {

  /** Distinct values per row beyond which a dictionary of numbers does not pay. */
  private static final double NUMBERS = 0.75;

  /** The same of strings and bytes, which a dictionary stores once and compares once. */
  private static final double TEXTS = 0.9;

  private static final Duration FINE = Duration.ofMillis(1);

  private SegmentEncoding() {}

  /** Of the first segment of a partition. */
  public static EncodingDecisions first(TableState table) {
    return of(table, Set.of(), Optional.empty());
  }

  /**
   * Of the segment after one that has ended.
   *
   * @param sealed the newest copy of the partition that tells how values repeat
   */
  public static EncodingDecisions successor(
      TableState table, SegmentMetadata ended, Optional<StoredCopy> sealed) {
    boolean isSameTable =
        ended.schemaVersion() == table.node().schemaVersion()
            && ended.configVersion() == table.node().configVersion();
    return of(table, isSameTable ? ended.encoding().rawColumns() : Set.of(), sealed);
  }

  private static EncodingDecisions of(
      TableState table, Set<String> rawBefore, Optional<StoredCopy> sealed) {
    EncodingDecisions configured = table.encoding();
    Set<String> raw = new HashSet<>(configured.rawColumns());
    for (ColumnSpec column : table.schema().columns()) {
      if (isOpen(column, table, configured)
          && (rawBefore.contains(column.name()) || isUnique(column, table, sealed))) {
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

  private static boolean isUnique(
      ColumnSpec column, TableState table, Optional<StoredCopy> sealed) {
    OptionalInt distinct = sealed.map(copy -> distinct(column, copy)).orElse(OptionalInt.empty());
    if (distinct.isEmpty()) {
      return table.config().timeColumn().equals(Optional.of(column.name())) && isFine(column);
    }
    double share = column.storedType().isFixedWidth() ? NUMBERS : TEXTS;
    return distinct.getAsInt() > share * sealed.orElseThrow().docCount();
  }

  private static OptionalInt distinct(ColumnSpec column, StoredCopy copy) {
    Integer count = copy.distinct().get(column.name());
    return count == null ? OptionalInt.empty() : OptionalInt.of(count);
  }

  private static boolean isFine(ColumnSpec column) {
    return column.storedType() == StoredType.LONG
        && column
            .timeFormat()
            .map(
                format ->
                    switch (format) {
                      case TimeFormat.Epoch(Duration unit) -> unit.compareTo(FINE) <= 0;
                      case TimeFormat.Timestamp _ -> true;
                      case TimeFormat.Pattern _ -> false;
                    })
            .orElse(false);
  }
}
