package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.leader.Leadership;
import io.gamay.controller.table.RequestRefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Instances, brokers, leadership, health. Answers from the view, without I/O. */
@RestController
final class ClusterController {

  private static final String LEAD_RESOURCE = "leadControllerResource_0";

  private final Supplier<ClusterView> view;
  private final Leadership leadership;
  private final Supplier<Optional<String>> unreadiness;

  /**
   * @param unreadiness why this controller can do nothing now; empty when it can
   */
  ClusterController(
      Supplier<ClusterView> view, Leadership leadership, Supplier<Optional<String>> unreadiness) {
    this.view = view;
    this.leadership = leadership;
    this.unreadiness = unreadiness;
  }

  @GetMapping(value = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
  ResponseEntity<String> health() {
    return unreadiness
        .get()
        .map(reason -> ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(reason))
        .orElseGet(() -> ResponseEntity.ok("OK"));
  }

  @GetMapping("/version")
  Map<String, String> version() {
    Package own = ClusterController.class.getPackage();
    String version = own == null ? null : own.getImplementationVersion();
    return Map.of("gamay", version == null ? "development" : version);
  }

  record BrokerAddress(String instanceName, String host, int port, int grpcPort) {
    static BrokerAddress of(InstanceConfig broker) {
      return new BrokerAddress(broker.id(), broker.host(), broker.port(), -1);
    }
  }

  @GetMapping("/tables/livebrokers")
  Map<String, List<BrokerAddress>> liveBrokers(@RequestParam Optional<List<String>> tables) {
    ClusterView seen = view.get();
    Map<String, List<BrokerAddress>> byTable = new TreeMap<>();
    for (TableView table : seen.tables().values()) {
      boolean isWanted =
          tables
              .filter(
                  names ->
                      !names.contains(table.config().name())
                          && !names.contains(table.config().nameWithType()))
              .isEmpty();
      if (isWanted) {
        byTable.put(table.config().nameWithType(), brokers(seen, table.config().brokerTenant()));
      }
    }
    return byTable;
  }

  @GetMapping("/v2/brokers/tenants/{tenant}")
  List<BrokerAddress> brokersOfTenant(@PathVariable String tenant) {
    return brokers(view.get(), tenant);
  }

  private static List<BrokerAddress> brokers(ClusterView seen, String tenant) {
    return seen
        .askedInstances(InstanceRole.BROKER, broker -> broker.tags().contains(tenant + "_BROKER"))
        .stream()
        .map(InstanceView::config)
        .map(BrokerAddress::of)
        .toList();
  }

  record InstanceNames(List<String> instances) {}

  @GetMapping("/instances")
  InstanceNames instances() {
    return new InstanceNames(view.get().instances().keySet().stream().sorted().toList());
  }

  /**
   * @param enabled false while people want it relieved of its work
   * @param shutdownInProgress whether it is up, and said that it is about to stop
   */
  record InstanceBody(
      String instanceName,
      String hostName,
      boolean enabled,
      String port,
      List<String> tags,
      int grpcPort,
      int adminPort,
      boolean queriesDisabled,
      boolean shutdownInProgress) {}

  @GetMapping("/instances/{id}")
  InstanceBody instance(@PathVariable String id) {
    InstanceView instance = view.get().instances().get(id);
    if (instance == null) {
      throw new RequestRefusedException(NOT_FOUND, "Failed to find instance config for: " + id);
    }
    InstanceConfig config = instance.config();
    return new InstanceBody(
        config.id(),
        config.host(),
        instance.order().isEnabled(),
        Integer.toString(config.port()),
        config.tags(),
        -1,
        config.port(),
        !instance.order().takesQueries(),
        instance.isLive() && instance.stoppingSince().isPresent());
  }

  @GetMapping("/liveinstances")
  InstanceNames liveInstances() {
    return new InstanceNames(
        view.get().instances().values().stream()
            .filter(InstanceView::isLive)
            .map(instance -> instance.config().id())
            .sorted()
            .toList());
  }

  /**
   * @param isMe whether the controller that answers is in office
   */
  record LeaderBody(String leader, String address, long epoch, boolean isMe) {}

  @GetMapping("/leader")
  LeaderBody leader() {
    ClusterView seen = view.get();
    return new LeaderBody(
        seen.leader().orElse(""),
        seen.leaderInstance().map(InstanceConfig::baseUrl).orElse(""),
        leadership.term().map(LeaderTerm::epoch).orElse(seen.leaderEpoch()),
        leadership.term().isPresent());
  }

  record LeadControllers(
      boolean leadControllerResourceEnabled, Map<String, LeadController> leadControllerEntryMap) {}

  record LeadController(String leadControllerId, List<String> tableNames) {}

  @GetMapping("/leader/tables")
  LeadControllers leaderOfTables() {
    ClusterView seen = view.get();
    return leads(
        seen,
        seen.tables().values().stream().map(t -> t.config().nameWithType()).sorted().toList());
  }

  @GetMapping("/leader/tables/{table}")
  LeadControllers leaderOfTable(@PathVariable String table) {
    return leads(view.get(), List.of(new ViewTables(view).require(table).config().nameWithType()));
  }

  /** One leader leads all tables. */
  private static LeadControllers leads(ClusterView seen, List<String> tables) {
    return new LeadControllers(
        true, Map.of(LEAD_RESOURCE, new LeadController(seen.leader().orElse(""), tables)));
  }
}
