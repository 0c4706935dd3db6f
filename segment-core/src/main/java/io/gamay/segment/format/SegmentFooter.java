package io.gamay.segment.format;

import io.gamay.segment.read.ColumnStatistics;
import java.util.List;

/**
 * What a reader must know before it reads a block.
 *
 * @param dataCrc CRC-32C over the data blocks, in the order of the directory
 * @param statistics of the columns, in the order of the schema
 * @param blocks in the order of the file
 */
public record SegmentFooter(
    SegmentIdentity identity,
    int dataCrc,
    List<ColumnStatistics> statistics,
    List<BlockEntry> blocks) {

  public SegmentFooter {
    statistics = List.copyOf(statistics);
    blocks = List.copyOf(blocks);
  }
}
