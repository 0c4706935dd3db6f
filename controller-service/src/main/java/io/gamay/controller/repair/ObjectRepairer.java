package io.gamay.controller.repair;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.report.UploadReport;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.DeepStore.ObjectInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the deep store's copy of every ONLINE segment there. Lists the objects of some tables each
 * time and compares them with what metadata names; one that is gone, or of another size, is
 * uploaded again by a server that serves the segment.
 *
 * <p>An upload has a name of its own: R1 raises the segment's attempt, in one transaction that
 * checks the segment's version; a server writes the object of that attempt and reads it back; R2
 * makes it the segment's object, if the attempt is still the node's. The data CRC does not change.
 * An object of an earlier attempt that is not named can never be named again, so it is dead; the
 * present attempt's is not.
 *
 * <p>One thread; what was found may be asked for from any.
 */
public final class ObjectRepairer {

  private static final Logger LOG = LoggerFactory.getLogger(ObjectRepairer.class);

  /** Objects that are listed each time, give or take a table. */
  private static final int OBJECTS_AT_ONCE = 20_000;

  private static final int REPAIRS_AT_ONCE = 8;
  private static final Duration ATTEMPT_TIME = Duration.ofMinutes(10);

  private final MetadataStore store;
  private final LeaderTransactions transactions;
  private final DeepStore deepStore;
  private final Supplier<ClusterView> view;
  private final Uploads uploads;
  private final RepairLog log;
  private final InstantSource clock;

  /** The last attempt of each segment whose name is known to be burnt. */
  private final Map<String, Integer> burnt = new HashMap<>();

  /** The servers that could not upload a segment, until all that serve it have been asked. */
  private final Map<String, Set<String>> failed = new HashMap<>();

  private final Map<String, Audit> audits = new ConcurrentHashMap<>();
  private volatile Optional<String> trouble = Optional.empty();
  private String lastTable = "";

  private record Audit(List<Flaw> flaws, int orphans) {}

  private static final Audit CLEAN = new Audit(List.of(), 0);

  /**
   * A segment whose object is not what metadata says.
   *
   * @param isMissing whether it is not there at all
   */
  public record Flaw(SegmentName segment, boolean isMissing, String reason) {}

  /** Lets servers upload. */
  public interface Uploads {
    /**
     * Waits for the upload.
     *
     * @param attempt under whose name the object is written
     * @param dataCrc that its data must have
     * @throws IOException if the server does not answer; it may yet upload
     */
    UploadReport upload(
        String server, String tableId, SegmentName segment, int attempt, int dataCrc)
        throws IOException;
  }

  public ObjectRepairer(
      MetadataStore store,
      LeaderTransactions transactions,
      DeepStore deepStore,
      Supplier<ClusterView> view,
      Uploads uploads,
      RepairLog log,
      InstantSource clock) {
    this.store = store;
    this.transactions = transactions;
    this.deepStore = deepStore;
    this.view = view;
    this.uploads = uploads;
    this.log = log;
    this.clock = clock;
  }

  /** Flaws of a table's objects, as they were found last. */
  public List<Flaw> flaws(String tableId) {
    return audits.getOrDefault(tableId, CLEAN).flaws();
  }

  /** Objects of a table that are dead and not removed yet. */
  public int orphans(String tableId) {
    return audits.getOrDefault(tableId, CLEAN).orphans();
  }

  /** Why the deep store could not be looked at; empty if it could. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** Looks at the next tables, and mends what is found. */
  public void repair() {
    ClusterView seen = view.get();
    Map<String, TableView> tables = new HashMap<>();
    seen.tables().values().forEach(table -> tables.put(table.tableId(), table));
    audits.keySet().retainAll(tables.keySet());
    burnt.keySet().removeIf(key -> !tables.containsKey(key.substring(0, key.indexOf('/'))));
    failed.keySet().removeIf(key -> !tables.containsKey(key.substring(0, key.indexOf('/'))));
    int listed = 0;
    int repairs = 0;
    try {
      for (TableView table : inTurn(tables)) {
        listed += audit(table);
        for (Flaw flaw : flaws(table.tableId())) {
          if (repairs < REPAIRS_AT_ONCE) {
            repairs += holders(seen, table, flaw.segment()).isEmpty() ? 0 : 1;
            mend(seen, table, flaw);
          }
        }
        lastTable = table.tableId();
        if (listed >= OBJECTS_AT_ONCE) {
          break;
        }
      }
      trouble = Optional.empty();
    } catch (IOException away) {
      LOG.warn("objects cannot be compared with metadata now", away);
      trouble = Optional.of("the deep store cannot be read: " + away);
    }
  }

