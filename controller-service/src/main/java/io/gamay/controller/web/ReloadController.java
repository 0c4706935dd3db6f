package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.report.IndexReport;
import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.table.DownloadOrderDesk;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.Versioned;
import io.gamay.controller.web.ServerQuestions.Answer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
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

  private static final double MILLIS_PER_MINUTE = 60_000;

  private final ViewTables tables;
  private final TableCatalog catalog;
  private final DownloadOrderDesk downloads;
  private final ServerQuestions servers;
  private final BlockingCalls blocking;
  private final InstantSource clock;

  ReloadController(
      Supplier<ClusterView> view,
      TableCatalog catalog,
      DownloadOrderDesk downloads,
      ServerQuestions servers,
      BlockingCalls blocking,
      InstantSource clock) {
    this.tables = new ViewTables(view);
    this.catalog = catalog;
    this.downloads = downloads;
    this.servers = servers;
    this.blocking = blocking;
    this.clock = clock;
  }

  /** One table's part of an answer, all text as Pinot has it. */
  record Submitted(
      String reloadJobId, String reloadJobMetaZKStorageStatus, String numMessagesSent) {}

  /**
   * @param forceDownload whether servers fetch their segments from the deep store again; each is
   *     served as it is until its new copy is in place
   */
  @PostMapping("/segments/{table}/reload")
  Mono<StatusBody> reload(
      @PathVariable String table,
      @RequestParam Optional<String> type,
      @RequestParam(defaultValue = "false") boolean forceDownload) {
    TableView view = require(table, type);
    return submit(view, Optional.empty(), forceDownload)
        .map(
            job -> {
              Submitted submitted =
                  new Submitted(job.id(), "SUCCESS", Integer.toString(job.messageCount()));
              return StatusBody.of(text(Map.of(view.config().nameWithType(), submitted)));
            });
  }

  @PostMapping("/segments/{table}/{segment}/reload")
  Mono<StatusBody> reloadOne(
      @PathVariable String table,
      @PathVariable String segment,
      @RequestParam(defaultValue = "false") boolean forceDownload) {
    TableView view = tables.require(table);
    SegmentName name =
        ViewTables.segments(view)
            .map(held -> held.metadata().name())
            .filter(held -> held.toString().equals(segment))
            .findFirst()
            .orElseThrow(
                () ->
                    new RequestRefusedException(
                        NOT_FOUND,
                        "Segment %s does not exist in table %s".formatted(segment, table)));
    return submit(view, Optional.of(name), forceDownload)
        .map(
            job ->
                StatusBody.of(
                    "Submitted reload job id: %s, sent %d reload messages. Job meta ZK storage status: SUCCESS"
                        .formatted(job.id(), job.messageCount())));
  }

  private static String text(Map<String, Submitted> jobs) {
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

  /** Servers find an order in metadata by themselves: those told here begin at once. */
  private Mono<ReloadJob> submit(
      TableView view, Optional<SegmentName> segment, boolean forceDownload) {
    return blocking
        .call(() -> forceDownload ? order(view, segment) : stored(view.tableId()))
        .map(table -> ReloadJob.of(table, forceDownload, segment, clock.instant()))
        .flatMap(
            job ->
                servers
                    .order(view.tableId(), "reload", IndexReport[].class)
                    .map(ReloadController::answered)
                    .map(job::taken));
  }

  private static int answered(List<Answer<IndexReport>> answers) {
    return (int) answers.stream().filter(answer -> answer.items().isPresent()).count();
  }

  private TableNode order(TableView view, Optional<SegmentName> segment) {
    if (segment.isEmpty()) {
      return downloads.orderAll(view.tableId(), lastSequences(view, ReloadController::isSealed));
    }
    SegmentName name = segment.get();
    if (lastSequences(view, ReloadController::isSealed).getOrDefault(name.partition(), -1)
        < name.sequence()) {
      return stored(view.tableId());
    }
    return downloads.orderOne(view.tableId(), name, mayBeThere(view));
  }

  /** Those in the view, and those that are newer than it. */
  private static Predicate<SegmentName> mayBeThere(TableView view) {
    Set<SegmentName> there =
        ViewTables.segments(view).map(held -> held.metadata().name()).collect(toSet());
    Map<Integer, Integer> last = lastSequences(view, held -> true);
    return name ->
        there.contains(name) || name.sequence() > last.getOrDefault(name.partition(), -1);
  }

  private static boolean isSealed(SegmentMetadata metadata) {
    return metadata.state() == SegmentState.ONLINE;
  }

  private static Map<Integer, Integer> lastSequences(
      TableView view, Predicate<SegmentMetadata> wanted) {
    return ViewTables.segments(view)
        .map(held -> held.metadata())
        .filter(wanted)
        .map(SegmentMetadata::name)
        .collect(toMap(SegmentName::partition, SegmentName::sequence, Math::max));
  }

  private TableNode stored(String tableId) {
    return catalog
        .tableNode(tableId)
        .map(Versioned::value)
        .filter(node -> !node.isDeleted())
        .orElseThrow(
            () ->
                new RequestRefusedException(
                    NOT_FOUND, "Table %s does not exist".formatted(tableId)));
  }

  /**
   * How far a reload is.
   *
   * @param timeElapsedInMinutes since it was submitted
   * @param estimatedTimeRemainingInMinutes -1 while nothing is done
   * @param totalSegmentCount sealed segments that it is about, each replica counted
   * @param successCount those of them that are as they should be
   * @param totalServersQueried servers that are to hold some of them
   * @param totalServerCallsFailed those of them that are not alive or did not answer
   */
  record ReloadStatus(
      double timeElapsedInMinutes,
      double estimatedTimeRemainingInMinutes,
      int totalSegmentCount,
      int successCount,
      int totalServersQueried,
      int totalServerCallsFailed,
      Map<String, String> metadata) {}

  @GetMapping("/segments/segmentReloadStatus/{jobId}")
  Mono<ReloadStatus> status(@PathVariable String jobId) {
    ReloadJob job = ReloadJob.parse(jobId).orElseThrow(() -> noJob(jobId));
    TableView view =
        tables.byId(job.tableId()).filter(job::canBeOf).orElseThrow(() -> noJob(jobId));
    return isGiven(job, view)
        .filter(Boolean::booleanValue)
        .switchIfEmpty(Mono.error(() -> noJob(jobId)))
        .flatMap(_ -> servers.ask(view.tableId(), job.statusPath(), ReloadReport[].class))
        .map(answers -> status(view, job, answers));
  }

  /** Whether the job's order and config version ever were; the view may not know them yet. */
  private Mono<Boolean> isGiven(ReloadJob job, TableView view) {
    if (job.downloadOrder() <= view.downloads().newest()
        && job.configVersion() <= view.config().version()) {
      return Mono.just(true);
    }
    return blocking.call(
        () -> {
          TableNode table = stored(job.tableId());
          return job.downloadOrder() <= table.downloads().newest()
              && job.configVersion() <= table.configVersion();
        });
  }

  private static RequestRefusedException noJob(String jobId) {
    return new RequestRefusedException(NOT_FOUND, "Failed to find controller job id: " + jobId);
  }

  private ReloadStatus status(TableView view, ReloadJob job, List<Answer<ReloadReport>> answers) {
    Map<String, Set<String>> wanted = wantedOf(view, job);
    int total = wanted.values().stream().mapToInt(Set::size).sum();
    Set<String> silent = new HashSet<>(wanted.keySet());
    int done = 0;
    for (Answer<ReloadReport> answer : answers) {
      Set<String> segments = wanted.getOrDefault(answer.server(), Set.of());
      for (ReloadReport report : answer.items().orElse(List.of())) {
        done += job.isMetBy(report) && segments.contains(report.segment()) ? 1 : 0;
      }
      if (answer.items().isPresent()) {
        silent.remove(answer.server());
      }
    }
    double elapsed = Math.max(0, clock.millis() - job.submittedAt()) / MILLIS_PER_MINUTE;
    return new ReloadStatus(
        elapsed,
        remaining(elapsed, done, total),
        total,
        done,
        wanted.size(),
        silent.size(),
        job.metadata(view));
  }

  private static double remaining(double elapsed, int done, int total) {
    if (done >= total) {
      return 0;
    }
    return done == 0 ? -1 : elapsed / done * (total - done);
  }

  /** Sealed segments that a job is about, by the server that is to hold them. */
  private static Map<String, Set<String>> wantedOf(TableView view, ReloadJob job) {
    Map<String, Set<String>> byServer = new HashMap<>();
    ViewTables.segments(view)
        .filter(segment -> segment.metadata().state() == SegmentState.ONLINE)
        .forEach(
            segment -> {
              String name = segment.metadata().name().toString();
              if (job.isAbout(segment.metadata().name(), view)) {
                segment
                    .assignment()
                    .wanted()
                    .keySet()
                    .forEach(
                        server -> byServer.computeIfAbsent(server, _ -> new HashSet<>()).add(name));
              }
            });
    return byServer;
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
