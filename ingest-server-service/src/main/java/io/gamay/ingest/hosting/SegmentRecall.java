package io.gamay.ingest.hosting;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back files that queries need: one fetch of a segment at a time, for all who wait for it,
 * when there is room for it. What nobody waits for any more is not begun; what has begun ends, as
 * its room is taken and the next query may want it. Thread-safe; blocks nobody but its threads.
 */
final class SegmentRecall {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentRecall.class);

  private final Eviction eviction;
  private final RoomKeeper keeper;
  private final Source source;

  /** Guarded by this. */
  private final Map<SegmentKey, Fetch> fetches = new HashMap<>();

  private boolean isClosed;

  /** Where files come from. */
  interface Source {

    /**
     * Shows a segment whose file is here after this, and leases it. Blocks.
     *
     * @param claim of its bytes, to be closed when they are noted, or by the caller
     * @throws IOException if the file does not come now, or is wanted here no more
     */
    LeasedSegment fetch(SegmentKey key, LocalRoom.Claim claim) throws IOException;
  }

  /** One file on its way. */
  private static final class Fetch {
    private final SegmentKey key;
    private final LocalRoom.Claim claim;
    private final CompletableFuture<ServedSegment> shown = new CompletableFuture<>();
    private int waiters;
    private boolean hasBegun;

    Fetch(SegmentKey key, LocalRoom.Claim claim) {
      this.key = key;
      this.claim = claim;
    }
  }

  SegmentRecall(Eviction eviction, RoomKeeper keeper, Source source) {
    this.eviction = eviction;
    this.keeper = keeper;
    this.source = source;
  }

  /**
   * The segment with its file here. Who waits no longer cancels it, and closes what came in spite
   * of that.
   *
   * @param bytes of its file
   */
  CompletableFuture<LeasedSegment> recall(SegmentKey key, long bytes) {
    if (!eviction.room().canHold(bytes)) {
      eviction.noteFailed();
      return CompletableFuture.failedFuture(
          new IOException(
              "its file of %d bytes is larger than all that sealed files may take here, %d bytes (gamay.disk.evict-above)"
                  .formatted(bytes, eviction.room().limitBytes().orElseThrow())));
    }
    CompletableFuture<LeasedSegment> leased = new CompletableFuture<>();
    Fetch fetch = join(key, bytes);
    eviction.waitingCount().increment();
    var _ =
        fetch.shown.whenComplete((served, failure) -> hand(key, bytes, served, failure, leased));
    var _ =
        leased.whenComplete(
            (_, _) -> {
              eviction.waitingCount().decrement();
              if (leased.isCancelled()) {
                leave(fetch);
              }
            });
    keeper.nudge();
    return leased;
  }

  /** Whether its file is on its way. */
  synchronized boolean isFetching(SegmentKey key) {
    return fetches.containsKey(key);
  }

  /** The segments whose files are on their way. */
  synchronized Set<SegmentKey> fetching() {
    return Set.copyOf(fetches.keySet());
  }

  /** Ends all waiting; the threads are ended by their owner. */
  void close() {
    List<Fetch> left;
    synchronized (this) {
      isClosed = true;
      left = List.copyOf(fetches.values());
      fetches.clear();
    }
    for (Fetch fetch : left) {
      fetch.claim.close();
      fetch.shown.completeExceptionally(new CancellationException("server shuts down"));
    }
  }

  private synchronized Fetch join(SegmentKey key, long bytes) {
    Fetch fetch = fetches.get(key);
    if (fetch == null) {
      Fetch begun = new Fetch(key, eviction.room().claim(bytes));
      if (isClosed) {
        begun.claim.close();
        begun.shown.completeExceptionally(new CancellationException("server shuts down"));
        return begun;
      }
      var _ =
          begun
              .claim
              .granted()
              .whenComplete(
                  (_, refused) -> {
                    if (refused == null) {
                      execute(begun);
                    } else {
                      eviction.noteFailed();
                      finish(begun, null, refused);
                    }
                  });
      fetches.put(key, begun);
      fetch = begun;
    }
    fetch.waiters++;
    return fetch;
  }

  private void leave(Fetch fetch) {
    synchronized (this) {
      fetch.waiters--;
      if (fetch.waiters > 0 || fetch.hasBegun || !fetches.remove(fetch.key, fetch)) {
        return;
      }
    }
    fetch.claim.close();
    fetch.shown.completeExceptionally(new CancellationException("nobody waits for it"));
    keeper.nudge();
  }

  private void execute(Fetch fetch) {
    try {
      eviction.fetchers().execute(() -> run(fetch));
    } catch (RejectedExecutionException e) {
      finish(fetch, null, new CancellationException("server shuts down"));
    }
  }

  private void run(Fetch fetch) {
    synchronized (this) {
      if (!fetch.equals(fetches.get(fetch.key))) {
        return;
      }
      fetch.hasBegun = true;
    }
    long started = eviction.nanoTime();
    try (LeasedSegment leased = source.fetch(fetch.key, fetch.claim)) {
      eviction.noteFetched(eviction.nanoTime() - started);
      finish(fetch, leased.served(), null);
    } catch (IOException | RuntimeException | Error failure) {
      LOG.warn("segment {} cannot be fetched for a query", fetch.key.segment(), failure);
      eviction.noteFailed();
      finish(fetch, null, failure);
    }
    keeper.nudge();
  }

  /** Whoever waits leases it while this thread has its own lease. */
  private void finish(Fetch fetch, @Nullable ServedSegment shown, @Nullable Throwable failure) {
    synchronized (this) {
      fetches.remove(fetch.key, fetch);
    }
    fetch.claim.close();
    if (shown != null) {
      fetch.shown.complete(shown);
    } else if (failure != null) {
      fetch.shown.completeExceptionally(failure);
    }
  }

  private void hand(
      SegmentKey key,
      long bytes,
      @Nullable ServedSegment served,
      @Nullable Throwable failure,
      CompletableFuture<LeasedSegment> leased) {
    if (leased.isDone()) {
      return;
    }
    if (served == null) {
      leased.completeExceptionally(
          failure == null ? new IllegalStateException("neither came nor failed") : failure);
      return;
    }
    Optional<SegmentLease> lease;
    try {
      lease = served.holding().lease();
    } catch (LeaseRegistry.TooManyLeasesException e) {
      leased.completeExceptionally(e);
      return;
    }
    if (lease.isPresent()) {
      if (!leased.complete(new LeasedSegment(served, lease.get()))) {
        lease.get().close();
      }
      return;
    }
    // It came and has gone again before this one could lease it.
    CompletableFuture<LeasedSegment> again = recall(key, bytes);
    var _ =
        again.whenComplete(
            (second, secondFailure) -> {
              if (second == null) {
                leased.completeExceptionally(
                    secondFailure == null
                        ? new IllegalStateException("neither came nor failed")
                        : secondFailure);
              } else if (!leased.complete(second)) {
                second.close();
              }
            });
    var _ = leased.whenComplete((_, _) -> again.cancel(false));
  }
}
