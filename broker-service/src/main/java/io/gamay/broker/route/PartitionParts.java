package io.gamay.broker.route;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What holds the rows of one partition from an offset on.
 *
 * @param from where the wanted rows begin
 * @param sealed segments to be asked for by name
 * @param pruned ranges of sealed segments that cannot hold a matching row: covered without asking
 * @param prunedDocs rows of these
 * @param tail everything behind the sealed prefix; empty if nothing consumes the partition
 */
public record PartitionParts(
    int partition,
    long from,
    List<SealedSource> sealed,
    List<OffsetRange> pruned,
    long prunedDocs,
    Optional<TailSource> tail) {

  public PartitionParts {
    sealed = List.copyOf(sealed);
    pruned = List.copyOf(pruned);
  }

  /**
   * The parts that hold rows below an offset, and of ranges what is below it. Rows of sealed
   * segments that are left out are only counted together: they stay as long as one of these does.
   */
  public PartitionParts below(long end) {
    List<OffsetRange> prunedBelow =
        pruned.stream()
            .filter(range -> range.start() < end)
            .map(range -> below(range, end))
            .toList();
    return new PartitionParts(
        partition,
        from,
        sealed.stream()
            .filter(source -> source.offsets().start() < end)
            .map(source -> source.covering(below(source.offsets(), end)))
            .toList(),
        prunedBelow,
        prunedBelow.isEmpty() ? 0 : prunedDocs,
        tail.filter(source -> source.from() < end));
  }

  private static OffsetRange below(OffsetRange range, long end) {
    return new OffsetRange(range.start(), Math.min(range.end(), end));
  }

  /**
   * @param offsets that are asked for
   * @param candidates instances that serve it, in assignment order; may be empty
   * @param members instances that are to serve it, in assignment order
   */
  public record SealedSource(
      SegmentName segment,
      OffsetRange offsets,
      int dataCrc,
      List<String> candidates,
      List<String> members) {
    public SealedSource {
      candidates = List.copyOf(candidates);
      members = List.copyOf(members);
    }

    /** Without some candidates, if others are left. */
    public SealedSource withoutCandidates(Set<String> instances) {
      List<String> left =
          candidates.stream().filter(candidate -> !instances.contains(candidate)).toList();
      return left.isEmpty() ? this : new SealedSource(segment, offsets, dataCrc, left, members);
    }

    SealedSource covering(OffsetRange other) {
      return new SealedSource(segment, other, dataCrc, candidates, members);
    }
  }

  /**
   * @param candidates instances that consume it, in assignment order; may be empty
   */
  public record TailSource(long from, List<String> candidates) {
    public TailSource {
      candidates = List.copyOf(candidates);
    }
  }
}
