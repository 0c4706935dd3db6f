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
 */
public record StoredCopy(
    String objectKey,
    int dataCrc,
    long sizeBytes,
    int docCount,
    LedgerCounts ledger,
    List<OffsetRange> lost,
    Map<String, Bounds> bounds) {

  public StoredCopy {
    lost = List.copyOf(lost);
    bounds = Map.copyOf(bounds);
  }

  public record Bounds(Value min, Value max) {}
}
