package io.gamay.controller.assignment;

import io.gamay.cluster.view.ClusterView.TableView;
import java.util.Set;

/** How many replicas a table's segments are to have. */
final class WantedReplicas {

  private static final Set<String> PATHS =
      Set.of("$.segmentsConfig.replication", "$.segmentsConfig.replicasPerPartition");

  private WantedReplicas() {}

  /**
   * What stands in the place of a setting that is refused by today's rules is nobody's choice: then
   * no segment loses a replica by it.
   */
  static int of(TableView table) {
    int configured = table.config().replication();
    boolean isChosen =
        table.refusedSettings().stream().noneMatch(refused -> PATHS.contains(refused.path()));
    if (isChosen) {
      return configured;
    }
    return table.partitions().values().stream()
        .flatMap(partition -> partition.segments().values().stream())
        .mapToInt(segment -> segment.assignment().wanted().size())
        .reduce(configured, Math::max);
  }
}
