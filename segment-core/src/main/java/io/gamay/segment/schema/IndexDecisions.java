package io.gamay.segment.schema;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which indexes columns are to have. Unlike the rest of {@link EncodingDecisions} they may change
 * while a segment lives: its data bytes stay as they were sealed. (At the seal an inverted index
 * keeps its column's dictionary.)
 *
 * @param invertedColumns columns with an inverted index
 * @param rangeColumns columns whose ranges are often asked for
 * @param bloomColumns columns with a bloom filter, and the share of absent values that it may let
 *     pass, in (0, 1)
 */
public record IndexDecisions(
    Set<String> invertedColumns, Set<String> rangeColumns, Map<String, Double> bloomColumns) {

  public static final IndexDecisions NONE = new IndexDecisions(Set.of(), Set.of(), Map.of());

  public IndexDecisions {
    invertedColumns = Set.copyOf(invertedColumns);
    rangeColumns = Set.copyOf(rangeColumns);
    bloomColumns = Map.copyOf(bloomColumns);
    bloomColumns.forEach(IndexDecisions::checkFalsePositives);
  }

  private static void checkFalsePositives(String column, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "bloom filter of column %s lets %s of absent values pass, expected between 0 and 1"
              .formatted(column, share));
    }
  }

  public static IndexDecisions of(EncodingDecisions encodings) {
    return new IndexDecisions(
        encodings.invertedColumns(), encodings.rangeColumns(), encodings.bloomColumns());
  }

  /** What of this is not in others: a bloom filter of another share is another filter. */
  public IndexDecisions without(IndexDecisions others) {
    Set<String> inverted = new HashSet<>(invertedColumns);
    inverted.removeAll(others.invertedColumns);
    Set<String> range = new HashSet<>(rangeColumns);
    range.removeAll(others.rangeColumns);
    Map<String, Double> bloom = new HashMap<>(bloomColumns);
    bloom.entrySet().removeAll(others.bloomColumns.entrySet());
    return new IndexDecisions(inverted, range, bloom);
  }

  /** Both; where both have a bloom filter of a column, the others' share counts. */
  public IndexDecisions and(IndexDecisions others) {
    Set<String> inverted = new HashSet<>(invertedColumns);
    inverted.addAll(others.invertedColumns);
    Set<String> range = new HashSet<>(rangeColumns);
    range.addAll(others.rangeColumns);
    Map<String, Double> bloom = new HashMap<>(bloomColumns);
    bloom.putAll(others.bloomColumns);
    return new IndexDecisions(inverted, range, bloom);
  }

  /**
   * What of this a segment can have: nothing on columns that it lacks, no inverted index on columns
   * without a dictionary.
   */
  public IndexDecisions fitting(List<ColumnSpec> columns, Set<String> rawColumns) {
    Set<String> inverted = new HashSet<>();
    Set<String> range = new HashSet<>();
    Map<String, Double> bloom = new HashMap<>();
    for (ColumnSpec column : columns) {
      String name = column.name();
      if (invertedColumns.contains(name) && !rawColumns.contains(name)) {
        inverted.add(name);
      }
      if (rangeColumns.contains(name)) {
        range.add(name);
      }
      if (bloomColumns.containsKey(name)) {
        bloom.put(name, bloomColumns.get(name));
      }
    }
    return new IndexDecisions(inverted, range, bloom);
  }
}
