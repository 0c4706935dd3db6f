package io.gamay.controller.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.consumption.PauseState;
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
import io.gamay.controller.leader.LeaderOffice;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.TaskQueue;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table of two partitions, each with sealed segments of 400 bytes and a consuming one. */
final class StorageQuotaKeeperTest {

  private final LeadingController controller = new LeadingController();
  private final ConsumptionDesk desk =
      new ConsumptionDesk(controller.catalog, controller.transactions, () -> controller.now);
  private final StorageQuotaKeeper keeper = new StorageQuotaKeeper(this::view, desk);
  private final String tableId = controller.createTrips("smallest", "");

  @Test
  void tableAboveItsQuotaIsPausedAndItsConsumingSegmentsEnd() {
    sealed(0, 2);
    sealed(1, 1);
    setQuota("1K");
    keeper.keep();

    PauseState pause = orders().pause().orElseThrow();
    assertThat(pause.isPaused()).isTrue();
    assertThat(pause.reason()).isEqualTo(ReasonCode.STORAGE_QUOTA_EXCEEDED);
    assertThat(pause.comment()).contains("1200 bytes", "quota.storage allows 1024");
    assertThat(orders().endThrough()).containsExactlyInAnyOrderEntriesOf(Map.of(0, 2, 1, 1));
  }

  @Test
  void tableAtItsQuotaBelowItOrWithoutOneGoesOn() {
    sealed(0, 3);
    keeper.keep();
    assertThat(orders()).isEqualTo(ConsumptionOrders.NONE);
    setQuota("1200");
    keeper.keep();
    assertThat(orders()).isEqualTo(ConsumptionOrders.NONE);
    setQuota("1199");
    keeper.keep();
    assertThat(orders().isPaused()).isTrue();
  }

  @Test
  void aSecondLookChangesNothing() {
    sealed(0, 3);
    setQuota("1K");
    keeper.keep();
    ConsumptionOrders first = orders();
    controller.now = controller.now.plusSeconds(60);
    keeper.keep();
    assertThat(orders()).isEqualTo(first);
  }

  @Test
  void itGoesOnWhenTheQuotaIsRaisedTakenAwayOrSegmentsAreDeleted() {
    for (Runnable relief :
        List.<Runnable>of(() -> setQuota("2K"), () -> setQuota(""), () -> delete(name(0, 0)))) {
      sealed(0, 3);
      setQuota("1K");
      keeper.keep();
      assertThat(orders().isPaused()).isTrue();

      relief.run();
      keeper.keep();

      assertThat(orders().isPaused()).isFalse();
      assertThat(orders().pause().orElseThrow().reason())
          .isEqualTo(ReasonCode.STORAGE_QUOTA_EXCEEDED);
      assertThat(orders().endThrough()).as("what is consumed goes on").containsEntry(0, 2);
      assertThat(orders().skips()).isEmpty();
    }
  }

  @Test
  void aPersonsPauseIsNeitherTakenOverNorEnded() {
    sealed(0, 3);
    desk.pause(tableId, ReasonCode.ADMINISTRATIVE, "by hand", Map.of(0, 3));
    ConsumptionOrders byHand = orders();
    setQuota("1K");
    keeper.keep();
    assertThat(orders()).isEqualTo(byHand);
    setQuota("2K");
    keeper.keep();
    assertThat(orders()).isEqualTo(byHand);
  }

  @Test
  void aPauseThatAPersonMakesWhileItIsHeldStays() {
    sealed(0, 3);
    setQuota("1K");
    keeper.keep();
    desk.pause(tableId, ReasonCode.ADMINISTRATIVE, "by hand", Map.of());
    setQuota("2K");
    keeper.keep();
    assertThat(orders().isPaused()).isTrue();
    assertThat(orders().pause().orElseThrow().comment()).isEqualTo("by hand");
  }

