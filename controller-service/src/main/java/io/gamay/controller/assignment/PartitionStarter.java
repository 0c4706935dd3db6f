package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.table.Problem;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.StreamConfig.StartOffset;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.assignment.SegmentHomes.Home;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.controller.stream.StreamCatalog;
import io.gamay.controller.stream.StreamUnavailableException;
import io.gamay.controller.table.SegmentEncoding;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.TableState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the first consuming segment of each partition, one transaction per partition. A partition
 * has a first segment once, whoever tries and however often.
 *
 * <p>Where a partition begins is resolved to a number once, and the table's node holds the numbers
 * of the partitions that the topic had when the table was made. {@code largest} is the end at that
 * moment, so a partition that the topic gets later begins at its first record.
 */
public final class PartitionStarter {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionStarter.class);

  private final MetadataStore store;
  private final TableCatalog catalog;
  private final LeaderTransactions transactions;
  private final GroupKeeper groups;
  private final StreamCatalog streams;
  private final Supplier<ClusterView> view;
  private final InstantSource clock;

  public PartitionStarter(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      GroupKeeper groups,
      StreamCatalog streams,
      Supplier<ClusterView> view,
      InstantSource clock) {
    this.store = store;
    this.catalog = catalog;
    this.transactions = transactions;
    this.groups = groups;
    this.streams = streams;
    this.view = view;
    this.clock = clock;
  }

  /**
   * Where the partitions that exist now begin for a new table.
   *
   * @throws io.gamay.controller.stream.StreamUnavailableException if the stream cannot be asked
   */
  public Map<Integer, Long> initialOffsets(TableConfig config) {
    Set<Integer> partitions = partitions(streams.partitionCount(config.stream()));
    return streams.startOffsets(
        config.stream(), config.stream().startOffset(), partitions, clock.instant());
  }

  /** Makes the first segments of the partitions that the table was made with. */
  public void start(String tableId) {
    catalog.tableById(tableId).ifPresent(table -> start(table, table.node().startOffsets()));
  }

  /** What keeps a table from consuming as it is wanted to, now. */
  public List<Problem> shortcomings(String tableId) {
    List<Problem> found = new ArrayList<>();
    catalog
        .tableById(tableId)
        .ifPresent(
            table -> {
              TableConfig config = table.config();
              if (table.node().startOffsets().isEmpty()) {
                found.add(
                    new Problem(
                        "$.ingestionConfig.streamIngestionConfig",
                        "there is no topic '%s' now".formatted(config.stream().topic()),
                        "create it, or correct stream.kafka.topic.name; the table begins when it is"
                            + " there"));
              }
              for (String tag : config.placement().tags()) {
                int live = PlaceableServers.of(view.get(), tag).size();
                if (live < config.replication()) {
                  found.add(
                      new Problem(
                          "$.segmentsConfig.replication",
                          "%d replicas are wanted, %d servers with tag %s are alive"
                              .formatted(config.replication(), live, tag),
                          "start servers; the table takes them when they come"));
                }
              }
            });
    return found;
  }

  private void start(TableState table, Map<Integer, Long> offsets) {
    if (offsets.isEmpty()) {
      return;
    }
    FirstServers servers = firstServers(table);
    new TreeMap<>(offsets)
        .forEach(
            (partition, offset) -> startPartition(table.tableId(), partition, offset, servers));
  }

  /** Who is to consume a segment that is the first of its partition. */
  private interface FirstServers {
    List<String> of(SegmentMetadata segment);
  }

  private FirstServers firstServers(TableState table) {
    ClusterView seen = view.get();
    Optional<InstanceGroups> chosen = groups.keep(table.tableId(), table.config(), _ -> false);
    SegmentHomes homes =
        new SegmentHomes(
            seen,
            table.config(),
            table.schema().tableSchema(table.node().schemaVersion(), table.config().nullHandling()),
            chosen,
            clock.instant());
    Home home = homes.of(PlacementConfig.CONSUMING);
    if (home.isGrouped()) {
      return segment ->
          homes.inGroups(home, segment, List.of(), server -> homes.mayKeepByTag(home, server));
    }
    ServerRoom room = ServerRoom.ofUnfinished(seen, home.servers());
    return _ -> room.take(table.config().replication(), Set.of());
  }

  /**
   * Looks for partitions that have no segment yet, in every table, and starts them. A table whose
   * stream cannot be asked now does not keep the others from theirs, nor from the time that they
   * take.
   */
  public void startMissing() {
    List<TableState> tables = catalog.tables();
    Map<StreamConfig, Integer> counts =
        streams.partitionCounts(
            tables.stream().map(table -> table.config().stream()).collect(Collectors.toSet()));
    for (TableState table : tables) {
      try {
        startMissing(table, counts.getOrDefault(table.config().stream(), 0));
      } catch (StreamUnavailableException away) {
        LOG.warn("table {}: {}", table.config().name(), away.getMessage());
      }
    }
  }

  /**
   * @param partitionCount of the topic; 0 if there is none, or it cannot be asked now
   */
  private void startMissing(TableState table, int partitionCount) {
    TableConfig config = table.config();
    Set<Integer> started = startedPartitions(table.tableId());
    Map<Integer, Long> offsets = new TreeMap<>(table.node().startOffsets());
    offsets.keySet().removeAll(started);
    start(table, offsets);
    Set<Integer> later = new TreeSet<>(partitions(partitionCount));
    later.removeAll(started);
    later.removeAll(offsets.keySet());
    if (later.isEmpty()) {
      return;
    }
    StartOffset start =
        config.stream().startOffset() instanceof StartOffset.Largest
            ? new StartOffset.Smallest()
            : config.stream().startOffset();
    LOG.info("table {}: the topic has new partitions {}, starting them", config.name(), later);
    start(table, streams.startOffsets(config.stream(), start, later, table.node().createdAt()));
  }

  private void startPartition(String tableId, int partition, long offset, FirstServers servers) {
    Instant now = clock.instant();
    transactions.write(
        mayBeWritten -> {
          Optional<TableState> table = catalog.tableById(tableId);
          ShardId shard = new ShardId(partition, 0);
          boolean isStarted =
              store.get(ClusterPaths.assignment(tableId, shard)).isPresent()
                  || startedPartitions(tableId).contains(partition);
          return table.isEmpty() || isStarted
              ? Decision.nothingToWrite(partition)
              : new Decision<>(
                  firstSegment(table.get(), partition, offset, now, servers), partition);
        });
  }

  /** The shard's node is made with the segment: of two who try at once, one is refused. */
  private static List<Operation> firstSegment(
      TableState table, int partition, long offset, Instant now, FirstServers servers) {
    SegmentName name = SegmentName.create(table.config().name(), partition, 0, now);
    SegmentMetadata segment =
        SegmentMetadata.consuming(
            name,
            offset,
            table.node().schemaVersion(),
            table.node().configVersion(),
            SegmentEncoding.first(table),
            now);
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    servers.of(segment).forEach(server -> wanted.put(server, WantedState.CONSUMING));
    ShardId shard = ShardId.of(name);
    AssignmentShard assigned =
        new AssignmentShard(shard, Map.of(name, new SegmentAssignment(wanted, List.of())));
    return List.of(
        table.unchanged(),
        new Operation.Create(
            ClusterPaths.segment(table.tableId(), name), ClusterJson.write(segment), false),
        new Operation.Create(
            ClusterPaths.assignment(table.tableId(), shard), ClusterJson.write(assigned), false));
  }

  private Set<Integer> startedPartitions(String tableId) {
    return store.children(ClusterPaths.assignment(tableId)).stream()
        .map(shard -> ShardId.parse(shard).partition())
        .collect(Collectors.toSet());
  }

  private static Set<Integer> partitions(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toSet());
  }
}
