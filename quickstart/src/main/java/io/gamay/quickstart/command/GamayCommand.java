package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Misuse;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.kafka.KafkaUnreachableException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
      SegmentCommand.class,
      RebalanceCommand.class,
      ProduceCommand.class,
      QueryCommand.class,
      FunctionsCommand.class,
      StatusCommand.class
    },
    exitCodeListHeading = "%nExit codes, of every command:%n",
    exitCodeList = {
      "0:done",
      "1:it failed, or a part of it did: the sentence on standard error says what and what to do",
      "2:it was asked wrongly: an unknown command or option, or a value that cannot be"
    })
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
    line.setExecutionExceptionHandler((failure, at, parsed) -> fail(failure, at, parsed, terminal));
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
    return refuse(sentence(wrong), wrong.getCommandLine(), terminal);
  }

  private static int refuse(String sentence, CommandLine at, Terminal terminal) {
    terminal.error(sentence);
    terminal.note("Try '" + at.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  /** What is wrong, with the command or option that was probably meant. */
  private static String sentence(ParameterException wrong) {
    String sentence = String.valueOf(wrong.getMessage());
    if (!(wrong instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return sentence;
    }
    List<String> near = unmatched.getSuggestions();
    CommandLine at = wrong.getCommandLine();
    boolean isCommand = !unmatched.isUnknownOption() && !at.getSubcommands().isEmpty();
    if (isCommand) {
      String given = unmatched.getUnmatched().getFirst();
      sentence = "there is no command '" + given + "'";
      near = near.stream().filter(name -> name.charAt(0) == given.charAt(0)).toList();
    }
    if (!near.isEmpty()) {
      sentence += "; did you mean " + String.join(" or ", near) + "?";
    }
    return isCommand ? sentence + "; the commands are " + subcommandNames(at) : sentence;
  }

  private static int fail(
      Exception failure, CommandLine at, ParseResult parsed, Terminal terminal) {
    switch (failure) {
      case Misuse misuse -> {
        return refuse(String.valueOf(misuse.getMessage()), at, terminal);
      }
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
