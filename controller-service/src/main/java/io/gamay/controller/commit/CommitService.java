package io.gamay.controller.commit;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.leader.Leadership;
import io.gamay.controller.table.TableCatalog;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which the ends of segments are decided, behind a bounded queue. A report that
 * finds the queue full is answered HOLD: it will be repeated.
 */
public final class CommitService implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CommitService.class);
  private static final int MAX_WAITING = 10_000;

  private final CommitCoordinator coordinator;
  private final AtomicBoolean isTicking = new AtomicBoolean();

  /** By table id; as of the last tick. */
  private volatile Map<String, Map<SegmentName, String>> troubles = Map.of();

  private final ExecutorService thread;

  public CommitService(
      MetadataStore store,
      TableCatalog tables,
      Leadership leadership,
      CommitPolicy policy,
      InstantSource clock) {
    this(
        store,
        tables,
        leadership,
        policy,
        clock,
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().name("commit").daemon(true).factory()));
  }

  /**
   * @param thread one thread behind a bounded queue, the service's own from now on
   */
  public CommitService(
      MetadataStore store,
      TableCatalog tables,
      Leadership leadership,
      CommitPolicy policy,
      InstantSource clock,
      ExecutorService thread) {
    this.thread = thread;
    this.coordinator = new CommitCoordinator(store, tables::tableById, leadership, policy, clock);
  }

  /** Never fails: what cannot be judged now is answered HOLD. */
  public CompletableFuture<CommitAnswer> report(CommitReport report) {
    try {
      return CompletableFuture.supplyAsync(() -> coordinator.onReport(report), thread)
          .exceptionally(failed -> holdAfter(report.segment(), failed));
    } catch (RejectedExecutionException full) {
      return CompletableFuture.completedFuture(hold(report.segment()));
    }
  }

  /**
   * Lets time pass for every segment that time may move on: deadlines, hold times, dead members.
   */
  public void tick(ClusterView view) {
    if (isTicking.compareAndSet(false, true)) {
      try {
        thread.execute(() -> tickAll(view));
      } catch (RejectedExecutionException full) {
        isTicking.set(false);
      }
    }
  }

  /** Why the commit of a segment does not get on, as of the last tick; empty when it does. */
  public String trouble(String tableId, SegmentName segment) {
    return troubles.getOrDefault(tableId, Map.of()).getOrDefault(segment, "");
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void tickAll(ClusterView view) {
    Map<String, Map<SegmentName, String>> found = new HashMap<>();
    try {
      for (ClusterView.TableView table : view.tables().values()) {
        for (ClusterView.PartitionView partition : table.partitions().values()) {
          for (ClusterView.SegmentView segment : partition.segments().values()) {
            tick(table.tableId(), segment.metadata());
          }
        }
        found.put(table.tableId(), coordinator.troubles(table.tableId()));
      }
      troubles = Map.copyOf(found);
    } catch (MetadataException away) {
      LOG.warn("commits cannot be looked after now", away);
    } finally {
      isTicking.set(false);
    }
  }

  private void tick(String tableId, SegmentMetadata segment) {
    if (segment.state() != SegmentState.COMMITTING
        && !coordinator.remembers(tableId, segment.name())) {
      return;
    }
    try {
      coordinator.onTick(tableId, segment.name());
    } catch (MetadataException away) {
      throw away;
    } catch (RuntimeException failed) {
      LOG.error("segment {} cannot be looked after, the others can", segment.name(), failed);
    }
  }

  private static CommitAnswer holdAfter(SegmentName segment, Throwable failed) {
    LOG.warn("a report about {} cannot be judged now", segment, failed);
    return hold(segment);
  }

  private static CommitAnswer hold(SegmentName segment) {
    return new CommitAnswer(CommitAnswer.Kind.HOLD, segment, -1, 0, 0);
  }
}
