package io.gamay.simulation;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A partition of the topic: rows, records that cannot be decoded, offsets that no reader is given,
 * and a start that moves. Each row holds its partition and its offset.
 */
final class PartitionLog {

  /** What an offset holds. */
  enum Kind {
    ROW,
    BAD,
    ABSENT
  }

  private final int partition;
  private final List<Kind> kinds = new ArrayList<>();
  private long start;

  PartitionLog(int partition) {
    this.partition = partition;
  }

  void append(Kind kind) {
    kinds.add(kind);
  }

  long start() {
    return start;
  }

  long end() {
    return kinds.size();
  }

  /** The topic's retention. */
  void deleteBefore(long offset) {
    start = Math.max(start, Math.min(offset, end()));
  }

  boolean isRow(long offset) {
    return kinds.get((int) offset) == Kind.ROW;
  }

  /** What a reader is given at an offset. */
  Optional<byte[]> record(long offset) {
    return switch (kinds.get((int) offset)) {
      case ROW ->
          Optional.of(
              "{\"part\":%d,\"place\":%d,\"at\":%d}"
                  .formatted(partition, offset, offset)
                  .getBytes(StandardCharsets.UTF_8));
      case BAD -> Optional.of("{\"part\":oh".getBytes(StandardCharsets.UTF_8));
      case ABSENT -> Optional.empty();
    };
  }

  /** The fates of a range's offsets, of which some are lost. */
  LedgerCounts ledger(OffsetRange offsets, List<OffsetRange> lost) {
    long indexed = 0;
    long rejected = 0;
    long absent = 0;
    long gone = 0;
    for (long offset = offsets.start(); offset < offsets.end(); offset++) {
      long place = offset;
      if (lost.stream().anyMatch(range -> range.contains(place))) {
        gone++;
        continue;
      }
      switch (kinds.get((int) offset)) {
        case ROW -> indexed++;
        case BAD -> rejected++;
        case ABSENT -> absent++;
      }
    }
    return new LedgerCounts(indexed, 0, rejected, absent, gone);
  }
}
