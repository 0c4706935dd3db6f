package io.gamay.quickstart.command;

import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.ProgressBar;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.console.TextTable;
import io.gamay.quickstart.console.TextTable.Column;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code gamay rebalance}. */
@Command(
    name = "rebalance",
    description =
        "Brings a table's segments to where they belong, as after servers came or are to go, and"
            + " waits until they are there. Interrupted, it goes on in the cluster.",
    mixinStandardHelpOptions = true)
final class RebalanceCommand implements Callable<Integer> {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Terminal terminal;
  private final InstantSource clock;

  @Parameters(paramLabel = "TABLE", description = "The table's name.")
  private String table = "";

  @Option(names = "--dry-run", description = "Only tell what would be moved.")
  private boolean isDryRun;

  @Option(
      names = "--force-commit",
      description = "Commit consuming segments before they would be moved.")
  private boolean isForcingCommits;

  @Option(
      names = "--best-efforts",
      description = "Go on where servers are missing, with fewer replicas.")
  private boolean isBestEfforts;

  @Option(names = "--no-wait", description = "Return when it is ordered.")
  private boolean isNotWaiting;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  RebalanceCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    ControllerClient controller = cluster.controllerClient();
    JsonNode reply = controller.rebalance(table, parameters());
    terminal.line(reply.path("description").asString());
    JsonNode servers =
        reply.path("rebalanceSummaryResult").path("serverInfo").path("serverSegmentChangeInfo");
    if (!servers.isEmpty()) {
      terminal.line("\n" + render(servers));
    }
    if (isDryRun || isNotWaiting || !reply.path("status").asString().equals("IN_PROGRESS")) {
      return CommandLine.ExitCode.OK;
    }
    return await(controller, reply.path("jobId").asString());
  }

  private String parameters() {
    List<String> parameters = new ArrayList<>();
    if (isDryRun) {
      parameters.add("dryRun=true");
    }
    if (isForcingCommits) {
      parameters.add("forceCommit=true");
    }
    if (isBestEfforts) {
      parameters.add("bestEfforts=true");
    }
    return String.join("&", parameters);
  }

  private static String render(JsonNode servers) {
    TextTable lines =
        new TextTable(
            List.of(
                new Column("server", false),
                new Column("segments", true),
                new Column("then", true),
                new Column("to get", true),
                new Column("to give", true),
                new Column("bytes to get", true)));
    servers
        .properties()
        .forEach(
            server ->
                lines.add(
                    List.of(
                        server.getKey(),
                        server.getValue().path("totalSegmentsBeforeRebalance").asString(),
                        server.getValue().path("totalSegmentsAfterRebalance").asString(),
                        server.getValue().path("segmentsAdded").asString(),
                        server.getValue().path("segmentsDeleted").asString(),
                        server.getValue().path("bytesAdded").asString())));
    return lines.render();
  }

  private int await(ControllerClient controller, String jobId) {
    var progress = new ProgressBar(terminal, clock, "segments");
    String told = "";
    while (true) {
      JsonNode status = controller.rebalanceStatus(jobId);
      String description = status.path("description").asString();
      if (!status.path("status").asString().equals("IN_PROGRESS")) {
        progress.finish();
        return ended(status, description);
      }
      long total = status.path("segments").path("total").asLong();
      long moved = status.path("segments").path("moved").asLong();
      progress.show(moved, total == 0 ? 1 : (double) moved / total);
      if (isTrouble(description) && !description.equals(told)) {
        progress.finish();
        terminal.note("waiting: " + description);
        told = description;
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        throw new Failure("interrupted; the rebalance goes on as job " + jobId);
      }
    }
  }

  /** Whether it is more than the usual order of things. */
  private static boolean isTrouble(String description) {
    return description.contains(" away") || description.contains("fewer servers");
  }

  private int ended(JsonNode status, String description) {
    String end = status.path("status").asString();
    if (!end.equals("DONE") && !end.equals("NO_OP")) {
      throw new Failure("the rebalance of %s ended as %s: %s".formatted(table, end, description));
    }
    terminal.line(
        "%d segments were moved: %s"
            .formatted(status.path("segments").path("moved").asLong(), description));
    return CommandLine.ExitCode.OK;
  }
}
