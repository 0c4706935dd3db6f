package io.gamay.controller.wiring;

import io.gamay.controller.health.FindingKind;
import io.gamay.controller.health.HealthKeeper;
import io.gamay.controller.health.HealthState;
import io.gamay.controller.repair.RepairKind;
import io.gamay.controller.repair.RepairLog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

/** How the tables stand and what was repaired, as meters. */
final class TableMetrics implements MeterBinder {

  private final HealthKeeper health;
  private final RepairLog repairs;

  TableMetrics(HealthKeeper health, RepairLog repairs) {
    this.health = health;
    this.repairs = repairs;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (HealthState state : HealthState.values()) {
      Gauge.builder("gamay_controller_tables", health, of -> of.tables(state))
          .tag("state", tag(state))
          .description("tables by health; on the leader")
          .register(registry);
    }
    for (FindingKind kind : FindingKind.values()) {
      Gauge.builder("gamay_controller_findings", health, of -> of.findings(kind))
          .tag("kind", tag(kind))
          .description("findings about the health of tables; on the leader")
          .register(registry);
    }
    for (RepairKind kind : RepairKind.values()) {
      FunctionCounter.builder("gamay_controller_repairs", repairs, of -> of.count(kind))
          .tag("kind", tag(kind))
          .description("what this controller has mended")
          .register(registry);
    }
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