  /** From the one after the last that was looked at, once round. */
  private List<TableView> inTurn(Map<String, TableView> tables) {
    List<String> ids = new ArrayList<>(tables.keySet());
    ids.sort(null);
    List<TableView> inTurn = new ArrayList<>();
    ids.stream().filter(id -> id.compareTo(lastTable) > 0).map(tables::get).forEach(inTurn::add);
    ids.stream().filter(id -> id.compareTo(lastTable) <= 0).map(tables::get).forEach(inTurn::add);
    return inTurn;
  }

  /**
   * An object is there before metadata names it: what the view names and a later list lacks is
   * gone, or its segment is.
   *
   * @return how many objects were listed
   */
  private int audit(TableView table) throws IOException {
    Map<String, Long> objects = new HashMap<>();
    for (ObjectInfo object : deepStore.list(table.tableId() + "/")) {
      objects.put(object.key(), object.sizeBytes());
    }
    List<Flaw> flaws = new ArrayList<>();
    Set<String> alive = new HashSet<>();
    for (ClusterView.PartitionView partition : table.partitions().values()) {
      for (SegmentView segment : partition.segments().values()) {
        SegmentMetadata metadata = segment.metadata();
        metadata.attempt().ifPresent(a -> alive.add(key(table, metadata.name(), a.number())));
        if (metadata.stored().isPresent()) {
          StoredCopy copy = metadata.stored().get();
          alive.add(copy.objectKey());
          @Nullable Long size = objects.get(copy.objectKey());
          if (size == null || size != copy.sizeBytes()) {
            confirmed(table.tableId(), metadata.name()).ifPresent(flaws::add);
          }
        }
      }
    }
    int orphans =
        (int)
            objects.keySet().stream()
                .filter(key -> !alive.contains(key) && !isOfDeletedSegment(table, key))
                .count();
    audits.put(table.tableId(), new Audit(List.copyOf(flaws), orphans));
    return objects.size();
  }

  /** Segments go from the front of their partition; their objects are kept or removed by others. */
  private static boolean isOfDeletedSegment(TableView table, String key) {
    try {
      SegmentName segment = SegmentName.parse(key.split("/", -1)[1]);
      ClusterView.PartitionView partition = table.partitions().get(segment.partition());
      return partition != null
          && !partition.segments().isEmpty()
          && segment.sequence() < partition.segments().firstKey();
    } catch (IllegalArgumentException foreign) {
      return false;
    }
  }

  private static String key(TableView table, SegmentName segment, int attempt) {
    return table.tableId() + "/" + segment + "/" + attempt;
  }

  /** Judged anew on the node and the object as they are now. */
  private Optional<Flaw> confirmed(String tableId, SegmentName segment) throws IOException {
    Optional<SegmentMetadata> metadata = stored(tableId, segment).map(Stored::metadata);
    if (metadata.isEmpty()) {
      return Optional.empty();
    }
    StoredCopy copy = metadata.get().stored().orElseThrow();
    Optional<ObjectInfo> object = deepStore.info(copy.objectKey());
    if (object.isEmpty()) {
      return Optional.of(
          new Flaw(segment, true, "object %s is not there".formatted(copy.objectKey())));
    }
    if (object.get().sizeBytes() != copy.sizeBytes()) {
      return Optional.of(
          new Flaw(
              segment,
              false,
              "object %s has %d bytes, expected %d"
                  .formatted(copy.objectKey(), object.get().sizeBytes(), copy.sizeBytes())));
    }
    return Optional.empty();
  }

