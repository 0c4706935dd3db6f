package io.gamay.segment.seal;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.ColumnStatistics;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;

/**
 * A segment that was just sealed: one durable file on the local disk.
 *
 * @param dataCrc of the data blocks: equal on every replica that sealed the same rows
 * @param statistics by column name
 */
public record SealedSegment(
    Path file,
    long sizeBytes,
    int dataCrc,
    int docCount,
    OffsetRange offsets,
    LedgerCounts ledger,
    Map<String, ColumnStatistics> statistics) {

  public SealedSegment {
    statistics = Map.copyOf(statistics);
  }

  /** The data CRC as it is written and shown: 8 hex digits. */
  public String dataCrcHex() {
    return HexFormat.of().toHexDigits(dataCrc);
  }
}
