package io.gamay.controller.retention;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.StoredNode;
import io.gamay.deepstore.DeepStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes dead objects. An object is dead if its segment is ONLINE and names another, if its
 * attempt is below the segment's, or if its segment does not exist. An object is only ever written
 * for a segment that exists, so all three, once true, stay true: a sweeper may sleep between look
 * and deletion, and need not lead. Age is a courtesy, not the safety.
 */
public final class DeadObjectSweeper {

  private static final Logger LOG = LoggerFactory.getLogger(DeadObjectSweeper.class);
  private static final Duration COURTESY = Duration.ofDays(1);

  private final MetadataStore store;
  private final DeepStore deepStore;
  private final InstantSource clock;

  public DeadObjectSweeper(MetadataStore store, DeepStore deepStore, InstantSource clock) {
    this.store = store;
    this.deepStore = deepStore;
    this.clock = clock;
  }

  public void sweep() {
    try {
      Instant youngest = clock.instant().minus(COURTESY);
      for (DeepStore.ObjectInfo object : deepStore.list("")) {
        boolean isOld = object.modifiedMillis() < youngest.toEpochMilli();
        if (isOld && isDead(object.key())) {
          deepStore.delete(object.key());
          LOG.info("dead object {} is removed", object.key());
        }
      }
    } catch (IOException away) {
      LOG.warn("dead objects cannot be swept now", away);
    }
  }

  /** What is not named like an object of ours is not ours to remove. */
  boolean isDead(String key) {
    String[] parts = key.split("/", -1);
    if (parts.length != 3) {
      return false;
    }
    try {
      SegmentName segment = SegmentName.parse(parts[1]);
      int attempt = Integer.parseInt(parts[2]);
      Optional<StoredNode> node = store.get(ClusterPaths.segment(parts[0], segment));
      return node.isEmpty()
          || isDead(key, attempt, ClusterJson.read(node.get().data(), SegmentMetadata.class));
    } catch (IllegalArgumentException foreign) {
      return false;
    }
  }

  private static boolean isDead(String key, int attempt, SegmentMetadata segment) {
    if (segment.state() == SegmentState.ONLINE) {
      return !segment.stored().orElseThrow().objectKey().equals(key);
    }
    return segment.attempt().filter(current -> attempt < current.number()).isPresent();
  }
}
