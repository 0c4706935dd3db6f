package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.TenantDesk;
import io.gamay.controller.assignment.TenantDesk.Size;
import io.gamay.controller.table.RequestRefusedException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Tenants, which are tags of servers and brokers, as Pinot's controller serves them. */
@RestController
final class TenantsController {

  private final Supplier<ClusterView> view;
  private final TenantDesk desk;
  private final BlockingCalls blocking;

  TenantsController(Supplier<ClusterView> view, TenantDesk desk, BlockingCalls blocking) {
    this.view = view;
    this.desk = desk;
    this.blocking = blocking;
  }

  /** Of a kind that was not asked for nothing is said. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Tenants(
      @JsonProperty("SERVER_TENANTS") @Nullable List<String> servers,
      @JsonProperty("BROKER_TENANTS") @Nullable List<String> brokers) {}

  @Operation(
      summary = "All tenants",
      description = "type: SERVER or BROKER; both without it. A tenant is what some tag names.")
  @GetMapping("/tenants")
  Tenants all(@RequestParam Optional<String> type) {
    Optional<InstanceRole> role = type.map(TenantsController::role);
    return new Tenants(
        isAsked(role, InstanceRole.SERVER) ? tenants(InstanceRole.SERVER) : null,
        isAsked(role, InstanceRole.BROKER) ? tenants(InstanceRole.BROKER) : null);
  }

  private List<String> tenants(InstanceRole role) {
    return List.copyOf(
        new TreeSet<>(
            instances(role)
                .flatMap(instance -> instance.tags().stream())
                .flatMap(tag -> tenantOf(tag).stream())
                .toList()));
  }

  private static Optional<String> tenantOf(String tag) {
    int last = tag.lastIndexOf('_');
    return last > 0 && List.of("_BROKER", "_REALTIME", "_OFFLINE").contains(tag.substring(last))
        ? Optional.of(tag.substring(0, last))
        : Optional.empty();
  }

  private Stream<InstanceConfig> instances(InstanceRole role) {
    return view.get().instances().values().stream()
        .map(InstanceView::config)
        .filter(instance -> instance.role() == role);
  }

  private static boolean isAsked(Optional<InstanceRole> asked, InstanceRole role) {
    return asked.isEmpty() || asked.get() == role;
  }

  /** Names are Pinot's. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Tenant(
      @JsonProperty("ServerInstances") @Nullable List<String> serverInstances,
      @JsonProperty("BrokerInstances") @Nullable List<String> brokerInstances,
      String tenantName) {}

  @Operation(summary = "The instances of a tenant", description = "type: SERVER or BROKER.")
  @ApiResponse(responseCode = "200", description = "Its servers and brokers, up or not")
  @ApiResponse(responseCode = "404", description = "No instance has a tag of it")
  @GetMapping("/tenants/{tenant}")
  Tenant one(@PathVariable String tenant, @RequestParam Optional<String> type) {
    Optional<InstanceRole> role = type.map(TenantsController::role);
    List<String> servers = members(tenant, InstanceRole.SERVER);
    List<String> brokers = members(tenant, InstanceRole.BROKER);
    if (servers.isEmpty() && brokers.isEmpty()) {
      throw new RequestRefusedException(
          NOT_FOUND, "Tenant %s does not exist: no instance has a tag of it".formatted(tenant));
    }
    return new Tenant(
        isAsked(role, InstanceRole.SERVER) ? servers : null,
        isAsked(role, InstanceRole.BROKER) ? brokers : null,
        tenant);
  }

  private List<String> members(String tenant, InstanceRole role) {
    return instances(role)
        .filter(
            instance ->
                instance.tags().stream().anyMatch(tag -> tenantOf(tag).equals(Optional.of(tenant))))
        .map(InstanceConfig::id)
        .sorted()
        .toList();
  }

  record TableNames(List<String> tables) {}

  @Operation(
      summary = "The tables of a tenant",
      description = "type: SERVER (the default), whose servers hold them, or BROKER.")
  @GetMapping("/tenants/{tenant}/tables")
  TableNames tables(
      @PathVariable String tenant, @RequestParam(defaultValue = "SERVER") String type) {
    InstanceRole role = role(type);
    return new TableNames(
        view.get().tables().values().stream()
            .filter(table -> tenantOf(table, role).equals(tenant))
            .map(table -> table.config().nameWithType())
            .sorted()
            .toList());
  }

  private static String tenantOf(TableView table, InstanceRole role) {
    return role == InstanceRole.BROKER
        ? table.config().brokerTenant()
        : table.config().serverTenant();
  }

  /**
   * What a tenant is to be.
   *
   * @param tenantRole SERVER or BROKER
   * @param numberOfInstances in all; of servers also as the sum of the other two
   * @param offlineInstances servers for offline tables
   * @param realtimeInstances servers for realtime tables; all of them where neither is given
   */
  record TenantBody(
      Optional<String> tenantName,
      Optional<String> tenantRole,
      Optional<Integer> numberOfInstances,
      Optional<Integer> offlineInstances,
      Optional<Integer> realtimeInstances) {

    String name() {
      return tenantName
          .filter(name -> !name.isBlank())
          .orElseThrow(() -> new RequestRefusedException(INVALID, "tenantName is missing"));
    }

    InstanceRole role() {
      return TenantsController.role(
          tenantRole.orElseThrow(
              () ->
                  new RequestRefusedException(
                      INVALID, "tenantRole is missing: write SERVER or BROKER")));
    }

    Size size() {
      int offline = offlineInstances.orElse(0);
      int realtime = realtimeInstances.orElse(0);
      int count = numberOfInstances.filter(number -> number != 0).orElse(offline + realtime);
      if (role() == InstanceRole.BROKER) {
        return Size.ofBrokers(count);
      }
      return offline == 0 && realtime == 0
          ? new Size(count, 0, count)
          : new Size(count, offline, realtime);
    }
  }

