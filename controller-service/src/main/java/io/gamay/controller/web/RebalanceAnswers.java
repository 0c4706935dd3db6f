package io.gamay.controller.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.assignment.RebalanceJob;
import io.gamay.cluster.assignment.RebalanceJob.Progress;
import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.rebalance.PreCheck;
import io.gamay.controller.rebalance.RebalanceDesk;
import io.gamay.controller.rebalance.RebalanceSummary;
import io.gamay.controller.rebalance.Rebalancer.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a rebalance is told of, in Pinot's shapes. */
final class RebalanceAnswers {

  /** Of all segments a table may have, an answer tells where these go. */
  static final int MAX_SEGMENTS = 1_000;

  private RebalanceAnswers() {}

  /**
   * @param status DONE of a dry run that would move something, NO_OP where nothing moves, otherwise
   *     of the job
   * @param instanceAssignment the servers that are chosen, by kind; empty where the table asks for
   *     no choice
   * @param segmentAssignment where segments go that change servers, the first {@link #MAX_SEGMENTS}
   * @param segmentsLeftOut how many more there are
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Result(
      @Nullable String jobId,
      String status,
      String description,
      Map<String, InstancePartitionsBody> instanceAssignment,
      Map<String, Map<String, String>> segmentAssignment,
      int segmentsLeftOut,
      @Nullable Map<String, PreCheck> preChecksResult,
      @Nullable RebalanceSummary rebalanceSummaryResult) {

    /** Without where each segment goes: of many tables that is too much for one answer. */
    Result brief() {
      return new Result(jobId, status, description, Map.of(), Map.of(), 0, null, null);
    }

    /** A table that could not be rebalanced. */
    static Result failed(String reason) {
      return new Result(null, "FAILED", reason, Map.of(), Map.of(), 0, null, null);
    }
  }

  static Result planned(ClusterView view, Plan plan, RebalanceRequest request) {
    boolean isNothing = plan.isArrived();
    String what =
        isNothing
            ? "every segment is where it belongs"
            : "dry run: %d segments would be moved".formatted(plan.moving().size())
                + (plan.committing() == 0
                    ? ""
                    : ", %d more committed, so that the servers that gave them up let them go"
                        .formatted(plan.committing()))
                + (plan.underWay() == 0
                    ? ""
                    : ", %d are on their way already".formatted(plan.underWay()));
    return result(
        view,
        plan,
        request,
        Optional.empty(),
        isNothing ? RebalanceJob.Status.NO_OP : RebalanceJob.Status.DONE,
        what);
  }

  static Result ordered(ClusterView view, Plan plan, RebalanceRequest request, RebalanceJob job) {
    String what =
        job.isInProgress()
            ? "%d segments are being moved, no replica goes before its replacement serves; GET /rebalanceStatus/{jobId} tells how far it is"
                .formatted(plan.moving().size())
            : job.reason();
    return result(
        view,
        plan,
        request,
        Optional.of(RebalanceDesk.id(plan.table().tableId(), job)),
        job.status(),
        what);
  }

  private static Result result(
      ClusterView view,
      Plan plan,
      RebalanceRequest request,
      Optional<String> jobId,
      RebalanceJob.Status status,
      String what) {
    List<String> sentences = new ArrayList<>();
    sentences.add(what);
    sentences.addAll(request.notes());
    int left = Math.max(0, plan.moving().size() - MAX_SEGMENTS);
    return new Result(
        jobId.orElse(null),
        status.name(),
        String.join("; ", sentences),
        partitions(plan.table(), plan.groups()),
        moves(plan),
        left,
        request.preChecks() ? PreCheck.of(view, plan.table(), plan.groups(), plan.target()) : null,
        RebalanceSummary.of(view, plan.table(), plan.target()));
  }

  private static Map<String, Map<String, String>> moves(Plan plan) {
    Map<String, Map<String, String>> moves = new LinkedHashMap<>();
    plan.moving().stream()
        .limit(MAX_SEGMENTS)
        .forEach(segment -> moves.put(segment.metadata().name().toString(), states(plan, segment)));
    return moves;
  }

  private static Map<String, String> states(Plan plan, SegmentView segment) {
    String state =
        segment.metadata().state() == SegmentState.ONLINE
            ? SegmentState.ONLINE.name()
            : SegmentState.CONSUMING.name();
    Map<String, String> servers = new LinkedHashMap<>();
    plan.target()
        .getOrDefault(segment.metadata().name(), List.of())
        .forEach(server -> servers.put(server, state));
    return servers;
  }

  /**
   * Replica groups of one kind.
   *
   * @param instancePartitionsName raw table name and kind
   * @param partitionToInstancesMap servers by {@code 0_replica}
   */
  record InstancePartitionsBody(
      String instancePartitionsName, Map<String, List<String>> partitionToInstancesMap) {}

  /** By kind: CONSUMING, COMPLETED, or a tier's name. */
  static Map<String, InstancePartitionsBody> partitions(TableView table, InstanceGroups groups) {
    Map<String, InstancePartitionsBody> bodies = new TreeMap<>();
    groups
        .byKind()
        .forEach(
            (kind, byReplica) -> {
              Map<String, List<String>> servers = new LinkedHashMap<>();
              for (int replica = 0; replica < byReplica.size(); replica++) {
                servers.put("0_" + replica, byReplica.get(replica));
              }
              bodies.put(
                  kind, new InstancePartitionsBody(table.config().name() + "_" + kind, servers));
            });
    return bodies;
  }

  /**
   * @param description why it has this status, or what some segments wait for
   * @param estimatedTimeToCompleteInSeconds from how fast it was so far; -1 while nothing has moved
   * @param lastError what went wrong last, if something did
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record JobStatus(
      String jobId,
      String tableName,
      String status,
      String description,
      long submissionTimeMs,
      long timeElapsedSinceStartInSeconds,
      long estimatedTimeToCompleteInSeconds,
      Segments segments,
      RebalanceOptions options,
      String lastError) {}

  /**
   * @param total found to have to move so far
   * @param toMove those that have not begun
   * @param underWay those that are loaded by their new servers, or that the old ones still hold
   * @param moved those that are where they belong, and nowhere else
   * @param consumedUntilCommitted consuming segments that have arrived, and that their old servers
   *     consume as well until they are committed
   */
  record Segments(int total, int toMove, int underWay, int moved, int consumedUntilCommitted) {}

  static JobStatus status(String tableId, String table, RebalanceJob job, Instant now) {
    Progress progress = job.progress();
    Duration elapsed = Duration.between(job.submittedAt(), job.finishedAt().orElse(now));
    return new JobStatus(
        RebalanceDesk.id(tableId, job),
        table,
        job.status().name(),
        job.isInProgress()
            ? (job.waitingFor().isEmpty() ? "segments are on their way" : job.waitingFor())
            : job.reason(),
        job.submittedAt().toEpochMilli(),
        elapsed.toSeconds(),
        job.isInProgress() ? estimate(progress, elapsed) : 0,
        new Segments(
            progress.segments(),
            progress.toMove(),
            progress.underWay(),
            progress.moved(),
            progress.untilCommitted()),
        job.options(),
        job.lastError());
  }

  private static long estimate(Progress progress, Duration elapsed) {
    int left = progress.segments() - progress.moved();
    return progress.moved() <= 0 ? -1 : elapsed.toSeconds() * left / progress.moved();
  }
}
