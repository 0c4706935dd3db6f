package io.gamay.controller.web;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.health.Finding;
import io.gamay.controller.health.FindingKind;
import io.gamay.controller.health.HealthKeeper;
import io.gamay.controller.health.HealthState;
import io.gamay.controller.health.Severity;
import io.gamay.controller.health.TableHealth;
import io.swagger.v3.oas.annotations.Operation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Why tables are not green; and the same as Pinot's controller serves it, as far as it goes. */
@RestController
final class HealthController {

  private final ViewTables tables;
  private final HealthKeeper keeper;
  private final BlockingCalls blocking;

  HealthController(Supplier<ClusterView> view, HealthKeeper keeper, BlockingCalls blocking) {
    this.tables = new ViewTables(view);
    this.keeper = keeper;
    this.blocking = blocking;
  }

  @Operation(
      summary = "Why a table is not green",
      description =
          "Each finding: what, where, since when, what happens by itself, what a person could do."
              + " Of what servers say the newest that the leader heard, a few seconds old.")
  @GetMapping("/tables/{table}/health")
  Mono<TableHealth> health(@PathVariable String table) {
    TableView view = tables.require(table);
    return blocking.call(() -> keeper.of(view));
  }

  /**
   * @param state the worst of all tables
   */
  record Summary(HealthState state, Map<String, TableSummary> tables) {}

  /**
   * @param findings that are not INFO, by kind
   * @param worst the reason of the worst of them; absent when it is green
   */
  record TableSummary(
      HealthState state, Map<FindingKind, Integer> findings, Optional<String> worst) {}

  @Operation(summary = "How all tables are")
  @GetMapping("/tables/health")
  Mono<Summary> summary() {
    return blocking.call(() -> summary(keeper.all()));
  }

  private static Summary summary(Map<String, TableHealth> healths) {
    HealthState worst = HealthState.GREEN;
    Map<String, TableSummary> summaries = new TreeMap<>();
    for (Map.Entry<String, TableHealth> entry : healths.entrySet()) {
      HealthState state = entry.getValue().state();
      worst = state.compareTo(worst) > 0 ? state : worst;
      summaries.put(entry.getKey(), summary(entry.getValue()));
    }
    return new Summary(worst, summaries);
  }

  private static TableSummary summary(TableHealth health) {
    List<Finding> telling =
        health.findings().stream().filter(f -> f.severity() != Severity.INFO).toList();
    Map<FindingKind, Integer> counts = new EnumMap<>(FindingKind.class);
    telling.forEach(finding -> counts.merge(finding.kind(), 1, Integer::sum));
    return new TableSummary(
        health.state(), counts, telling.stream().map(Finding::reason).findFirst());
  }

  /**
   * @param segmentStatus GOOD, UPDATING or BAD
   */
  record SegmentStatus(String segmentName, String segmentStatus) {}

  @Operation(summary = "Whether each segment is where it is wanted")
  @GetMapping("/tables/{table}/segmentsStatus")
  Mono<List<SegmentStatus>> segments(@PathVariable String table) {
    TableView view = tables.require(table);
    return Mono.fromSupplier(
        () ->
            ViewTables.segments(view)
                .map(
                    segment ->
                        new SegmentStatus(segment.metadata().name().toString(), status(segment)))
                .toList());
  }

  private static String status(SegmentView segment) {
    boolean isUpdating = false;
    for (Map.Entry<String, WantedState> wanted : segment.assignment().wanted().entrySet()) {
      CurrentSegment current = segment.current().get(wanted.getKey());
      if (current == null || current.state() == ServingState.ERROR) {
        return "BAD";
      }
      isUpdating |= !current.state().name().equals(wanted.getValue().name());
    }
    if (segment.assignment().wanted().isEmpty()) {
      return "BAD";
    }
    return isUpdating ? "UPDATING" : "GOOD";
  }

  /** One table of {@code GET /debug/tables}, in Pinot's words. */
  record TableDebug(
      String tableName,
      int numSegments,
      int numServers,
      int numBrokers,
      IngestionStatus ingestionStatus,
      List<SegmentDebug> segmentDebugInfos) {}

  /**
   * @param ingestionState HEALTHY or UNHEALTHY
   */
  record IngestionStatus(String ingestionState, String errorMessage) {}

  record SegmentDebug(String segmentName, Map<String, ServerState> serverState) {}

  record ServerState(
      String idealState, String externalView, String segmentSize, Optional<ErrorInfo> errorInfo) {}

  record ErrorInfo(String errorMessage) {}

  @Operation(summary = "Segments that are not as they should be, as Pinot tells of them")
  @GetMapping("/debug/tables/{table}")
  Mono<List<TableDebug>> debug(@PathVariable String table) {
    TableView view = tables.require(table);
    return blocking.call(() -> List.of(debug(view, keeper.of(view))));
  }

  private TableDebug debug(TableView table, TableHealth health) {
    List<SegmentDebug> segments = new ArrayList<>();
    ViewTables.segments(table)
        .filter(segment -> !status(segment).equals("GOOD"))
        .forEach(segment -> segments.add(debug(segment)));
    List<String> ailments =
        health.findings().stream()
            .filter(finding -> finding.severity() == Severity.CRITICAL)
            .map(finding -> finding.kind() + ": " + finding.reason())
            .toList();
    ClusterView seen = tables.view();
    return new TableDebug(
        table.config().nameWithType(),
        (int) ViewTables.segments(table).count(),
        (int)
            ViewTables.segments(table)
                .flatMap(segment -> segment.assignment().wanted().keySet().stream())
                .distinct()
                .count(),
        (int)
            seen.liveInstances(InstanceRole.BROKER).stream()
                .filter(
                    broker ->
                        broker.config().tags().contains(table.config().brokerTenant() + "_BROKER"))
                .count(),
        new IngestionStatus(
            ailments.isEmpty() ? "HEALTHY" : "UNHEALTHY", String.join("; ", ailments)),
        segments);
  }

  private static SegmentDebug debug(SegmentView segment) {
    Map<String, ServerState> states = new TreeMap<>();
    segment
        .assignment()
        .wanted()
        .forEach(
            (server, wanted) -> {
              CurrentSegment current = segment.current().get(server);
              states.put(
                  server,
                  new ServerState(
                      wanted.name(),
                      current == null ? "OFFLINE" : SegmentsController.pinotName(current.state()),
                      "",
                      current == null || current.reason().isEmpty()
                          ? Optional.empty()
                          : Optional.of(new ErrorInfo(current.reason()))));
            });
    return new SegmentDebug(segment.metadata().name().toString(), states);
  }
}
