package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.QuickstartProcess;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.QueryAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart as a person meets it: what it prints, what it refuses, what it keeps. */
class QuickstartIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String COUNT = "SELECT COUNT(*), MAX(sequence) FROM trips";

  @TempDir private Path directory;

  /** Trips are numbered without gaps: as many rows as the highest number is every row, once. */
  @Test
  void itGoesOnWithEveryTripAfterAKillOnOtherPortsAndAfterACleanStop() {
    int offset = QuickstartProcess.freeOffset();
    long before;
    try (var first = start("first", offset, "--feed-rate", "300")) {
      assertThat(first.output())
          .contains("[6/6]", "gamay> SELECT city, COUNT(*)", "gateway     http://127.0.0.1:");
      othersAreRefused(offset);
      gatewayForwards(first);
      before = awaitWhole(first.broker(), 6_000);
      first.kill9();
    }
    int otherOffset = QuickstartProcess.freeOffset();
    try (var second = start("second", otherOffset, "--feed-rate", "300")) {
      before = awaitWhole(second.broker(), before + 500);
      second.stop();
      assertThat(second.output()).contains("stopped");
    }
    try (var third = start("third", otherOffset, "--no-feed")) {
      QueryAnswer answer = third.broker().query(COUNT);
      assertThat(answer.isPartial()).isFalse();
      assertThat(number(answer, 0)).isEqualTo(number(answer, 1)).isGreaterThanOrEqualTo(before);
      assertThat(third.gamay(directory.resolve("query.out"), "query", COUNT, "--format", "csv"))
          .contains(number(answer, 0) + "," + number(answer, 0));
      assertThat(
              third.gamay(
                  directory.resolve("explain.out"), "query", "EXPLAIN SELECT MAX(fare) FROM trips"))
          .contains("BROKER_REDUCE", "\n  COMBINE_AGGREGATE", "AGGREGATE(max(fare))");
      assertThat(third.gamay(directory.resolve("status.out"), "status")).contains("trips");
    }
  }

  private void othersAreRefused(int offset) {
    assertThat(
            QuickstartProcess.refused(
                directory.resolve("same-data.out"), data(), QuickstartProcess.freeOffset()))
        .contains("is in use by process");
    assertThat(
            QuickstartProcess.refused(
                directory.resolve("same-ports.out"), directory.resolve("elsewhere"), offset))
        .contains("is not free", "--port-offset");
  }

  private static void gatewayForwards(QuickstartProcess quickstart) {
    assertThat(quickstart.controllerBehindGateway().tables()).containsExactly("trips");
    QueryAnswer answer = quickstart.brokerBehindGateway().query("SELECT MIN(sequence) FROM trips");
    assertThat(answer.exceptions()).isEmpty();
    assertThat(number(answer, 0)).isEqualTo(1);
  }

  private Path data() {
    return directory.resolve("data");
  }

  private QuickstartProcess start(String name, int offset, String... options) {
    return QuickstartProcess.start(directory.resolve(name + ".out"), data(), offset, options);
  }

  /** Waits for a moment at which no trip is on its way; returns the count. */
  private static long awaitWhole(BrokerClient broker, long atLeast) {
    var count = new AtomicLong();
    await("every trip once, and at least " + atLeast)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              QueryAnswer answer = broker.query(COUNT);
              assertThat(answer.exceptions()).isEmpty();
              assertThat(number(answer, 0))
                  .isEqualTo(number(answer, 1))
                  .isGreaterThanOrEqualTo(atLeast);
              count.set(number(answer, 0));
            });
    return count.get();
  }

  private static long number(QueryAnswer answer, int column) {
    return answer.rows().getFirst().get(column).asLong();
  }
}
