package io.gamay.controller.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DownloadOrderDeskTest {

  private final LeadingController controller = new LeadingController();
  private final DownloadOrderDesk desk =
      new DownloadOrderDesk(controller.catalog, controller.transactions);
  private final String tableId = controller.createTrips("smallest", "");

  @Test
  void anOrderStandsInTheTablesNodeThroughLaterChanges() {
    SegmentName segment = SegmentName.create("trips", 0, 5, Instant.EPOCH);
    assertThat(desk.orderAll(tableId, Map.of(0, 3)).downloads().newest()).isEqualTo(1);
    assertThat(desk.orderOne(tableId, segment, _ -> true).downloads().newest()).isEqualTo(2);

    controller.tables.update(
        "trips", LeadingController.table("smallest", "").replace("1000", "2000"));

    TableNode node = controller.catalog.tableNode(tableId).orElseThrow().value();
    assertThat(node.configVersion()).isEqualTo(2);
    assertThat(node.downloads().wanted(segment)).isEqualTo(2);
    assertThat(node.downloads().reach()).containsExactly(Map.entry(0, 3));
  }

  @Test
  void aSegmentTooManyIsRefusedWithWhatToDoInstead() {
    for (int sequence = 0; sequence < DownloadOrders.MAX_OF_ONE; sequence++) {
      desk.orderOne(tableId, SegmentName.create("trips", 0, sequence, Instant.EPOCH), _ -> true);
    }
    SegmentName next = SegmentName.create("trips", 1, 0, Instant.EPOCH);
    assertThatThrownBy(() -> desk.orderOne(tableId, next, _ -> true))
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining("reload the whole table");
    desk.orderAll(tableId, Map.of(0, DownloadOrders.MAX_OF_ONE));
    desk.orderOne(tableId, next, _ -> true);
  }

  @Test
  void aTableThatIsGoneTakesNoOrder() {
    controller.tables.delete("trips");
    assertThatThrownBy(() -> desk.orderAll(tableId, Map.of()))
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining("does not exist");
  }

  @ParameterizedTest
  @EnumSource(LostReply.class)
  void anOrderWhoseReplyIsLostStandsAllTheSame(LostReply outcome) {
    controller.store.loseNextReply(outcome);
    int order = desk.orderAll(tableId, Map.of(0, 3)).downloads().newest();
    controller.store.applyLate();
    assertThat(controller.catalog.tableNode(tableId).orElseThrow().value().downloads().ofAll())
        .isEqualTo(order);
  }
}
