package io.gamay.controller.wiring;

import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.assignment.SegmentMover;
import io.gamay.controller.rebalance.RebalanceKeeper;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How many segments are moved, as meters. Only the leader has rows. */
final class RebalanceMetrics {

  private final Supplier<ClusterView> view;
  private final RebalanceKeeper rebalances;
  private final MultiGauge underWay;

  RebalanceMetrics(
      Supplier<ClusterView> view,
      RebalanceKeeper rebalances,
      SegmentMover mover,
      MeterRegistry registry) {
    this.view = view;
    this.rebalances = rebalances;
    this.underWay =
        MultiGauge.builder("gamay_controller_rebalance_segments")
            .description("segments that a rebalance has on their way, of tables that have one")
            .register(registry);
    FunctionCounter.builder("gamay_controller_segment_moves", mover, SegmentMover::movesBegun)
        .description("segments that this controller has sent to other servers")
        .register(registry);
  }

  /** Called by the leader from time to time. */
  void refresh() {
    Map<String, Integer> byTableId = rebalances.segmentsUnderWay();
    List<Row<?>> rows = new ArrayList<>();
    view.get()
        .tables()
        .values()
        .forEach(
            table -> {
              Integer count = byTableId.get(table.tableId());
              if (count != null) {
                rows.add(Row.of(Tags.of("table", table.config().nameWithType()), count));
              }
            });
    underWay.register(rows, true);
  }

  /** Called when this controller does not lead any more. */
  void clear() {
    underWay.register(List.of(), true);
  }
}
