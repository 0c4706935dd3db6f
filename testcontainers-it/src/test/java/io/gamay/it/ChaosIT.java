package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.ClusterFaults.CutKind;
import io.gamay.it.ClusterFaults.Kind;
import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.TableLedger;
import io.gamay.quickstart.client.QueryAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A replicated cluster of real processes in which something is broken all the time, while rows come
 * and clients ask. {@code -Dgamay.chaos.seconds} says for how long, {@code -Dgamay.seed} what is
 * broken, {@code -Dgamay.chaos.victims}, a regular expression, who may be.
 */
class ChaosIT {
  private static final Duration FAULTS =
      Duration.ofSeconds(Long.getLong("gamay.chaos.seconds", 180));

  private static final GamayCluster.Shape SHAPE = GamayCluster.Shape.replicated(2, 3, 2).cuttable();
  private static final String EVERYBODY = ".*";
  private static final String VICTIMS = System.getProperty("gamay.chaos.victims", EVERYBODY);
  private static final String TABLE = "chaos";
  private static final int REPLICATION = 2;
  private static final int PARTITION_COUNT = 4;
  private static final int SEGMENT_ROWS = 600;
  private static final double ROWS_PER_SECOND = 300;
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  /**
   * Far more than a query's own deadline and the longest pause of whoever is asked, also where
   * processes wait long for a processor: beyond it something hangs.
   */
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(3);

  private static GamayCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = GamayCluster.start("chaos", SHAPE);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void everyRowIsCountedOnceWhateverIsBroken() {
    long seed = Long.getLong("gamay.seed", System.nanoTime());
    Loud.say("faults for %s, -Dgamay.seed=%d".formatted(FAULTS, seed));
    Events.create(cluster, TABLE, PARTITION_COUNT, SEGMENT_ROWS, REPLICATION);
    var faults = new ClusterFaults(cluster, SHAPE, VICTIMS, new Random(seed));
    try (var feed =
            SequenceFeed.start(
                cluster.kafka(), TABLE, PARTITION_COUNT, ROWS_PER_SECOND, Long.MAX_VALUE);
        var first = watcher("broker-0", feed);
        var second = watcher("broker-1", feed);
        var third = watcher("gateway", feed).handingTokensOn()) {
      List<AnswerWatcher> watchers = List.of(first, second, third);
      awaitWhole(watchers, (long) (ROWS_PER_SECOND * WARM_UP.toSeconds()));

      faults.run(FAULTS);
      Loud.say("faults are over, all is mended");
      faults.healAll();
      long produced = feed.finish();
      Loud.say("all processes are well, %d rows were produced".formatted(produced));
      awaitWhole(watchers, produced);
      Loud.say("every client has an answer with all rows");

      requireEveryRowOnce(produced);
      TableLedger ledger = settledLedger();
      ledger.requireClosed(PARTITION_COUNT);
      int files = new Replicas(cluster, SHAPE.servers()).requireEqual(TABLE, REPLICATION);
      report(faults, watchers, produced, ledger, files);
      watchers.forEach(ChaosIT::requireNothingWrong);
      assertThat(faults.violations()).isEmpty();
      requireEnoughBroken(faults);
      assertThat(ledger.onlineCount()).isGreaterThan(FAULTS.toSeconds() / 10);
    }
  }

  private static AnswerWatcher watcher(String name, SequenceFeed feed) {
    var broker =
        switch (name) {
          case "broker-0" -> cluster.broker(0);
          case "broker-1" -> cluster.broker(1);
          default -> cluster.brokerBehindGateway();
        };
    return AnswerWatcher.start(name, broker, BETWEEN_QUESTIONS, TABLE, feed, PARTITION_COUNT);
  }

  private static void awaitWhole(List<AnswerWatcher> watchers, long count) {
    for (AnswerWatcher watcher : watchers) {
      await("%d rows in an answer; %s".formatted(count, watcher))
          .atMost(PATIENCE)
          .until(() -> watcher.lastCount() >= count || !watcher.violations().isEmpty());
      requireNothingWrong(watcher);
    }
  }

  private static void requireNothingWrong(AnswerWatcher watcher) {
    assertThat(watcher.violations()).as("wrong answers among %s", watcher).isEmpty();
    assertThat(watcher.longestAnswer())
        .as("longest wait of %s", watcher)
        .isLessThan(LONGEST_ANSWER);
  }

  private static void requireEveryRowOnce(long produced) {
    String sql =
        "SELECT COUNT(*), COUNT(DISTINCT sequence), MIN(sequence), MAX(sequence) FROM " + TABLE;
    QueryAnswer answer = cluster.brokerBehindGateway().query(sql);
    assertThat(answer.exceptions()).isEmpty();
    assertThat(answer.isPartial()).isFalse();
    assertThat(answer.rows().getFirst().stream().map(cell -> cell.asLong()).toList())
        .containsExactly(produced, produced, 0L, produced - 1);
  }

  private static TableLedger settledLedger() {
    return await("commits under way end")
        .atMost(PATIENCE)
        .until(() -> cluster.ledger(TABLE), ledger -> !ledger.isAnyCommitting());
  }

  private static void report(
      ClusterFaults faults,
      List<AnswerWatcher> watchers,
      long produced,
      TableLedger ledger,
      int files) {
    Loud.say(faults.toString());
    Loud.say(
        "%d connections among members, %d of them of unknown owners"
            .formatted(cluster.connectionCount(), cluster.unknownOwnerCount()));
    Loud.say(
        "%d rows, %d segments ONLINE, %d files of replicas equal to what metadata names"
            .formatted(produced, ledger.onlineCount(), files));
    for (AnswerWatcher watcher : watchers) {
      Loud.say(
          "%s; longest wait for an answer %d ms, longest time without a whole one %d ms; by cause:\n%s"
              .formatted(
                  watcher,
                  watcher.longestAnswer().toMillis(),
                  watcher.longestGap().toMillis(),
                  watcher.troubles()));
    }
  }

  /** A run in which hardly anything was broken shows nothing. */
  private static void requireEnoughBroken(ClusterFaults faults) {
    assertThat(faults.total()).as("faults").isGreaterThanOrEqualTo((int) FAULTS.toSeconds() / 10);
    if (FAULTS.toSeconds() >= 120) {
      for (Kind kind : Kind.values()) {
        assertThat(faults.count(kind)).as("faults of kind %s", kind).isPositive();
      }
    }
    if (FAULTS.toSeconds() >= 120 && VICTIMS.equals(EVERYBODY)) {
      for (CutKind kind : CutKind.values()) {
        assertThat(faults.count(kind)).as("cuts of kind %s", kind).isPositive();
      }
    }
    requireCutsThatHold(faults);
  }

  /**
   * One cut may fall where nobody speaks, all of them do not. Where owners of connections are not
   * known, cuts pass over them.
   */
  private static void requireCutsThatHold(ClusterFaults faults) {
    int cuts = faults.count(Kind.CUT_OFF);
    assertThat(faults.holdingCutCount())
        .as("how many of %d cuts held something back", cuts)
        .isGreaterThanOrEqualTo(cuts / 3);
    assertThat(cluster.unknownOwnerCount())
        .as("connections of unknown owners, of %d", cluster.connectionCount())
        .isLessThanOrEqualTo(cluster.connectionCount() / 10);
  }
}
