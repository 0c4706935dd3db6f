package io.gamay.controller.repair;

import static io.gamay.controller.repair.RepairKind.ASSIGNMENT_REMOVED;
import static io.gamay.controller.repair.RepairKind.ASSIGNMENT_RESTORED;
import static io.gamay.controller.repair.RepairKind.CONSUMING_SEGMENT_MADE;
import static io.gamay.controller.repair.RepairKind.STATE_REMOVED;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.controller.leader.NotLeaderException;
import io.gamay.controller.table.SegmentEncoding;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.TableState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends metadata that no decision of the leader leaves behind: lost nodes and entries, and those
 * whose other half is lost. The view says where to look; every repair is decided on the nodes as
 * they are then. {@link #repair} and {@link #tidy} may be called from two threads.
 */
public final class MetadataRepairer {

  private static final Logger LOG = LoggerFactory.getLogger(MetadataRepairer.class);

  /** Shards that are looked through for entries without a segment, each time. */
  private static final int SHARDS_AT_ONCE = 200;

  private final MetadataStore store;
  private final TableCatalog catalog;
  private final LeaderTransactions transactions;
  private final Supplier<ClusterView> view;
  private final RepairLog log;
  private final InstantSource clock;
  private String lastShardPath = "";

  public MetadataRepairer(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      Supplier<ClusterView> view,
      RepairLog log,
      InstantSource clock) {
    this.store = store;
    this.catalog = catalog;
    this.transactions = transactions;
    this.view = view;
    this.log = log;
    this.clock = clock;
  }

  /** What keeps rows from being consumed or served; to be looked for often. */
  public void repair() {
    ClusterView seen = view.get();
    for (TableView table : seen.tables().values()) {
      for (PartitionView partition : table.partitions().values()) {
        guarded(
            table,
            partition,
            () -> {
              restoreEntries(table, partition, seen.instances().keySet());
              makeSuccessor(table, partition);
            });
      }
    }
  }

  /** What only lies about; a bounded piece of it each time. */
  public void tidy() {
    removeEntries();
    removeStates();
  }

  /** One partition that cannot be mended does not keep the others from it. */
  private void guarded(TableView table, PartitionView partition, Runnable repair) {
    try {
      repair.run();
    } catch (NotLeaderException | MetadataException over) {
      throw over;
    } catch (RuntimeException failed) {
      LOG.error(
          "partition {} of {} cannot be repaired", partition.partition(), table.tableId(), failed);
      log.note(
          table.tableId(),
          partition.partition(),
          Optional.empty(),
          "the leader cannot repair it: " + failed.getMessage());
    }
  }

  private void makeSuccessor(TableView table, PartitionView partition) {
    SegmentView last = partition.segments().lastEntry().getValue();
    if (last.metadata().state() == SegmentState.CONSUMING) {
      return;
    }
    Instant now = clock.instant();
    Optional<SegmentName> made =
        transactions.write(
            _ -> successorOf(table.tableId(), last.metadata().name(), partition, now));
    made.ifPresent(
        name ->
            log.done(
                CONSUMING_SEGMENT_MADE,
                table.tableId(),
                partition.partition(),
                Optional.empty(),
                "partition %d had no consuming segment: %s was made"
                    .formatted(partition.partition(), name)));
  }

  private Decision<Optional<SegmentName>> successorOf(
      String tableId, SegmentName last, PartitionView partition, Instant now) {
    Optional<TableState> table = catalog.tableById(tableId);
    String lastPath = ClusterPaths.segment(tableId, last);
    Optional<StoredNode> lastNode = store.get(lastPath);
    String shardPath = ClusterPaths.assignment(tableId, ShardId.of(last));
    Optional<StoredNode> shardNode = store.get(shardPath);
    if (table.isEmpty()
        || lastNode.isEmpty()
        || shardNode.isEmpty()
        || newestSequence(tableId, last.partition()) != last.sequence()) {
      return Decision.nothingToWrite(Optional.empty());
    }
    SegmentMetadata ended = ClusterJson.read(lastNode.get().data(), SegmentMetadata.class);
    if (ended.state() == SegmentState.CONSUMING) {
      return Decision.nothingToWrite(Optional.empty());
    }
    SegmentName name = SegmentName.create(last.table(), last.partition(), last.sequence() + 1, now);
    SegmentMetadata successor =
        SegmentMetadata.consuming(
            name,
            ended.endOffset().orElseThrow(),
            table.get().node().schemaVersion(),
            table.get().node().configVersion(),
            SegmentEncoding.successor(table.get(), ended, newestTelling(partition)),
            now);
    AssignmentShard shard = ClusterJson.read(shardNode.get().data(), AssignmentShard.class);
    SegmentAssignment members =
        shard.segments().getOrDefault(last, new SegmentAssignment(Map.of(), List.of()));
    SegmentAssignment assigned =
        assignment(members.wanted().keySet(), members.leaving(), successor);
    List<Operation> operations = new ArrayList<>();
    operations.add(table.get().unchanged());
    operations.add(new Operation.Check(lastPath, lastNode.get().version()));
    operations.add(
        new Operation.Create(
            ClusterPaths.segment(tableId, name), ClusterJson.write(successor), false));
    if (ShardId.of(name).equals(shard.id())) {
      operations.add(put(shardPath, shardNode.get(), with(shard, Map.of(name, assigned))));
    } else {
      operations.add(new Operation.Check(shardPath, shardNode.get().version()));
      operations.add(entryInNewShard(tableId, name, assigned));
    }
    return new Decision<>(operations, Optional.of(name));
  }

  private Operation entryInNewShard(
      String tableId, SegmentName segment, SegmentAssignment assigned) {
    ShardId id = ShardId.of(segment);
    String path = ClusterPaths.assignment(tableId, id);
    return store
        .get(path)
        .map(
            node ->
                put(
                    path,
                    node,
                    with(
                        ClusterJson.read(node.data(), AssignmentShard.class),
                        Map.of(segment, assigned))))
        .orElseGet(
            () ->
                new Operation.Create(
                    path,
                    ClusterJson.write(new AssignmentShard(id, Map.of(segment, assigned))),
                    false));
  }

  private int newestSequence(String tableId, int partition) {
    return store.children(ClusterPaths.segments(tableId)).stream()
        .map(ShardId::parse)
        .filter(shard -> shard.partition() == partition)
        .flatMap(shard -> store.children(ClusterPaths.segments(tableId, shard)).stream())
        .mapToInt(name -> SegmentName.parse(name).sequence())
        .max()
        .orElse(-1);
  }

  private static Optional<StoredCopy> newestTelling(PartitionView partition) {
    return partition.segments().descendingMap().values().stream()
        .limit(8)
        .flatMap(segment -> segment.metadata().stored().stream())
        .filter(copy -> copy.docCount() >= StoredCopy.LEAST_TELLING_ROWS)
        .findFirst();
  }

  private void restoreEntries(TableView table, PartitionView partition, Set<String> known) {
    Map<ShardId, Map<SegmentName, SegmentAssignment>> missing = new TreeMap<>(BY_BLOCK);
    for (SegmentView segment : partition.segments().values()) {
      SegmentAssignment assignment = segment.assignment();
      if (assignment.wanted().isEmpty() && assignment.leaving().isEmpty()) {
        SegmentName name = segment.metadata().name();
        missing
            .computeIfAbsent(ShardId.of(name), _ -> new LinkedHashMap<>())
            .put(name, restored(segment, partition.segments(), known));
      }
    }
    missing.forEach((shard, entries) -> restoreEntries(table.tableId(), shard, entries));
  }

  private static final Comparator<ShardId> BY_BLOCK = Comparator.comparingInt(ShardId::block);

  /**
   * The members of the nearest newer segment, else of an older one; whoever speaks of the segment
   * may be the only one with its rows and is kept.
   */
  private static SegmentAssignment restored(
      SegmentView segment, NavigableMap<Integer, SegmentView> segments, Set<String> known) {
    int sequence = segment.metadata().name().sequence();
    Set<String> members = new LinkedHashSet<>();
    List<SegmentView> nearest = new ArrayList<>(segments.tailMap(sequence, false).values());
    nearest.addAll(segments.headMap(sequence, false).descendingMap().values());
    nearest.stream()
        .map(other -> other.assignment().wanted().keySet())
        .filter(wanted -> !wanted.isEmpty())
        .findFirst()
        .ifPresent(members::addAll);
    Set<String> holders =
        segment.current().keySet().stream().filter(known::contains).collect(Collectors.toSet());
    if (members.isEmpty()) {
      holders.stream().sorted().forEach(members::add);
    }
    List<String> leaving =
        holders.stream().filter(server -> !members.contains(server)).sorted().toList();
    return assignment(members, leaving, segment.metadata());
  }

  private void restoreEntries(
      String tableId, ShardId shard, Map<SegmentName, SegmentAssignment> entries) {
    String path = ClusterPaths.assignment(tableId, shard);
    Instant now = clock.instant();
    Set<SegmentName> restored =
        transactions.write(
            _ -> {
              Optional<TableState> table = catalog.tableById(tableId);
              Optional<StoredNode> node = store.get(path);
              AssignmentShard present =
                  node.map(found -> ClusterJson.read(found.data(), AssignmentShard.class))
                      .orElseGet(() -> AssignmentShard.madeAnew(shard, now));
              Map<SegmentName, SegmentAssignment> missing = new HashMap<>();
              List<Operation> operations = new ArrayList<>();
              entries.forEach(
                  (name, entry) -> {
                    Optional<StoredNode> segment = store.get(ClusterPaths.segment(tableId, name));
                    if (segment.isPresent() && !present.segments().containsKey(name)) {
                      missing.put(name, entry);
                      operations.add(
                          new Operation.Check(
                              ClusterPaths.segment(tableId, name), segment.get().version()));
                    }
                  });
              if (table.isEmpty() || missing.isEmpty()) {
                return Decision.nothingToWrite(Set.of());
              }
              AssignmentShard next = with(present, missing);
              operations.add(table.get().unchanged());
              operations.add(
                  node.isPresent()
                      ? put(path, node.get(), next)
                      : new Operation.Create(path, ClusterJson.write(next), false));
              return new Decision<>(operations, Set.copyOf(missing.keySet()));
            });
    restored.forEach(
        name ->
            log.done(
                ASSIGNMENT_RESTORED,
                tableId,
                name.partition(),
                Optional.of(name.toString()),
                "segment %s was assigned to nobody: it is given to %s"
                    .formatted(name, entries.getOrDefault(name, NOBODY).wanted().keySet())));
  }

  private static final SegmentAssignment NOBODY = new SegmentAssignment(Map.of(), List.of());

  private void removeEntries() {
    List<String> paths = new ArrayList<>();
    Map<String, String> tables = new HashMap<>();
    for (TableView table : view.get().tables().values()) {
      for (String shard : store.children(ClusterPaths.assignment(table.tableId()))) {
        String path = ClusterPaths.assignment(table.tableId(), ShardId.parse(shard));
        paths.add(path);
        tables.put(path, table.tableId());
      }
    }
    paths.sort(null);
    List<String> next =
        paths.stream()
            .filter(path -> path.compareTo(lastShardPath) > 0)
            .limit(SHARDS_AT_ONCE)
            .toList();
    for (String path : next) {
      removeEntries(tables.getOrDefault(path, ""), path);
    }
    lastShardPath = next.size() < SHARDS_AT_ONCE ? "" : next.getLast();
  }

  private void removeEntries(String tableId, String path) {
    Set<SegmentName> removed =
        transactions.write(
            _ -> {
              Optional<StoredNode> node = store.get(path);
              if (node.isEmpty()) {
                return Decision.nothingToWrite(Set.of());
              }
              AssignmentShard shard = ClusterJson.read(node.get().data(), AssignmentShard.class);
              Set<String> segments =
                  Set.copyOf(store.children(ClusterPaths.segments(tableId, shard.id())));
              Map<SegmentName, SegmentAssignment> rest = new HashMap<>(shard.segments());
              rest.keySet().removeIf(name -> !segments.contains(name.toString()));
              if (rest.size() == shard.segments().size()) {
                return Decision.nothingToWrite(Set.of());
              }
              Set<SegmentName> orphans =
                  shard.segments().keySet().stream()
                      .filter(name -> !rest.containsKey(name))
                      .collect(Collectors.toUnmodifiableSet());
              return new Decision<>(
                  List.of(put(path, node.get(), shard.withSegments(rest))), orphans);
            });
    removed.forEach(
        name ->
            log.done(
                ASSIGNMENT_REMOVED,
                tableId,
                name.partition(),
                Optional.of(name.toString()),
                "segment %s does not exist: its assignment is removed".formatted(name)));
  }

  private void removeStates() {
    ClusterView seen = view.get();
    Set<String> live = Set.copyOf(store.children(ClusterPaths.LIVE));
    for (String instance : store.children(ClusterPaths.CURRENT)) {
      if (!live.contains(instance)) {
        for (TableView table : seen.tables().values()) {
          removeStates(instance, table);
        }
      }
    }
  }

  private void removeStates(String instance, TableView table) {
    Set<ShardId> concerned = new HashSet<>();
    for (PartitionView partition : table.partitions().values()) {
      for (SegmentView segment : partition.segments().values()) {
        if (segment.assignment().wanted().containsKey(instance)
            || segment.assignment().leaving().contains(instance)) {
          concerned.add(ShardId.of(segment.metadata().name()));
        }
      }
    }
    for (String name : store.children(ClusterPaths.current(instance, table.tableId()))) {
      ShardId shard = ShardId.parse(name);
      if (!concerned.contains(shard)) {
        removeState(instance, table.tableId(), shard);
      }
    }
  }

  private void removeState(String instance, String tableId, ShardId shard) {
    String path = ClusterPaths.current(instance, tableId, shard);
    String shardPath = ClusterPaths.assignment(tableId, shard);
    boolean removed =
        transactions.write(
            _ -> {
              Optional<StoredNode> state = store.get(path);
              Optional<StoredNode> assignment = store.get(shardPath);
              if (state.isEmpty()
                  || store.get(ClusterPaths.live(instance)).isPresent()
                  || assignment.filter(node -> isMember(instance, node)).isPresent()) {
                return Decision.nothingToWrite(false);
              }
              List<Operation> operations = new ArrayList<>();
              operations.add(new Operation.Delete(path, state.get().version()));
              assignment.ifPresent(
                  node -> operations.add(new Operation.Check(shardPath, node.version())));
              return new Decision<>(operations, true);
            });
    if (removed) {
      log.done(
          STATE_REMOVED,
          tableId,
          shard.partition(),
          Optional.empty(),
          "%s is away and has nothing to do with shard %s: its state there is removed"
              .formatted(instance, shard));
    }
  }

  private static boolean isMember(String instance, StoredNode shard) {
    return ClusterJson.read(shard.data(), AssignmentShard.class).segments().values().stream()
        .anyMatch(
            assignment ->
                assignment.wanted().containsKey(instance)
                    || assignment.leaving().contains(instance));
  }

  private static SegmentAssignment assignment(
      Iterable<String> members, List<String> leaving, SegmentMetadata segment) {
    WantedState state =
        segment.state() == SegmentState.ONLINE ? WantedState.ONLINE : WantedState.CONSUMING;
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    members.forEach(server -> wanted.put(server, state));
    return new SegmentAssignment(wanted, leaving);
  }

  private static AssignmentShard with(
      AssignmentShard shard, Map<SegmentName, SegmentAssignment> more) {
    Map<SegmentName, SegmentAssignment> segments = new HashMap<>(shard.segments());
    segments.putAll(more);
    return shard.withSegments(segments);
  }

  private static Operation put(String path, StoredNode node, AssignmentShard next) {
    return new Operation.Put(path, ClusterJson.write(next), node.version());
  }
}
