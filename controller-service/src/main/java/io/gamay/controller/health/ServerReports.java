package io.gamay.controller.health;

import io.gamay.cluster.report.ConsumingReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the live servers said of what they consume.
 *
 * @param at when they were asked
 * @param consuming by table id
 * @param silent servers that did not answer
 */
public record ServerReports(
    Instant at, Map<String, List<ConsumingReport>> consuming, Set<String> silent) {

  public static final ServerReports NONE = new ServerReports(Instant.EPOCH, Map.of(), Set.of());

  public ServerReports {
    consuming = Map.copyOf(consuming);
    silent = Set.copyOf(silent);
  }

  List<ConsumingReport> of(String tableId) {
    return consuming.getOrDefault(tableId, List.of());
  }

  /** Asks all live servers; blocks for a bounded time. */
  public interface Source {
    ServerReports ask();
  }
}
