package io.gamay.segment.ledger;

/**
 * How many offsets of a range met which fate.
 *
 * @param absent never delivered by Kafka: control records, aborted and compacted-away offsets
 * @param lost gone before we could read them
 */
public record LedgerCounts(long indexed, long filtered, long rejected, long absent, long lost) {

  public static final LedgerCounts ZERO = new LedgerCounts(0, 0, 0, 0, 0);

  public LedgerCounts {
    if (indexed < 0 || filtered < 0 || rejected < 0 || absent < 0 || lost < 0) {
      throw new IllegalArgumentException(
          "negative ledger count: indexed %d, filtered %d, rejected %d, absent %d, lost %d"
              .formatted(indexed, filtered, rejected, absent, lost));
    }
  }

  public long total() {
    return indexed + filtered + rejected + absent + lost;
  }

  /** Whether every offset of the range is accounted for, once. */
  public boolean closes(OffsetRange range) {
    return total() == range.size();
  }

  public LedgerCounts plus(LedgerCounts other) {
    return new LedgerCounts(
        indexed + other.indexed,
        filtered + other.filtered,
        rejected + other.rejected,
        absent + other.absent,
        lost + other.lost);
  }
}