  @Test
  void aPersonsPauseThatTheViewDoesNotShowYetStays() {
    sealed(0, 3);
    setQuota("1K");
    ClusterView before = view();
    desk.pause(tableId, ReasonCode.ADMINISTRATIVE, "by hand", Map.of());
    new StorageQuotaKeeper(() -> before, desk).keep();
    assertThat(orders().pause().orElseThrow().comment()).isEqualTo("by hand");

    desk.resume(tableId, "", Map.of(), Map.of(), _ -> true);
    keeper.keep();
    setQuota("2K");
    ClusterView held = view();
    desk.pause(tableId, ReasonCode.ADMINISTRATIVE, "again", Map.of());
    new StorageQuotaKeeper(() -> held, desk).keep();
    assertThat(orders().isPaused()).isTrue();
    assertThat(orders().pause().orElseThrow().comment()).isEqualTo("again");
  }

  @Test
  void aPersonsResumptionWhileItIsAboveHoldsUntilTheNextLook() {
    sealed(0, 3);
    setQuota("1K");
    keeper.keep();
    desk.resume(tableId, "please", Map.of(0, 3), Map.of(), _ -> true);
    assertThat(orders().isPaused()).isFalse();
    keeper.keep();
    assertThat(orders().pause().orElseThrow().reason())
        .isEqualTo(ReasonCode.STORAGE_QUOTA_EXCEEDED);
    assertThat(orders().isPaused()).isTrue();
    assertThat(orders().endThrough()).containsEntry(0, 3);
  }

  @Test
  void anotherLeaderEndsWhatTheFirstOneBegan() {
    sealed(0, 3);
    setQuota("1K");
    keeper.keep();
    setQuota("2K");

    TaskQueue tasks = new TaskQueue();
    try (InMemoryMetadataStore session = controller.tree.openSession(tasks)) {
      controller.store.close();
      LeaderOffice office = new LeaderOffice(session, "Controller_b", tasks);
      office.start();
      tasks.runAll();
      TableCatalog catalog = new TableCatalog(session);
      ConsumptionDesk second =
          new ConsumptionDesk(
              catalog, new LeaderTransactions(session, office), () -> controller.now);
      new StorageQuotaKeeper(this::view, second).keep();
      assertThat(catalog.tableNode(tableId).orElseThrow().value().consumption().isPaused())
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(LostReply.class)
  void aPauseWhoseReplyIsLostIsMadeOnce(LostReply outcome) {
    sealed(0, 3);
    setQuota("1K");
    controller.store.loseNextReply(outcome);
    keeper.keep();
    controller.store.applyLate();
    keeper.keep();
    assertThat(orders().isPaused()).isTrue();
    assertThat(orders().endThrough()).containsExactly(Map.entry(0, 3));
  }

  @Test
  void aTableThatIsGoneSinceTheViewKeepsNobodyFromTheOthers() {
    sealed(0, 3);
    setQuota("1K");
    ClusterView before = view();
    controller.tables.delete("trips");
    new StorageQuotaKeeper(() -> before, desk).keep();
  }

  private void setQuota(String size) {
    String quota = size.isEmpty() ? "" : ", \"quota\": {\"storage\": \"%s\"}".formatted(size);
    controller.tables.update(
        "trips",
        LeadingController.table("smallest", "")
            .replace("\"metadata\": {}", "\"metadata\": {}" + quota));
  }

  private ConsumptionOrders orders() {
    return controller.catalog.tableNode(tableId).orElseThrow().value().consumption();
  }

  /** So many sealed segments, and a consuming one behind them. */
  private void sealed(int partition, int count) {
    for (int sequence = 0; sequence < count; sequence++) {
      put(
          consuming(partition, sequence)
              .committing(
                  10L * (sequence + 1), new CommitAttempt(1, "A", controller.now.plusSeconds(1)))
              .online(
                  new StoredCopy(
                      "k", 1, 400, 10, new LedgerCounts(10, 0, 0, 0, 0), List.of(), Map.of())));
    }
    put(consuming(partition, count));
  }

  private SegmentName name(int partition, int sequence) {
    return SegmentName.create("trips", partition, sequence, controller.now);
  }

  private SegmentMetadata consuming(int partition, int sequence) {
    return SegmentMetadata.consuming(
        name(partition, sequence), 10L * sequence, 1, 1, EncodingDecisions.DEFAULT, controller.now);
  }

  private void delete(SegmentName segment) {
    controller.store.commit(
        List.of(new Operation.Delete(ClusterPaths.segment(tableId, segment), -1)));
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
