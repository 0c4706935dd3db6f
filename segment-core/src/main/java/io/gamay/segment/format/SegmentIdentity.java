package io.gamay.segment.format;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;

/** Which rows a sealed file holds, and under which decisions they were written. */
public record SegmentIdentity(
    String tableName,
    String segmentName,
    int partition,
    OffsetRange offsets,
    int docCount,
    EncodingDecisions encodings) {

  public SegmentIdentity {
    if (docCount < 0) {
      throw new IllegalArgumentException("negative doc count " + docCount);
    }
  }
}
