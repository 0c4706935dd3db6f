package io.gamay.controller.deletion;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.deepstore.DeepStore;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what was kept after its deletion, once its time is over: the objects, then the record. What
 * metadata knows lives, whatever a record says, as after metadata were restored from a backup, and
 * of several records of one thing the last one counts: then only the record goes. Each step may be
 * repeated, and need not be the leader's.
 */
public final class KeptSweeper {

  private static final Logger LOG = LoggerFactory.getLogger(KeptSweeper.class);

  private final MetadataStore store;
  private final DeepStore deepStore;
  private final DeletionRecords records;
  private final InstantSource clock;

  public KeptSweeper(MetadataStore store, DeepStore deepStore, InstantSource clock) {
    this.store = store;
    this.deepStore = deepStore;
    this.records = new DeletionRecords(deepStore);
    this.clock = clock;
  }

  /** A deep store that is away is asked again at the next sweep. */
  public void sweep() {
    Instant now = clock.instant();
    try {
      List<DeletionRecord> all = records.all();
      for (DeletionRecord record : all) {
        if (!record.until().isAfter(now)) {
          boolean isLast = all.stream().noneMatch(other -> other.isLaterThan(record));
          end(record, isLast);
        }
      }
    } catch (IOException away) {
      LOG.warn("what was kept after its deletion cannot be removed now", away);
    }
  }

  private void end(DeletionRecord record, boolean isLast) throws IOException {
    if (lives(record)) {
      LOG.warn("{} says that what metadata knows was deleted: the record goes", record.key());
    } else if (isLast) {
      for (DeepStore.ObjectInfo object : deepStore.list(record.objects())) {
        deepStore.delete(object.key());
      }
      LOG.info("objects of {} are removed: they were kept until now", record.objects());
    }
    deepStore.delete(record.key());
  }

  private boolean lives(DeletionRecord record) {
    return record.segment().isPresent()
        ? store.get(ClusterPaths.segment(record.tableId(), record.segment().get())).isPresent()
        : store
            .get(ClusterPaths.table(record.tableId()))
            .filter(node -> node.data().length > 0)
            .filter(node -> !ClusterJson.read(node.data(), TableNode.class).isDeleted())
            .isPresent();
  }
}
