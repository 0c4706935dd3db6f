package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.GamayCluster.Shape;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.TableLedger;
import io.gamay.quickstart.Component;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Two servers hold every row of a table; a third one comes and gets its share, then one of the
 * first two gives its up and goes, while rows come and a client asks all the time. Beside it
 * another table's segments move between those that stay, as the servers' tags say.
 */
class RebalanceIT {
  private static final String TABLE = "moving";
  private static final int PARTITION_COUNT = 2;
  private static final int SEGMENT_ROWS = 3_000;
  private static final double ROWS_PER_SECOND = 1_000;
  private static final int COPIES = 2;
  private static final int SEALED_BEFORE = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static GamayCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster =
        GamayCluster.start(
            "rebalance", new Shape(1, 2, 1, 0, true, false), Map.of("gamay.release-grace", "3s"));
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void segmentsMoveToAServerThatComesAndFromOneThatGoesAndNoAnswerIsWrongOrFlagged() {
    Events.create(cluster, TABLE, PARTITION_COUNT, SEGMENT_ROWS, COPIES);
    try (SequenceFeed feed =
        SequenceFeed.start(
            cluster.kafka(), TABLE, PARTITION_COUNT, ROWS_PER_SECOND, Long.MAX_VALUE)) {
      await("some segments are sealed")
          .atMost(PATIENCE)
          .until(() -> cluster.ledger(TABLE).onlineCount() >= SEALED_BEFORE);
      try (AnswerWatcher first =
          AnswerWatcher.start(cluster.broker(), TABLE, feed, PARTITION_COUNT)) {
        await("whole answers").atMost(PATIENCE).until(() -> first.lastCount() > 0);
      }
      try (AnswerWatcher watcher =
          AnswerWatcher.start(cluster.broker(), TABLE, feed, PARTITION_COUNT).handingTokensOn()) {
        int third = cluster.startAnother(Component.SERVER);
        try (TaggedTable tagged = TaggedTable.create(cluster, 1, third)) {
          moveTo(third, watcher);
          tagged.requirePausedByItsQuota();
          tagged.raiseQuota();
          tagged.endRows();
          moveFrom(0, watcher);
          tagged.requireMovedAndEveryRowOnce();
        }
        long produced = feed.finish();
        await("all rows are in the client's answers")
            .atMost(PATIENCE)
            .until(() -> watcher.lastCount() == produced);
        requireNoTrouble("at the end", watcher);
        TableLedger ledger =
            await("commits under way end")
                .atMost(PATIENCE)
                .until(() -> cluster.ledger(TABLE), found -> !found.isAnyCommitting());
        ledger.requireClosed(PARTITION_COUNT);
        int compared = new Replicas(cluster, 3).requireEqual(TABLE, COPIES);
        Loud.say(
            "%d rows, %d segments ONLINE, %d replicas alike, %d answers, none wrong or flagged"
                .formatted(produced, ledger.onlineCount(), compared, watcher.wholeCount()));
      }
    }
  }

  private static void moveTo(int server, AnswerWatcher watcher) {
    String id = cluster.instanceId(Component.SERVER, server);
    await("a moment in which nothing is committed: a partition's unfinished segments go together")
        .atMost(PATIENCE)
        .until(() -> !cluster.ledger(TABLE).isAnyCommitting());
    JsonNode plan = cluster.controller().rebalance(TABLE, "dryRun=true&preChecks=true");
    assertThat(plan.path("status").asString()).as("%s", plan).isEqualTo("DONE");
    assertThat(plan.path("segmentAssignment").size()).isPositive();
    assertThat(added(plan, id)).as("segments that %s is to get: %s", id, plan).isPositive();
    for (JsonNode check : plan.path("preChecksResult")) {
      assertThat(check.path("preCheckStatus").asString()).as("%s", plan).isNotEqualTo("ERROR");
    }
    assertThat(segmentCounts()).as("a dry run moves nothing").doesNotContainKey(id);

    int[] after = after(plan);
    assertThat(after).as("the plan is balanced: %s", plan).hasSize(3);
    assertThat(after[2] - after[0])
        .as("sealed and consuming ones, give or take one of each: %s", plan)
        .isLessThanOrEqualTo(2);

    int moved = rebalance("batchSizePerServer=4");
    Map<String, Integer> counts = segmentCounts();
    assertThat(moved).isPositive();
    assertThat(counts).as("segments by server").hasSize(3);
    assertThat(counts.get(id)).isGreaterThanOrEqualTo(after[0]);
    requireNoTrouble("after segments moved to " + id, watcher);
    Loud.say("%d segments moved, now %s".formatted(moved, counts));
  }

  /** How many segments each server is to have, the fewest first. */
  private static int[] after(JsonNode plan) {
    return plan.path("rebalanceSummaryResult")
        .path("serverInfo")
        .path("serverSegmentChangeInfo")
        .valueStream()
        .mapToInt(server -> server.path("totalSegmentsAfterRebalance").asInt())
        .sorted()
        .toArray();
  }

  private static int added(JsonNode plan, String server) {
    return plan.path("rebalanceSummaryResult")
        .path("serverInfo")
        .path("serverSegmentChangeInfo")
        .path(server)
        .path("segmentsAdded")
        .asInt(0);
  }

  private static void moveFrom(int server, AnswerWatcher watcher) {
    String id = cluster.instanceId(Component.SERVER, server);
    cluster.put("/instances/%s/state?state=DISABLE".formatted(id), "");
    rebalance("forceCommit=true");
    await("nothing is to be on " + id)
        .atMost(PATIENCE)
        .until(() -> !segmentCounts().containsKey(id));
    long asked = watcher.wholeCount();
    cluster.stop(Component.SERVER, server);
    await("answers without " + id).atMost(PATIENCE).until(() -> watcher.wholeCount() > asked + 20);
    requireNoTrouble("after " + id + " has gone", watcher);
  }

  /** Waits for its end. */
  private static int rebalance(String parameters) {
    JsonNode reply = cluster.controller().rebalance(TABLE, parameters);
    if (reply.path("status").asString().equals("NO_OP")) {
      return 0;
    }
    assertThat(reply.path("status").asString()).as("%s", reply).isEqualTo("IN_PROGRESS");
    String jobId = reply.path("jobId").asString();
    JsonNode end =
        await("rebalance " + jobId)
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(500))
            .until(
                () -> cluster.controller().rebalanceStatus(jobId),
                status -> !status.path("status").asString().equals("IN_PROGRESS"));
    assertThat(end.path("status").asString()).as("%s", end).isEqualTo("DONE");
    Loud.say("rebalance: " + end);
    return end.path("segments").path("moved").asInt();
  }

  private static Map<String, Integer> segmentCounts() {
    Map<String, Integer> counts = new TreeMap<>();
    cluster
        .controllerAnswer("/segments/%s/servers?verbose=false".formatted(TABLE))
        .path(0)
        .path("serverToSegmentsCountMap")
        .properties()
        .forEach(server -> counts.put(server.getKey(), server.getValue().asInt()));
    return counts;
  }

  private static void requireNoTrouble(String when, AnswerWatcher watcher) {
    assertThat(watcher.violations()).as("wrong answers %s", when).isEmpty();
    assertThat(watcher.failureCount()).as("%s: %s", when, watcher).isZero();
  }
}
