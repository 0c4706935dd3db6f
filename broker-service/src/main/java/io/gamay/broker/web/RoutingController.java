package io.gamay.broker.web;

import io.gamay.broker.route.PartitionParts;
import io.gamay.broker.route.PartitionRouter;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Shows where a table's rows would be asked for now. */
@RestController
public class RoutingController {

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

  @GetMapping("/debug/routingTable/{table}")
  public List<PartitionRoute> routingTable(@PathVariable("table") String table) {
    ClusterView view = views.get();
    TableView found = view.tables().get(table.replaceFirst("_REALTIME$", ""));
    if (found == null) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND, "table " + table + " does not exist");
    }
    PartitionRouter router = new PartitionRouter(view);
    return found.partitions().values().stream()
        .map(partition -> shown(router.route(partition, Optional.empty())))
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
