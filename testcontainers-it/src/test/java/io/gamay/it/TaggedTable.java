package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.TableLedger;
import io.gamay.it.cluster.TableLedger.Segment;
import io.gamay.quickstart.Component;
import io.gamay.quickstart.client.QueryAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A table with one replica of everything, whose consuming segments belong to one server and whose
 * sealed ones to another, by their tags. Rows come and a client asks from the beginning. Its first
 * storage quota is less than a segment.
 */
final class TaggedTable implements AutoCloseable {
  private static final String TABLE = "tagged";
  private static final String HOT = "hot_REALTIME";
  private static final String COLD = "cold_REALTIME";
  private static final String DEFAULT_TAGS = "DefaultTenant_REALTIME,DefaultTenant_OFFLINE";
  private static final int PARTITION_COUNT = 2;
  private static final int SEGMENT_ROWS = 1_000;
  private static final double ROWS_PER_SECOND = 400;
  private static final int COPIES = 1;
  private static final int SERVERS = 3;
  private static final String TOO_SMALL_QUOTA = "1K";
  private static final String LARGE_QUOTA = "1G";

  /** What is sent while the table is paused, and then more. */
  private static final int ROWS_MEANWHILE = 500;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final GamayCluster cluster;
  private final String hot;
  private final String cold;
  private final SequenceFeed feed;
  private final AnswerWatcher watcher;
  private long produced;

  private TaggedTable(
      GamayCluster cluster, String hot, String cold, SequenceFeed feed, AnswerWatcher watcher) {
    this.cluster = cluster;
    this.hot = hot;
    this.cold = cold;
    this.feed = feed;
    this.watcher = watcher;
  }

  /**
   * Gives two servers another tag beside the default ones, creates the table, and returns when a
   * client has had a whole answer.
   *
   * @param hot the number of the server for consuming segments
   * @param cold of the one for sealed ones
   */
  static TaggedTable create(GamayCluster cluster, int hot, int cold) {
    String hotId = tagged(cluster, hot, HOT);
    String coldId = tagged(cluster, cold, COLD);
    Events.create(cluster, TABLE, PARTITION_COUNT, SEGMENT_ROWS, COPIES, TaggedTable::configure);
    var feed =
        SequenceFeed.start(
            cluster.kafka(), TABLE, PARTITION_COUNT, ROWS_PER_SECOND, Long.MAX_VALUE);
    try (AnswerWatcher first = watch(cluster, feed)) {
      await("whole answers").atMost(PATIENCE).until(() -> first.lastCount() > 0);
    }
    return new TaggedTable(cluster, hotId, coldId, feed, watch(cluster, feed).handingTokensOn());
  }

  private static String tagged(GamayCluster cluster, int server, String tag) {
    String id = cluster.instanceId(Component.SERVER, server);
    cluster.put("/instances/%s/updateTags?tags=%s,%s".formatted(id, DEFAULT_TAGS, tag), "");
    return id;
  }

  private static void configure(ObjectNode config) {
    config
        .putObject("tenants")
        .putObject("tagOverrideConfig")
        .put("realtimeConsuming", HOT)
        .put("realtimeCompleted", COLD);
    config.putObject("quota").put("storage", TOO_SMALL_QUOTA);
  }

  private static AnswerWatcher watch(GamayCluster cluster, SequenceFeed feed) {
    return AnswerWatcher.start(cluster.broker(), TABLE, feed, PARTITION_COUNT);
  }

