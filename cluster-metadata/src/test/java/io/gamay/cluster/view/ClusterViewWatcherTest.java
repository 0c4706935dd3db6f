package io.gamay.cluster.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.layout.LeaderEpoch;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterViewWatcherTest {

  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String SERVER = "Server_a_8098";

  private final InMemoryMetadataTree tree = new InMemoryMetadataTree();
  private final InMemoryMetadataStore writer = tree.openSession();
  private final InMemoryMetadataStore reader = tree.openSession();
  private final List<ClusterViewWatcher> watchers = new ArrayList<>();

  @AfterEach
  void close() {
    watchers.forEach(ClusterViewWatcher::close);
    reader.close();
    writer.close();
  }

  @Test
  void emptyClusterHasAnEmptyView() {
    ClusterView view = watch(reader).awaitFirst(SOON);
    assertThat(view.tables()).isEmpty();
    assertThat(view.instances()).isEmpty();
    assertThat(view.leader()).isEmpty();
    assertThat(view.revision()).isPositive();
  }

  @Test
  void everythingThatWasThereBeforeIsInTheFirstView() {
    addTable("rides");
    putSegment(consuming("rides", 0, 0));
    putSegment(consuming("rides", 2, 501));
    assign("rides", 0, 0, SERVER);
    addServer(1);
    say(1, "rides", 0, 0, ServingState.CONSUMING);
    put(ClusterPaths.LEADER_EPOCH, new LeaderEpoch(7, SERVER));

    ClusterView view = watch(reader).awaitFirst(SOON);

    TableView table = at(view.tables(), "rides");
    assertThat(table.tableId()).isEqualTo("rides-1");
    assertThat(table.config().timeColumn()).contains("ts");
    assertThat(table.schema().columns()).hasSize(2);
    assertThat(table.schemas()).containsOnlyKeys(1);
    assertThat(table.configs()).containsOnlyKeys(1);
    assertThat(table.partitions().keySet()).containsExactly(0, 2);
    SegmentView segment = segment(view, 0, 0).orElseThrow();
    assertThat(segment.metadata()).isEqualTo(consuming("rides", 0, 0));
    assertThat(segment.assignment().wanted())
        .containsExactly(Map.entry(SERVER, WantedState.CONSUMING));
    assertThat(at(segment.current(), SERVER).state()).isEqualTo(ServingState.CONSUMING);
    assertThat(segment(view, 2, 501).orElseThrow().assignment().wanted()).isEmpty();
    assertThat(view.leader()).contains(SERVER);
    assertThat(view.leaderEpoch()).isEqualTo(7);
    assertThat(view.liveInstances(InstanceRole.SERVER)).hasSize(1);
  }

  @Test
  void changesArriveOneByOne() {
    ClusterViewWatcher watcher = watch(reader);
    addTable("rides");
    awaitView(watcher, view -> view.tables().containsKey("rides"));

    SegmentMetadata first = consuming("rides", 0, 0);
    putSegment(first);
    awaitView(watcher, view -> segment(view, 0, 0).isPresent());
    SegmentMetadata committing =
        first.committing(10, new CommitAttempt(1, SERVER, NOW.plusSeconds(120)));
    putSegment(committing);
    awaitView(watcher, view -> state(view) == SegmentState.COMMITTING);
    putSegment(committing.online(copy()));
    awaitView(watcher, view -> state(view) == SegmentState.ONLINE);

    assign("rides", 0, 0, SERVER);
    awaitView(watcher, view -> !segment(view, 0, 0).orElseThrow().assignment().wanted().isEmpty());
    delete(ClusterPaths.segment("rides-1", first.name()));
    awaitView(watcher, view -> segment(view, 0, 0).isEmpty());

    put(
        ClusterPaths.table("rides-1"),
        new TableNode("rides-1", "rides", 1, 1, NOW, Map.of(), true));
    awaitView(watcher, view -> view.tables().isEmpty());
  }

  @Test
  void changeInOneTableLeavesTheOthersUntouched() {
    addTable("rides");
    addTable("bikes");
    putSegment(consuming("rides", 0, 0));
    putSegment(consuming("bikes", 0, 0));
    putSegment(consuming("bikes", 1, 0));
    List<String> reads = new CopyOnWriteArrayList<>();
    ClusterViewWatcher watcher = watch(recording(reader, reads));
    ClusterView before = watcher.awaitFirst(SOON);
    reads.clear();

    putSegment(consuming("bikes", 0, 1));

    ClusterView after =
        awaitView(
            watcher,
            view -> at(at(view.tables(), "bikes").partitions(), 0).segments().containsKey(1));
    assertThat(reads).containsExactly(path(consuming("bikes", 0, 1)));
    assertThat(at(after.tables(), "rides")).isSameAs(at(before.tables(), "rides"));
    assertThat(at(at(after.tables(), "bikes").partitions(), 1))
        .isSameAs(at(at(before.tables(), "bikes").partitions(), 1));
    assertThat(after.revision()).isGreaterThan(before.revision());
  }

  @Test
  void sealedSegmentsAndConfigsAreNotReadAgainByTheTimer() {
    addTable("rides");
    putSegment(
        consuming("rides", 0, 0).committing(10, new CommitAttempt(1, SERVER, NOW)).online(copy()));
    putSegment(consuming("rides", 0, 1));
    List<String> reads = new CopyOnWriteArrayList<>();
    ClusterViewWatcher watcher = watch(recording(reader, reads), Duration.ofMillis(50));
    watcher.awaitFirst(SOON);
    reads.clear();
    await().atMost(SOON).until(() -> reads.contains(path(consuming("rides", 0, 1))));
    assertThat(reads)
        .doesNotContain(path(consuming("rides", 0, 0)), ClusterPaths.tableConfigText("rides-1", 1));
  }

  @Test
  void sealedSegmentsOfAShardAreReadAgainOnlyOnceOneOfThemIsStoredAgain() {
    addTable("rides");
    SegmentMetadata sealed =
        consuming("rides", 0, 0).committing(10, new CommitAttempt(1, SERVER, NOW)).online(copy());
    putSegment(sealed);
    assign("rides", 0, 0, SERVER);
    List<String> reads = new CopyOnWriteArrayList<>();
    ClusterViewWatcher watcher = watch(recording(silent(reader), reads), Duration.ofMillis(50));
    awaitView(watcher, view -> segment(view, 0, 0).isPresent());
    reads.clear();
    for (int sequence = 1; sequence <= 3; sequence++) {
      int next = sequence;
      putSegment(consuming("rides", 0, sequence));
      assign("rides", 0, sequence, "Server_" + sequence);
      awaitView(watcher, view -> segment(view, 0, next).isPresent());
    }
    assertThat(reads).contains(path(consuming("rides", 0, 1))).doesNotContain(path(sealed));

    StoredCopy again = copy().withObject("y", 3);
    putSegment(sealed.online(again));
    SegmentName name = sealed.name();
    String path = ClusterPaths.assignment("rides-1", ShardId.of(name));
    AssignmentShard shard =
        ClusterJson.read(writer.get(path).orElseThrow().data(), AssignmentShard.class);
    put(path, shard.withStoredAgain("y"));
    ClusterView view =
        awaitView(
            watcher,
            seen ->
                segment(seen, 0, 0).orElseThrow().metadata().stored().equals(Optional.of(again)));
    assertThat(segment(view, 0, 3)).isPresent();
  }

  @Test
  void malformedNodesAreLeftOutAndDoNotHideTheOthers() {
    addTable("rides");
    addTable("broken");
    putSegment(consuming("rides", 0, 0));
    SegmentMetadata misplaced = consuming("rides", 0, 5);
    write(ClusterPaths.segment("rides-1", consuming("rides", 0, 1).name()), "?");
    write(
        ClusterPaths.segment("rides-1", consuming("rides", 0, 2).name()),
        new String(ClusterJson.write(misplaced), UTF_8));
    write(ClusterPaths.segments("rides-1") + "/no-shard/no-segment", "{}");
    write(ClusterPaths.assignment("rides-1") + "/what", "{}");
    write(ClusterPaths.current(SERVER) + "/rides-1/what", "{}");
    write(ClusterPaths.instance("Server_bad"), "[]");
    write(ClusterPaths.LEADER_EPOCH, "nobody");
    write(ClusterPaths.tableConfigText("broken-1", 1), "{}");
    addServer(1);

    ClusterViewWatcher watcher = watch(reader);
    ClusterView view = watcher.awaitFirst(SOON);
    assertThat(view.tables()).containsOnlyKeys("rides");
    assertThat(at(at(view.tables(), "rides").partitions(), 0).segments().keySet())
        .containsExactly(0);
    assertThat(view.instances()).containsOnlyKeys(SERVER);
    assertThat(view.leader()).isEmpty();

    write(ClusterPaths.tableConfigText("broken-1", 1), configText("broken"));
    putSegment(consuming("rides", 0, 1));
    awaitView(
        watcher, later -> later.tables().containsKey("broken") && segment(later, 0, 1).isPresent());
  }

  @Test
  void everyVersionThatASegmentMayNameIsThere() {
    addTable("rides");
    write(ClusterPaths.schemaText("rides", 2), schemaText("rides", "city", "tip"));
    write(
        ClusterPaths.tableConfigText("rides-1", 2),
        configText("rides").replace("{}", "{\"nullHandlingEnabled\": true}"));
    put(
        ClusterPaths.table("rides-1"),
        new TableNode("rides-1", "rides", 2, 2, NOW, Map.of(), false));

    TableView table = at(watch(reader).awaitFirst(SOON).tables(), "rides");

    assertThat(table.config().version()).isEqualTo(2);
    assertThat(table.schema().version()).isEqualTo(2);
    assertThat(table.schema().column("tip").orElseThrow().nullable()).isTrue();
    assertThat(at(table.schemas(), 1).column("tip")).isEmpty();
    assertThat(at(table.configs(), 1).nullHandling()).isFalse();
  }

  @Test
  void oldConfigIsReadWithTheSchemaThatItSpeaksOf() {
    addTable("rides");
    write(
        ClusterPaths.tableConfigText("rides-1", 1),
        configText("rides").replace("{}", "{\"invertedIndexColumns\": [\"city\"]}"));
    write(ClusterPaths.schemaText("rides", 2), schemaText("rides", "town"));
    write(ClusterPaths.tableConfigText("rides-1", 2), configText("rides"));
    put(
        ClusterPaths.table("rides-1"),
        new TableNode("rides-1", "rides", 2, 2, NOW, Map.of(), false));

    TableView table = at(watch(reader).awaitFirst(SOON).tables(), "rides");
    assertThat(at(table.configs(), 1).invertedColumns()).containsExactly("city");
    assertThat(table.schema().column("town")).isPresent();
  }

  @Test
  void configWithASettingThatIsRefusedByNowDoesNotHideItsTable() {
    addTable("rides");
    write(
        ClusterPaths.tableConfigText("rides-1", 1),
        configText("rides").replace("{}", "{\"bloomFilterConfigs\": {\"city\": {\"fpp\": 7}}}"));

    TableView table = at(watch(reader).awaitFirst(SOON).tables(), "rides");

    assertThat(table.config().bloomColumns()).containsExactly(Map.entry("city", 0.05));
    assertThat(table.refusedSettings()).singleElement().asString().contains("fpp", "7", "below 1");
  }

  @Test
  void settingsWithoutEffectAreNotRefused() {
    addTable("rides");
    write(
        ClusterPaths.tableConfigText("rides-1", 1),
        configText("rides").replace("{}", "{\"jsonIndexColumns\": [\"city\"]}"));
    assertThat(at(watch(reader).awaitFirst(SOON).tables(), "rides").refusedSettings()).isEmpty();
  }

  @Test
  void downloadOrdersOfATableAreInItsView() {
    addTable("rides");
    ClusterViewWatcher watcher = watch(reader);
    assertThat(at(watcher.awaitFirst(SOON).tables(), "rides").downloads())
        .isEqualTo(DownloadOrders.NONE);
    put(
        ClusterPaths.table("rides-1"),
        new TableNode("rides-1", "rides", 1, 1, NOW, Map.of(), false)
            .withDownloads(DownloadOrders.NONE.withAll(Map.of(0, 4))));
    awaitView(watcher, view -> at(view.tables(), "rides").downloads().newest() == 1);
    putSegment(consuming("rides", 0, 5));
    ClusterView later = awaitView(watcher, view -> segment(view, 0, 5).isPresent());
    assertThat(at(later.tables(), "rides").downloads().reach()).containsExactly(Map.entry(0, 4));
  }

  @Test
  void whatAnInstanceSaidHoldsWhileItIsAwayButNotOnceItIsBornAgain() {
    addTable("rides");
    putSegment(consuming("rides", 0, 0));
    addServer(1);
    say(1, "rides", 0, 0, ServingState.ONLINE);
    ClusterViewWatcher watcher = watch(reader);
    watcher.awaitFirst(SOON);

    delete(ClusterPaths.live(SERVER));
    ClusterView away = awaitView(watcher, view -> !at(view.instances(), SERVER).isLive());
    assertThat(segment(away, 0, 0).orElseThrow().current()).containsKey(SERVER);

    addServer(2);
    awaitView(watcher, view -> segment(view, 0, 0).orElseThrow().current().isEmpty());
    say(2, "rides", 0, 0, ServingState.LOADING);
    awaitView(
        watcher,
        view ->
            segment(view, 0, 0).orElseThrow().current().getOrDefault(SERVER, nothing()).state()
                == ServingState.LOADING);
  }

  @Test
  void stoppingInstanceIsAskedOnlyWhereNobodyElseIsAndOneWithoutQueriesNever() {
    addServer(1);
    put(
        ClusterPaths.instance("Server_b"),
        new InstanceConfig("Server_b", InstanceRole.SERVER, "b", 8098, List.of("own_REALTIME")));
    put(ClusterPaths.live("Server_b"), new LiveNode(2));
    ClusterViewWatcher watcher = watch(reader);
    assertThat(asked(watcher.awaitFirst(SOON))).containsExactlyInAnyOrder(SERVER, "Server_b");

    put(ClusterPaths.live(SERVER), new LiveNode(1, Optional.of(Instant.EPOCH)));
    ClusterView one = awaitView(watcher, view -> asked(view).equals(List.of("Server_b")));
    assertThat(one.liveInstances(InstanceRole.SERVER)).hasSize(2);

    InstanceOrder order = InstanceOrder.NONE.withQueries(false).withTags(List.of("other_REALTIME"));
    put(ClusterPaths.order("Server_b"), order);
    ClusterView other = awaitView(watcher, view -> asked(view).equals(List.of(SERVER)));
    assertThat(at(other.instances(), "Server_b").config().tags()).containsExactly("other_REALTIME");
    assertThat(at(other.instances(), "Server_b").order()).isEqualTo(order);

    delete(ClusterPaths.live(SERVER));
    awaitView(watcher, view -> asked(view).isEmpty());
    delete(ClusterPaths.order("Server_b"));
    ClusterView last = awaitView(watcher, view -> asked(view).equals(List.of("Server_b")));
    assertThat(at(last.instances(), "Server_b").config().tags()).containsExactly("own_REALTIME");
  }

  private static List<String> asked(ClusterView view) {
    return view.askedInstances(InstanceRole.SERVER).stream()
        .map(instance -> instance.config().id())
        .toList();
  }

  @Test
  void leaderIsNobodyWhileTheOwnerOfTheEpochIsAway() {
    addServer(1);
    put(ClusterPaths.LEADER_EPOCH, new LeaderEpoch(3, SERVER));
    ClusterViewWatcher watcher = watch(reader);
    assertThat(watcher.awaitFirst(SOON).leaderInstance()).isPresent();
    delete(ClusterPaths.live(SERVER));
    ClusterView view = awaitView(watcher, later -> later.leader().isEmpty());
    assertThat(view.leaderEpoch()).isEqualTo(3);
  }

  @Test
  void subscribersSeeTheCurrentViewAndRisingRevisionsAndFailuresOfOthersDoNotMatter() {
    ClusterViewWatcher watcher = watch(reader);
    watcher.awaitFirst(SOON);
    List<Long> revisions = new CopyOnWriteArrayList<>();
    watcher.subscribe(
        _ -> {
          throw new IllegalStateException("on purpose");
        });
    MetadataStore.Registration registration =
        watcher.subscribe(view -> revisions.add(view.revision()));
    await().atMost(SOON).until(() -> revisions.size() == 1);
    addServer(1);
    awaitView(watcher, view -> !view.instances().isEmpty());
    await().atMost(SOON).until(() -> revisions.contains(watcher.current().revision()));
    assertThat(revisions).isSorted().doesNotHaveDuplicates();

    registration.close();
    int before = revisions.size();
    delete(ClusterPaths.live(SERVER));
    awaitView(watcher, view -> !at(view.instances(), SERVER).isLive());
    assertThat(revisions).hasSize(before);
  }

  @Test
  void nothingNewGivesNoNewView() {
    addServer(1);
    ClusterViewWatcher watcher = watch(reader);
    long revision = watcher.awaitFirst(SOON).revision();
    addServer(1);
    write("/elsewhere/x", "y");
    addTable("rides");
    awaitView(watcher, view -> view.tables().containsKey("rides"));
    List<Long> revisions = new CopyOnWriteArrayList<>();
    watcher.subscribe(view -> revisions.add(view.revision()));
    await().atMost(SOON).until(() -> !revisions.isEmpty());
    assertThat(revisions.getFirst()).isLessThanOrEqualTo(revision + 3);
  }

  @Test
  void changesMissedDuringASuspensionAreFoundAfterwards() {
    ClusterViewWatcher watcher = watch(reader);
    addTable("rides");
    putSegment(consuming("rides", 0, 0));
    awaitView(watcher, view -> view.tables().containsKey("rides"));
    reader.suspend();
    putSegment(consuming("rides", 0, 1));
    delete(path(consuming("rides", 0, 0)));
    reader.resume();
    awaitView(watcher, view -> segment(view, 0, 0).isEmpty() && segment(view, 0, 1).isPresent());
  }

  @Test
  void schemaThatWasMadeAnewDuringASuspensionIsReadAgain() {
    addTable("rides");
    ClusterViewWatcher watcher = watch(reader);
    awaitView(watcher, view -> view.tables().containsKey("rides"));
    reader.suspend();
    delete(ClusterPaths.schemaText("rides", 1));
    write(ClusterPaths.schemaText("rides", 1), schemaText("rides", "town"));
    reader.resume();
    awaitView(watcher, view -> at(view.tables(), "rides").schema().column("town").isPresent());
  }

  @Test
  void tableWhoseNewVersionShowsBeforeItsTextStaysInTheView() {
    addTable("rides");
    addTable("bikes");
    ClusterViewWatcher watcher = watch(reader);
    awaitView(watcher, view -> view.tables().size() == 2);

    put(
        ClusterPaths.table("rides-1"),
        new TableNode("rides-1", "rides", 2, 1, NOW, Map.of(), false));
    putSegment(consuming("rides", 0, 0));
    ClusterView between = awaitView(watcher, view -> segment(view, 0, 0).isPresent());
    assertThat(at(between.tables(), "rides").config().version()).isEqualTo(1);

    write(ClusterPaths.tableConfigText("rides-1", 2), configText("rides"));
    awaitView(watcher, view -> at(view.tables(), "rides").config().version() == 2);
  }

  @Test
  void slowTimerFindsWhatTheWatchDidNotSay() {
    MetadataStore deaf = silent(reader);
    ClusterViewWatcher watcher = watch(deaf, Duration.ofMillis(50));
    addServer(1);
    awaitView(watcher, view -> !view.instances().isEmpty());
    delete(ClusterPaths.live(SERVER));
    awaitView(watcher, view -> !at(view.instances(), SERVER).isLive());
  }

  @Test
  void firstViewThatDoesNotComeIsAnError() {
    reader.suspend();
    ClusterViewWatcher watcher = watch(reader);
    assertThatThrownBy(() -> watcher.awaitFirst(Duration.ofMillis(20)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(watcher.current()).isSameAs(ClusterView.EMPTY);
    reader.resume();
    watcher.awaitFirst(SOON);
  }

  @Test
  void subscribersAreCalledByTheWatchersOwnThread() throws Exception {
    ClusterViewWatcher watcher = watch(reader);
    CountDownLatch called = new CountDownLatch(1);
    List<String> threads = new CopyOnWriteArrayList<>();
    watcher.subscribe(
        _ -> {
          threads.add(Thread.currentThread().getName());
          called.countDown();
        });
    assertThat(called.await(15, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.getFirst()).isEqualTo("cluster-view");
  }

  // -- what is in the tree

  private void addTable(String name) {
    write(ClusterPaths.schemaText(name, 1), schemaText(name, "city"));
    write(ClusterPaths.tableConfigText(name + "-1", 1), configText(name));
    put(
        ClusterPaths.table(name + "-1"),
        new TableNode(name + "-1", name, 1, 1, NOW, Map.of(), false));
  }

  private static String schemaText(String name, String... dimensions) {
    List<String> fields =
        List.of(dimensions).stream()
            .map(field -> "{\"name\": \"%s\", \"dataType\": \"STRING\"}".formatted(field))
            .toList();
    return """
        {"schemaName": "%s", "dimensionFieldSpecs": [%s],
         "dateTimeFieldSpecs": [{"name": "ts", "dataType": "TIMESTAMP", "format": "TIMESTAMP"}]}
        """
        .formatted(name, String.join(",", fields));
  }

  private static String configText(String name) {
    return """
        {"tableName": "%s", "tableType": "REALTIME", "segmentsConfig": {"timeColumnName": "ts"},
         "tableIndexConfig": {}, "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [
           {"streamType": "kafka", "stream.kafka.topic.name": "t", "stream.kafka.broker.list": "b:1",
            "stream.kafka.decoder.class.name": "JSONMessageDecoder"}]}}}
        """
        .formatted(name);
  }

  private static SegmentMetadata consuming(String table, int partition, int sequence) {
    return SegmentMetadata.consuming(
        SegmentName.create(table, partition, sequence, NOW),
        10L * sequence,
        1,
        1,
        EncodingDecisions.DEFAULT,
        NOW);
  }

  private static StoredCopy copy() {
    return new StoredCopy("x", 1, 2, 10, new LedgerCounts(10, 0, 0, 0, 0), List.of(), Map.of());
  }

  private void putSegment(SegmentMetadata metadata) {
    put(path(metadata), metadata);
  }

  private static String path(SegmentMetadata metadata) {
    return ClusterPaths.segment(metadata.name().table() + "-1", metadata.name());
  }

  private void assign(String table, int partition, int sequence, String instance) {
    SegmentName name = consuming(table, partition, sequence).name();
    ShardId shard = ShardId.of(name);
    put(
        ClusterPaths.assignment(table + "-1", shard),
        new AssignmentShard(
            shard,
            Map.of(
                name, new SegmentAssignment(Map.of(instance, WantedState.CONSUMING), List.of()))));
  }

  private void addServer(long incarnation) {
    put(
        ClusterPaths.instance(SERVER),
        new InstanceConfig(SERVER, InstanceRole.SERVER, "a", 8098, List.of()));
    put(ClusterPaths.live(SERVER), new LiveNode(incarnation));
  }

  private void say(
      long incarnation, String table, int partition, int sequence, ServingState state) {
    SegmentName name = consuming(table, partition, sequence).name();
    put(
        ClusterPaths.current(SERVER, table + "-1", ShardId.of(name)),
        new CurrentShard(incarnation, Map.of(name, new CurrentSegment(state, ""))));
  }

  private static CurrentSegment nothing() {
    return new CurrentSegment(ServingState.ERROR, "");
  }

  private void put(String path, Object value) {
    write(path, new String(ClusterJson.write(value), UTF_8));
  }

  private void write(String path, String text) {
    Optional<StoredNode> present = writer.get(path);
    byte[] data = text.getBytes(UTF_8);
    writer.commit(
        List.of(
            present.isPresent()
                ? new Operation.Put(path, data, present.get().version())
                : new Operation.Create(path, data, false)));
  }

  private void delete(String path) {
    writer.commit(List.of(new Operation.Delete(path, Operation.ANY_VERSION)));
  }

  // -- watching

  private ClusterViewWatcher watch(MetadataStore store) {
    return watch(store, NEVER);
  }

  private ClusterViewWatcher watch(MetadataStore store, Duration resync) {
    ClusterViewWatcher watcher = new ClusterViewWatcher(store, resync);
    watchers.add(watcher);
    return watcher;
  }

  private static ClusterView awaitView(
      ClusterViewWatcher watcher, Predicate<ClusterView> condition) {
    await()
        .atMost(SOON)
        .ignoreException(NoSuchElementException.class)
        .until(() -> condition.test(watcher.current()));
    return watcher.current();
  }

  private static Optional<SegmentView> segment(ClusterView view, int partition, int sequence) {
    return Optional.ofNullable(view.tables().get("rides"))
        .map(table -> table.partitions().get(partition))
        .map(found -> found.segments().get(sequence));
  }

  private static <K, V> V at(Map<K, V> map, K key) {
    return Optional.ofNullable(map.get(key)).orElseThrow();
  }

  private static SegmentState state(ClusterView view) {
    return segment(view, 0, 0).orElseThrow().metadata().state();
  }

  /** The store, noting which nodes are read. */
  private static MetadataStore recording(MetadataStore store, List<String> reads) {
    return (MetadataStore)
        Proxy.newProxyInstance(
            ClusterViewWatcherTest.class.getClassLoader(),
            new Class<?>[] {MetadataStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("getAll")) {
                ((Collection<?>) arguments[0]).forEach(path -> reads.add(String.valueOf(path)));
              }
              return method.invoke(store, arguments);
            });
  }

  /** The store, whose watch only speaks at the start. */
  private static MetadataStore silent(MetadataStore store) {
    return (MetadataStore)
        Proxy.newProxyInstance(
            ClusterViewWatcherTest.class.getClassLoader(),
            new Class<?>[] {MetadataStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("watchNodes")) {
                ((MetadataStore.NodeListener) arguments[1])
                    .onChange(MetadataStore.NodeChanges.EVERYTHING);
                return (MetadataStore.Registration) () -> {};
              }
              return method.invoke(store, arguments);
            });
  }
}
