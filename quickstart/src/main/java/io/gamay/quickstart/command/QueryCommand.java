package io.gamay.quickstart.command;

import io.gamay.quickstart.client.AnswerText;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.console.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gamay query}. */
@Command(
    name = "query",
    description = "Asks one SQL query and prints its answer.",
    mixinStandardHelpOptions = true)
final class QueryCommand implements Callable<Integer> {
  /** Forms of an answer. */
  enum Format {
    table,
    json,
    csv
  }

  private final Terminal terminal;

  @Parameters(paramLabel = "SQL", description = "The query, as one argument.")
  private String sql = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format = Format.table;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  QueryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    QueryAnswer answer = cluster.brokerClient().query(sql);
    boolean isFine = answer.exceptions().isEmpty();
    if (isFine || answer.hasTable() || format == Format.json) {
      terminal.line(text(answer));
    }
    answer.exceptions().forEach(terminal::error);
    tellWhatTheFormLeavesOut(answer);
    return isFine ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** Notices have a place in JSON alone; that an answer is partial, in a table's last line too. */
  private void tellWhatTheFormLeavesOut(QueryAnswer answer) {
    if (format == Format.json) {
      return;
    }
    answer.notices().forEach(notice -> terminal.note("notice: " + notice));
    if (format == Format.csv && answer.hasTable() && answer.isPartial()) {
      terminal.note("PARTIAL: rows may be missing");
    }
  }

  private String text(QueryAnswer answer) {
    return switch (format) {
      case table -> AnswerText.table(answer, terminal.columns());
      case json -> AnswerText.json(answer);
      case csv -> AnswerText.csv(answer);
    };
  }
}