  /** Waits for the pause; rows that come meanwhile are in no answer, and all others are. */
  void requirePausedByItsQuota() {
    await("the storage quota pauses " + TABLE)
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode status = pauseStatus();
              assertThat(status.path("reasonCode").asString(""))
                  .as("%s", status)
                  .isEqualTo("STORAGE_QUOTA_EXCEEDED");
              assertThat(status.path("pauseFlag").asBoolean()).as("%s", status).isTrue();
              assertThat(status.path("consumingSegments").size()).as("%s", status).isZero();
            });
    TableLedger ledger = settledLedger();
    long held = ledger.segments().stream().mapToLong(segment -> segment.counts().indexed()).sum();
    long sent = feed.sentCount();
    await("rows come while the table is paused")
        .atMost(PATIENCE)
        .until(() -> feed.sentCount() >= Math.max(sent, held) + ROWS_MEANWHILE);
    awaitMoreAnswers();
    assertThat(watcher.lastCount()).as("rows of a paused table: %s", ledger).isEqualTo(held);
    requireNoTrouble("while the table was paused");
    Loud.say("%s is paused: %s".formatted(TABLE, pauseStatus()));
  }

  private JsonNode pauseStatus() {
    return cluster.controllerAnswer("/tables/%s/pauseStatus".formatted(TABLE));
  }

  /** By a new config; returns when the table is consumed again. */
  void raiseQuota() {
    long held = watcher.lastCount();
    ObjectNode config =
        cluster.controller().table(TABLE).orElseThrow().path("REALTIME").deepCopy().asObject();
    config.putObject("quota").put("storage", LARGE_QUOTA);
    cluster.put("/tables/" + TABLE, config.toString());
    await("consumption goes on under the larger quota")
        .atMost(PATIENCE)
        .until(() -> watcher.lastCount() >= held + ROWS_MEANWHILE);
    requireNoTrouble("after the quota was raised");
  }

  /** Ends the rows when some of them have been moved while others came. */
  void endRows() {
    await("a segment is moved while rows come")
        .atMost(PATIENCE)
        .until(() -> servedBy("ONLINE").contains(Map.of(cold, "ONLINE")));
    produced = feed.finish();
  }

  /**
   * Waits until each sealed segment is served by the server for these alone; then each row sent
   * must be there once, and no answer may ever have been wrong or flagged.
   */
  void requireMovedAndEveryRowOnce() {
    await("all rows are in the client's answers")
        .atMost(PATIENCE)
        .until(() -> watcher.lastCount() == produced);
    TableLedger ledger = settledLedger();
    ledger.requireClosed(PARTITION_COUNT);
    await("sealed segments are on %s alone, consuming ones on %s".formatted(cold, hot))
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(servedBy("ONLINE")).containsOnly(Map.of(cold, "ONLINE"));
              assertThat(servedBy("CONSUMING")).containsOnly(Map.of(hot, "CONSUMING"));
            });
    new Replicas(cluster, SERVERS).requireEqual(TABLE, COPIES);
    awaitMoreAnswers();
    requireNoTrouble("at the end");
    requireEveryRowOnce();
    Loud.say(
        "%d rows of %s, %d segments sealed on %s and moved to %s; %s"
            .formatted(produced, TABLE, ledger.onlineCount(), hot, cold, watcher));
  }

  /** Of each segment of a state which servers have it how. */
  private List<Map<String, String>> servedBy(String state) {
    JsonNode view =
        cluster.controllerAnswer("/tables/%s/externalview".formatted(TABLE)).path("REALTIME");
    return cluster.ledger(TABLE).segments().stream()
        .filter(segment -> segment.state().equals(state))
        .map(Segment::name)
        .map(name -> states(view.path(name)))
        .toList();
  }

  private static Map<String, String> states(JsonNode servers) {
    var states = new TreeMap<String, String>();
    servers.properties().forEach(one -> states.put(one.getKey(), one.getValue().asString()));
    return states;
  }

  private TableLedger settledLedger() {
    return await("commits under way end")
        .atMost(PATIENCE)
        .until(() -> cluster.ledger(TABLE), found -> !found.isAnyCommitting());
  }

  private void awaitMoreAnswers() {
    long asked = watcher.wholeCount();
    await("more answers").atMost(PATIENCE).until(() -> watcher.wholeCount() > asked + 2);
  }

  private void requireNoTrouble(String when) {
    assertThat(watcher.violations()).as("wrong answers %s", when).isEmpty();
    assertThat(watcher.failureCount()).as("%s: %s", when, watcher).isZero();
  }

  private void requireEveryRowOnce() {
    QueryAnswer answer =
        cluster.query(
            "SELECT COUNT(*), COUNT(DISTINCT sequence), MIN(sequence), MAX(sequence) FROM "
                + TABLE);
    assertThat(answer.exceptions()).isEmpty();
    assertThat(answer.rows().getFirst().stream().map(JsonNode::asLong).toList())
        .containsExactly(produced, produced, 0L, produced - 1);
  }

  @Override
  public void close() {
    watcher.close();
    feed.close();
  }
}
