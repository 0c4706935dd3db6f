package io.gamay.ingest.consume;

import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.Value;
import java.util.HashMap;
import java.util.Map;

/** What metadata is to hold of a sealed file. */
final class StoredCopies {

  /** Longest text or bytes value that is worth a place in metadata. */
  private static final int MAX_BOUND_LENGTH = 64;

  private static final int MAX_BOUNDED_COLUMNS = 200;
  private static final int MAX_COUNTED_COLUMNS = 500;

  private StoredCopies() {}

  /**
   * @param partitions as {@link SeenPartitions} found them
   */
  static StoredCopy of(
      ImmutableSegment segment, String objectKey, Map<String, PartitionsSeen> partitions) {
    return new StoredCopy(
        objectKey,
        segment.dataCrc(),
        segment.sizeBytes(),
        segment.docCount(),
        segment.ledger(),
        segment.lostRanges(),
        boundsOf(segment),
        distinctOf(segment),
        partitions);
  }

  private static Map<String, Integer> distinctOf(ImmutableSegment segment) {
    Map<String, Integer> distinct = new HashMap<>();
    if (segment.docCount() < StoredCopy.LEAST_TELLING_ROWS) {
      return distinct;
    }
    for (ColumnSpec column : segment.schema().columns()) {
      int cardinality = segment.columnStatistics(column.name()).cardinality();
      if (column.singleValue()
          && cardinality > segment.docCount() / 2
          && distinct.size() < MAX_COUNTED_COLUMNS) {
        distinct.put(column.name(), cardinality);
      }
    }
    return distinct;
  }

  private static Map<String, StoredCopy.Bounds> boundsOf(ImmutableSegment segment) {
    Map<String, StoredCopy.Bounds> bounds = new HashMap<>();
    for (ColumnSpec column : segment.schema().columns()) {
      ColumnStatistics statistics = segment.columnStatistics(column.name());
      if (bounds.size() < MAX_BOUNDED_COLUMNS
          && statistics.min().filter(StoredCopies::isShort).isPresent()
          && statistics.max().filter(StoredCopies::isShort).isPresent()) {
        bounds.put(
            column.name(), new StoredCopy.Bounds(statistics.min().get(), statistics.max().get()));
      }
    }
    return bounds;
  }

  private static boolean isShort(Value value) {
    return switch (value) {
      case Value.IntValue _, Value.LongValue _, Value.FloatValue _, Value.DoubleValue _ -> true;
      case Value.StringValue(String text) -> text.length() <= MAX_BOUND_LENGTH;
      case Value.BytesValue(byte[] bytes) -> bytes.length <= MAX_BOUND_LENGTH;
      case Value.BigDecimalValue(var decimal) -> decimal.precision() <= MAX_BOUND_LENGTH;
    };
  }
}
