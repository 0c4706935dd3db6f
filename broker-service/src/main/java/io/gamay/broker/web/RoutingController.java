package io.gamay.broker.web;

import io.gamay.broker.route.PartitionParts;
import io.gamay.broker.route.PartitionRouter;
import io.gamay.broker.scatter.ServerRouting;
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
import java.util.stream.Stream;
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
  private final ServerRouting routing;

  public RoutingController(Supplier<ClusterView> views, ServerRouting routing) {
    this.views = views;
    this.routing = routing;
  }

  /**
   * One partition's way.
   *
   * @param avoided those of its servers that are asked only for what nobody else has
   */
  public record PartitionRoute(
      int partition,
      List<SegmentRoute> sealed,
      long tailFrom,
      List<String> tailServers,
      List<String> avoided) {}

  /**
   * A server as this broker sees it.
   *
   * @param standing IN, SUSPECT, OUT or GONE
   * @param forMillis how long it has had that
   * @param failures requests and probes that failed since one was answered
   * @param inFlight requests of this broker that it has not answered
   * @param latencyMillis moving average of what it takes for a request
   */
  public record ServerStats(
      String server,
      String standing,
      long forMillis,
      String reason,
      int failures,
      int inFlight,
      double latencyMillis) {}

  /** A sealed segment and who serves it. */
  public record SegmentRoute(
      String segment, long startOffset, long endOffset, List<String> servers) {}

  @Operation(
      summary = "Which servers would be asked for which segments of a table",
      description =
          "Table to server to segments, each segment at the server that is preferred;"
              + " /debug/routing/{table} has all replicas and the tails' offsets.")
  @ApiResponse(responseCode = "200", description = "The routes")
  @ApiResponse(responseCode = "404", description = "There is no such table")
  @GetMapping("/debug/routingTable/{table}")
  public Map<String, Map<String, List<String>>> routingTable(@PathVariable("table") String table) {
    TableView found = tableOf(table);
    Map<String, List<String>> servers = new TreeMap<>();
    for (PartitionParts parts : parts(found)) {
      for (PartitionParts.SealedSource source : parts.sealed()) {
        preferred(source.candidates())
            .ifPresent(server -> segmentsOf(servers, server).add(source.segment().toString()));
      }
      parts
          .tail()
          .ifPresent(
              tail ->
                  preferred(tail.candidates())
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
    return parts(tableOf(table)).stream().map(this::shown).toList();
  }

  @Operation(
      summary = "Servers as this broker sees them: whether they are asked, how busy, how fast",
      description =
          "IN: asked. SUSPECT: asked, though ZooKeeper does not know it as live. OUT: asked only"
              + " for what nobody else has, and probed. GONE: not asked, and probed.")
  @ApiResponse(responseCode = "200", description = "All servers, by name")
  @GetMapping("/debug/serverRoutingStats")
  public List<ServerStats> serverRoutingStats() {
    return routing.health().report().stream()
        .map(
            report ->
                new ServerStats(
                    report.instance(),
                    report.standing().name(),
                    report.forMillis(),
                    report.reason(),
                    report.failures(),
                    routing.loads().inFlight(report.instance()),
                    routing.loads().latencyNanos(report.instance()) / 1e6))
        .toList();
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
    PartitionRouter router = new PartitionRouter(views.get(), routing.health()::isThere);
    return table.partitions().values().stream()
        .map(partition -> router.route(partition, Optional.empty()))
        .toList();
  }

  private Optional<String> preferred(List<String> candidates) {
    return candidates.stream()
        .filter(server -> !routing.health().avoided().contains(server))
        .findFirst()
        .or(() -> candidates.stream().findFirst());
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

  private PartitionRoute shown(PartitionParts parts) {
    List<String> avoided =
        Stream.concat(
                parts.sealed().stream().flatMap(source -> source.candidates().stream()),
                parts.tail().stream().flatMap(tail -> tail.candidates().stream()))
            .filter(routing.health().avoided()::contains)
            .distinct()
            .sorted()
            .toList();
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
        parts.tail().map(PartitionParts.TailSource::candidates).orElse(List.of()),
        avoided);
  }
}
