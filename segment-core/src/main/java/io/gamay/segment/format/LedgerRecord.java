package io.gamay.segment.format;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.ledger.RejectionReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What became of every offset of a sealed segment.
 *
 * @param lostRanges ascending, disjoint and not touching
 * @param rejectedByReason reasons that occurred, with exact counts
 */
public record LedgerRecord(
    OffsetRange offsets,
    LedgerCounts counts,
    List<OffsetRange> lostRanges,
    Map<RejectionReason, Long> rejectedByReason) {

  /**
   * Brings ranges and reasons into their one canonical form.
   *
   * @throws IllegalArgumentException if the counts do not close over the offsets, or ranges or
   *     reasons disagree with the counts
   */
  public LedgerRecord {
    if (!counts.closes(offsets)) {
      throw new IllegalArgumentException(
          "ledger does not close: %s over %s".formatted(counts, offsets));
    }
    lostRanges = canonicalRanges(lostRanges, offsets);
    long lost = lostRanges.stream().mapToLong(OffsetRange::size).sum();
    if (lost != counts.lost()) {
      throw new IllegalArgumentException(
          "lost ranges hold %d offsets, ledger says %d".formatted(lost, counts.lost()));
    }
    rejectedByReason = canonicalReasons(rejectedByReason);
    long rejected = rejectedByReason.values().stream().mapToLong(Long::longValue).sum();
    if (rejected != counts.rejected()) {
      throw new IllegalArgumentException(
          "rejections by reason sum to %d, ledger says %d".formatted(rejected, counts.rejected()));
    }
  }

  private static List<OffsetRange> canonicalRanges(List<OffsetRange> ranges, OffsetRange bounds) {
    List<OffsetRange> merged = new ArrayList<>();
    for (OffsetRange range :
        ranges.stream()
            .filter(range -> !range.isEmpty())
            .sorted(Comparator.comparingLong(OffsetRange::start))
            .toList()) {
      OffsetRange last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && range.start() < last.end()) {
        throw new IllegalArgumentException("lost ranges overlap: %s, %s".formatted(last, range));
      }
      if (range.start() < bounds.start() || range.end() > bounds.end()) {
        throw new IllegalArgumentException(
            "lost range %s is outside of %s".formatted(range, bounds));
      }
      if (last != null && range.start() == last.end()) {
        merged.set(merged.size() - 1, new OffsetRange(last.start(), range.end()));
      } else {
        merged.add(range);
      }
    }
    return List.copyOf(merged);
  }

  private static Map<RejectionReason, Long> canonicalReasons(Map<RejectionReason, Long> counts) {
    Map<RejectionReason, Long> occurred = new EnumMap<>(RejectionReason.class);
    counts.forEach(
        (reason, count) -> {
          if (count < 0) {
            throw new IllegalArgumentException("negative count of " + reason + ": " + count);
          }
          if (count > 0) {
            occurred.put(reason, count);
          }
        });
    return Map.copyOf(occurred);
  }
}
