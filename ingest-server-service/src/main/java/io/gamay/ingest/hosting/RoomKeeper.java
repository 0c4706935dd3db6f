package io.gamay.ingest.hosting;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what {@link LocalRoom} says is to be done: gives files up and grants claims, on one thread,
 * so that no file is given up while its fetch begins. Thread-safe.
 */
final class RoomKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(RoomKeeper.class);

  private final LocalRoom room;
  private final Executor thread;
  private final Evictor evictor;
  private final LongAdder evictions;
  private final AtomicBoolean isNudged = new AtomicBoolean();

  /** Who takes a file from the disk. */
  interface Evictor {

    /**
     * Whether it has gone; else it may not go now.
     *
     * @throws IOException if the deep store does not say what it has: so it would be with the next
     */
    boolean evict(SegmentKey key) throws IOException;
  }

  /**
   * @param thread one thread
   * @param evictions counts the files that were given up
   */
  RoomKeeper(LocalRoom room, Executor thread, Evictor evictor, LongAdder evictions) {
    this.room = room;
    this.thread = thread;
    this.evictor = evictor;
    this.evictions = evictions;
  }

  /** Something has changed: looks soon whether there is room to be made or to be given. */
  void nudge() {
    if (room.isPressed() && isNudged.compareAndSet(false, true)) {
      try {
        thread.execute(this::pass);
      } catch (RejectedExecutionException e) {
        LOG.debug("nudged after the end", e);
      }
    }
  }

  private void pass() {
    isNudged.set(false);
    LocalRoom.Pass pass = new LocalRoom.Pass();
    while (true) {
      switch (room.next(pass)) {
        case LocalRoom.Step.Grant(LocalRoom.Claim claim) -> claim.granted().complete(claim);
        case LocalRoom.Step.Evict(SegmentKey key) -> {
          if (!evict(key)) {
            return;
          }
        }
        case LocalRoom.Step.Rest _ -> {
          return;
        }
      }
    }
  }

  /** Whether there is any use in trying the next. */
  private boolean evict(SegmentKey key) {
    try {
      if (evictor.evict(key)) {
        room.forget(key);
        evictions.increment();
      }
      return true;
    } catch (IOException storeAway) {
      LOG.warn("no file is given up while the deep store does not say what it has", storeAway);
      refuseWaiting(storeAway);
      return false;
    } catch (RuntimeException e) {
      LOG.error("file of {} cannot be given up", key.segment(), e);
      return true;
    }
  }

  /** Nobody is to wait for room that the deep store would have to be there for. */
  private void refuseWaiting(IOException storeAway) {
    for (LocalRoom.Claim claim : room.takeWaiting()) {
      claim
          .granted()
          .completeExceptionally(
              new IOException(
                  "there is no room for it, and what may be given up for it is not known: "
                      + storeAway.getMessage(),
                  storeAway));
    }
  }
}
