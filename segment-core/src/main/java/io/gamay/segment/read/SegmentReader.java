package io.gamay.segment.read;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.TableSchema;

/**
 * A fixed view of one segment: docIds [0, docCount), in ascending order of offset. Mutable segments
 * give one that does not change while rows go on arriving. Thread-safe; valid while the segment is
 * leased.
 */
public interface SegmentReader {

  String segmentName();

  /** The Kafka partition that the rows come from. */
  int partition();

  TableSchema schema();

  int docCount();

  /**
   * The offsets that this view accounts for: every row produced to them is in it, or in the ledger.
   */
  OffsetRange offsets();

  /** Whether the segment is still fed from the stream. */
  boolean isMutable();

  /**
   * A column of the segment's schema.
   *
   * @throws IllegalArgumentException if the schema has no such column
   */
  ColumnReader column(String name);

  /** Kafka offsets of the rows of a block, into {@code out[0, docs.count())}. */
  void readOffsets(DocIdBlock docs, long[] out);

  /** How many rows have offsets below the given one: the docId bound of an offset bound. */
  int docCountBelow(long offset);
}
