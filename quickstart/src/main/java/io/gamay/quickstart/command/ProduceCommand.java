package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.ProgressBar;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.kafka.KafkaUnreachableException;
import io.gamay.quickstart.kafka.Topics;
import io.gamay.quickstart.load.FileLoad;
import io.gamay.quickstart.load.RecordFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gamay produce}. */
@Command(
    name = "produce",
    description = "Sends a file's records into a Kafka topic, as JSON, each exactly once.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Formats, by the end of the file's name:",
      "  .ndjson  one record a line, sent byte for byte; empty lines are left out",
      "  .json    one array of objects, or objects one after the other",
      "  .csv     RFC 4180 with a heading; a bare plain number becomes a number, any other cell a",
      "           text; an empty cell is a field left out, \"\" an empty text",
      "  .avro    a container file; nulls are left out, bytes are hexadecimal text",
      "",
      "Rows that cannot be read are left out and listed at the end; the exit code is then 1."
    })
final class ProduceCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--topic", required = true, paramLabel = "T", description = "The topic.")
  private String topic = "";

  @Option(names = "--file", required = true, paramLabel = "F", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of a topic that is created now (default: 1).")
  private Optional<Integer> partitions = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "FIELD",
      description =
          "Top-level field whose text is the Kafka key: one key, one partition. Without, records go"
              + " round the partitions.")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Rows a second (default: as fast as it goes).")
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--skip",
      paramLabel = "N",
      defaultValue = "0",
      description = "Rows at the file's begin that are not sent, to go on where a run stopped.")
  private long skip;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  ProduceCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    require(partitions.orElse(1) >= 1, "--partitions is at least 1");
    require(rate.orElse(1.0) > 0, "--rate is above 0");
    require(skip >= 0, "--skip is at least 0");
    RecordFormat format = RecordFormat.of(file);
    if (!Files.isRegularFile(file)) {
      throw new Failure("there is no file " + file);
    }
    var progress = new ProgressBar(terminal, clock);
    var load =
        new FileLoad(
            file, format, cluster.kafka(), topic, partitionCount(), key, rate.orElse(0.0), skip);
    return report(load.run(progress, clock), load, progress);
  }

  /** Makes sure that the topic exists. */
  private int partitionCount() throws InterruptedException {
    try (var topics = new Topics(cluster.kafka())) {
      if (topics.createIfAbsent(topic, partitions.orElse(1), Map.of())) {
        terminal.note(
            "created topic " + topic + " with " + counted(partitions.orElse(1), "partition"));
        return partitions.orElse(1);
      }
      int existing = topics.partitionCount(topic).orElse(1);
      if (partitions.isPresent() && partitions.get() != existing) {
        throw new Failure(
            "topic %s has %s, not %d; leave --partitions out, or name another topic"
                .formatted(topic, counted(existing, "partition"), partitions.get()));
      }
      return existing;
    } catch (KafkaUnreachableException failure) {
      throw new Failure(
          "Kafka at %s could not prepare topic %s (%s); is the quickstart running ('gamay quickstart' starts it)? if it was started with --port-offset, pass the same here, or --kafka HOST:PORT"
              .formatted(cluster.kafka(), topic, failure.getMessage()),
          failure);
    }
  }

  private int report(FileLoad.Report report, FileLoad load, ProgressBar progress) {
    if (report.keylessCount() > 0) {
      terminal.note(
          "%s had no field %s and went without a key"
              .formatted(counted(report.keylessCount(), "record"), key.orElse("")));
    }
    String done =
        String.format(
            Locale.ROOT,
            "%s acknowledged in topic %s (%s), %.1f s, %,d rows/s",
            counted(report.acknowledgedCount(), "record"),
            topic,
            counted(load.partitionCount(), "partition"),
            progress.elapsed().toMillis() / 1000.0,
            ProgressBar.rowsPerSecond(report.acknowledgedCount(), progress.elapsed()));
    terminal.line(done);
    if (report.unreadable().count() > 0) {
      tellUnreadable(report.unreadable());
    }
    if (report.failure().isPresent() || report.acknowledgedCount() != report.sentCount()) {
      throw new Failure(notTaken(report));
    }
    if (report.malformed().isPresent()) {
      throw new Failure(
          "%s: stopped after %s sent: %s; to go on, mend the file there and run again with --skip %d"
              .formatted(
                  file,
                  counted(report.sentCount(), "record"),
                  report.malformed().get(),
                  report.rowCount()));
    }
    return report.unreadable().count() == 0
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  private void tellUnreadable(FileLoad.Unreadable unreadable) {
    terminal.error(
        "%s: %s could not be read and went unsent"
            .formatted(file, counted(unreadable.count(), "row")));
    unreadable.samples().forEach(sample -> terminal.note("  " + sample));
    long more = unreadable.count() - unreadable.samples().size();
    if (more > 0) {
      terminal.note("  and " + more + " more");
    }
  }

  private String notTaken(FileLoad.Report report) {
    return "%s: stopped after %s, %d acknowledged: %s; the others may be in the topic or not, so that sending the file again may double rows"
        .formatted(
            file,
            counted(report.sentCount(), "record") + " sent",
            report.acknowledgedCount(),
            report.failure().orElse("no acknowledgement came"));
  }

  private void require(boolean condition, String sentence) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), sentence);
    }
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
