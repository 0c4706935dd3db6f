package io.gamay.controller.commit;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the leader remembers of one segment's reports. It may be lost at any time: servers repeat
 * themselves.
 *
 * @param holdings the newest per member
 * @param firstReportAt when the hold time began
 * @param lossReportedAt when a finished copy with missing offsets was first reported
 * @param trouble why the segment does not get on, for a person; empty when it does
 */
record ReportMemory(
    Map<String, Holding> holdings,
    Optional<Instant> firstReportAt,
    Optional<Instant> lossReportedAt,
    String trouble) {

  static final ReportMemory EMPTY =
      new ReportMemory(Map.of(), Optional.empty(), Optional.empty(), "");

  ReportMemory {
    holdings = Map.copyOf(holdings);
  }

  ReportMemory remember(String instance, Holding holding, Instant now) {
    Map<String, Holding> next = new HashMap<>(holdings);
    next.put(instance, holding);
    return new ReportMemory(next, Optional.of(firstReportAt.orElse(now)), lossReportedAt, trouble);
  }

  ReportMemory withLossReported(Instant now) {
    return new ReportMemory(
        holdings, firstReportAt, Optional.of(lossReportedAt.orElse(now)), trouble);
  }

  ReportMemory withTrouble(String reason) {
    return new ReportMemory(holdings, firstReportAt, lossReportedAt, reason);
  }
}
