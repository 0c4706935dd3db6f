package io.gamay.quickstart.command;

import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code gamay schema}. */
@Command(
    name = "schema",
    description = "Schemas: what columns a table has.",
    mixinStandardHelpOptions = true)
final class SchemaCommand implements Runnable {
  static final String EXPECTED =
      "a schema's JSON: {\"schemaName\": \"...\", \"dimensionFieldSpecs\": [...], ...}";

  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  SchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: one of " + GamayCommand.subcommandNames(spec.commandLine()));
  }

  @Command(
      description = "Adds a schema, or replaces it by a compatible one.",
      mixinStandardHelpOptions = true)
  int add(
      @Parameters(paramLabel = "FILE", description = "The schema's JSON, in Pinot's form.")
          Path file,
      @Option(
              names = "--force",
              description =
                  "Replaces it by an incompatible one too: columns of segments that are sealed"
                      + " already may then be missing or have another type.")
          boolean isForced,
      @Mixin ClusterOptions cluster)
      throws IOException {
    String json = Replies.read(file, EXPECTED);
    terminal.line(Replies.text(cluster.controllerClient().addSchema(json, isForced)));
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "Lists all schemas, one a line.", mixinStandardHelpOptions = true)
  int list(@Mixin ClusterOptions cluster) {
    cluster.controllerClient().schemas().forEach(terminal::line);
    return CommandLine.ExitCode.OK;
  }

  @Command(
      aliases = "describe",
      description = "Shows a schema as JSON.",
      mixinStandardHelpOptions = true)
  int show(
      @Parameters(paramLabel = "NAME", description = "The schema's name.") String name,
      @Mixin ClusterOptions cluster) {
    JsonNode schema = cluster.controllerClient().schema(name).orElseThrow(() -> unknown(name));
    terminal.line(schema.toPrettyString());
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "Drops a schema that no table has.", mixinStandardHelpOptions = true)
  int drop(
      @Parameters(paramLabel = "NAME", description = "The schema's name.") String name,
      @Mixin ClusterOptions cluster) {
    ControllerClient controller = cluster.controllerClient();
    if (controller.schema(name).isEmpty()) {
      throw unknown(name);
    }
    terminal.line(Replies.text(controller.dropSchema(name)));
    return CommandLine.ExitCode.OK;
  }

  private static Failure unknown(String schema) {
    return new Failure(
        "there is no schema " + schema + "; 'gamay schema list' lists those there are");
  }
}
