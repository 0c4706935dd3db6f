package io.gamay.controller.wiring;

import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * What tables with a {@code quota.storage} take and may take, as meters; of the first {@link
 * #MAX_TABLES} by name. Only the leader has rows.
 */
final class QuotaMetrics {

  static final int MAX_TABLES = 2_000;

  private final Supplier<ClusterView> view;
  private final MultiGauge used;
  private final MultiGauge allowed;

  QuotaMetrics(Supplier<ClusterView> view, MeterRegistry registry) {
    this.view = view;
    this.used =
        MultiGauge.builder("gamay_controller_storage_bytes")
            .description("sealed segments of tables with a storage quota, one replica")
            .baseUnit("bytes")
            .register(registry);
    this.allowed =
        MultiGauge.builder("gamay_controller_storage_quota_bytes")
            .description("what they may take before consumption is paused")
            .baseUnit("bytes")
            .register(registry);
  }

  /** Called by the leader from time to time. */
  void refresh() {
    List<Row<?>> usedRows = new ArrayList<>();
    List<Row<?>> allowedRows = new ArrayList<>();
    for (TableView table :
        view.get().tables().values().stream()
            .filter(table -> table.config().routing().maxStorageBytes().isPresent())
            .sorted(Comparator.comparing(table -> table.config().name()))
            .limit(MAX_TABLES)
            .toList()) {
      Tags tags = Tags.of("table", table.config().nameWithType());
      usedRows.add(Row.of(tags, table.storedBytes()));
      allowedRows.add(Row.of(tags, table.config().routing().maxStorageBytes().orElseThrow()));
    }
    used.register(usedRows, true);
    allowed.register(allowedRows, true);
  }

  /** Called when this controller does not lead any more. */
  void clear() {
    used.register(List.of(), true);
    allowed.register(List.of(), true);
  }
}
