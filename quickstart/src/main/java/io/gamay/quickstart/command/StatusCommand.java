package io.gamay.quickstart.command;

import io.gamay.quickstart.Component;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.client.Health;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.client.RestClient;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.console.TextTable;
import io.gamay.quickstart.console.TextTable.Column;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code gamay status}. */
@Command(
    name = "status",
    description = "Shows what runs, where, and every table with its rows and state.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exits with 1 if a component is down or a table is not good. A gateway that does not run is",
      "shown as 'down', or as 'gone' if it was registered once, and does not count: a cluster may",
      "do without. One that holds its place in the cluster and does not answer counts."
    })
final class StatusCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  private boolean isAllWell = true;

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ControllerClient controller = cluster.controllerClient();
    Health health = controller.health();
    List<Instance> instances = health.isUp() ? instances(controller) : List.of();
    terminal.line(components(health, instances).render());
    if (health.isUp()) {
      terminal.line("");
      terminal.line(tables(controller, liveOnes(instances)).render());
    }
    return isAllWell ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * A process that registered with the controller, and how it says that it is.
   *
   * @param holdsPlace whether the cluster takes it for alive
   */
  private record Instance(String id, String address, boolean holdsPlace, Health health) {

    boolean isDown() {
      return health.equals(Health.DOWN);
    }

    boolean isGateway() {
      return id.startsWith("Gateway_");
    }
  }

  /** All of them but controllers, asked at once. */
  private static List<Instance> instances(ControllerClient controller) {
    JsonNode names = controller.get("/instances").orElseThrow(StatusCommand::noInstances);
    Set<String> live = names(controller.get("/liveinstances"));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Instance>> asked =
          names
              .path("instances")
              .valueStream()
              .map(JsonNode::asString)
              .filter(id -> !id.startsWith("Controller_"))
              .map(
                  id ->
                      CompletableFuture.supplyAsync(
                          () -> instance(controller, id, live.contains(id)), threads))
              .toList();
      return asked.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof Failure failure ? failure : failed;
    }
  }

  private static Set<String> names(Optional<JsonNode> instances) {
    return instances
        .orElseThrow(StatusCommand::noInstances)
        .path("instances")
        .valueStream()
        .map(JsonNode::asString)
        .collect(Collectors.toSet());
  }

  private static Instance instance(ControllerClient controller, String id, boolean holdsPlace) {
    Optional<JsonNode> instance = controller.get("/instances/" + ControllerClient.encoded(id));
    String host = instance.map(node -> node.path("hostName").asString("")).orElse("");
    int port = instance.map(node -> node.path("port").asInt(0)).orElse(0);
    String address = host + ":" + port;
    return new Instance(id, address, holdsPlace, port > 0 ? health(address, id) : Health.DOWN);
  }

  private static Health health(String address, String title) {
    return new RestClient(address, title, "--controller").health();
  }

  /** Those that hold their place in the cluster, but for those that do not answer. */
  private static Set<String> liveOnes(List<Instance> instances) {
    return instances.stream()
        .filter(instance -> instance.holdsPlace() && !instance.isDown())
        .map(Instance::id)
        .collect(Collectors.toSet());
  }

  private TextTable components(Health controller, List<Instance> instances) {
    TextTable table = TextTable.ofText("component", "address", "state");
    add(table, "controller", cluster.controller(), controller);
    instances.forEach(instance -> add(table, instance));
    if (cluster.isLocal()) {
      if (instances.stream().noneMatch(Instance::isGateway)) {
        addGateway(table, cluster.ports().address(Component.GATEWAY));
      }
      addIfAccepting(table, "ZooKeeper", cluster.ports().address(Component.ZOOKEEPER));
    }
    addIfAccepting(table, "Kafka", cluster.kafka());
    return table;
  }

  /** A cluster may do without a gateway: that none listens is shown and no fault. */
  private void addGateway(TextTable table, String address) {
    Health health = health(address, "gateway");
    if (health.equals(Health.DOWN)) {
      table.add(List.of("gateway", address, "down"));
    } else {
      add(table, "gateway", address, health);
    }
  }

  private void add(TextTable table, Instance instance) {
    if (instance.isGateway() && instance.isDown() && !instance.holdsPlace()) {
      table.add(List.of(instance.id(), instance.address(), "gone"));
    } else {
      add(table, instance.id(), instance.address(), instance.health());
    }
  }

  private void addIfAccepting(TextTable table, String component, String address) {
    add(table, component, address, accepts(address) ? Health.UP : Health.DOWN);
  }

  private void add(TextTable table, String component, String address, Health health) {
    isAllWell &= health.isUp();
    table.add(List.of(component, address, health.words()));
  }

  private TextTable tables(ControllerClient controller, Set<String> liveServers) {
    var table =
        new TextTable(
            List.of(
                new Column("table", false),
                new Column("rows", true),
                new Column("segments", true),
                new Column("state", false)));
    BrokerClient broker = cluster.brokerClient();
    for (String name : controller.tables()) {
      TableState state = TableState.ask(controller, name, liveServers);
      isAllWell &= state.isGood();
      table.add(
          List.of(
              name, rowCount(broker, name), Integer.toString(state.segmentCount()), state.words()));
    }
    return table;
  }

  private static String rowCount(BrokerClient broker, String table) {
    try {
      QueryAnswer answer = broker.query("SELECT COUNT(*) FROM \"" + table + '"');
      if (!answer.exceptions().isEmpty() || answer.rows().isEmpty()) {
        return "?";
      }
      String count = answer.rows().getFirst().getFirst().asString("?");
      return answer.isPartial() ? count + " (partial)" : count;
    } catch (Failure unreachable) {
      return "?";
    }
  }

  private static boolean accepts(String address) {
    int colon = address.lastIndexOf(':');
    try (var socket = new Socket()) {
      int port = Integer.parseInt(address.substring(colon + 1));
      socket.connect(new InetSocketAddress(address.substring(0, Math.max(0, colon)), port), 2_000);
      return true;
    } catch (IOException | NumberFormatException closed) {
      return false;
    }
  }

  private static Failure noInstances() {
    return new Failure("the controller does not list its instances; is it a controller's address?");
  }
}
