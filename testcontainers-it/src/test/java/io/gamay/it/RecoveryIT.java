package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Loud;
import io.gamay.quickstart.Component;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How long a replicated cluster takes to be itself again after a kill. The figures are printed; the
 * bounds are those beyond which something hangs. {@code -Dgamay.recovery.rows} says how many rows a
 * server has to read again.
 */
class RecoveryIT {
  private static final GamayCluster.Shape SHAPE = new GamayCluster.Shape(2, 3, 1, 0, true, false);
  private static final int REPLICATION = 2;
  private static final int PARTITION_COUNT = 4;
  private static final int SEGMENT_ROWS = 600;
  private static final int NEVER_REACHED = 1_000_000_000;
  private static final double ROWS_PER_SECOND = 300;
  private static final long FIRST_ROWS = 2_000;
  private static final long CONSUMING_ROWS = Long.getLong("gamay.recovery.rows", 200_000);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);
  private static final Duration CALM = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(3);

  private static GamayCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = GamayCluster.start("recovery", SHAPE);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void answersAreWholeAgainSoonAfterAServerWasKilled() {
    String table = "without_a_server";
    Events.create(cluster, table, PARTITION_COUNT, SEGMENT_ROWS, REPLICATION);
    try (var feed = feed(table, ROWS_PER_SECOND, Long.MAX_VALUE);
        var watcher = watcher(table, feed)) {
      awaitCount(watcher, FIRST_ROWS);
      for (int victim = 0; victim < SHAPE.servers(); victim++) {
        long inVainBefore = watcher.troubles().total();
        long kill = System.nanoTime();
        cluster.kill9(Component.SERVER, victim);
        awaitCalm(watcher, kill);
        Duration recovery = Duration.ofNanos(Math.max(0, watcher.lastTroubleNanos() - kill));
        Loud.say(
            "server %d killed: %d questions in vain, the last one %d ms after the kill"
                .formatted(victim, watcher.troubles().total() - inVainBefore, recovery.toMillis()));
        assertThat(recovery).isLessThan(LONGEST_RECOVERY);
        long start = System.nanoTime();
        cluster.restart(Component.SERVER, victim);
        awaitWell(victim);
        Loud.say("server %d is well %d ms after its start".formatted(victim, millisSince(start)));
      }
      awaitCount(watcher, feed.finish());
      Loud.say("%s; by cause:\n%s".formatted(watcher, watcher.troubles()));
      assertThat(watcher.violations()).isEmpty();
    }
  }

  @Test
  void segmentsAreCommittedAgainSoonAfterTheLeaderWasKilled() {
    String table = "without_a_leader";
    Events.create(cluster, table, PARTITION_COUNT, SEGMENT_ROWS, REPLICATION);
    try (var feed = feed(table, ROWS_PER_SECOND, Long.MAX_VALUE)) {
      int leader = cluster.leader();
      int other = 1 - leader;
      awaitOnline(other, table, PARTITION_COUNT);
      long kill = System.nanoTime();
      cluster.kill9(Component.CONTROLLER, leader);
      long before = cluster.ledger(other, table).onlineCount();
      awaitOnline(other, table, before + 1);
      Duration recovery = Duration.ofNanos(System.nanoTime() - kill);
      Loud.say("leading controller killed: next commit after %d ms".formatted(recovery.toMillis()));
      assertThat(recovery).isLessThan(LONGEST_RECOVERY);
      assertThat(cluster.leader()).isEqualTo(other);
      cluster.restart(Component.CONTROLLER, leader);
      assertThat(feed.finish()).isPositive();
    }
  }

  @Test
  void restartedServerReadsItsConsumingRowsAgain() {
    String table = "without_memory";
    Events.create(cluster, table, PARTITION_COUNT, NEVER_REACHED, REPLICATION);
    try (var feed = feed(table, 0, CONSUMING_ROWS);
        var watcher = watcher(table, feed)) {
      assertThat(feed.awaitEnd()).isEqualTo(CONSUMING_ROWS);
      awaitCount(watcher, CONSUMING_ROWS);
      for (int server = 0; server < SHAPE.servers(); server++) {
        awaitWell(server);
      }
      int victim = 0;
      long start = System.nanoTime();
      cluster.kill9(Component.SERVER, victim);
      cluster.restart(Component.SERVER, victim);
      long up = millisSince(start);
      awaitWell(victim);
      Loud.say(
          "server killed and started with a share of %d consuming rows, in %d partitions of 2 replicas on %d servers: up after %d ms, caught up after %d ms"
              .formatted(CONSUMING_ROWS, PARTITION_COUNT, SHAPE.servers(), up, millisSince(start)));
      assertThat(watcher.lastCount()).isEqualTo(CONSUMING_ROWS);
      assertThat(watcher.violations()).isEmpty();
    }
  }

  private static SequenceFeed feed(String table, double rowsPerSecond, long rowCount) {
    return SequenceFeed.start(cluster.kafka(), table, PARTITION_COUNT, rowsPerSecond, rowCount);
  }

  private static AnswerWatcher watcher(String table, SequenceFeed feed) {
    return AnswerWatcher.start(
        "client of " + table, cluster.broker(), BETWEEN_QUESTIONS, table, feed, PARTITION_COUNT);
  }

  private static void awaitCount(AnswerWatcher watcher, long count) {
    await("%d rows in an answer of %s".formatted(count, watcher))
        .atMost(PATIENCE)
        .until(() -> watcher.lastCount() >= count || !watcher.violations().isEmpty());
    assertThat(watcher.violations()).isEmpty();
  }

  /** Waits until every answer has been whole for a while. */
  private static void awaitCalm(AnswerWatcher watcher, long since) {
    await("whole answers for " + CALM)
        .atMost(PATIENCE)
        .until(
            () ->
                watcher.lastWholeNanos() - Math.max(since, watcher.lastTroubleNanos())
                    > CALM.toNanos());
  }

  private static void awaitWell(int server) {
    await("server %d is well".formatted(server))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> cluster.isHealthy(Component.SERVER, server));
  }

  private static void awaitOnline(int controller, String table, long segmentCount) {
    await(segmentCount + " segments ONLINE")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> cluster.ledger(controller, table).onlineCount() >= segmentCount);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
