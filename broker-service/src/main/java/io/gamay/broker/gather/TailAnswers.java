package io.gamay.broker.gather;

import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a response says of the tails that it was asked for. */
public final class TailAnswers {

  private TailAnswers() {}

  /** Whether each of them is answered without a hole and as far as was asked. */
  public static boolean areWhole(ServerRequest request, ServerResponse response) {
    return request.tails().stream()
        .allMatch(tail -> isWhole(tail, request, covered(tail, response)));
  }

  /**
   * What those of them lack that are answered, by partition: their holes, ascending; of one that
   * does not reach as far as was asked all that may come behind its end, too.
   */
  static Map<Integer, List<OffsetRange>> gaps(ServerRequest request, ServerResponse response) {
    Map<Integer, List<OffsetRange>> gaps = new TreeMap<>();
    for (TailPart tail : request.tails()) {
      List<OffsetRange> covered = covered(tail, response);
      if (!covered.isEmpty() && !isWhole(tail, request, covered)) {
        gaps.put(tail.partition(), gaps(tail, request.endOf(tail.partition()), covered));
      }
    }
    return gaps;
  }

  private static List<OffsetRange> gaps(TailPart tail, long last, List<OffsetRange> covered) {
    List<OffsetRange> gaps = new ArrayList<>();
    long reached = tail.fromOffset();
    for (OffsetRange range : covered) {
      long next = range.start();
      if (next > reached) {
        gaps.add(new OffsetRange(reached, next));
      }
      reached = range.end();
    }
    if (reached < Math.min(tail.minimumEnd(), last)) {
      gaps.add(new OffsetRange(reached, last));
    }
    return gaps;
  }

  private static List<OffsetRange> covered(TailPart tail, ServerResponse response) {
    return response.tails().stream()
        .filter(coverage -> coverage.partition() == tail.partition())
        .map(TailCoverage::covered)
        .toList();
  }

  private static boolean isWhole(TailPart tail, ServerRequest request, List<OffsetRange> covered) {
    return covered.size() == 1
        && covered.getFirst().start() == tail.fromOffset()
        && covered.getFirst().end() >= Math.min(tail.minimumEnd(), request.endOf(tail.partition()));
  }
}
