package io.gamay.broker.gather;

import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which offsets of one partition an answer covers: collected while parts come in, then joined. */
public final class PartitionCoverage {

  private final int partition;
  private long from;
  private final List<OffsetRange> ranges = new ArrayList<>();

  /**
   * @param from where the wanted rows begin
   */
  public PartitionCoverage(int partition, long from) {
    this.partition = partition;
    this.from = from;
  }

  public int partition() {
    return partition;
  }

  /** Leaves out a range that the wanted rows begin with, if it is that; whether it was. */
  boolean beginsBehind(OffsetRange gone) {
    if (gone.start() != from) {
      return false;
    }
    from = gone.end();
    return true;
  }

  public void add(OffsetRange range) {
    ranges.add(range);
  }

  /** The ranges covered, ascending, joined where they touch. */
  public List<OffsetRange> joined() {
    List<OffsetRange> sorted =
        ranges.stream()
            .filter(range -> !range.isEmpty())
            .sorted(Comparator.comparingLong(OffsetRange::start))
            .toList();
    List<OffsetRange> joined = new ArrayList<>();
    for (OffsetRange range : sorted) {
      if (!joined.isEmpty() && joined.getLast().end() == range.start()) {
        joined.set(joined.size() - 1, new OffsetRange(joined.getLast().start(), range.end()));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  /** Whether two parts overlap: a row would be counted twice. */
  public boolean overlaps() {
    List<OffsetRange> sorted =
        ranges.stream().sorted(Comparator.comparingLong(OffsetRange::start)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).start() < sorted.get(i - 1).end()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the parts join from the first wanted offset without a hole, up to where the last one
   * says that it has come.
   */
  public boolean isGapless() {
    List<OffsetRange> joined = joined();
    boolean isOneRun =
        joined.isEmpty() || (joined.size() == 1 && joined.getFirst().start() == from);
    return isOneRun && reached() <= high();
  }

  /** Where the farthest part begins or ends: an empty one behind all rows says that some miss. */
  public long reached() {
    return ranges.stream().mapToLong(OffsetRange::end).max().orElse(from);
  }

  /** What is covered without a hole and once, from the first wanted offset on; may be empty. */
  public Optional<OffsetRange> whole() {
    return overlaps() || !isGapless()
        ? Optional.empty()
        : Optional.of(new OffsetRange(from, high()));
  }

  /** Behind the last offset covered; {@code from} if nothing is. */
  public long high() {
    List<OffsetRange> joined = joined();
    return joined.isEmpty() ? from : joined.getLast().end();
  }
}
