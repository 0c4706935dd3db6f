package io.gamay.controller.health;

import io.gamay.cluster.report.ConsumingReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which consumers fall behind: those whose lag has not shrunk from look to look for a while, and
 * has grown by a tenth, and by what no mere jitter makes, since that began. Not thread-safe.
 */
final class LagWatch {

  private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);
  private static final long LEAST_GROWTH = 1_000;

  private record Key(String tableId, int partition, String instance) {}

  /**
   * @param since when it began to grow
   * @param first how large it was then
   */
  private record Growth(Instant since, long first, long last) {}

  /** A consumer that falls behind. */
  record Lagging(int partition, String instance, long lag, long grownBy, Duration within) {}

  private Map<Key, Growth> growths = new HashMap<>();

  /** Takes the newest reports, in the order in which they were made. */
  Map<String, List<Lagging>> look(ServerReports reports) {
    Map<Key, Growth> next = new HashMap<>();
    reports
        .consuming()
        .forEach(
            (tableId, consuming) ->
                newestLags(tableId, consuming)
                    .forEach((key, lag) -> next.put(key, growth(key, lag, reports.at()))));
    growths = next;
    Map<String, List<Lagging>> lagging = new HashMap<>();
    growths.forEach(
        (key, growth) -> {
          Duration within = Duration.between(growth.since(), reports.at());
          long grownBy = growth.last() - growth.first();
          if (within.compareTo(LONG_ENOUGH) >= 0
              && grownBy >= Math.max(LEAST_GROWTH, growth.first() / 10)) {
            lagging
                .computeIfAbsent(key.tableId(), _ -> new ArrayList<>())
                .add(new Lagging(key.partition(), key.instance(), growth.last(), grownBy, within));
          }
        });
    return lagging;
  }

  /** Who is held, as by a pause, does not read, and so falls behind nobody. */
  private static Map<Key, Long> newestLags(String tableId, List<ConsumingReport> consuming) {
    Map<Key, Long> lags = new HashMap<>();
    for (ConsumingReport report : StreamWatch.newest(consuming)) {
      if (report.latestOffset() >= 0 && report.reason().isEmpty()) {
        lags.put(
            new Key(tableId, report.partition(), report.instance()),
            Math.max(0, report.latestOffset() - report.currentOffset()));
      }
    }
    return lags;
  }

  private Growth growth(Key key, long lag, Instant now) {
    Growth before = growths.get(key);
    return before == null || lag < before.last()
        ? new Growth(now, lag, lag)
        : new Growth(before.since(), before.first(), lag);
  }
}
