package io.gamay.segment.immutable;

import io.gamay.segment.format.BlockKind;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.ColumnSpec;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How a column of a sealed segment is stored, for a person.
 *
 * @param form in which rows hold the values
 * @param values the form of the distinct values; empty without a dictionary
 * @param reason why the form was taken
 * @param blockBytes by kind of block, indexes in the segment's own file included
 * @param indexes that are shown
 */
public record ColumnDescription(
    ColumnSpec spec,
    String form,
    String values,
    String reason,
    Map<BlockKind, Long> blockBytes,
    ColumnStatistics statistics,
    List<IndexDescription> indexes) {

  public ColumnDescription {
    blockBytes = Collections.unmodifiableMap(copyOf(blockBytes));
    indexes = List.copyOf(indexes);
  }

  private static Map<BlockKind, Long> copyOf(Map<BlockKind, Long> bytes) {
    Map<BlockKind, Long> copy = new EnumMap<>(BlockKind.class);
    copy.putAll(bytes);
    return copy;
  }

  /** Of all blocks. */
  public long sizeBytes() {
    return blockBytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What one value of a row takes, its share of the dictionary included; 0 without values. */
  public double bitsPerValue() {
    long dataBytes =
        blockBytes.entrySet().stream()
            .filter(block -> block.getKey().isData())
            .mapToLong(Map.Entry::getValue)
            .sum();
    return statistics.valueCount() == 0
        ? 0
        : (double) dataBytes * Byte.SIZE / statistics.valueCount();
  }
}
