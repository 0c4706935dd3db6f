package io.gamay.quickstart.command;

import io.gamay.quickstart.Component;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.ControllerClient;
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
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** {@code gamay status}. */
@Command(
    name = "status",
    description = "Shows what runs, where, and every table with its rows and state.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exits with 1 if a component is down or a table is not good."})
final class StatusCommand implements Callable<Integer> {
  private static final String UP = "up";
  private static final String GOOD = "good";

  private final Terminal terminal;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  private boolean isAllWell = true;

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ControllerClient controller = cluster.controllerClient();
    boolean isControllerUp = controller.isHealthy();
    terminal.line(components(controller, isControllerUp).render());
    if (isControllerUp) {
      terminal.line("");
      terminal.line(tables(controller, cluster.brokerClient()).render());
    }
    return isAllWell ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private TextTable components(ControllerClient controller, boolean isControllerUp) {
    TextTable table = TextTable.ofText("component", "address", "state");
    add(table, "controller", cluster.controller(), isControllerUp);
    if (isControllerUp) {
      JsonNode instances = controller.get("/instances").orElseThrow(StatusCommand::noInstances);
      for (JsonNode instance : instances.path("instances")) {
        addInstance(table, controller, instance.asString());
      }
    }
    add(table, "Kafka", cluster.kafka(), accepts(cluster.kafka()));
    if (cluster.isLocal()) {
      String zookeeper = cluster.ports().address(Component.ZOOKEEPER);
      add(table, "ZooKeeper", zookeeper, accepts(zookeeper));
    }
    return table;
  }

  private void addInstance(TextTable table, ControllerClient controller, String id) {
    if (id.startsWith("Controller_")) {
      return;
    }
    Optional<JsonNode> instance = controller.get("/instances/" + ControllerClient.encoded(id));
    String host = instance.map(node -> node.path("hostName").asString("")).orElse("");
    int port = instance.map(node -> node.path("port").asInt(0)).orElse(0);
    String address = host + ":" + port;
    boolean isUp = port > 0 && new RestClient(address, id, "--controller").answers("/health");
    add(table, id, address, isUp);
  }

  private void add(TextTable table, String component, String address, boolean isUp) {
    isAllWell &= isUp;
    table.add(List.of(component, address, isUp ? UP : "DOWN"));
  }

  private TextTable tables(ControllerClient controller, BrokerClient broker) {
    var table =
        new TextTable(
            List.of(
                new Column("table", false),
                new Column("rows", true),
                new Column("segments", true),
                new Column("state", false)));
    for (String name : controller.tables()) {
      String path = "/tables/" + ControllerClient.encoded(name);
      JsonNode wanted = segments(controller.get(path + "/idealstate"));
      JsonNode real = segments(controller.get(path + "/externalview"));
      String state = state(wanted, real);
      isAllWell &= state.equals(GOOD);
      table.add(List.of(name, rowCount(broker, name), Integer.toString(wanted.size()), state));
    }
    return table;
  }

  private static JsonNode segments(Optional<JsonNode> view) {
    return view.map(node -> node.path("REALTIME")).orElseGet(MissingNode::getInstance);
  }

  /** Good when every segment is served as wanted; else how many are not. */
  private static String state(JsonNode wanted, JsonNode real) {
    long differing =
        wanted.properties().stream()
            .filter(segment -> !segment.getValue().equals(real.path(segment.getKey())))
            .count();
    return differing == 0 ? GOOD : differing + " of " + wanted.size() + " segments not as wanted";
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
