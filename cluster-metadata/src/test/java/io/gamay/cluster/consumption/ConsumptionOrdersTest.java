package io.gamay.cluster.consumption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.consumption.PauseState.ReasonCode;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.segment.SegmentName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsumptionOrdersTest {

  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
  private static final Duration BATCH_TIME = Duration.ofMinutes(3);

  @Test
  void anOrderToEndMeansTheSegmentAndNotItsSuccessor() {
    ConsumptionOrders orders =
        ConsumptionOrders.NONE.withJob(Map.of(0, 3), Integer.MAX_VALUE, BATCH_TIME, NOW);
    assertThat(orders.isAskedToEnd(name(0, 3))).isTrue();
    assertThat(orders.isAskedToEnd(name(0, 4))).isFalse();
    assertThat(orders.isAskedToEnd(name(1, 0))).isFalse();
    assertThat(orders.newestJob()).isEqualTo(1);
    assertThat(orders.job(1)).hasValueSatisfying(job -> assertThat(job.isOrdered()).isTrue());
  }

  @Test
  void anOlderViewTakesNothingBack() {
    ConsumptionOrders orders =
        ConsumptionOrders.NONE
            .withJob(Map.of(0, 3), 1, BATCH_TIME, NOW)
            .withJob(Map.of(0, 2), 1, BATCH_TIME, NOW);
    assertThat(orders.isAskedToEnd(name(0, 3))).isTrue();
  }

  @Test
  void batchesAreOrderedOneAfterTheOtherUntilAllAre() {
    ConsumptionOrders orders =
        ConsumptionOrders.NONE.withJob(Map.of(0, 5, 1, 6, 2, 7), 2, BATCH_TIME, NOW);
    assertThat(orders.endThrough()).isEqualTo(Map.of(0, 5, 1, 6));
    assertThat(orders.jobs().getFirst().newestBatch()).isEqualTo(Map.of(0, 5, 1, 6));
    assertThat(orders.jobs().getFirst().isOrdered()).isFalse();

    orders = orders.withNextBatch(1, NOW.plusSeconds(9));

    assertThat(orders.endThrough()).isEqualTo(Map.of(0, 5, 1, 6, 2, 7));
    assertThat(orders.jobs().getFirst().newestBatch()).isEqualTo(Map.of(2, 7));
    assertThat(orders.jobs().getFirst().orderedAt()).isEqualTo(NOW.plusSeconds(9));
    assertThat(orders.jobs().getFirst().isOrdered()).isTrue();
    assertThat(orders.withNextBatch(1, NOW.plusSeconds(10)).endThrough())
        .isEqualTo(orders.endThrough());
  }

  @Test
  void ofAJobThatIsForgottenNothingStaysUnordered() {
    Map<Integer, Integer> many = new HashMap<>();
    for (int partition = 2; partition < ConsumptionOrders.MAX_REMEMBERED; partition++) {
      many.put(partition, 0);
    }
    ConsumptionOrders orders =
        ConsumptionOrders.NONE
            .withJob(Map.of(0, 5, 1, 6), 1, BATCH_TIME, NOW)
            .withJob(Map.of(2, 7), 1, BATCH_TIME, NOW);

    ConsumptionOrders next = orders.withJob(many, 1, BATCH_TIME, NOW);
    assertThat(next.jobs()).extracting(EndJob::number).as("2 is done").containsExactly(1, 3);
    assertThat(next.endThrough()).isEqualTo(Map.of(0, 5, 2, 7));

    next = next.withJob(Map.of(9, 0), 1, BATCH_TIME, NOW);
    assertThat(next.jobs()).extracting(EndJob::number).containsExactly(3, 4);
    assertThat(next.endThrough()).isEqualTo(Map.of(0, 5, 1, 6, 2, 7, 9, 0));
  }

  @Test
  void oldJobsAreForgottenButNeverTheNewest() {
    Map<Integer, Integer> many = new HashMap<>();
    for (int partition = 0; partition < ConsumptionOrders.MAX_REMEMBERED - 1; partition++) {
      many.put(partition, 0);
    }
    ConsumptionOrders orders =
        ConsumptionOrders.NONE
            .withJob(Map.of(0, 1), 1, BATCH_TIME, NOW)
            .withJob(many, Integer.MAX_VALUE, BATCH_TIME, NOW);
    assertThat(orders.jobs()).extracting(EndJob::number).containsExactly(1, 2);
    orders = orders.withJob(many, Integer.MAX_VALUE, BATCH_TIME, NOW);
    assertThat(orders.jobs()).extracting(EndJob::number).containsExactly(3);
    assertThat(orders.newestJob()).isEqualTo(3);
    assertThat(ClusterJson.write(orders).length).isLessThan(100_000);
  }

  @Test
  void whoeverResumesTakesBackWhatThePauseOrderedOfSegmentsThatStillConsume() {
    ConsumptionOrders paused =
        ConsumptionOrders.NONE.paused(
            ReasonCode.ADMINISTRATIVE, "disk is full", Map.of(0, 3, 1, 8), NOW);
    assertThat(paused.isPaused()).isTrue();
    assertThat(paused.isAskedToEnd(name(1, 8))).isTrue();

    ConsumptionOrders resumed =
        paused.resumed("", Map.of(0, 4, 1, 8), Map.of(), _ -> true, NOW.plusSeconds(60));

    assertThat(resumed.isPaused()).isFalse();
    assertThat(resumed.isAskedToEnd(name(0, 3))).as("it has ended, which stays so").isTrue();
    assertThat(resumed.isAskedToEnd(name(0, 4))).isFalse();
    assertThat(resumed.isAskedToEnd(name(1, 8))).isFalse();
    assertThat(resumed.pause().orElseThrow().since()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void aSkipIsRememberedUntilItsSegmentIsCommitted() {
    ConsumptionOrders orders =
        ConsumptionOrders.NONE
            .paused(ReasonCode.ADMINISTRATIVE, "", Map.of(), NOW)
            .resumed("", Map.of(0, 3, 1, 3), Map.of(name(0, 3), 70L), _ -> true, NOW);
    assertThat(orders.skipTo(name(0, 3))).hasValue(70);
    assertThat(orders.skipTo(name(1, 3))).isEmpty();
    assertThat(orders.skipTo(name(0, 4))).isEmpty();

    ConsumptionOrders again = orders.paused(ReasonCode.ADMINISTRATIVE, "", Map.of(), NOW);
    assertThat(again.resumed("", Map.of(), Map.of(), _ -> true, NOW).skips())
        .containsOnlyKeys(name(0, 3));
    assertThat(again.resumed("", Map.of(), Map.of(name(0, 9), 5L), _ -> false, NOW).skips())
        .containsOnlyKeys(name(0, 9));
  }

  @Test
  void skipsStayWithinTheirShareOfTheTablesNode() {
    int atMost = ConsumptionOrders.MAX_SKIP_BYTES / (name(1_000, 3).toString().length() + 23);
    Map<SegmentName, Long> skips = new HashMap<>();
    for (int partition = 1_000; partition < 1_000 + atMost; partition++) {
      skips.put(name(partition, 3), Long.MAX_VALUE);
    }
    ConsumptionOrders full = ConsumptionOrders.NONE.resumed("", Map.of(), skips, _ -> true, NOW);
    assertThat(full.skips()).hasSize(atMost);
    assertThat(ClusterJson.write(full).length).isLessThan(ConsumptionOrders.MAX_SKIP_BYTES + 500);

    Map<SegmentName, Long> oneMore = Map.of(name(5_000, 3), 5L);
    assertThatThrownBy(() -> full.resumed("", Map.of(), oneMore, _ -> true, NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("offsets of " + (atMost + 1) + " segments would be skipped");
    assertThat(full.resumed("", Map.of(), Map.of(), _ -> true, NOW).skips()).hasSize(atMost);
    assertThat(full.resumed("", Map.of(), oneMore, _ -> false, NOW).skips())
        .as("committed ones make room")
        .isEqualTo(oneMore);
  }

  private static SegmentName name(int partition, int sequence) {
    return SegmentName.create("rides", partition, sequence, NOW);
  }
}