  @Operation(
      summary = "Make a tenant",
      description =
          "Takes so many live servers or brokers that have no tags, or only the default tenant's"
              + " and are not needed by its tables, and gives them the tenant's tags instead."
              + " {\"tenantName\": \"a\", \"tenantRole\": \"SERVER\", \"numberOfInstances\": 2,"
              + " \"offlineInstances\": 0, \"realtimeInstances\": 2}")
  @ApiResponse(responseCode = "200", description = "It is there")
  @ApiResponse(responseCode = "400", description = "No such role or numbers")
  @ApiResponse(responseCode = "409", description = "It is there already, or too few are free")
  @PostMapping("/tenants")
  Mono<StatusBody> create(@RequestBody TenantBody body) {
    return blocking.call(
        () -> {
          List<String> members = desk.create(body.name(), body.role(), body.size());
          return StatusBody.of(
              "Successfully created tenant %s: %s".formatted(body.name(), members));
        });
  }

  @Operation(
      summary = "Give a tenant more instances",
      description = "The same body as for making one, with the numbers that it is to have then.")
  @ApiResponse(responseCode = "200", description = "It has as many")
  @ApiResponse(responseCode = "400", description = "It has more than that")
  @ApiResponse(responseCode = "404", description = "No such tenant")
  @ApiResponse(responseCode = "409", description = "Too few are free")
  @PutMapping("/tenants")
  Mono<StatusBody> update(@RequestBody TenantBody body) {
    return blocking.call(
        () -> {
          List<String> members = desk.grow(body.name(), body.role(), body.size());
          return StatusBody.of("Updated tenant %s: %s".formatted(body.name(), members));
        });
  }

  @Operation(
      summary = "Take a tenant's tags from its instances",
      description = "type: SERVER or BROKER. Refused while tables use it.")
  @ApiResponse(responseCode = "200", description = "Nobody has its tags any more")
  @ApiResponse(responseCode = "404", description = "No such tenant")
  @ApiResponse(responseCode = "409", description = "Tables use it")
  @DeleteMapping("/tenants/{tenant}")
  Mono<StatusBody> delete(@PathVariable String tenant, @RequestParam Optional<String> type) {
    return blocking.call(
        () -> {
          InstanceRole role =
              role(
                  type.orElseThrow(
                      () ->
                          new RequestRefusedException(
                              INVALID, "parameter type is missing: SERVER or BROKER")));
          List<String> members = desk.delete(tenant, role);
          return StatusBody.of(
              "Successfully deleted tenant %s: its tags were taken from %s"
                  .formatted(tenant, members));
        });
  }

  static InstanceRole role(String text) {
    return switch (text.strip().toUpperCase(Locale.ROOT)) {
      case "SERVER" -> InstanceRole.SERVER;
      case "BROKER" -> InstanceRole.BROKER;
      default ->
          throw new RequestRefusedException(
              INVALID, "no role '%s' of tenants: SERVER or BROKER".formatted(text));
    };
  }
}
