package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.report.IndexReport;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.web.ServerQuestions.Answer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * Reloading, as Pinot's controller serves it. Servers give their segments the indexes of the newest
 * config by themselves; what is asked for here makes them look now.
 */
@RestController
final class ReloadController {

  private final ViewTables tables;
  private final ServerQuestions servers;
  private final InstantSource clock;

  ReloadController(Supplier<ClusterView> view, ServerQuestions servers, InstantSource clock) {
    this.tables = new ViewTables(view);
    this.servers = servers;
    this.clock = clock;
  }

  /** One table's part of an answer, all text as Pinot has it. */
  record ReloadJob(
      String reloadJobId, String reloadJobMetaZKStorageStatus, String numMessagesSent) {}

  @PostMapping("/segments/{table}/reload")
  Mono<StatusBody> reload(
      @PathVariable String table,
      @RequestParam Optional<String> type,
      @RequestParam(defaultValue = "false") boolean forceDownload) {
    TableView view = require(table, type);
    refuseDownload(forceDownload);
    return order(view)
        .map(
            sent -> {
              ReloadJob job = new ReloadJob(jobId(view), "SUCCESS", Integer.toString(sent));
              return StatusBody.of(text(Map.of(view.config().nameWithType(), job)));
            });
  }

  @PostMapping("/segments/{table}/{segment}/reload")
  Mono<StatusBody> reloadOne(
      @PathVariable String table,
      @PathVariable String segment,
      @RequestParam(defaultValue = "false") boolean forceDownload) {
    TableView view = tables.require(table);
    refuseDownload(forceDownload);
    boolean isThere =
        ViewTables.segments(view)
            .anyMatch(held -> held.metadata().name().toString().equals(segment));
    if (!isThere) {
      throw new RequestRefusedException(
          NOT_FOUND, "Segment %s does not exist in table %s".formatted(segment, table));
    }
    return order(view)
        .map(
            sent ->
                StatusBody.of(
                    "Submitted reload job id: %s, sent %d reload messages. Job meta ZK storage status: SUCCESS"
                        .formatted(jobId(view), sent)));
  }

  private static String text(Map<String, ReloadJob> jobs) {
    return new String(ClusterJson.write(jobs), StandardCharsets.UTF_8);
  }

  private TableView require(String table, Optional<String> type) {
    TableView view = tables.require(table);
    if (type.filter(name -> !name.toUpperCase(Locale.ROOT).equals("REALTIME")).isPresent()) {
      throw new RequestRefusedException(
          NOT_FOUND, "Table %s has no segments of type %s".formatted(table, type.orElseThrow()));
    }
    return view;
  }

  private static void refuseDownload(boolean isForced) {
    if (isForced) {
      throw new RequestRefusedException(
          INVALID,
          "forceDownload is not supported: files that are not what metadata names are fetched anew"
              + " by themselves");
    }
  }

  /** How many servers took it. */
  private Mono<Integer> order(TableView view) {
    return servers
        .order(view.tableId(), "reload", IndexReport[].class)
        .map(answers -> (int) answers.stream().filter(a -> a.items().isPresent()).count());
  }

  /** Nothing is kept of a job: the id says which table, and since when. */
  private String jobId(TableView view) {
    return "%s-%d".formatted(view.config().nameWithType(), clock.millis());
  }

  /**
   * Whether a segment somewhere has other indexes than the table's config asks for.
   *
   * @param serversFailingToRespond servers whose segments are not known
   */
  record NeedReload(
      boolean needReload,
      Map<String, ServerNeed> serverToSegmentsCheckReloadList,
      List<String> serversFailingToRespond) {}

  record ServerNeed(boolean needReload, String instanceId) {}

  @GetMapping("/segments/{table}/needReload")
  Mono<NeedReload> needReload(
      @PathVariable String table, @RequestParam(defaultValue = "false") boolean verbose) {
    return reports(tables.require(table))
        .map(
            answers -> {
              Map<String, ServerNeed> byServer = new TreeMap<>();
              List<String> silent = new ArrayList<>();
              boolean any = false;
              for (Answer<IndexReport> answer : answers) {
                if (answer.items().isEmpty()) {
                  silent.add(answer.server());
                  continue;
                }
                boolean needs = answer.items().get().stream().anyMatch(r -> !r.isAsWanted());
                any |= needs;
                byServer.put(answer.server(), new ServerNeed(needs, answer.server()));
              }
              return new NeedReload(any, verbose ? byServer : Map.of(), silent);
            });
  }

  /**
   * @param serversFailingToRespond servers whose segments are not in here
   */
  record TableIndexes(
      String table,
      int segments,
      int segmentsAsWanted,
      List<String> serversFailingToRespond,
      Map<String, List<IndexReport>> servers) {}

  /** How the indexes of every sealed segment stand on every server. */
  @GetMapping("/tables/{table}/segmentIndexes")
  Mono<TableIndexes> indexes(@PathVariable String table) {
    TableView view = tables.require(table);
    return reports(view).map(answers -> indexes(view, answers));
  }

  private static TableIndexes indexes(TableView view, List<Answer<IndexReport>> answers) {
    Map<String, List<IndexReport>> byServer = new TreeMap<>();
    List<String> silent = new ArrayList<>();
    int segments = 0;
    int asWanted = 0;
    for (Answer<IndexReport> answer : answers) {
      if (answer.items().isEmpty()) {
        silent.add(answer.server());
        continue;
      }
      List<IndexReport> reports = answer.items().get();
      byServer.put(answer.server(), reports);
      segments += reports.size();
      asWanted += (int) reports.stream().filter(IndexReport::isAsWanted).count();
    }
    return new TableIndexes(view.config().nameWithType(), segments, asWanted, silent, byServer);
  }

  private Mono<List<Answer<IndexReport>>> reports(TableView view) {
    return servers.ask(view.tableId(), "indexes", IndexReport[].class);
  }
}
