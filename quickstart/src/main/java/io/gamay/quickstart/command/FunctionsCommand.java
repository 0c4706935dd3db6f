package io.gamay.quickstart.command;

import io.gamay.query.function.FunctionDoc;
import io.gamay.query.plan.FunctionDocs;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.console.TextTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gamay functions}. */
@Command(
    name = "functions",
    description = "Lists the functions that queries may call, or explains one.",
    mixinStandardHelpOptions = true)
final class FunctionsCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "A function's name, without regard to case and underscores.")
  private Optional<String> name = Optional.empty();

  @Mixin private PortOption offset = new PortOption();

  FunctionsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    var _ = offset.ports();
    if (name.isEmpty()) {
      terminal.line(list(terminal.columns()));
    } else {
      terminal.line(explained(name.get()));
    }
    return CommandLine.ExitCode.OK;
  }

  private static String list(int width) {
    TextTable table = TextTable.ofText("group", "function", "what it gives");
    for (FunctionDoc doc : FunctionDocs.all()) {
      table.add(List.of(doc.group().title(), doc.name(), firstSentence(doc.doc())));
    }
    return table.render(width);
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end + 1);
  }

  private static String explained(String name) {
    FunctionDoc doc =
        FunctionDocs.find(name)
            .orElseThrow(
                () ->
                    new Failure(
                        "there is no function %s%s; 'gamay functions' lists those there are"
                            .formatted(name, FunctionDocs.nearest(name).replace("?", ""))));
    var text = new StringBuilder(String.join("\n", doc.signatures()));
    text.append("\n\n").append(doc.doc());
    if (!doc.aliases().isEmpty()) {
      text.append("\n\nAlso: ").append(String.join(", ", doc.aliases()));
    }
    text.append("\nNULL: ").append(doc.nullBehaviour());
    doc.examples()
        .forEach(example -> text.append("\nExample: ").append(FunctionDocs.written(example)));
    return text.toString();
  }
}
