package io.gamay.broker.web;

import io.gamay.broker.route.PartitionParts;
import io.gamay.broker.route.PartitionRouter;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Shows where a table's rows would be asked for now. */
@RestController
public class RoutingController {

  private static final String SUFFIX = "_REALTIME";

  private final Supplier<ClusterView> views;

  public RoutingController(Supplier<ClusterView> views) {
    this.views = views;
  }

  /** One partition's way. */
  public record PartitionRoute(
      int partition, List<SegmentRoute> sealed, long tailFrom, List<String> tailServers) {}

  /** A sealed segment and who serves it. */
  public record SegmentRoute(
      String segment, long startOffset, long endOffset, List<String> servers) {}

  @Operation(
      summary = "Which servers would be asked for which segments of a table",
      description =
          "Table to server to segments, each segment at the server that is preferred; /debug/routing/{table} has all replicas and the tails' offsets.")
  @ApiResponse(responseCode = "200", description = "The routes")
  @ApiResponse(responseCode = "404", description = "There is no such table")
  @GetMapping("/debug/routingTable/{table}")
  public Map<String, Map<String, List<String>>> routingTable(@PathVariable("table") String table) {
    TableView found = tableOf(table);
    Map<String, List<String>> servers = new TreeMap<>();
    for (PartitionParts parts : parts(found)) {
      for (PartitionParts.SealedSource source : parts.sealed()) {
        source.candidates().stream()
            .findFirst()
            .ifPresent(server -> segmentsOf(servers, server).add(source.segment().toString()));
      }
      parts
          .tail()
          .ifPresent(
              tail ->
                  tail.candidates().stream()
                      .findFirst()
                      .ifPresent(
                          server ->
                              segmentsOf(servers, server)
                                  .addAll(tailSegments(found, parts.partition(), tail.from()))));
    }
    return Map.of(found.config().name() + SUFFIX, servers);
  }

  @Operation(summary = "How the partitions of a table would be asked for: replicas and offsets")
  @ApiResponse(responseCode = "200", description = "The routes by partition")
  @ApiResponse(responseCode = "404", description = "There is no such table")
  @GetMapping("/debug/routing/{table}")
  public List<PartitionRoute> routes(@PathVariable("table") String table) {
    return parts(tableOf(table)).stream().map(RoutingController::shown).toList();
  }

  @Operation(
      summary = "Where a hybrid table passes from its offline to its realtime part",
      description = "Always 404: every table is a realtime table.")
  @ApiResponse(responseCode = "404", description = "The table has no such boundary")
  @GetMapping("/debug/timeBoundary/{table}")
  public Map<String, String> timeBoundary(@PathVariable("table") String table) {
    throw new ResponseStatusException(
        HttpStatus.NOT_FOUND,
        "table %s has no time boundary: all of it is realtime"
            .formatted(tableOf(table).config().name()));
  }

  private TableView tableOf(String table) {
    TableView found = views.get().tables().get(table.replaceFirst(SUFFIX + "$", ""));
    if (found == null) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND, "table " + table + " does not exist");
    }
    return found;
  }

  private List<PartitionParts> parts(TableView table) {
    PartitionRouter router = new PartitionRouter(views.get());
    return table.partitions().values().stream()
        .map(partition -> router.route(partition, Optional.empty()))
        .toList();
  }

  private static List<String> segmentsOf(Map<String, List<String>> servers, String server) {
    return servers.computeIfAbsent(server, _ -> new ArrayList<>());
  }

  /** Segments that a tail is made of now. */
  private static List<String> tailSegments(TableView table, int partition, long from) {
    ClusterView.PartitionView view = table.partitions().get(partition);
    return view == null
        ? List.of()
        : view.segments().values().stream()
            .filter(segment -> segment.metadata().startOffset() >= from)
            .map(segment -> segment.metadata().name().toString())
            .toList();
  }

  private static PartitionRoute shown(PartitionParts parts) {
    return new PartitionRoute(
        parts.partition(),
        parts.sealed().stream()
            .map(
                source ->
                    new SegmentRoute(
                        source.segment().toString(),
                        source.offsets().start(),
                        source.offsets().end(),
                        source.candidates()))
            .toList(),
        parts.tail().map(PartitionParts.TailSource::from).orElse(-1L),
        parts.tail().map(PartitionParts.TailSource::candidates).orElse(List.of()));
  }
}
