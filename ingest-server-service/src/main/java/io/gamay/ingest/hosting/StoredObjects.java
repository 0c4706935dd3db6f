package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the deep store has, asked once a table for many segments of it: what a listing of the last
 * minute names is there, what it does not name is asked for by itself. For segments that are taken
 * over; before a file is deleted {@link SegmentFetcher#isStored} is asked. Thread-safe; blocks on
 * the network, one table after the other.
 */
final class StoredObjects {

  private static final Logger LOG = LoggerFactory.getLogger(StoredObjects.class);

  private static final Duration MEMORY = Duration.ofMinutes(1);

  private final SegmentFetcher fetcher;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  /** By table; guarded by the lock. */
  private final Map<String, Listing> listings = new HashMap<>();

  /**
   * @param sizes in bytes, by object key
   */
  private record Listing(Map<String, Long> sizes, Instant until) {}

  StoredObjects(SegmentFetcher fetcher, InstantSource clock) {
    this.fetcher = fetcher;
    this.clock = clock;
  }

  /** Whether the deep store has the object that an ONLINE segment names, in its size. */
  boolean has(String tableId, SegmentMetadata metadata) throws IOException {
    StoredCopy copy = metadata.stored().orElseThrow();
    return Long.valueOf(copy.sizeBytes()).equals(sizes(tableId).get(copy.objectKey()))
        || fetcher.isStored(metadata);
  }

  /** Lets go of listings that are asked no more. Waits for nobody. */
  void forgetOld() {
    if (lock.tryLock()) {
      try {
        listings.values().removeIf(this::isOld);
      } finally {
        lock.unlock();
      }
    }
  }

  int listingCount() {
    lock.lock();
    try {
      return listings.size();
    } finally {
      lock.unlock();
    }
  }

  private Map<String, Long> sizes(String tableId) {
    lock.lock();
    try {
      Listing listing = listings.get(tableId);
      if (listing == null || isOld(listing)) {
        listing = new Listing(listed(tableId), clock.instant().plus(MEMORY));
        listings.put(tableId, listing);
      }
      return listing.sizes();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing where no listing is to be had: then each segment is asked for by itself. */
  private Map<String, Long> listed(String tableId) {
    try {
      return fetcher.storedSizes(tableId);
    } catch (IOException e) {
      LOG.warn("objects of {} cannot be listed; they are asked for one by one", tableId, e);
      return Map.of();
    }
  }

  private boolean isOld(Listing listing) {
    return !clock.instant().isBefore(listing.until());
  }
}
