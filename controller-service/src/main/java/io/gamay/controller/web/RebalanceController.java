package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.assignment.RebalanceJob;
import io.gamay.cluster.assignment.RebalanceLog;
import io.gamay.cluster.consumption.EndJob;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.rebalance.RebalanceDesk;
import io.gamay.controller.rebalance.Rebalancer;
import io.gamay.controller.rebalance.Rebalancer.Plan;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.web.RebalanceAnswers.JobStatus;
import io.gamay.controller.web.RebalanceAnswers.Result;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Rebalances of tables and tenants, and the jobs of a table, as Pinot's controller serves them. */
@RestController
final class RebalanceController {

  private static final Pattern JOB_ID = Pattern.compile("([^~]+)~rebalance(\\d{1,9})");
  private static final String PARAMETERS =
      "dryRun=true only tells; preChecks=true with it tells what speaks against it."
          + " reassignInstances (true), includeConsuming (true), bootstrap, bestEfforts,"
          + " batchSizePerServer (16 segments that a server loads at a time), consumingPartitions"
          + " (1 at a time), forceCommit (consuming segments are committed before they would be"
          + " moved), minAvailableReplicas (kept, whatever it is: no replica goes before its"
          + " replacement serves).";

  private final ViewTables tables;
  private final Rebalancer rebalancer;
  private final RebalanceDesk desk;
  private final BlockingCalls blocking;
  private final InstantSource clock;

  RebalanceController(
      Supplier<ClusterView> view,
      Rebalancer rebalancer,
      RebalanceDesk desk,
      BlockingCalls blocking,
      InstantSource clock) {
    this.tables = new ViewTables(view);
    this.rebalancer = rebalancer;
    this.desk = desk;
    this.blocking = blocking;
    this.clock = clock;
  }

  @Operation(
      summary = "Bring a table's segments to where they belong",
      description =
          "After servers came or are to go, or tags, replication or the config's placement changed."
              + " It goes on by itself, also under another controller, and takes in what changes"
              + " meanwhile. "
              + PARAMETERS)
  @ApiResponse(responseCode = "200", description = "It is under way, or what would be moved")
  @ApiResponse(responseCode = "400", description = "No such parameter, or value of one")
  @ApiResponse(responseCode = "404", description = "No such table")
  @ApiResponse(responseCode = "409", description = "One is under way, which is named")
  @PostMapping("/tables/{table}/rebalance")
  Mono<Result> rebalance(
      @PathVariable String table,
      @Parameter(hidden = true) @RequestParam Map<String, String> parameters) {
    TableView view = tables.require(table);
    RebalanceRequest request = RebalanceRequest.parse(parameters, view.config().replication());
    return blocking.call(() -> rebalance(view, request));
  }

  private Result rebalance(TableView table, RebalanceRequest request) {
    ClusterView view = tables.view();
    Plan plan = rebalancer.plan(view, table, request.options(), request.reassignInstances());
    return request.dryRun()
        ? RebalanceAnswers.planned(view, plan, request)
        : RebalanceAnswers.ordered(view, plan, request, rebalancer.order(plan));
  }

  /** Of those that were under way; an empty list if none was. */
  @Operation(
      summary = "Call off a table's rebalance",
      description =
          "Segments that are on their way arrive, no more begin, and nothing is turned back."
              + " Answers with the ids of the jobs that were called off.")
  @DeleteMapping("/tables/{table}/rebalance")
  Mono<List<String>> cancel(@PathVariable String table) {
    TableView view = tables.require(table);
    return blocking.call(
        () ->
            desk.cancel(view.tableId()).stream()
                .map(job -> RebalanceDesk.id(view.tableId(), job))
                .toList());
  }

  @Operation(summary = "How far a rebalance is, and what it waits for")
  @ApiResponse(responseCode = "200", description = "One of the table's ten newest")
  @ApiResponse(responseCode = "404", description = "No such job any more")
  @GetMapping("/rebalanceStatus/{jobId}")
  Mono<JobStatus> status(@PathVariable String jobId) {
    Matcher matcher = JOB_ID.matcher(jobId);
    if (!matcher.matches()) {
      return Mono.error(noJob(jobId));
    }
    String tableId = matcher.group(1);
    TableView view = tables.byId(tableId).orElseThrow(() -> noJob(jobId));
    int number = Integer.parseInt(matcher.group(2));
    return blocking.call(
        () ->
            desk.log(tableId)
                .job(number)
                .map(
                    job ->
                        RebalanceAnswers.status(
                            tableId, view.config().nameWithType(), job, clock.instant()))
                .orElseThrow(() -> noJob(jobId)));
  }

  private static RequestRefusedException noJob(String jobId) {
    return new RequestRefusedException(NOT_FOUND, "Failed to find controller job id: " + jobId);
  }

