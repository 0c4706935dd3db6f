package io.gamay.cluster.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.layout.LeaderEpoch;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A view that followed every change is the view that a newcomer reads. */
@Timeout(120)
class ClusterViewPropertyTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void followedViewEqualsFreshlyReadView() {
    int cases =
        Seeds.forEach(
            15,
            random -> {
              InMemoryMetadataTree tree = new InMemoryMetadataTree();
              try (InMemoryMetadataStore writer = tree.openSession();
                  InMemoryMetadataStore reader = tree.openSession();
                  ClusterViewWatcher follower = new ClusterViewWatcher(reader, NEVER)) {
                for (int round = 0; round < 3; round++) {
                  for (int step = 0; step < 60; step++) {
                    change(writer, reader, random);
                  }
                  compare(follower, tree);
                }
              }
            });
    assertThat(cases).isPositive();
  }

  private static void compare(ClusterViewWatcher follower, InMemoryMetadataTree tree) {
    try (InMemoryMetadataStore newcomer = tree.openSession();
        ClusterViewWatcher fresh = new ClusterViewWatcher(newcomer, NEVER)) {
      ClusterView expected = fresh.awaitFirst(SOON);
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(10))
          .untilAsserted(
              () ->
                  assertThat(follower.current())
                      .usingRecursiveComparison()
                      .ignoringFields("revision")
                      .isEqualTo(expected));
    }
  }

  private static void change(
      InMemoryMetadataStore writer, InMemoryMetadataStore reader, SeededRandom random) {
    String table = random.nextInt(2) == 0 ? "rides" : "bikes";
    String tableId = table + "-" + random.nextInt(2);
    String server = "Server_" + random.nextInt(3);
    SegmentName name = SegmentName.create(table, random.nextInt(2), 498 + random.nextInt(5), NOW);
    ShardId shard = ShardId.of(name);
    switch (random.nextInt(17)) {
      case 0 -> put(writer, ClusterPaths.instance(server), instance(server));
      case 1 -> put(writer, ClusterPaths.live(server), new LiveNode(random.nextInt(2)));
      case 2 -> delete(writer, ClusterPaths.live(server));
      case 3 -> put(writer, ClusterPaths.LEADER_EPOCH, new LeaderEpoch(random.nextInt(9), server));
      case 4 -> write(writer, ClusterPaths.schemaText(table, 1), schema(table));
      case 5 -> write(writer, ClusterPaths.tableConfigText(tableId, 1), config(table));
      case 6 ->
          put(
              writer,
              ClusterPaths.table(tableId),
              new TableNode(
                  tableId,
                  table,
                  1,
                  1,
                  NOW.plusSeconds(tableId.hashCode()),
                  Map.of(),
                  random.nextInt(4) == 0));
      case 7, 8 -> putSegment(writer, ClusterPaths.segment(tableId, name), metadata(name, random));
      case 9 -> delete(writer, ClusterPaths.segment(tableId, name));
      case 10 ->
          put(
              writer,
              ClusterPaths.assignment(tableId, shard),
              new AssignmentShard(
                  shard,
                  Map.of(
                      name, new SegmentAssignment(Map.of(server, WantedState.ONLINE), List.of()))));
      case 11 ->
          put(
              writer,
              ClusterPaths.current(server, tableId, shard),
              new CurrentShard(
                  random.nextInt(2), Map.of(name, new CurrentSegment(ServingState.ONLINE, ""))));
      case 12 -> write(writer, ClusterPaths.current(server, tableId, shard), "broken");
      case 13 ->
          put(
              writer,
              ClusterPaths.live(server),
              new LiveNode(random.nextInt(2), Optional.of(NOW.plusSeconds(random.nextInt(2)))));
      case 14 ->
          put(
              writer,
              ClusterPaths.order(server),
              new InstanceOrder(
                  random.nextInt(2) == 0,
                  random.nextInt(2) == 0,
                  random.nextInt(2) == 0 ? Optional.empty() : Optional.of(List.of("x_REALTIME"))));
      case 15 -> delete(writer, ClusterPaths.order(server));
      default -> {
        if (random.nextInt(3) == 0) {
          reader.suspend();
          delete(writer, ClusterPaths.segment(tableId, name));
          reader.resume();
        } else {
          delete(writer, ClusterPaths.tableConfigText(tableId, 1));
        }
      }
    }
  }

  /** What is ONLINE only goes, and never changes: the one thing that a view relies on. */
  private static void putSegment(
      InMemoryMetadataStore store, String path, SegmentMetadata metadata) {
    boolean isOnline =
        store
            .get(path)
            .map(node -> ClusterJson.read(node.data(), SegmentMetadata.class).state())
            .equals(Optional.of(SegmentState.ONLINE));
    if (!isOnline) {
      put(store, path, metadata);
    }
  }

  private static SegmentMetadata metadata(SegmentName name, SeededRandom random) {
    SegmentMetadata consuming =
        SegmentMetadata.consuming(name, 5, 1, 1, EncodingDecisions.DEFAULT, NOW);
    SegmentMetadata committing = consuming.committing(9, new CommitAttempt(1, "Server_0", NOW));
    return switch (random.nextInt(3)) {
      case 0 -> consuming;
      case 1 -> committing;
      default ->
          committing.online(
              new StoredCopy("x", 1, 2, 4, new LedgerCounts(4, 0, 0, 0, 0), List.of(), Map.of()));
    };
  }

  private static InstanceConfig instance(String id) {
    return new InstanceConfig(id, InstanceRole.SERVER, "h", 1, List.of());
  }

  private static String schema(String name) {
    return """
        {"schemaName": "%s",
         "dateTimeFieldSpecs": [{"name": "ts", "dataType": "TIMESTAMP", "format": "TIMESTAMP"}]}
        """
        .formatted(name);
  }

  private static String config(String name) {
    return """
        {"tableName": "%s", "tableType": "REALTIME", "segmentsConfig": {"timeColumnName": "ts"},
         "tableIndexConfig": {"streamConfigs":
           {"streamType": "kafka", "stream.kafka.topic.name": "t", "stream.kafka.broker.list": "b:1",
            "stream.kafka.decoder.class.name": "JSONMessageDecoder"}}}
        """
        .formatted(name);
  }

  private static void put(InMemoryMetadataStore store, String path, Object value) {
    write(store, path, new String(ClusterJson.write(value), UTF_8));
  }

  private static void write(InMemoryMetadataStore store, String path, String text) {
    Optional<StoredNode> present = store.get(path);
    byte[] data = text.getBytes(UTF_8);
    store.commit(
        List.of(
            present.isPresent()
                ? new Operation.Put(path, data, present.get().version())
                : new Operation.Create(path, data, false)));
  }

  private static void delete(InMemoryMetadataStore store, String path) {
    if (store.get(path).isPresent() && store.children(path).isEmpty()) {
      store.commit(List.of(new Operation.Delete(path, Operation.ANY_VERSION)));
    }
  }
}
