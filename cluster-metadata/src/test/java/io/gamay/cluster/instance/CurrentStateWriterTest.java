package io.gamay.cluster.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CurrentStateWriterTest {

  private static final Duration SOON = Duration.ofSeconds(15);
  private static final String TABLE = "rides-1";
  private static final String ID = "Server_here_8098";
  private static final SegmentName FIRST = SegmentName.parse("rides__0__0__20260101T0000Z");
  private static final SegmentName SECOND = SegmentName.parse("rides__0__1__20260101T0000Z");
  private static final SegmentName FAR = SegmentName.parse("rides__3__500__20260101T0000Z");
  private static final CurrentSegment ONLINE = new CurrentSegment(ServingState.ONLINE, "");
  private static final CurrentSegment CONSUMING = new CurrentSegment(ServingState.CONSUMING, "");

  private final InMemoryMetadataTree tree = new InMemoryMetadataTree();
  private final InMemoryMetadataStore observer = tree.openSession();
  private final InMemoryMetadataStore store = tree.openSession();
  private final InstanceRegistration registration =
      InstanceRegistration.register(
          store, new InstanceConfig(ID, InstanceRole.SERVER, "here", 8098, List.of()));
  private final CurrentStateWriter writer = new CurrentStateWriter(store, registration);

  @AfterEach
  void close() {
    writer.close();
    registration.close();
    store.close();
  }

  @Test
  void everyShardGetsItsOwnNodeStampedWithTheIncarnation() {
    writer.publish(TABLE, Map.of(FIRST, ONLINE, SECOND, CONSUMING, FAR, ONLINE));
    awaitShard(0, 0, Map.of(FIRST, ONLINE, SECOND, CONSUMING));
    awaitShard(3, 1, Map.of(FAR, ONLINE));
    assertThat(shard(0, 0).orElseThrow().incarnation()).isEqualTo(registration.incarnation());
  }

  @Test
  void onlyChangedShardsAreWritten() {
    writer.publish(TABLE, Map.of(FIRST, ONLINE, FAR, CONSUMING));
    awaitShard(3, 1, Map.of(FAR, CONSUMING));
    writer.publish(TABLE, Map.of(FIRST, ONLINE, FAR, ONLINE));
    awaitShard(3, 1, Map.of(FAR, ONLINE));
    assertThat(node(0, 0).orElseThrow().version()).isZero();
    assertThat(node(3, 1).orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void shardThatBecomesEmptyIsRemoved() {
    writer.publish(TABLE, Map.of(FIRST, ONLINE, FAR, ONLINE));
    awaitShard(3, 1, Map.of(FAR, ONLINE));
    writer.publish(TABLE, Map.of(FIRST, ONLINE));
    await().atMost(SOON).until(() -> node(3, 1).isEmpty());
    assertThat(node(0, 0)).isPresent();
    writer.publish(TABLE, Map.of());
    await().atMost(SOON).until(() -> node(0, 0).isEmpty());
  }

  @Test
  void whatAnEarlierLifeLeftIsReplacedAndRemoved() {
    leave(new ShardId(0, 0), new CurrentShard(4711, Map.of(FIRST, ONLINE)));
    leave(new ShardId(9, 0), new CurrentShard(4711, Map.of()));
    leaveBytes(new ShardId(3, 1), new byte[] {'?'});
    writer.publish(TABLE, Map.of(FIRST, ONLINE, FAR, ONLINE));
    awaitShard(3, 1, Map.of(FAR, ONLINE));
    await()
        .atMost(SOON)
        .until(() -> shard(0, 0).orElseThrow().incarnation() == registration.incarnation());
    await().atMost(SOON).until(() -> node(9, 0).isEmpty());
  }

  @Test
  void writeWithoutReplyIsMadeGoodAndNothingIsLost() {
    for (LostReply outcome : List.of(LostReply.APPLIED, LostReply.NOT_APPLIED)) {
      store.loseNextReply(outcome);
      writer.publish(TABLE, Map.of(FIRST, new CurrentSegment(ServingState.ERROR, outcome.name())));
      awaitShard(0, 0, Map.of(FIRST, new CurrentSegment(ServingState.ERROR, outcome.name())));
    }
  }

  @Test
  void stateIsThereAgainAfterAnExpiryAndARemovalByTheLeader() {
    writer.publish(TABLE, Map.of(FIRST, ONLINE));
    awaitShard(0, 0, Map.of(FIRST, ONLINE));
    store.suspend();
    observer.commit(
        List.of(
            new Operation.Delete(
                ClusterPaths.current(ID, TABLE, new ShardId(0, 0)), Operation.ANY_VERSION)));
    store.expireSession();
    awaitShard(0, 0, Map.of(FIRST, ONLINE));
    assertThat(shard(0, 0).orElseThrow().incarnation()).isEqualTo(registration.incarnation());
  }

  @Test
  void whatIsPublishedWhileSuspendedFollows() {
    store.suspend();
    writer.publish(TABLE, Map.of(FIRST, ONLINE));
    store.resume();
    awaitShard(0, 0, Map.of(FIRST, ONLINE));
  }

  @Test
  void longReasonIsCutSoThatAFullShardFitsIntoItsNode() {
    writer.publish(
        TABLE, Map.of(FIRST, new CurrentSegment(ServingState.ERROR, "x".repeat(100_000))));
    await().atMost(SOON).until(() -> node(0, 0).isPresent());
    assertThat(node(0, 0).orElseThrow().data()).hasSizeLessThan(256 * 1024 / 500);
  }

  private void leave(ShardId shard, CurrentShard content) {
    leaveBytes(shard, ClusterJson.write(content));
  }

  private void leaveBytes(ShardId shard, byte[] content) {
    observer.commit(
        List.of(new Operation.Create(ClusterPaths.current(ID, TABLE, shard), content, false)));
  }

  private Optional<StoredNode> node(int partition, int block) {
    return observer.get(ClusterPaths.current(ID, TABLE, new ShardId(partition, block)));
  }

  private Optional<CurrentShard> shard(int partition, int block) {
    return node(partition, block).map(node -> ClusterJson.read(node.data(), CurrentShard.class));
  }

  private void awaitShard(int partition, int block, Map<SegmentName, CurrentSegment> expected) {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(shard(partition, block).orElseThrow().segments()).isEqualTo(expected));
  }
}
