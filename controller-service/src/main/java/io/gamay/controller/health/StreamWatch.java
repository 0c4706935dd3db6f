package io.gamay.controller.health;

import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.stream.StreamLogs;
import io.gamay.controller.stream.StreamLogs.LogBounds;
import io.gamay.controller.stream.StreamUnavailableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Compares what consumers have read with what Kafka's logs hold. Both move, so that each is
 * compared in the order in which it was asked: a position with the end that was asked after it, and
 * with the start that was asked before it. Thread-safe; only {@link #look} waits, one call at a
 * time.
 */
public final class StreamWatch {

  private final Supplier<ClusterView> view;
  private final ServerReports.Source servers;
  private final StreamLogs logs;
  private volatile Map<String, Known> known = Map.of();

  /**
   * @param bounds by partition
   */
  private record Known(
      Map<Integer, LogBounds> bounds, List<LogBreach> breaches, Optional<String> trouble) {}

  private static final Known NOTHING = new Known(Map.of(), List.of(), Optional.empty());

  /**
   * A consumer whose position Kafka's log does not hold.
   *
   * @param isPassed whether the log begins behind the position; else it ends before it
   * @param logOffset where the log begins, or ends
   */
  public record LogBreach(
      int partition, String instance, long position, boolean isPassed, long logOffset) {}

  public StreamWatch(Supplier<ClusterView> view, ServerReports.Source servers, StreamLogs logs) {
    this.view = view;
    this.servers = servers;
    this.logs = logs;
  }

  /** Asks about every table; one whose stream cannot be asked does not keep the others from it. */
  public void look() {
    Map<String, Known> before = known;
    ServerReports reports = servers.ask();
    Map<String, Known> next = new HashMap<>();
    for (TableView table : view.get().tables().values()) {
      next.put(
          table.tableId(),
          ask(
              table,
              before.getOrDefault(table.tableId(), NOTHING).bounds(),
              reports.of(table.tableId())));
    }
    known = Map.copyOf(next);
  }

  /** Why the stream could not be asked about a table; empty if it could. */
  public Optional<String> trouble(String tableId) {
    return known.getOrDefault(tableId, NOTHING).trouble();
  }

  public List<LogBreach> breaches(String tableId) {
    return known.getOrDefault(tableId, NOTHING).breaches();
  }

  private Known ask(
      TableView table, Map<Integer, LogBounds> before, List<ConsumingReport> reports) {
    try {
      Map<Integer, LogBounds> now =
          logs.logBounds(table.config().stream(), table.partitions().keySet());
      List<LogBreach> breaches = new ArrayList<>();
      for (ConsumingReport report : newest(reports)) {
        LogBounds later = now.get(report.partition());
        LogBounds earlier = before.get(report.partition());
        if (later != null && report.currentOffset() > later.end()) {
          breaches.add(breach(report, false, later.end()));
        } else if (earlier != null && report.currentOffset() < earlier.start()) {
          breaches.add(breach(report, true, earlier.start()));
        }
      }
      return new Known(Map.copyOf(now), List.copyOf(breaches), Optional.empty());
    } catch (StreamUnavailableException away) {
      return new Known(Map.of(), List.of(), Optional.of(String.valueOf(away.getMessage())));
    }
  }

  private static LogBreach breach(ConsumingReport report, boolean isPassed, long logOffset) {
    return new LogBreach(
        report.partition(), report.instance(), report.currentOffset(), isPassed, logOffset);
  }

  /** Of each partition and server the report of the segment that it reads with. */
  static List<ConsumingReport> newest(List<ConsumingReport> reports) {
    record Reader(int partition, String instance) {}
    Map<Reader, ConsumingReport> newest = new HashMap<>();
    for (ConsumingReport report : reports) {
      newest.merge(
          new Reader(report.partition(), report.instance()),
          report,
          (one, other) -> one.startOffset() >= other.startOffset() ? one : other);
    }
    return newest.values().stream()
        .sorted(
            Comparator.comparingInt(ConsumingReport::partition)
                .thenComparing(ConsumingReport::instance))
        .toList();
  }
}