  private record Stored(SegmentMetadata metadata, StoredNode node) {}

  /** An ONLINE segment as it is in metadata now. */
  private Optional<Stored> stored(String tableId, SegmentName segment) {
    return store
        .get(ClusterPaths.segment(tableId, segment))
        .filter(node -> node.data().length > 0)
        .map(node -> new Stored(ClusterJson.read(node.data(), SegmentMetadata.class), node))
        .filter(stored -> stored.metadata().state() == SegmentState.ONLINE);
  }

  private void mend(ClusterView seen, TableView table, Flaw flaw) {
    SegmentName name = flaw.segment();
    String tableId = table.tableId();
    Optional<String> server = nextHolder(seen, table, name);
    if (server.isEmpty()) {
      note(tableId, name, "no live server serves it, so that none can upload it");
      return;
    }
    Optional<SegmentMetadata> begun = begin(tableId, name, server.get());
    if (begun.isEmpty()) {
      return;
    }
    int attempt = begun.get().attempt().orElseThrow().number();
    int dataCrc = begun.get().stored().orElseThrow().dataCrc();
    note(tableId, name, "%s uploads it again as attempt %d".formatted(server.get(), attempt));
    try {
      UploadReport report = uploads.upload(server.get(), tableId, name, attempt, dataCrc);
      if (report.outcome() == UploadReport.Outcome.REFUSED) {
        burnt.put(tableId + "/" + name, attempt);
      }
      if (report.outcome() != UploadReport.Outcome.STORED) {
        noteFailed(tableId, name, server.get());
        LOG.warn("{} did not upload {}: {}", server.get(), name, report.reason());
        note(
            tableId,
            name,
            "%s could not upload it again as attempt %d: %s"
                .formatted(server.get(), attempt, report.reason()));
        return;
      }
      if (finish(table, name, attempt, report, server.get())) {
        failed.remove(tableId + "/" + name);
      } else {
        noteFailed(tableId, name, server.get());
      }
    } catch (IOException silent) {
      noteFailed(tableId, name, server.get());
      LOG.warn("{} did not say whether it has uploaded {}", server.get(), name, silent);
      note(
          tableId,
          name,
          "%s did not answer when it was to upload it again: %s"
              .formatted(server.get(), silent.getMessage()));
    }
  }

  private void note(String tableId, SegmentName segment, String what) {
    log.note(tableId, segment.partition(), Optional.of(segment.toString()), what);
  }

  private void noteFailed(String tableId, SegmentName segment, String server) {
    failed.computeIfAbsent(tableId + "/" + segment, _ -> new HashSet<>()).add(server);
  }

  /** The first that has not failed; once all have, the first of them again. */
  private Optional<String> nextHolder(ClusterView seen, TableView table, SegmentName name) {
    List<String> holders = holders(seen, table, name);
    Set<String> tried = failed.getOrDefault(table.tableId() + "/" + name, Set.of());
    if (tried.containsAll(holders)) {
      failed.remove(table.tableId() + "/" + name);
      return holders.stream().findFirst();
    }
    return holders.stream().filter(server -> !tried.contains(server)).findFirst();
  }

  /** In assignment order, those that leave last. */
  private static List<String> holders(ClusterView seen, TableView table, SegmentName name) {
    ClusterView.PartitionView partition = table.partitions().get(name.partition());
    SegmentView segment = partition == null ? null : partition.segments().get(name.sequence());
    if (segment == null) {
      return List.of();
    }
    Set<String> live = new HashSet<>();
    seen.liveInstances(InstanceRole.SERVER).forEach(server -> live.add(server.config().id()));
    return Stream.concat(
            segment.assignment().wanted().keySet().stream(),
            segment.assignment().leaving().stream())
        .filter(live::contains)
        .filter(
            server -> {
              CurrentSegment current = segment.current().get(server);
              return current != null && current.state() == ServingState.ONLINE;
            })
        .toList();
  }

