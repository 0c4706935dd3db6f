package io.gamay.controller.retention;

import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.StoredNode;
import io.gamay.controller.deletion.DeletionRecords;
import io.gamay.controller.table.TableCatalog;
import io.gamay.deepstore.DeepStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes dead objects. An object is dead if its segment does not name it and is at a later
 * attempt, or if its segment does not exist any more. Only the object of a segment's present
 * attempt can become named, and an object is only ever written for a segment that exists; so both,
 * once true, stay true: a sweeper may sleep between look and deletion, and need not lead. Age is a
 * courtesy, not the safety.
 *
 * <p>Metadata may be younger than the store: another cluster's, or restored from a backup. So only
 * tables that the metadata knows are swept, and a segment that does not exist counts as one that
 * did only if its partition has a later one. One that is kept after its deletion is left alone.
 */
public final class DeadObjectSweeper {

  private static final Logger LOG = LoggerFactory.getLogger(DeadObjectSweeper.class);
  private static final Duration COURTESY = Duration.ofDays(1);

  private final MetadataStore store;
  private final TableCatalog catalog;
  private final DeepStore deepStore;
  private final DeletionRecords records;
  private final InstantSource clock;

  public DeadObjectSweeper(
      MetadataStore store, TableCatalog catalog, DeepStore deepStore, InstantSource clock) {
    this.store = store;
    this.catalog = catalog;
    this.deepStore = deepStore;
    this.records = new DeletionRecords(deepStore);
    this.clock = clock;
  }

  /**
   * A table or an object that cannot be swept now does not keep the others from it. What is found
   * dead is looked up among the kept afterwards: a record is written before its segment goes, so
   * that a sweeper that sleeps in between finds it.
   */
  public void sweep() {
    List<String> dead = new ArrayList<>();
    for (String tableId : catalog.tableIds()) {
      try {
        if (catalog.tableById(tableId).isPresent()) {
          dead.addAll(dead(tableId));
        }
      } catch (IOException away) {
        LOG.warn("dead objects of table {} cannot be swept now", tableId, away);
      }
    }
    try {
      Map<String, Set<SegmentName>> kept = dead.isEmpty() ? Map.of() : records.keptSegments();
      dead.stream()
          .filter(key -> !kept.getOrDefault(tableId(key), Set.of()).contains(segment(key)))
          .forEach(this::delete);
    } catch (IOException away) {
      LOG.warn("dead objects cannot be swept now", away);
    }
  }

  private List<String> dead(String tableId) throws IOException {
    Instant youngest = clock.instant().minus(COURTESY);
    List<String> dead = new ArrayList<>();
    for (DeepStore.ObjectInfo object : deepStore.list(tableId + "/")) {
      boolean isOld = object.modifiedMillis() < youngest.toEpochMilli();
      if (isOld && isDead(object.key()) && isReplaced(object.key())) {
        dead.add(object.key());
      }
    }
    return dead;
  }

  /**
   * Whether the object that its segment names is there, if there is one to be named: a store that
   * was away, or another one for a time, may hold the only good copy under an older name.
   */
  private boolean isReplaced(String key) throws IOException {
    Optional<StoredCopy> named =
        store
            .get(ClusterPaths.segment(tableId(key), segment(key)))
            .flatMap(node -> ClusterJson.read(node.data(), SegmentMetadata.class).stored());
    if (named.isEmpty()) {
      return true;
    }
    return deepStore
        .info(named.get().objectKey())
        .filter(object -> object.sizeBytes() == named.get().sizeBytes())
        .isPresent();
  }

  private static String tableId(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  private static SegmentName segment(String key) {
    return SegmentName.parse(key.split("/", -1)[1]);
  }

  private void delete(String key) {
    try {
      deepStore.delete(key);
      LOG.info("dead object {} is removed", key);
    } catch (IOException refused) {
      LOG.warn("dead object {} cannot be removed now", key, refused);
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
      return node.isPresent()
          ? isDead(key, attempt, ClusterJson.read(node.get().data(), SegmentMetadata.class))
          : hasLaterThan(segment, parts[0]);
    } catch (IllegalArgumentException foreign) {
      return false;
    }
  }

  private static boolean isDead(String key, int attempt, SegmentMetadata segment) {
    boolean isNamed = segment.stored().filter(copy -> copy.objectKey().equals(key)).isPresent();
    return !isNamed && segment.attempt().filter(current -> attempt < current.number()).isPresent();
  }

  private boolean hasLaterThan(SegmentName segment, String tableId) {
    return store.children(ClusterPaths.assignment(tableId)).stream()
        .map(ShardId::parse)
        .filter(shard -> shard.partition() == segment.partition())
        .flatMap(shard -> store.children(ClusterPaths.segments(tableId, shard)).stream())
        .anyMatch(name -> SegmentName.parse(name).sequence() > segment.sequence());
  }
}
