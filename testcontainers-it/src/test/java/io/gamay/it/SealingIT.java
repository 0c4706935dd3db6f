package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.TableLedger;
import io.gamay.quickstart.client.QueryAnswer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A table is sealed many times while it is fed and asked. */
class SealingIT {
  private static final int PARTITION_COUNT = 4;
  private static final int SEGMENT_ROWS = 2_000;
  private static final long ROW_COUNT = 60_000;
  private static final double ROWS_PER_SECOND = 2_500;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static GamayCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = GamayCluster.start("sealing", 1);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void countsNeverGoDownAndTheLedgerClosesWhileSegmentsSeal() {
    String table = "sealed_often";
    Events.create(cluster, table, PARTITION_COUNT, SEGMENT_ROWS);
    try (var feed =
            SequenceFeed.start(
                cluster.kafka(), table, PARTITION_COUNT, ROWS_PER_SECOND, ROW_COUNT);
        var watcher = AnswerWatcher.start(cluster.broker(), table, feed, PARTITION_COUNT)) {
      assertThat(feed.awaitEnd()).isEqualTo(ROW_COUNT);
      await("the last row is in an answer")
          .atMost(PATIENCE)
          .until(() -> watcher.lastCount() == ROW_COUNT || !watcher.violations().isEmpty());
      assertThat(watcher.violations()).as("wrong answers among %s", watcher).isEmpty();

      TableLedger ledger = settledLedger(table);
      Loud.say(
          "%d segments ONLINE of %d".formatted(ledger.onlineCount(), ledger.segments().size()));
      assertThat(ledger.onlineCount()).isGreaterThan(10);
      ledger.requireClosed(PARTITION_COUNT);
      assertThat(ledger.segments())
          .allSatisfy(
              segment -> {
                assertThat(segment.counts().rejected()).isZero();
                assertThat(segment.counts().absent()).isZero();
              });

      long wholeBefore = watcher.wholeCount();
      await("answers after the last commit")
          .atMost(PATIENCE)
          .until(() -> watcher.wholeCount() > wholeBefore + 5);
      assertThat(watcher.violations()).as("wrong answers among %s", watcher).isEmpty();
      assertThat(watcher.lastCount()).isEqualTo(ROW_COUNT);
    }
    explanationsAgreeWithTheAnswer(table);
  }

  /** Over the sealed segments of every partition and what is consumed behind them. */
  private static void explanationsAgreeWithTheAnswer(String table) {
    String sql = "SELECT COUNT(*) FROM %s WHERE sequence >= 100".formatted(table);
    QueryAnswer plain = cluster.broker().query(sql);
    QueryAnswer run = cluster.broker().query("EXPLAIN ANALYZE " + sql);
    assertThat(run.exceptions()).isEmpty();
    assertThat(run.columnNames())
        .containsExactly(
            "Operator", "Operator_Id", "Parent_Id", "Rows_In", "Rows_Out", "Time_Ms", "Bytes");
    assertThat(read(run, "AGGREGATE")).isEqualTo(plain.json().path("numDocsScanned").asLong());
    assertThat(run.rows().getFirst().get(4).asLong()).isEqualTo(1);
    QueryAnswer plan = cluster.broker().query("EXPLAIN PLAN FOR " + sql);
    assertThat(plan.exceptions()).isEmpty();
    assertThat(plan.columnNames()).containsExactly("Operator", "Operator_Id", "Parent_Id");
    assertThat(plan.rows().stream().map(row -> row.getFirst().asString()).toList())
        .anyMatch(operator -> operator.startsWith("SEALED_SEGMENTS: segments: "))
        .anyMatch(operator -> operator.startsWith("CONSUMING_SEGMENTS: segments: "));
    assertThat(plan.json().path("numDocsScanned").asLong()).isZero();
  }

  /** Rows that went into the operators of a name. */
  private static long read(QueryAnswer run, String operator) {
    return run.rows().stream()
        .filter(row -> row.getFirst().asString().startsWith(operator))
        .mapToLong(row -> row.get(3).asLong())
        .sum();
  }

  private static TableLedger settledLedger(String table) {
    return await("commits under way end")
        .atMost(PATIENCE)
        .until(() -> cluster.ledger(table), ledger -> !ledger.isAnyCommitting());
  }
}
