package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gamay schema}. */
@Command(
    name = "schema",
    description = "Schemas: what columns a table has.",
    mixinStandardHelpOptions = true)
final class SchemaCommand implements Runnable {
  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  SchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: add");
  }

  @Command(
      description = "Adds a schema, or replaces it by a compatible one.",
      mixinStandardHelpOptions = true)
  int add(
      @Parameters(paramLabel = "FILE", description = "The schema's JSON, in Pinot's form.")
          Path file,
      @Mixin ClusterOptions cluster)
      throws IOException {
    terminal.line(Replies.text(cluster.controllerClient().addSchema(Replies.read(file))));
    return CommandLine.ExitCode.OK;
  }
}
