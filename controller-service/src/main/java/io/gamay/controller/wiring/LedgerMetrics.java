package io.gamay.controller.wiring;

import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.ledger.LedgerCounts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * What became of the offsets of committed segments, as meters: by table, partition and fate. Tables
 * beyond {@link #MAX_PARTITIONS} partitions in all are left out, by name from the end, and counted.
 * Only the leader has rows.
 */
final class LedgerMetrics {

  static final int MAX_PARTITIONS = 2_000;

  private final Supplier<ClusterView> view;
  private final MultiGauge offsets;
  private final MultiGauge leftOut;

  LedgerMetrics(Supplier<ClusterView> view, MeterRegistry registry) {
    this.view = view;
    this.offsets =
        MultiGauge.builder("gamay_ledger_offsets")
            .description("offsets of committed segments, by what became of them")
            .register(registry);
    this.leftOut =
        MultiGauge.builder("gamay_ledger_tables_left_out")
            .description("tables whose offsets are not told, because there are too many partitions")
            .register(registry);
  }

  /** Called by the leader from time to time. */
  void refresh() {
    List<Row<?>> rows = new ArrayList<>();
    int partitions = 0;
    int tablesLeftOut = 0;
    for (TableView table :
        view.get().tables().values().stream()
            .sorted(Comparator.comparing(table -> table.config().name()))
            .toList()) {
      if (partitions + table.partitions().size() > MAX_PARTITIONS) {
        tablesLeftOut++;
        continue;
      }
      partitions += table.partitions().size();
      table.partitions().values().forEach(partition -> addRows(table, partition, rows));
    }
    offsets.register(rows, true);
    leftOut.register(List.of(Row.of(Tags.empty(), tablesLeftOut)), true);
  }

  /** Called when this controller does not lead any more. */
  void clear() {
    offsets.register(List.of(), true);
    leftOut.register(List.of(), true);
  }

  private static void addRows(TableView table, PartitionView partition, List<Row<?>> rows) {
    LedgerCounts counts = LedgerCounts.ZERO;
    for (SegmentView segment : partition.segments().values()) {
      if (segment.metadata().stored().isPresent()) {
        counts = counts.plus(segment.metadata().stored().get().ledger());
      }
    }
    Tags tags =
        Tags.of(
            "table",
            table.config().nameWithType(),
            "partition",
            Integer.toString(partition.partition()));
    rows.add(Row.of(tags.and("fate", "indexed"), counts.indexed()));
    rows.add(Row.of(tags.and("fate", "filtered"), counts.filtered()));
    rows.add(Row.of(tags.and("fate", "rejected"), counts.rejected()));
    rows.add(Row.of(tags.and("fate", "absent"), counts.absent()));
    rows.add(Row.of(tags.and("fate", "lost"), counts.lost()));
  }
}
