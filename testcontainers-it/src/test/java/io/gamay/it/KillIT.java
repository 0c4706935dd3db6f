package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.TableLedger;
import io.gamay.quickstart.Component;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each kind of process is killed and started again while rows come and segments are sealed. */
class KillIT {
  private static final int PARTITION_COUNT = 2;
  private static final int SEGMENT_ROWS = 2_000;
  private static final double ROWS_PER_SECOND = 1_500;

  /** From the process's own "up" to whole answers with all that was sent by then. */
  private static final Duration RECOVERY = Duration.ofSeconds(90);

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(15);

  private static GamayCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = GamayCluster.start("kill", 1);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void killedProcessesComeBackAndNoAnswerIsWrong() {
    String table = "survivors";
    Events.create(cluster, table, PARTITION_COUNT, SEGMENT_ROWS);
    try (var feed =
            SequenceFeed.start(
                cluster.kafka(), table, PARTITION_COUNT, ROWS_PER_SECOND, Long.MAX_VALUE);
        var watcher = AnswerWatcher.start(cluster.broker(), table, feed, PARTITION_COUNT)) {
      awaitOnline(table, 2);
      for (Component victim : List.of(Component.SERVER, Component.BROKER, Component.CONTROLLER)) {
        killInACommitAndRestart(victim, table, feed, watcher);
      }

      long produced = feed.finish();
      await("all rows are in an answer")
          .atMost(PATIENCE)
          .until(() -> watcher.lastCount() == produced || !watcher.violations().isEmpty());
      assertThat(watcher.violations()).as("wrong answers among %s", watcher).isEmpty();
      assertThat(watcher.lastCount()).isEqualTo(produced);
      TableLedger ledger =
          await("commits under way end")
              .atMost(PATIENCE)
              .until(() -> cluster.ledger(table), found -> !found.isAnyCommitting());
      ledger.requireClosed(PARTITION_COUNT);
      Loud.say(
          "%d rows, %d segments ONLINE after three kills"
              .formatted(produced, ledger.onlineCount()));
    }
  }

  private static void killInACommitAndRestart(
      Component victim, String table, SequenceFeed feed, AnswerWatcher watcher) {
    boolean isInCommit = awaitCommit(table);
    long begin = System.nanoTime();
    cluster.kill9(victim);
    cluster.restart(victim);
    long sent = feed.sentCount();
    long up = System.nanoTime();
    await("whole answers after the kill of the " + victim.title())
        .atMost(RECOVERY)
        .until(() -> watcher.lastCount() >= sent || !watcher.violations().isEmpty());
    Loud.say(
        "%s killed %s: up again after %d ms, whole answers after %d ms more; %s"
            .formatted(
                victim.title(),
                isInCommit ? "in a commit" : "between commits",
                (up - begin) / 1_000_000,
                (System.nanoTime() - up) / 1_000_000,
                watcher));
    assertThat(watcher.violations()).as("wrong answers among %s", watcher).isEmpty();
    awaitOnline(table, cluster.ledger(table).onlineCount() + 2);
  }

  /** Returns at the sight of a segment that is COMMITTING; false when none came in time. */
  private static boolean awaitCommit(String table) {
    try {
      await("a commit")
          .atMost(COMMIT_PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .ignoreExceptions()
          .until(() -> cluster.ledger(table).isAnyCommitting());
      return true;
    } catch (ConditionTimeoutException none) {
      return false;
    }
  }

  private static void awaitOnline(String table, long segmentCount) {
    await(segmentCount + " segments ONLINE")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.ledger(table).onlineCount() >= segmentCount);
  }
}
