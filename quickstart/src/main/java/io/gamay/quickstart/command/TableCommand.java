package io.gamay.quickstart.command;

import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** {@code gamay table}. */
@Command(
    name = "table",
    description = "Tables: where rows come from and how they are kept.",
    mixinStandardHelpOptions = true)
final class TableCommand implements Runnable {
  private static final String EXPECTED =
      "a table config's JSON: {\"tableName\": \"...\", \"tableType\": \"REALTIME\", ...}";

  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  TableCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: one of " + GamayCommand.subcommandNames(spec.commandLine()));
  }

  @Command(
      description = "Creates a table from its config; its schema exists, or comes along.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(paramLabel = "FILE", description = "The table config's JSON, in Pinot's form.")
          Path file,
      @Option(names = "--schema", paramLabel = "FILE", description = "A schema to add first.")
          Optional<Path> schema,
      @Mixin ClusterOptions cluster)
      throws IOException {
    ControllerClient controller = cluster.controllerClient();
    String config = Replies.read(file, EXPECTED);
    if (schema.isPresent()) {
      String schemaJson = Replies.read(schema.get(), SchemaCommand.EXPECTED);
      terminal.line(Replies.text(controller.addSchema(schemaJson)));
    }
    terminal.line(Replies.text(controller.createTable(config)));
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "Lists all tables, one a line.", mixinStandardHelpOptions = true)
  int list(@Mixin ClusterOptions cluster) {
    cluster.controllerClient().tables().forEach(terminal::line);
    return CommandLine.ExitCode.OK;
  }

  @Command(
      aliases = "show",
      description =
          "Shows a table's config as JSON, its columns, and per partition its segments, how far they"
              + " reach and what became of the records.",
      mixinStandardHelpOptions = true)
  int describe(
      @Parameters(paramLabel = "TABLE", description = "The table's name.") String name,
      @Mixin ClusterOptions cluster) {
    ControllerClient controller = cluster.controllerClient();
    JsonNode byType = controller.table(name).orElseThrow(() -> unknown(name));
    JsonNode config = byType.path("REALTIME");
    terminal.line(byType.toPrettyString());
    controller
        .tableSchema(name)
        .ifPresent(schema -> terminal.line("\n" + ColumnTable.render(schema, config)));
    terminal.line("\n" + partitions(controller, name, config));
    return CommandLine.ExitCode.OK;
  }

  private static String partitions(ControllerClient controller, String name, JsonNode config) {
    String path = "/tables/" + ControllerClient.encoded(name);
    JsonNode ledger = orMissing(controller.get(path + "/ledger"));
    if (ledger.path("partitions").isEmpty()) {
      return TableState.noSegments(config);
    }
    return PartitionTable.render(
        ledger,
        orMissing(controller.get(path + "/consumingSegmentsInfo")),
        orMissing(controller.get(path + "/size")));
  }

  private static JsonNode orMissing(Optional<JsonNode> answer) {
    return answer.orElseGet(MissingNode::getInstance);
  }

  @Command(
      description = "Drops a table with all its data; the topic stays.",
      mixinStandardHelpOptions = true)
  int drop(
      @Parameters(paramLabel = "TABLE", description = "The table's name.") String name,
      @Mixin ClusterOptions cluster) {
    ControllerClient controller = cluster.controllerClient();
    if (controller.table(name).isEmpty()) {
      throw unknown(name);
    }
    terminal.line(Replies.text(controller.dropTable(name)));
    return CommandLine.ExitCode.OK;
  }

  @Command(
      description = "Stops consuming a table: what it has is committed, and goes on to answer.",
      mixinStandardHelpOptions = true)
  int pause(
      @Parameters(paramLabel = "TABLE", description = "The table's name.") String name,
      @Option(
              names = "--comment",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "Why; shown while it is paused.")
          String comment,
      @Mixin ClusterOptions cluster) {
    JsonNode status = known(cluster, name).pause(name, comment);
    int open = status.path("consumingSegments").size();
    terminal.line(
        open == 0
            ? "table %s is paused".formatted(name)
            : "table %s is paused; %d of its segments are still to be committed"
                .formatted(name, open));
    return CommandLine.ExitCode.OK;
  }

  @Command(
      description = "Consumes a paused table again, from where it stood.",
      mixinStandardHelpOptions = true)
  int resume(
      @Parameters(paramLabel = "TABLE", description = "The table's name.") String name,
      @Option(
              names = "--from",
              paramLabel = "WHERE",
              defaultValue = "lastConsumed",
              description =
                  "lastConsumed, smallest, or largest: skips what came meanwhile, and records it as"
                      + " lost.")
          String from,
      @Option(
              names = "--comment",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "Why; shown with its pause status.")
          String comment,
      @Mixin ClusterOptions cluster) {
    known(cluster, name).resume(name, from, comment);
    terminal.line("table %s is consumed".formatted(name));
    return CommandLine.ExitCode.OK;
  }

  @Command(
      name = "force-commit",
      description = "Commits what a table has consumed so far; consumption goes on.",
      mixinStandardHelpOptions = true)
  int forceCommit(
      @Parameters(paramLabel = "TABLE", description = "The table's name.") String name,
      @Mixin ClusterOptions cluster) {
    ControllerClient controller = known(cluster, name);
    String jobId = controller.forceCommit(name).path("forceCommitJobId").asString();
    int open = controller.forceCommitStatus(jobId).path("numberOfSegmentsYetToBeCommitted").asInt();
    terminal.line(
        open == 0
            ? "nothing of table %s is to be committed".formatted(name)
            : "%d segments of table %s are being committed: GET /tables/forceCommitStatus/%s tells how far it is"
                .formatted(open, name, jobId));
    return CommandLine.ExitCode.OK;
  }

  private static ControllerClient known(ClusterOptions cluster, String name) {
    ControllerClient controller = cluster.controllerClient();
    if (controller.table(name).isEmpty()) {
      throw unknown(name);
    }
    return controller;
  }

  private static Failure unknown(String table) {
    return new Failure("there is no table " + table + "; 'gamay table list' lists those there are");
  }
}
