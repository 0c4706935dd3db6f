package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.web.ClusterController.BrokerAddress;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Which brokers answer for which tables and tenants, as Pinot's controller serves it: names only,
 * and below {@code /v2} with addresses. Answers from the view, without I/O.
 */
@RestController
final class BrokersController {

  private static final String SUFFIX = "_BROKER";

  private final ViewTables tables;

  BrokersController(Supplier<ClusterView> view) {
    this.tables = new ViewTables(view);
  }

  @Operation(
      summary = "Names of brokers by tenant",
      description = "state: ONLINE (those that are to be asked; the default) or OFFLINE.")
  @GetMapping("/brokers/tenants")
  Map<String, List<String>> byTenant(@RequestParam(defaultValue = "ONLINE") String state) {
    return byTenant(state, InstanceConfig::id);
  }

  @Operation(summary = "Addresses of brokers by tenant", description = "state: ONLINE or OFFLINE.")
  @GetMapping("/v2/brokers/tenants")
  Map<String, List<BrokerAddress>> addressesByTenant(
      @RequestParam(defaultValue = "ONLINE") String state) {
    return byTenant(state, BrokerAddress::of);
  }

  @Operation(summary = "Names of a tenant's brokers", description = "state: ONLINE or OFFLINE.")
  @GetMapping("/brokers/tenants/{tenant}")
  List<String> ofTenant(
      @PathVariable String tenant, @RequestParam(defaultValue = "ONLINE") String state) {
    if (!tenants().contains(tenant)) {
      throw new RequestRefusedException(
          NOT_FOUND,
          "No broker has the tag %s%s; tenants with brokers: %s"
              .formatted(tenant, SUFFIX, tenants()));
    }
    return brokers(tenant, state).map(InstanceConfig::id).toList();
  }

  @Operation(
      summary = "Names of brokers by table",
      description = "By raw table name. state: ONLINE or OFFLINE.")
  @GetMapping("/brokers/tables")
  Map<String, List<String>> byTable(@RequestParam(defaultValue = "ONLINE") String state) {
    return byTable(state, InstanceConfig::id);
  }

  @Operation(
      summary = "Addresses of brokers by table",
      description = "By raw table name. state: ONLINE or OFFLINE.")
  @GetMapping("/v2/brokers/tables")
  Map<String, List<BrokerAddress>> addressesByTable(
      @RequestParam(defaultValue = "ONLINE") String state) {
    return byTable(state, BrokerAddress::of);
  }

  @Operation(summary = "Names of a table's brokers", description = "state: ONLINE or OFFLINE.")
  @GetMapping("/brokers/tables/{table}")
  List<String> ofTable(
      @PathVariable String table, @RequestParam(defaultValue = "ONLINE") String state) {
    return brokers(tables.require(table).config().brokerTenant(), state)
        .map(InstanceConfig::id)
        .toList();
  }

  @Operation(summary = "Addresses of a table's brokers", description = "state: ONLINE or OFFLINE.")
  @GetMapping("/v2/brokers/tables/{table}")
  List<BrokerAddress> addressesOfTable(
      @PathVariable String table, @RequestParam(defaultValue = "ONLINE") String state) {
    return brokers(tables.require(table).config().brokerTenant(), state)
        .map(BrokerAddress::of)
        .toList();
  }

  private <T> Map<String, List<T>> byTenant(String state, Function<InstanceConfig, T> form) {
    Map<String, List<T>> byTenant = new TreeMap<>();
    tenants().forEach(tenant -> byTenant.put(tenant, brokers(tenant, state).map(form).toList()));
    return byTenant;
  }

  private <T> Map<String, List<T>> byTable(String state, Function<InstanceConfig, T> form) {
    Map<String, List<T>> byTable = new TreeMap<>();
    for (TableView table : tables.view().tables().values()) {
      byTable.put(
          table.config().name(), brokers(table.config().brokerTenant(), state).map(form).toList());
    }
    return byTable;
  }

  private Set<String> tenants() {
    Set<String> tenants = new TreeSet<>();
    tables.view().instances().values().stream()
        .map(InstanceView::config)
        .filter(instance -> instance.role() == InstanceRole.BROKER)
        .flatMap(broker -> broker.tags().stream())
        .filter(tag -> tag.endsWith(SUFFIX))
        .forEach(tag -> tenants.add(tag.substring(0, tag.length() - SUFFIX.length())));
    return tenants;
  }

  private Stream<InstanceConfig> brokers(String tenant, String state) {
    ClusterView view = tables.view();
    String tag = tenant + SUFFIX;
    return switch (state.toUpperCase(Locale.ROOT)) {
      case "ONLINE" ->
          view.askedInstances(InstanceRole.BROKER, broker -> broker.tags().contains(tag)).stream()
              .map(InstanceView::config);
      case "OFFLINE" ->
          view.instances().values().stream()
              .filter(instance -> !instance.isLive())
              .map(InstanceView::config)
              .filter(config -> config.role() == InstanceRole.BROKER && config.tags().contains(tag))
              .sorted((a, b) -> a.id().compareTo(b.id()));
      default ->
          throw new RequestRefusedException(
              INVALID, "state: '%s', expected ONLINE or OFFLINE".formatted(state));
    };
  }

  /** Per table type, the instances. */
  record InstancesOfType(String tableType, List<String> instances) {}

  /** Names are Pinot's. */
  record TableInstances(
      String tableName, List<InstancesOfType> brokers, List<InstancesOfType> server) {}

  @Operation(
      summary = "The brokers and servers of a table",
      description = "Brokers that are to be asked, and all servers that have segments of it.")
  @GetMapping("/tables/{table}/instances")
  TableInstances instances(@PathVariable String table) {
    TableView view = tables.require(table);
    Set<String> servers = new TreeSet<>();
    ViewTables.segments(view)
        .forEach(
            segment -> {
              servers.addAll(segment.assignment().wanted().keySet());
              servers.addAll(segment.assignment().leaving());
            });
    return new TableInstances(
        view.config().name(),
        List.of(
            new InstancesOfType(
                "REALTIME",
                brokers(view.config().brokerTenant(), "ONLINE").map(InstanceConfig::id).toList())),
        List.of(new InstancesOfType("REALTIME", List.copyOf(servers))));
  }
}
