package io.gamay.controller.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.swagger.v3.oas.annotations.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Segments of a table as metadata tells of them. Answers from the view, without I/O. */
@RestController
final class SegmentsController {

  private final ViewTables tables;

  SegmentsController(Supplier<ClusterView> view) {
    this.tables = new ViewTables(view);
  }

  /** Per table type: segment to instance to state. */
  record StatesByType(
      @Nullable Map<String, Map<String, String>> OFFLINE,
      Map<String, Map<String, String>> REALTIME) {}

  @GetMapping("/tables/{table}/idealstate")
  StatesByType idealState(@PathVariable String table) {
    Map<String, Map<String, String>> states = new TreeMap<>();
    ViewTables.segments(tables.require(table))
        .forEach(
            segment -> {
              Map<String, String> servers = new TreeMap<>();
              segment.assignment().wanted().forEach((id, s) -> servers.put(id, s.name()));
              states.put(segment.metadata().name().toString(), servers);
            });
    return new StatesByType(null, states);
  }

  @GetMapping("/tables/{table}/externalview")
  StatesByType externalView(@PathVariable String table) {
    Map<String, Map<String, String>> states = new TreeMap<>();
    ViewTables.segments(tables.require(table))
        .forEach(
            segment -> {
              Map<String, String> servers = new TreeMap<>();
              segment.current().forEach((id, s) -> servers.put(id, pinotName(s.state())));
              states.put(segment.metadata().name().toString(), servers);
            });
    return new StatesByType(null, states);
  }

  static String pinotName(ServingState state) {
    return switch (state) {
      case CONSUMING -> "CONSUMING";
      case ONLINE -> "ONLINE";
      case LOADING -> "OFFLINE";
      case ERROR -> "ERROR";
    };
  }

  @GetMapping("/segments/{table}")
  List<Map<String, List<String>>> names(@PathVariable String table) {
    List<String> names =
        ViewTables.segments(tables.require(table))
            .map(segment -> segment.metadata().name().toString())
            .toList();
    return List.of(Map.of("REALTIME", names));
  }

  /**
   * Of one table type.
   *
   * @param serverToSegmentsMap absent where only counts were asked for
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SegmentsByServer(
      String tableName,
      @Nullable Map<String, List<String>> serverToSegmentsMap,
      @Nullable Map<String, Integer> serverToSegmentsCountMap) {}

  @Operation(
      summary = "Which server is to have which segments",
      description = "verbose=false: only how many.")
  @GetMapping("/segments/{table}/servers")
  List<SegmentsByServer> byServer(
      @PathVariable String table, @RequestParam(defaultValue = "true") boolean verbose) {
    TableView view = tables.require(table);
    Map<String, List<String>> byServer = new TreeMap<>();
    ViewTables.segments(view)
        .forEach(
            segment ->
                segment
                    .assignment()
                    .wanted()
                    .keySet()
                    .forEach(
                        server ->
                            byServer
                                .computeIfAbsent(server, _ -> new ArrayList<>())
                                .add(segment.metadata().name().toString())));
    Map<String, Integer> counts = new TreeMap<>();
    byServer.forEach((server, segments) -> counts.put(server, segments.size()));
    return List.of(
        new SegmentsByServer(
            view.config().nameWithType(), verbose ? byServer : null, verbose ? null : counts));
  }

  /**
   * What became of every offset of a table.
   *
   * @param closes whether every committed segment accounts for each of its offsets, and all of them
   *     join
   */
  record Ledger(String table, boolean closes, List<PartitionLedger> partitions) {}

  /**
   * @param consumingFrom where the part begins that is not decided yet, -1 if there is none
   */
  record PartitionLedger(
      int partition,
      boolean closes,
      LedgerCounts committed,
      long startOffset,
      long consumingFrom,
      List<SegmentLedger> segments) {}

  /**
   * @param endOffset -1 while it is not decided
   * @param counts absent until the segment is ONLINE
   */
  record SegmentLedger(
      String segment,
      SegmentState state,
      long startOffset,
      long endOffset,
      @Nullable LedgerCounts counts,
      List<OffsetRange> lost,
      int schemaVersion,
      int configVersion) {}

  @GetMapping("/tables/{table}/ledger")
  Ledger ledger(@PathVariable String table) {
    TableView view = tables.require(table);
    List<PartitionLedger> partitions =
        view.partitions().values().stream().map(SegmentsController::ledger).toList();
    return new Ledger(
        view.config().nameWithType(),
        partitions.stream().allMatch(PartitionLedger::closes),
        partitions);
  }

  private static PartitionLedger ledger(PartitionView partition) {
    List<SegmentLedger> segments = new ArrayList<>();
    LedgerCounts committed = LedgerCounts.ZERO;
    boolean closes = true;
    long start = -1;
    long expected = -1;
    long consumingFrom = -1;
    for (SegmentView segment : partition.segments().values()) {
      SegmentMetadata metadata = segment.metadata();
      closes &= expected < 0 || expected == metadata.startOffset();
      expected = metadata.endOffset().orElse(-1);
      start = start < 0 ? metadata.startOffset() : start;
      if (metadata.stored().isPresent()) {
        LedgerCounts counts = metadata.stored().get().ledger();
        closes &= counts.closes(metadata.offsets());
        committed = committed.plus(counts);
      }
      if (metadata.state() == SegmentState.CONSUMING) {
        consumingFrom = metadata.startOffset();
      }
      segments.add(ledger(metadata));
    }
    return new PartitionLedger(
        partition.partition(), closes, committed, start, consumingFrom, segments);
  }

  private static SegmentLedger ledger(SegmentMetadata segment) {
    return new SegmentLedger(
        segment.name().toString(),
        segment.state(),
        segment.startOffset(),
        segment.endOffset().orElse(-1),
        segment.stored().map(StoredCopy::ledger).orElse(null),
        segment.stored().map(StoredCopy::lost).orElse(List.of()),
        segment.schemaVersion(),
        segment.configVersion());
  }
}
