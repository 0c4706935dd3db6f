package io.gamay.segment.ledger;

/** Kafka offsets of one partition, [start, end). */
public record OffsetRange(long start, long end) {

  public OffsetRange {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("not an offset range: [%d, %d)".formatted(start, end));
    }
  }

  public long size() {
    return end - start;
  }

  public boolean isEmpty() {
    return end == start;
  }

  public boolean contains(long offset) {
    return offset >= start && offset < end;
  }
}
