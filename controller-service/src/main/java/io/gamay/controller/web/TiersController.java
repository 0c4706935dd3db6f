package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.assignment.SegmentTiers;
import io.gamay.controller.table.RequestRefusedException;
import io.swagger.v3.oas.annotations.Operation;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Which tiers segments are on and belong to, as Pinot's controller serves it. */
@RestController
final class TiersController {

  private static final String TARGET = "targetTier";
  private static final String NONE = "default";

  private final ViewTables tables;
  private final GroupKeeper groups;
  private final BlockingCalls blocking;
  private final InstantSource clock;

  TiersController(
      Supplier<ClusterView> view, GroupKeeper groups, BlockingCalls blocking, InstantSource clock) {
    this.tables = new ViewTables(view);
    this.groups = groups;
    this.blocking = blocking;
    this.clock = clock;
  }

  /**
   * @param segmentTiers by segment: the tier of each of its servers, and {@code targetTier}, where
   *     it belongs; {@code default} for none
   */
  record TableTiers(String tableName, Map<String, Map<String, String>> segmentTiers) {}

  @Operation(summary = "Which tier each segment is on, and belongs to")
  @GetMapping("/segments/{table}/tiers")
  Mono<TableTiers> all(@PathVariable String table) {
    TableView view = tables.require(table);
    return blocking.call(() -> tiers(view, ViewTables.segments(view)));
  }

  @Operation(summary = "Which tier a segment is on, and belongs to")
  @GetMapping("/segments/{table}/{segment}/tiers")
  Mono<TableTiers> one(@PathVariable String table, @PathVariable String segment) {
    TableView view = tables.require(table);
    SegmentView found =
        ViewTables.segments(view)
            .filter(candidate -> candidate.metadata().name().toString().equals(segment))
            .findFirst()
            .orElseThrow(
                () ->
                    new RequestRefusedException(
                        NOT_FOUND,
                        "Segment %s does not exist in table %s".formatted(segment, table)));
    return blocking.call(() -> tiers(view, Stream.of(found)));
  }

  private TableTiers tiers(TableView table, Stream<SegmentView> segments) {
    ClusterView view = tables.view();
    Map<SegmentName, Optional<String>> wanted =
        SegmentTiers.wanted(view, table, groups.read(table.tableId()), clock.instant());
    Map<String, Map<String, String>> tiers = new TreeMap<>();
    segments.forEach(
        segment -> {
          Map<String, String> own = new TreeMap<>();
          segment
              .assignment()
              .wanted()
              .keySet()
              .forEach(
                  server -> own.put(server, SegmentTiers.of(server, view, table).orElse(NONE)));
          own.put(
              TARGET,
              wanted.getOrDefault(segment.metadata().name(), Optional.empty()).orElse(NONE));
          tiers.put(segment.metadata().name().toString(), own);
        });
    return new TableTiers(table.config().nameWithType(), tiers);
  }
}
