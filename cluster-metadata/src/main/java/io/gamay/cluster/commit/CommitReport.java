package io.gamay.cluster.commit;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;

/** A server's report about one segment; repeated until metadata shows its effect. */
public sealed interface CommitReport {

  /** Instance id of the reporter. */
  String instance();

  String tableId();

  SegmentName segment();

  /**
   * A threshold is reached, or the controller asked.
   *
   * @param position the next offset that the replica will read
   * @param missing offsets from the segment's start to the position that it could not read
   * @param docCount rows so far
   */
  record Consumed(
      String instance,
      String tableId,
      SegmentName segment,
      long position,
      List<OffsetRange> missing,
      int docCount,
      StopReason reason)
      implements CommitReport {
    public Consumed {
      missing = List.copyOf(missing);
    }
  }

  /**
   * The copy is in the deep store and was read back.
   *
   * @param missing offsets of [start, end) that the copy lacks
   */
  record Committed(
      String instance,
      String tableId,
      SegmentName segment,
      int attempt,
      StoredCopy copy,
      List<OffsetRange> missing)
      implements CommitReport {
    public Committed {
      missing = List.copyOf(missing);
    }
  }

  /** This attempt's object name is burnt. */
  record Failed(String instance, String tableId, SegmentName segment, int attempt, String reason)
      implements CommitReport {}

  /** Why a segment is to end. */
  enum StopReason {
    ROW_LIMIT,
    SIZE_LIMIT,
    TIME_LIMIT,
    MEMORY_LIMIT,
    ASKED
  }
}
