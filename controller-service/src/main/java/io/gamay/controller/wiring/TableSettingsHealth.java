package io.gamay.controller.wiring;

import io.gamay.cluster.table.Problem;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** Whether tables go by all that their stored configs say; names table, field and fix if not. */
final class TableSettingsHealth extends AbstractHealthIndicator {

  private static final Status DEGRADED = new Status("DEGRADED");

  private final Supplier<ClusterView> view;

  TableSettingsHealth(Supplier<ClusterView> view) {
    super("tables cannot be told");
    this.view = view;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    Map<String, List<String>> refused = new TreeMap<>();
    for (TableView table : view.get().tables().values()) {
      if (!table.refusedSettings().isEmpty()) {
        refused.put(
            table.config().nameWithType(),
            table.refusedSettings().stream().map(Problem::toString).toList());
      }
    }
    if (refused.isEmpty()) {
      builder.up();
    } else {
      builder.status(DEGRADED).withDetail("refusedSettings", refused);
    }
  }
}