  /** R1; an attempt that was begun for the same server and not burnt goes on. */
  private Optional<SegmentMetadata> begin(String tableId, SegmentName name, String server) {
    return transactions.write(
        _ -> {
          Optional<Stored> stored = stored(tableId, name);
          if (stored.isEmpty()) {
            return Decision.nothingToWrite(Optional.empty());
          }
          SegmentMetadata metadata = stored.get().metadata();
          CommitAttempt last = metadata.attempt().orElseThrow();
          boolean isBegun =
              !metadata
                  .stored()
                  .orElseThrow()
                  .objectKey()
                  .equals(tableId + "/" + name + "/" + last.number());
          if (isBegun
              && last.committer().equals(server)
              && burnt.getOrDefault(tableId + "/" + name, 0) < last.number()) {
            return Decision.nothingToWrite(Optional.of(metadata));
          }
          CommitAttempt next =
              new CommitAttempt(last.number() + 1, server, clock.instant().plus(ATTEMPT_TIME));
          SegmentMetadata begun = metadata.storingAgain(next);
          return new Decision<>(
              List.of(put(tableId, begun, stored.get().node())), Optional.of(begun));
        });
  }

  /**
   * R2.
   *
   * @return false if what the server said is not so
   */
  private boolean finish(
      TableView table, SegmentName name, int attempt, UploadReport report, String server)
      throws IOException {
    String tableId = table.tableId();
    String key = key(table, name, attempt);
    Optional<ObjectInfo> object = deepStore.info(key);
    if (!report.objectKey().equals(key)
        || object.isEmpty()
        || object.get().sizeBytes() != report.sizeBytes()) {
      note(
          tableId,
          name,
          "%s says that it uploaded %s with %d bytes; the deep store has %s"
              .formatted(server, report.objectKey(), report.sizeBytes(), object));
      return false;
    }
    boolean isNamed =
        transactions.write(
            _ -> {
              Optional<Stored> stored = stored(tableId, name);
              boolean isStill =
                  stored
                      .flatMap(found -> found.metadata().attempt())
                      .filter(current -> current.number() == attempt)
                      .isPresent();
              if (!isStill) {
                return Decision.nothingToWrite(false);
              }
              SegmentMetadata metadata = stored.orElseThrow().metadata();
              StoredCopy copy = metadata.stored().orElseThrow();
              if (copy.objectKey().equals(key)) {
                return Decision.nothingToWrite(true);
              }
              SegmentMetadata next = metadata.online(copy.withObject(key, report.sizeBytes()));
              List<Operation> operations = new ArrayList<>();
              operations.add(put(tableId, next, stored.orElseThrow().node()));
              toldInShard(tableId, name, key).ifPresent(operations::add);
              return new Decision<>(operations, true);
            });
    if (isNamed) {
      log.done(
          RepairKind.OBJECT_STORED_AGAIN,
          tableId,
          name.partition(),
          Optional.of(name.toString()),
          "segment %s is in the deep store again: %s, uploaded by %s".formatted(name, key, server));
      forget(tableId, name);
    }
    return true;
  }

  /**
   * Who has missed changes reads nodes of ONLINE segments again only where their shard says that
   * one was stored again.
   */
  private Optional<Operation> toldInShard(String tableId, SegmentName name, String key) {
    String path = ClusterPaths.assignment(tableId, ShardId.of(name));
    return store
        .get(path)
        .map(
            node -> {
              AssignmentShard shard = ClusterJson.read(node.data(), AssignmentShard.class);
              return new Operation.Put(
                  path, ClusterJson.write(shard.withStoredAgain(key)), node.version());
            });
  }

  private void forget(String tableId, SegmentName mended) {
    audits.computeIfPresent(
        tableId,
        (_, audit) ->
            new Audit(
                audit.flaws().stream().filter(flaw -> !flaw.segment().equals(mended)).toList(),
                audit.orphans()));
  }

  private static Operation put(String tableId, SegmentMetadata next, StoredNode node) {
    return new Operation.Put(
        ClusterPaths.segment(tableId, next.name()), ClusterJson.write(next), node.version());
  }
}
