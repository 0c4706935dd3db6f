package io.gamay.cluster.segment;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Map;

/**
 * The durable copy of a segment.
 *
 * @param objectKey name in the deep store, relative to its root; contains the attempt
 * @param dataCrc CRC-32C over the data blocks
 * @param lost offsets that no replica could read; a declared loss
 * @param bounds least and greatest value really seen, for columns worth pruning by
 * @param distinct number of distinct values, for columns of which they are more than half of the
 *     rows: single-value ones with a dictionary, in a copy of {@link #LEAST_TELLING_ROWS} or more
 * @param partitions really seen, for columns that the config names a partition function of
 */
public record StoredCopy(
    String objectKey,
    int dataCrc,
    long sizeBytes,
    int docCount,
    LedgerCounts ledger,
    List<OffsetRange> lost,
    Map<String, Bounds> bounds,
    Map<String, Integer> distinct,
    Map<String, PartitionsSeen> partitions) {

  /** Fewer rows do not tell how values repeat. */
  public static final int LEAST_TELLING_ROWS = 10_000;

  public StoredCopy {
    lost = List.copyOf(lost);
    bounds = Map.copyOf(bounds);
    distinct = Map.copyOf(distinct);
    partitions = Map.copyOf(partitions);
  }

  /** Of columns without a partition function. */
  public StoredCopy(
      String objectKey,
      int dataCrc,
      long sizeBytes,
      int docCount,
      LedgerCounts ledger,
      List<OffsetRange> lost,
      Map<String, Bounds> bounds,
      Map<String, Integer> distinct) {
    this(objectKey, dataCrc, sizeBytes, docCount, ledger, lost, bounds, distinct, Map.of());
  }

  /** Of columns whose values repeat. */
  public StoredCopy(
      String objectKey,
      int dataCrc,
      long sizeBytes,
      int docCount,
      LedgerCounts ledger,
      List<OffsetRange> lost,
      Map<String, Bounds> bounds) {
    this(objectKey, dataCrc, sizeBytes, docCount, ledger, lost, bounds, Map.of());
  }

  public StoredCopy withLost(List<OffsetRange> declared) {
    return new StoredCopy(
        objectKey, dataCrc, sizeBytes, docCount, ledger, declared, bounds, distinct, partitions);
  }

  /** The same data under another name; indexes may differ, and so may the size. */
  public StoredCopy withObject(String key, long size) {
    return new StoredCopy(key, dataCrc, size, docCount, ledger, lost, bounds, distinct, partitions);
  }

  public record Bounds(Value min, Value max) {}
}
