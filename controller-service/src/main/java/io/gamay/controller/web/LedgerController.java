package io.gamay.controller.web;

import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.ledger.LedgerCheck;
import io.gamay.controller.ledger.PartitionVerdict;
import io.gamay.controller.stream.StreamLogs;
import io.gamay.controller.stream.StreamLogs.LogBounds;
import io.gamay.controller.stream.StreamUnavailableException;
import io.gamay.controller.web.ServerQuestions.Answer;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Compares ledgers with Kafka's logs, when somebody asks. */
@RestController
final class LedgerController {

  private final ViewTables tables;
  private final ServerQuestions servers;
  private final StreamLogs logs;
  private final BlockingCalls blocking;
  private final InstantSource clock;

  LedgerController(
      Supplier<ClusterView> view,
      ServerQuestions servers,
      StreamLogs logs,
      BlockingCalls blocking,
      InstantSource clock) {
    this.tables = new ViewTables(view);
    this.servers = servers;
    this.logs = logs;
    this.blocking = blocking;
    this.clock = clock;
  }

  /**
   * @param isSound whether nothing disagrees in any partition
   * @param serversFailingToRespond servers whose positions are not in here
   */
  record Verdict(
      String table,
      boolean isSound,
      Instant checkedAt,
      List<String> serversFailingToRespond,
      List<PartitionVerdict> partitions) {}

  @Operation(
      summary = "Compare a table's ledger with Kafka's own offsets",
      description =
          "Whether segments tile the log and account for each offset, and whether the log still has"
              + " what was read of it.")
  @RequestMapping(
      path = "/tables/{table}/ledger/verify",
      method = {RequestMethod.GET, RequestMethod.POST})
  Mono<Verdict> verify(@PathVariable String table) {
    TableView view = tables.require(table);
    return reports(view)
        .flatMap(
            before ->
                blocking
                    .call(() -> bounds(view))
                    .flatMap(
                        bounds ->
                            reports(view).map(after -> verdict(view, before, bounds, after))));
  }

  private Mono<List<Answer<ConsumingReport>>> reports(TableView view) {
    return servers.ask(view.tableId(), "consuming", ConsumingReport[].class);
  }

  private Map<Integer, LogBounds> bounds(TableView view) {
    return logs.logBounds(view.config().stream(), view.partitions().keySet());
  }

  private Verdict verdict(
      TableView view,
      List<Answer<ConsumingReport>> before,
      Map<Integer, LogBounds> bounds,
      List<Answer<ConsumingReport>> after) {
    Map<Integer, List<ConsumingReport>> earlier = byPartition(before);
    Map<Integer, List<ConsumingReport>> later = byPartition(after);
    List<PartitionVerdict> verdicts = new ArrayList<>();
    for (PartitionView partition : view.partitions().values()) {
      LogBounds log = bounds.get(partition.partition());
      if (log == null) {
        throw new StreamUnavailableException(
            "kafka says nothing of partition %d".formatted(partition.partition()),
            new IllegalStateException(bounds.keySet().toString()));
      }
      verdicts.add(
          LedgerCheck.check(
              partition,
              earlier.getOrDefault(partition.partition(), List.of()),
              log,
              later.getOrDefault(partition.partition(), List.of())));
    }
    return new Verdict(
        view.config().nameWithType(),
        verdicts.stream().allMatch(PartitionVerdict::isSound),
        clock.instant(),
        after.stream().filter(answer -> answer.items().isEmpty()).map(Answer::server).toList(),
        verdicts);
  }

  /** Each server's newest report: it reads with its newest segment. */
  private static Map<Integer, List<ConsumingReport>> byPartition(
      List<Answer<ConsumingReport>> answers) {
    Map<Integer, List<ConsumingReport>> byPartition = new HashMap<>();
    for (Answer<ConsumingReport> answer : answers) {
      Map<Integer, ConsumingReport> newest = new HashMap<>();
      for (ConsumingReport report : answer.items().orElse(List.of())) {
        newest.merge(
            report.partition(),
            report,
            (one, other) -> one.startOffset() >= other.startOffset() ? one : other);
      }
      newest.forEach(
          (partition, report) ->
              byPartition.computeIfAbsent(partition, _ -> new ArrayList<>()).add(report));
    }
    return byPartition;
  }
}
