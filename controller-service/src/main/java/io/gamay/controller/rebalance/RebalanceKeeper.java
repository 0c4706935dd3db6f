package io.gamay.controller.rebalance;

import io.gamay.cluster.assignment.RebalanceJob;
import io.gamay.cluster.assignment.RebalanceJob.Progress;
import io.gamay.cluster.assignment.RebalanceJob.Status;
import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.SegmentMover;
import io.gamay.controller.assignment.SegmentMoves.Limits;
import io.gamay.controller.assignment.SegmentMoves.Obstacle;
import io.gamay.controller.assignment.SegmentMoves.Step;
import io.gamay.controller.assignment.SegmentMoves.Waiting;
import io.gamay.controller.leader.NotLeaderException;
import io.gamay.controller.table.ConsumptionDesk;
import io.gamay.controller.table.TableCatalog;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on with every rebalance that is under way: each pass finds anew where the table's segments
 * belong, takes the next step towards it, and writes down how far it is. All that it knows stands
 * in metadata, so that another leader goes on where this one stopped. One thread.
 */
public final class RebalanceKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(RebalanceKeeper.class);

  /** Passes in a row, some minutes. */
  private static final int MAX_FAILURES = 100;

  private final RebalanceDesk desk;
  private final TableCatalog catalog;
  private final RebalanceTargets targets;
  private final SegmentMover mover;
  private final ConsumptionDesk consumption;
  private final Supplier<ClusterView> view;
  private final InstantSource clock;
  private volatile Map<String, RebalanceJob> lastSeen = Map.of();

  public RebalanceKeeper(
      RebalanceDesk desk,
      TableCatalog catalog,
      RebalanceTargets targets,
      SegmentMover mover,
      ConsumptionDesk consumption,
      Supplier<ClusterView> view,
      InstantSource clock) {
    this.desk = desk;
    this.catalog = catalog;
    this.targets = targets;
    this.mover = mover;
    this.consumption = consumption;
    this.view = view;
    this.clock = clock;
  }

  /** A table that cannot be looked after now does not hold up the others. */
  public void keep() {
    Map<String, RebalanceJob> underWay = desk.underWay();
    lastSeen = underWay;
    underWay.forEach(
        (tableId, job) -> {
          try {
            keep(tableId, job);
          } catch (NotLeaderException | MetadataException over) {
            throw over;
          } catch (RuntimeException failed) {
            log(RebalanceDesk.id(tableId, job), job, failed);
            desk.update(tableId, job.number(), now -> failed(now, failed));
          }
        });
  }

  /** With all that is known only once: it comes again every few seconds. */
  private static void log(String id, RebalanceJob job, RuntimeException failed) {
    if (job.failures() == 0) {
      LOG.error("a pass of rebalance {} failed, it is tried again", id, failed);
    } else {
      LOG.warn("pass {} of rebalance {} failed: {}", job.failures() + 1, id, failed.toString());
    }
  }

  /** How far the rebalance of a table was at the last look, if one was under way. Any thread. */
  public Optional<String> progress(String tableId) {
    return Optional.ofNullable(lastSeen.get(tableId))
        .map(
            job -> {
              Progress progress = job.progress();
              String far =
                  "job %s: %d of %d segments are where they belong, %d are on their way"
                      .formatted(
                          RebalanceDesk.id(tableId, job),
                          progress.moved(),
                          progress.segments(),
                          progress.underWay());
              return job.waitingFor().isEmpty() ? far : far + "; " + job.waitingFor();
            });
  }

  /** By table id, how many segments are on their way, as of the last look. Any thread. */
  public Map<String, Integer> segmentsUnderWay() {
    Map<String, Integer> underWay = new HashMap<>();
    lastSeen.forEach((tableId, job) -> underWay.put(tableId, job.progress().underWay()));
    return underWay;
  }

  private RebalanceJob failed(RebalanceJob job, RuntimeException failure) {
    RebalanceJob next = job.failedOnce(failure.toString());
    return next.failures() < MAX_FAILURES
        ? next
        : next.ended(
            Status.FAILED,
            "failed %d times in a row: %s".formatted(MAX_FAILURES, failure),
            clock.instant());
  }

  private void keep(String tableId, RebalanceJob job) {
    ClusterView seen = view.get();
    Optional<TableView> table =
        seen.tables().values().stream().filter(t -> t.tableId().equals(tableId)).findFirst();
    if (table.isPresent()) {
      go(seen, table.get(), job);
    } else if (catalog.tableById(tableId).isEmpty()) {
      desk.update(
          tableId,
          job.number(),
          now -> now.ended(Status.ABORTED, "the table is gone", clock.instant()));
    }
  }

  private void go(ClusterView seen, TableView table, RebalanceJob job) {
    TableView scope = Aim.scope(table, job.submittedAt());
    Map<SegmentName, List<String>> target = targets.of(seen, scope, job.options());
    Aim aim = Aim.of(scope, target, job, clock.instant());
    orderCommits(table, aim.toCommit());
    Step step =
        mover.move(
            seen,
            table,
            aim.target(),
            limits(job.options()),
            () -> desk.stillUnderWay(table.tableId(), job.number()));
    desk.update(table.tableId(), job.number(), now -> after(now, aim, step));
  }

  static Limits limits(RebalanceOptions options) {
    return new Limits(
        options.batchSizePerServer(), options.consumingPartitions(), options.bestEfforts());
  }

  private RebalanceJob after(RebalanceJob job, Aim aim, Step step) {
    int heldBack = aim.tooFewServers().size() + aim.toCommit().size();
    Progress progress =
        job.progress()
            .then(
                step.toMove() + heldBack, step.loading() + step.releasing(), step.untilCommitted());
    RebalanceJob next = job.with(progress, waitingFor(aim, step));
    return step.isArrived() && heldBack == 0
        ? next.ended(Status.DONE, done(step), clock.instant())
        : next;
  }

  private static String done(Step step) {
    return step.untilCommitted() == 0
        ? "every segment is where it belongs"
        : "every segment is where it belongs; the servers that gave up %d consuming segments go on consuming them, as one replica more, until they are committed"
            .formatted(step.untilCommitted());
  }

  /** Those that nobody has asked for yet, all at once. */
  private void orderCommits(TableView table, Map<Integer, Integer> toCommit) {
    Map<Integer, Integer> unasked = new HashMap<>();
    Aim.segments(table)
        .map(SegmentView::metadata)
        .filter(segment -> segment.state() == SegmentState.CONSUMING)
        .map(segment -> segment.name())
        .filter(name -> Integer.valueOf(name.sequence()).equals(toCommit.get(name.partition())))
        .filter(name -> !table.consumption().isAskedToEnd(name))
        .forEach(name -> unasked.put(name.partition(), name.sequence()));
    if (!unasked.isEmpty()) {
      consumption.forceCommit(table.tableId(), unasked, unasked.size(), Aim.COMMIT_PATIENCE);
    }
  }

  private static String waitingFor(Aim aim, Step step) {
    List<String> reasons = new ArrayList<>();
    if (!aim.toCommit().isEmpty()) {
      reasons.add("%d segments are committed first".formatted(aim.toCommit().size()));
    }
    if (!aim.tooFewServers().isEmpty()) {
      reasons.add(
          "%d segments, as %s, have fewer servers to go to than replicas: start servers or give them the tag, lower the replication, or rebalance with bestEfforts=true"
              .formatted(aim.tooFewServers().size(), aim.tooFewServers().getFirst()));
    }
    step.waiting().forEach((obstacle, waiting) -> reasons.add(sentence(obstacle, waiting)));
    return String.join("; ", reasons);
  }

  private static String sentence(Obstacle obstacle, Waiting waiting) {
    String what =
        switch (obstacle) {
          case SERVER_TO_GET_IT_IS_AWAY -> "%s, which is to get it, is away";
          case MEMBER_IS_AWAY -> "%s, which has it, is away or in ERROR (bestEfforts=true goes on)";
          case MEMBER_IS_LOADING -> "%s is still loading it";
          case OTHER_PARTITION_IS_MOVING -> "%s is on the move";
          case SERVER_HAS_ENOUGH_TO_LOAD -> "%s has as many to load as it may at a time";
        };
    return String.format(
        Locale.ROOT,
        "%d segments, as %s: " + what,
        waiting.count(),
        waiting.segment(),
        waiting.server());
  }
}
