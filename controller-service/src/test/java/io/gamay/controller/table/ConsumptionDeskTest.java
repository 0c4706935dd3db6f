package io.gamay.controller.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.consumption.PauseState.ReasonCode;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ConsumptionDeskTest {

  private static final Duration BATCH_TIME = Duration.ofMinutes(3);

  private final LeadingController controller = new LeadingController();
  private final ConsumptionDesk desk =
      new ConsumptionDesk(controller.catalog, controller.transactions, () -> controller.now);
  private final String tableId = controller.createTrips("smallest", "");

  @Test
  void anOrderStandsInTheTablesNodeThroughLaterChanges() {
    desk.forceCommit(tableId, Map.of(0, 3), Integer.MAX_VALUE, BATCH_TIME);
    desk.pause(tableId, ReasonCode.ADMINISTRATIVE, "maintenance", Map.of(0, 4));
    controller.tables.update(
        "trips", LeadingController.table("smallest", "").replace("1000", "2000"));

    assertThat(orders().endThrough()).containsExactly(Map.entry(0, 4));
    assertThat(orders().isPaused()).isTrue();
    assertThat(desk.job(tableId, 1)).isPresent();
    assertThat(desk.job(tableId, 2)).isEmpty();
  }

  @Test
  void theNextBatchIsOrderedOnceTheOneBeforeIsCommittedOrHasHadItsTime() {
    SegmentMetadata first = consuming(0);
    put(first);
    put(consuming(1));
    put(consuming(2));
    desk.forceCommit(tableId, Map.of(0, 0, 1, 0, 2, 0), 1, BATCH_TIME);

    desk.orderNextBatches(view());
    assertThat(orders().endThrough()).as("the first one is consumed").containsOnlyKeys(0);
    SegmentMetadata committing =
        first.committing(9, new CommitAttempt(1, "A", controller.now.plusSeconds(1)));
    put(committing);
    desk.orderNextBatches(view());
    assertThat(orders().endThrough()).as("it has no durable copy").containsOnlyKeys(0);
    put(
        committing.online(
            new StoredCopy("k", 1, 1, 9, new LedgerCounts(9, 0, 0, 0, 0), List.of(), Map.of())));
    desk.orderNextBatches(view());
    assertThat(orders().endThrough()).containsOnlyKeys(0, 1);
    desk.orderNextBatches(view());
    assertThat(orders().endThrough()).containsOnlyKeys(0, 1);
    controller.now = controller.now.plus(BATCH_TIME);
    desk.orderNextBatches(view());
    assertThat(orders().endThrough()).containsOnlyKeys(0, 1, 2);
    assertThat(desk.job(tableId, 1).orElseThrow().isOrdered()).isTrue();
  }

  @Test
  void anOldViewOrdersNoBatchTwice() {
    desk.forceCommit(tableId, Map.of(0, 0, 1, 0, 2, 0), 1, BATCH_TIME);
    ClusterView old = view();

    desk.orderNextBatches(old);
    desk.orderNextBatches(old);

    assertThat(orders().endThrough()).as("segments that are gone are over").containsOnlyKeys(0, 1);
  }

  @Test
  void aTableThatIsNotPausedIsNotResumed() {
    desk.forceCommit(tableId, Map.of(0, 3), Integer.MAX_VALUE, BATCH_TIME);
    ConsumptionOrders before = orders();

    desk.resume(tableId, "go", Map.of(0, 3), Map.of(), _ -> true);

    assertThat(orders()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(LostReply.class)
  void aPauseWhoseReplyIsLostStandsAllTheSame(LostReply outcome) {
    controller.store.loseNextReply(outcome);
    desk.pause(tableId, ReasonCode.ADMINISTRATIVE, "", Map.of(0, 3));
    controller.store.applyLate();
    assertThat(orders().isPaused()).isTrue();
    assertThat(orders().endThrough()).containsExactly(Map.entry(0, 3));
  }

  @Test
  void moreSkipsThanThereIsRoomForAreRefusedAndTheTableStaysPaused() {
    Map<SegmentName, Long> skips = new HashMap<>();
    for (int partition = 0; partition < 2_000; partition++) {
      skips.put(SegmentName.create("trips", partition, 0, controller.now), 9L);
    }
    desk.pause(tableId, ReasonCode.ADMINISTRATIVE, "", Map.of());

    assertThatThrownBy(() -> desk.resume(tableId, "", Map.of(), skips, _ -> true))
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining("offsets of 2000 segments would be skipped")
        .hasMessageContaining("consumeFrom=lastConsumed");
    assertThat(orders().isPaused()).isTrue();
    desk.resume(tableId, "", Map.of(), Map.of(), _ -> true);
    assertThat(orders().isPaused()).isFalse();
  }

  @Test
  void aTableThatIsGoneTakesNoOrder() {
    controller.tables.delete("trips");
    assertThatThrownBy(() -> desk.pause(tableId, ReasonCode.ADMINISTRATIVE, "", Map.of()))
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining("does not exist");
  }

  private ConsumptionOrders orders() {
    return controller.catalog.tableNode(tableId).orElseThrow().value().consumption();
  }

  private SegmentMetadata consuming(int partition) {
    return SegmentMetadata.consuming(
        SegmentName.create("trips", partition, 0, controller.now),
        0,
        1,
        1,
        EncodingDecisions.DEFAULT,
        controller.now);
  }

  private void put(SegmentMetadata segment) {
    String path = ClusterPaths.segment(tableId, segment.name());
    byte[] json = ClusterJson.write(segment);
    controller.store.commit(
        List.of(
            controller
                .store
                .get(path)
                .<Operation>map(there -> new Operation.Put(path, json, there.version()))
                .orElseGet(() -> new Operation.Create(path, json, false))));
  }

  private ClusterView view() {
    try (InMemoryMetadataStore session = controller.tree.openSession();
        ClusterViewWatcher watcher = new ClusterViewWatcher(session)) {
      return watcher.awaitFirst(Duration.ofSeconds(15));
    }
  }
}
