package io.gamay.broker.route;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;
import java.util.Optional;

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
   * @param candidates instances that serve it, best first; may be empty
   */
  public record SealedSource(
      SegmentName segment, OffsetRange offsets, int dataCrc, List<String> candidates) {
    public SealedSource {
      candidates = List.copyOf(candidates);
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
