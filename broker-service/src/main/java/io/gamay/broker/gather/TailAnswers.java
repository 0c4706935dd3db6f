package io.gamay.broker.gather;

import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;

/** What a response says of the tails that it was asked for. */
public final class TailAnswers {

  private TailAnswers() {}

  /** Whether each of them is answered without a hole and as far as was asked. */
  public static boolean areWhole(ServerRequest request, ServerResponse response) {
    return request.tails().stream()
        .allMatch(tail -> isWhole(tail, request, covered(tail, response)));
  }

  /** Whether one of them is answered with a hole, or not as far as was asked. */
  static boolean fallShort(ServerRequest request, ServerResponse response) {
    for (TailPart tail : request.tails()) {
      List<OffsetRange> covered = covered(tail, response);
      if (!covered.isEmpty() && !isWhole(tail, request, covered)) {
        return true;
      }
    }
    return false;
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
