package io.gamay.cluster.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.segment.SegmentName;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DownloadOrdersTest {

  @Test
  void anOrderForAllReachesWhatIsSealedThen() {
    DownloadOrders orders = DownloadOrders.NONE.withAll(Map.of(0, 3, 1, 0));
    assertThat(orders.wanted(name(0, 3))).isEqualTo(1);
    assertThat(orders.wanted(name(0, 4))).isZero();
    assertThat(orders.wanted(name(1, 0))).isEqualTo(1);
    assertThat(orders.wanted(name(2, 0))).isZero();
  }

  @Test
  void theNewestOrderCounts() {
    DownloadOrders orders =
        DownloadOrders.NONE.withAll(Map.of(0, 3)).withOne(name(0, 1), _ -> true);
    assertThat(orders.newest()).isEqualTo(2);
    assertThat(orders.wanted(name(0, 1))).isEqualTo(2);
    assertThat(orders.wanted(name(0, 2))).isEqualTo(1);
    orders = orders.withOne(name(0, 5), _ -> true).withAll(Map.of(0, 3));
    assertThat(orders.wanted(name(0, 1))).isEqualTo(4);
    assertThat(orders.ofOne()).containsOnlyKeys(name(0, 5));
  }

  @Test
  void anOlderViewTakesNothingBack() {
    DownloadOrders orders = DownloadOrders.NONE.withAll(Map.of(0, 3)).withAll(Map.of(0, 2));
    assertThat(orders.wanted(name(0, 3))).isEqualTo(2);
  }

  @Test
  void ordersOfSegmentsThatAreGoneMakeRoom() {
    DownloadOrders orders = DownloadOrders.NONE;
    for (int sequence = 0; sequence < DownloadOrders.MAX_OF_ONE; sequence++) {
      orders = orders.withOne(name(0, sequence), _ -> true);
    }
    DownloadOrders full = orders;
    assertThatThrownBy(() -> full.withOne(name(1, 0), _ -> true))
        .isInstanceOf(IllegalStateException.class);
    assertThat(full.withOne(name(0, 7), _ -> true).ofOne()).hasSize(DownloadOrders.MAX_OF_ONE);
    assertThat(full.withOne(name(1, 0), segment -> segment.sequence() > 0).ofOne())
        .doesNotContainKey(name(0, 0))
        .containsKey(name(1, 0));
  }

  @Test
  void asManyOrdersAsThereMayBeFitIntoTheTablesNode() {
    String longest = "表".repeat(200);
    Map<SegmentName, Integer> orders = new HashMap<>();
    for (int sequence = 0; sequence < DownloadOrders.MAX_OF_ONE; sequence++) {
      orders.put(
          SegmentName.create(longest, 1000, Integer.MAX_VALUE - sequence, Instant.EPOCH),
          Integer.MAX_VALUE);
    }
    DownloadOrders full = new DownloadOrders(Integer.MAX_VALUE, 0, Map.of(), orders, Map.of());
    assertThat(ClusterJson.write(full).length).isLessThan(192 * 1024);
  }

  private static SegmentName name(int partition, int sequence) {
    return SegmentName.create("rides", partition, sequence, Instant.EPOCH);
  }
}
