package io.gamay.ingest.execute;

import io.gamay.ingest.execute.ReadWork.Awaited;
import io.gamay.ingest.hosting.LeasedSegment;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.ThreadUsage;
import io.gamay.query.error.QueryException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a query of which some segments are to be fetched, in rounds: first what is here, then
 * whatever has come since, each with leases of its own. While it waits for a file it holds no lease
 * on others that it waits with, so that queries that need more than fits on the disk get through in
 * turns. Some segments only are asked for at a time, so that other queries get theirs meanwhile.
 * Thread-safe.
 */
final class LateReads {

  /** Segments that one query asks for ahead of what it has run. */
  static final int MOST_AHEAD = 8;

  private final String tableId;
  private final ReadWork work;
  private final SegmentHost host;
  private final QueryWorkers pool;
  private final int maxThreads;
  private final Consumer<Throwable> onAbsent;
  private final CompletableFuture<ThreadUsage> done = new CompletableFuture<>();
  private final CompletableFuture<Void> patienceOver = new CompletableFuture<>();

  // All below is guarded by this.
  private final ArrayDeque<Awaited> unasked;

  /** What is on its way; completing the future says that nobody waits for it any more. */
  private final Map<Awaited, CompletableFuture<Void>> asked = new HashMap<>();

  private List<Arrived> arrived = new ArrayList<>();
  private boolean isAsking;

  /** The round under way, or the end; null between two. */
  private @Nullable CompletableFuture<ThreadUsage> round;

  private ThreadUsage usage = ThreadUsage.NONE;
  private @Nullable Throwable failure;

  /** A segment that has come and waits for the next round. */
  private record Arrived(Awaited segment, LeasedSegment leased) {}

  /**
   * @param onAbsent told why a segment does not come, once for each; returns at once
   */
  LateReads(
      String tableId,
      ReadWork work,
      SegmentHost host,
      QueryWorkers pool,
      int maxThreads,
      Consumer<Throwable> onAbsent) {
    this.tableId = tableId;
    this.work = work;
    this.host = host;
    this.pool = pool;
    this.maxThreads = maxThreads;
    this.onAbsent = onAbsent;
    this.unasked = new ArrayDeque<>(work.awaited());
  }

  /**
   * Ends when all pieces are over, with what they used, or with the first failure. Segments that
   * have not come by the end of the patience are left out.
   *
   * @param release gives back the leases of what is here
   */
  CompletableFuture<ThreadUsage> run(Duration patience, QueryBudget budget, Runnable release) {
    CompletableFuture<ThreadUsage> first = pool.run(work.pieces(), maxThreads);
    synchronized (this) {
      round = first;
    }
    var _ = first.whenComplete((used, failed) -> endRound(used, failed, release));
    var _ = budget.ended().thenAccept(this::abandon);
    var _ =
        pool.endAfter(patienceOver, patience).whenComplete((_, timeout) -> giveUpWaiting(timeout));
    var _ = done.whenComplete((_, _) -> patienceOver.complete(null));
    askForMore();
    goOn(false);
    return done;
  }

  /** One thread at a time, so that what comes at once asks for nothing from within. */
  private void askForMore() {
    synchronized (this) {
      if (isAsking) {
        return;
      }
      isAsking = true;
    }
    for (Awaited next = nextToAsk(); next != null; next = nextToAsk()) {
      ask(next);
    }
  }

  /** Null ends the asking. */
  private synchronized @Nullable Awaited nextToAsk() {
    Awaited next = asked.size() + arrived.size() < MOST_AHEAD ? unasked.poll() : null;
    if (next == null) {
      isAsking = false;
      return null;
    }
    asked.put(next, new CompletableFuture<>());
    return next;
  }

  private void ask(Awaited segment) {
    CompletableFuture<LeasedSegment> recalled = recall(segment);
    CompletableFuture<Void> unwanted;
    synchronized (this) {
      unwanted = asked.get(segment);
    }
    if (unwanted == null) {
      recalled.cancel(false);
    } else {
      var _ = unwanted.thenAccept(_ -> recalled.cancel(false));
    }
    var _ = recalled.whenComplete((leased, failed) -> arrived(segment, leased, failed));
  }

