package io.gamay.broker.scatter;

import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.List;

/** Tails as a server answers them that lacks some of their offsets. */
final class Tails {

  private Tails() {}

  /**
   * What is answered for a tail. A gap that ends where the server stands is as if it stood before
   * it; one that hides all that is asked for leaves an empty range behind it.
   *
   * @param end where the server stands
   * @param gaps ascending
   */
  static List<TailCoverage> covered(
      TailPart tail, ServerRequest request, long end, List<OffsetRange> gaps) {
    long last = Math.min(end, request.endOf(tail.partition()));
    List<OffsetRange> ranges = new ArrayList<>();
    long next = tail.fromOffset();
    for (OffsetRange gap : gaps) {
      if (gap.end() == end) {
        last = Math.min(last, gap.start());
      } else if (gap.start() < last && gap.end() > next) {
        if (gap.start() > next) {
          ranges.add(new OffsetRange(next, gap.start()));
        }
        next = Math.min(gap.end(), last);
      }
    }
    if (next < last || ranges.isEmpty()) {
      ranges.add(new OffsetRange(next, Math.max(next, last)));
    }
    return ranges.stream().map(range -> new TailCoverage(tail.partition(), range)).toList();
  }

  static long rows(List<TailCoverage> tails) {
    return tails.stream().mapToLong(tail -> tail.covered().end() - tail.covered().start()).sum();
  }
}
