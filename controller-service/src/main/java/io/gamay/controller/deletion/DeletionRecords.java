package io.gamay.controller.deletion;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.ObjectExistsException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The records of what was deleted, one small object each, next to the objects that they keep.
 * Whoever deletes metadata writes the record first: so nothing is without metadata and without a
 * record while it is kept. Thread-safe; blocks on the deep store.
 */
public final class DeletionRecords {

  private final DeepStore deepStore;

  public DeletionRecords(DeepStore deepStore) {
    this.deepStore = deepStore;
  }

  /** Writes what was known of the thing that is deleted, for whoever wants it back. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Records a segment. Doing it again does no harm. */
  public void keep(String tableId, SegmentName segment, Instant until, Content content)
      throws IOException {
    put(new DeletionRecord(until, tableId, Optional.of(segment)), content);
  }

  /** Records a table. Doing it again with the same time does no harm; the first content stays. */
  public void keepTable(String tableId, Instant until, Content content) throws IOException {
    put(new DeletionRecord(until, tableId, Optional.empty()), content);
  }

  /** The segments that are kept after their deletion, by table id; not those of deleted tables. */
  public Map<String, Set<SegmentName>> keptSegments() throws IOException {
    Map<String, Set<SegmentName>> kept = new HashMap<>();
    for (DeletionRecord record : all()) {
      record
          .segment()
          .ifPresent(
              segment -> kept.computeIfAbsent(record.tableId(), _ -> new HashSet<>()).add(segment));
    }
    return kept;
  }

  /** All there are, the first to end first. What others put there is left out. */
  List<DeletionRecord> all() throws IOException {
    List<DeletionRecord> found = new ArrayList<>();
    for (DeepStore.ObjectInfo object : deepStore.list(DeletionRecord.ROOT)) {
      DeletionRecord.parse(object.key()).ifPresent(found::add);
    }
    return found;
  }

  private void put(DeletionRecord record, Content content) throws IOException {
    Path file = Files.createTempFile("gamay-deleted", ".json");
    try {
      try (OutputStream out = Files.newOutputStream(file)) {
        content.writeTo(out);
      }
      deepStore.put(record.key(), file);
    } catch (ObjectExistsException recorded) {
      // by an earlier attempt that did not come to its end
    } finally {
      Files.delete(file);
    }
  }
}
