package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.GamayCluster.Shape;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.TableLedger;
import io.gamay.quickstart.Component;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two processes of each role, every row on two servers: each process is stopped and started again,
 * one after another, the next one when the last is well, while rows come and queries are asked
 * through gateways and of brokers.
 */
class RollingRestartIT {
  private static final String TABLE = "rolling";
  private static final int PARTITION_COUNT = 2;
  private static final int SEGMENT_ROWS = 3_000;
  private static final double ROWS_PER_SECOND = 500;
  private static final int COPIES = 2;

  /** Between a client's answer and its next question. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static GamayCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = GamayCluster.start("rolling-restart", new Shape(2, 2, 2, 2, true, false));
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void everyProcessIsRestartedAndNoQueryFailsOrIsFlaggedAndNoAnswerIsWrongOrFalls() {
    Events.create(cluster, TABLE, PARTITION_COUNT, SEGMENT_ROWS, COPIES);
    try (SequenceFeed feed =
        SequenceFeed.start(
            cluster.kafka(), TABLE, PARTITION_COUNT, ROWS_PER_SECOND, Long.MAX_VALUE)) {
      awaitFirstAnswers(feed);
      try (AnswerWatcher gateways = watch(feed, Component.GATEWAY, 0, 1);
          AnswerWatcher brokers = watch(feed, Component.BROKER, 0, 1);
          AnswerWatcher brokersReversed = watch(feed, Component.BROKER, 1, 0)) {
        restartAll(feed, List.of(gateways, brokers, brokersReversed));
      }
    }
  }

  private static void restartAll(SequenceFeed feed, List<AnswerWatcher> watchers) {
    for (Component role :
        List.of(Component.CONTROLLER, Component.SERVER, Component.BROKER, Component.GATEWAY)) {
      for (int index = 0; index < COPIES; index++) {
        restart(role, index, watchers);
      }
    }

    long produced = feed.finish();
    await("all rows are in each client's answers")
        .atMost(PATIENCE)
        .until(() -> watchers.stream().allMatch(watcher -> watcher.lastCount() == produced));
    requireNoTrouble("at the end", watchers);
    TableLedger ledger =
        await("commits under way end")
            .atMost(PATIENCE)
            .until(() -> cluster.ledger(TABLE), found -> !found.isAnyCommitting());
    ledger.requireClosed(PARTITION_COUNT);
    Loud.say(
        "%d rows, %d segments ONLINE, %d queries answered, none without an answer or flagged"
            .formatted(
                produced,
                ledger.onlineCount(),
                watchers.stream().mapToLong(AnswerWatcher::wholeCount).sum()));
  }

  /** Before it there is no promise: the table has just been created. */
  private static void awaitFirstAnswers(SequenceFeed feed) {
    for (Component role : List.of(Component.BROKER, Component.GATEWAY)) {
      for (int index = 0; index < COPIES; index++) {
        try (AnswerWatcher first = watch(feed, role, index)) {
          await("whole answers of " + role.title() + " " + index)
              .atMost(PATIENCE)
              .until(() -> first.lastCount() > 0);
        }
      }
    }
  }

  private static AnswerWatcher watch(SequenceFeed feed, Component role, int... order) {
    List<String> addresses =
        Arrays.stream(order).mapToObj(index -> cluster.address(role, index)).toList();
    return AnswerWatcher.start(
            "client of %s %s".formatted(role.title(), Arrays.toString(order)),
            new NextListener(addresses),
            PAUSE,
            TABLE,
            feed,
            PARTITION_COUNT)
        .handingTokensOn();
  }

  private static void restart(Component role, int index, List<AnswerWatcher> watchers) {
    long asked = wholeCount(watchers);
    long begin = System.nanoTime();
    cluster.stop(role, index);
    long stopped = System.nanoTime();
    cluster.restart(role, index);
    long up = System.nanoTime();
    await(role.title() + " " + index + " is well")
        .atMost(PATIENCE)
        .until(() -> cluster.isHealthy(role, index));
    long well = System.nanoTime();
    requireNoTrouble("after the restart of %s %d".formatted(role.title(), index), watchers);
    assertThat(wholeCount(watchers)).as("queries went on").isGreaterThan(asked);
    Loud.say(
        String.format(
            Locale.ROOT,
            "%s %d: stopped in %.1f s, up in %.1f s, well %.1f s later; %d queries meanwhile",
            role.title(),
            index,
            seconds(stopped - begin),
            seconds(up - stopped),
            seconds(well - up),
            wholeCount(watchers) - asked));
  }

  private static void requireNoTrouble(String when, List<AnswerWatcher> watchers) {
    assertThat(watchers)
        .allSatisfy(
            watcher -> {
              assertThat(watcher.violations()).as("wrong answers %s", when).isEmpty();
              assertThat(watcher.failureCount()).as("%s: %s", when, watcher).isZero();
            });
  }

  private static long wholeCount(List<AnswerWatcher> watchers) {
    return watchers.stream().mapToLong(AnswerWatcher::wholeCount).sum();
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
