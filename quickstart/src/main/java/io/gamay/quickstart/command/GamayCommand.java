package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.kafka.KafkaUnreachableException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The {@code gamay} command. Exit codes: 0 done, 1 it failed, 2 it was asked wrongly. Answers go to
 * standard output, everything else to standard error.
 */
@Command(
    name = "gamay",
    description = "A real-time OLAP store: rows produced to Kafka answer SQL within milliseconds.",
    mixinStandardHelpOptions = true,
    versionProvider = GamayVersion.class,
    subcommands = {
      QuickstartCommand.class,
      StartCommand.class,
      SchemaCommand.class,
      TableCommand.class,
      ProduceCommand.class,
      QueryCommand.class,
      StatusCommand.class
    },
    footer = {"", "Exit codes: 0 done, 1 it failed, 2 it was asked wrongly."})
public final class GamayCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String[] args) {
    System.exit(run(args, Terminal.ofProcess(), InstantSource.system()));
  }

  /** Runs one command line and returns its exit code. */
  static int run(String[] args, Terminal terminal, InstantSource clock) {
    var line = new CommandLine(new GamayCommand(), factory(terminal, clock));
    line.setOut(writer(terminal.out()));
    line.setErr(writer(terminal.err()));
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((wrong, given) -> refuse(wrong, terminal));
    line.setExecutionExceptionHandler((failure, at, parsed) -> fail(failure, parsed, terminal));
    return line.execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: one of " + subcommandNames(spec.commandLine()));
  }

  static String subcommandNames(CommandLine line) {
    return String.join(", ", line.getSubcommands().keySet());
  }

  /** Commands that print or look at the clock take both in their constructor. */
  private static IFactory factory(Terminal terminal, InstantSource clock) {
    IFactory plain = CommandLine.defaultFactory();
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        for (var constructor : type.getDeclaredConstructors()) {
          Class<?>[] wanted = constructor.getParameterTypes();
          if (wanted.length == 1 && wanted[0] == Terminal.class) {
            return type.cast(constructor.newInstance(terminal));
          }
          if (wanted.length == 2 && wanted[1] == InstantSource.class) {
            return type.cast(constructor.newInstance(terminal, clock));
          }
        }
        return plain.create(type);
      }
    };
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  private static int refuse(ParameterException wrong, Terminal terminal) {
    terminal.error(String.valueOf(wrong.getMessage()));
    terminal.note("Try '" + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static int fail(Exception failure, ParseResult parsed, Terminal terminal) {
    switch (failure) {
      case Failure sentence -> terminal.error(String.valueOf(sentence.getMessage()));
      case KafkaUnreachableException kafka -> terminal.error("Kafka: " + kafka.getMessage());
      case IOException io -> terminal.error(io.toString());
      case InterruptedException interrupted -> terminal.error("interrupted");
      default -> {
        terminal.error(
            parsed.originalArgs().getFirst()
                + " failed in a way that was not foreseen: "
                + failure);
        failure.printStackTrace(terminal.err());
      }
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