  private CompletableFuture<LeasedSegment> recall(Awaited segment) {
    try {
      return host.recall(tableId, segment.late().name(), segment.late().crc());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void arrived(
      Awaited segment, @Nullable LeasedSegment leased, @Nullable Throwable failed) {
    synchronized (this) {
      boolean isAwaited = asked.remove(segment) != null && failure == null;
      if (isAwaited && leased != null) {
        arrived.add(new Arrived(segment, leased));
      } else if (isAwaited && failed != null) {
        leaveOut(segment, failed);
      } else if (leased != null) {
        leased.close();
      }
    }
    askForMore();
    goOn(false);
  }

  /**
   * Begins the next round if there is something for it, or ends.
   *
   * @param isOnPool whether this is a thread on which results may be merged
   */
  private void goOn(boolean isOnPool) {
    List<Arrived> now;
    boolean isDone;
    Throwable failed;
    synchronized (this) {
      if (round != null) {
        return;
      }
      failed = failure;
      isDone = failed != null || (arrived.isEmpty() && asked.isEmpty() && unasked.isEmpty());
      if (!isDone && arrived.isEmpty()) {
        return;
      }
      now = arrived;
      arrived = new ArrayList<>();
      round = new CompletableFuture<>();
    }
    if (!isDone) {
      runRound(now);
      return;
    }
    now.forEach(segment -> segment.leased().close());
    if (failed != null) {
      done.completeExceptionally(failed);
    } else if (isOnPool) {
      done.complete(usage());
    } else {
      var _ =
          pool.run(List.of(() -> {}), 1)
              .whenComplete(
                  (_, closed) -> {
                    if (closed == null) {
                      done.complete(usage());
                    } else {
                      done.completeExceptionally(closed);
                    }
                  });
    }
  }

  private synchronized ThreadUsage usage() {
    return usage;
  }

  private void runRound(List<Arrived> segments) {
    List<Runnable> pieces = new ArrayList<>();
    for (Arrived segment : segments) {
      pieces.add(work.pieceOf(segment.segment(), segment.leased().served().read()));
    }
    CompletableFuture<ThreadUsage> running = pool.run(pieces, maxThreads);
    Throwable failed;
    synchronized (this) {
      round = running;
      failed = failure;
    }
    if (failed != null) {
      pool.abandon(running, failed);
    }
    var _ =
        running.whenComplete(
            (used, thrown) ->
                endRound(
                    used, thrown, () -> segments.forEach(segment -> segment.leased().close())));
  }

  private void endRound(@Nullable ThreadUsage used, @Nullable Throwable failed, Runnable release) {
    release.run();
    synchronized (this) {
      round = null;
      usage = used == null ? usage : usage.plus(used);
      failure = failure == null ? failed : failure;
    }
    if (failed != null) {
      stopWaiting(failed);
    }
    askForMore();
    goOn(true);
  }

  /** The query was ended: what has not begun is left out. */
  private void abandon(QueryException reason) {
    CompletableFuture<ThreadUsage> running;
    synchronized (this) {
      failure = failure == null ? reason : failure;
      running = round;
    }
    stopWaiting(reason);
    if (running != null) {
      pool.abandon(running, reason);
    }
    goOn(false);
  }

  /** What has not come by now is left out; what has come is run. */
  private void giveUpWaiting(@Nullable Throwable timeout) {
    if (timeout != null) {
      stopWaiting(timeout);
      goOn(false);
    }
  }

  private void stopWaiting(Throwable reason) {
    List<CompletableFuture<Void>> unwanted;
    synchronized (this) {
      unwanted = List.copyOf(asked.values());
      asked.keySet().forEach(segment -> leaveOut(segment, reason));
      unasked.forEach(segment -> leaveOut(segment, reason));
      asked.clear();
      unasked.clear();
    }
    unwanted.forEach(each -> each.complete(null));
  }

  /** In one step with what it is removed from, so that nobody merges before. */
  private void leaveOut(Awaited segment, Throwable reason) {
    work.leaveOut(segment);
    onAbsent.accept(reason);
  }
}
