package io.gamay.cluster.report;

import java.util.List;
import java.util.Map;

/**
 * All that a server consumes.
 *
 * @param reports by table id; tables that it consumes nothing of are left out
 */
public record ConsumingByTable(Map<String, List<ConsumingReport>> reports) {

  public ConsumingByTable {
    reports = Map.copyOf(reports);
  }
}