  /**
   * @param statusSummary how many tables have which status
   */
  record TenantResult(
      String tenantName,
      int totalTables,
      Map<String, Integer> statusSummary,
      Map<String, Result> rebalanceTableResults) {}

  @Operation(
      summary = "Rebalance all tables of a tenant's servers",
      description =
          "Each has a job of its own; how much a server loads at a time holds for all together."
              + " Where each segment goes is in the answers for single tables. "
              + PARAMETERS)
  @ApiResponse(responseCode = "200", description = "Table by table, also those that refused")
  @ApiResponse(responseCode = "404", description = "No table is of this tenant")
  @PostMapping("/tenants/{tenant}/rebalance")
  Mono<TenantResult> rebalanceTenant(
      @PathVariable String tenant,
      @Parameter(hidden = true) @RequestParam Map<String, String> parameters) {
    List<TableView> own =
        tables.view().tables().values().stream()
            .filter(table -> table.config().serverTenant().equals(tenant))
            .sorted((a, b) -> a.config().name().compareTo(b.config().name()))
            .toList();
    if (own.isEmpty()) {
      throw new RequestRefusedException(
          NOT_FOUND, "no table has its segments on servers of tenant %s".formatted(tenant));
    }
    List<RebalanceRequest> requests =
        own.stream()
            .map(table -> RebalanceRequest.parse(parameters, table.config().replication()))
            .toList();
    return blocking.call(() -> rebalance(tenant, own, requests));
  }

  private TenantResult rebalance(
      String tenant, List<TableView> own, List<RebalanceRequest> requests) {
    Map<String, Result> results = new LinkedHashMap<>();
    Map<String, Integer> summary = new TreeMap<>();
    for (int index = 0; index < own.size(); index++) {
      Result result;
      try {
        result = rebalance(own.get(index), requests.get(index)).brief();
      } catch (RequestRefusedException | MetadataException refused) {
        result = Result.failed(String.valueOf(refused.getMessage()));
      }
      results.put(own.get(index).config().nameWithType(), result);
      summary.merge(result.status(), 1, Integer::sum);
    }
    return new TenantResult(tenant, own.size(), summary, results);
  }

  @Operation(
      summary = "What was ordered for a table",
      description =
          "By job id: its newest rebalances, forced commits and downloads. jobTypes: some of"
              + " TABLE_REBALANCE, FORCE_COMMIT, RELOAD_SEGMENT. Reloads without forceDownload"
              + " stand in their ids alone.")
  @GetMapping("/table/{table}/jobs")
  Mono<Map<String, Map<String, String>>> jobs(
      @PathVariable String table, @RequestParam Optional<List<String>> jobTypes) {
    TableView view = tables.require(table);
    return blocking.call(
        () -> {
          Map<String, Map<String, String>> jobs = new LinkedHashMap<>();
          addRebalances(view, jobs);
          addCommits(view, jobs);
          addDownloads(view, jobs);
          jobTypes.ifPresent(
              types -> jobs.values().removeIf(job -> !types.contains(job.get("jobType"))));
          return jobs;
        });
  }

  private void addRebalances(TableView table, Map<String, Map<String, String>> jobs) {
    RebalanceLog log = desk.log(table.tableId());
    for (RebalanceJob job : log.jobs().reversed()) {
      String id = RebalanceDesk.id(table.tableId(), job);
      Map<String, String> told =
          told(id, table, "TABLE_REBALANCE", Optional.of(job.submittedAt().toEpochMilli()));
      told.put("status", job.status().name());
      jobs.put(id, told);
    }
  }

  private static void addCommits(TableView table, Map<String, Map<String, String>> jobs) {
    for (EndJob job : table.consumption().jobs()) {
      String id = table.tableId() + "~commit" + job.number();
      Map<String, String> told =
          told(id, table, "FORCE_COMMIT", Optional.of(job.submittedAt().toEpochMilli()));
      told.put("segments", Integer.toString(job.segments().size()));
      jobs.put(id, told);
    }
  }

  private static void addDownloads(TableView table, Map<String, Map<String, String>> jobs) {
    if (table.downloads().ofAll() > 0) {
      ReloadJob job =
          new ReloadJob(
              table.tableId(),
              0,
              table.config().version(),
              0,
              table.downloads().ofAll(),
              Optional.empty());
      Map<String, String> told = told(job.id(), table, "RELOAD_SEGMENT", Optional.empty());
      told.put("forceDownload", "true");
      jobs.put(job.id(), told);
    }
  }

  private static Map<String, String> told(
      String id, TableView table, String type, Optional<Long> submittedAt) {
    Map<String, String> told = new LinkedHashMap<>();
    told.put("jobId", id);
    told.put("tableName", table.config().nameWithType());
    told.put("jobType", type);
    submittedAt.ifPresent(millis -> told.put("submissionTimeMs", Long.toString(millis)));
    return told;
  }
}
