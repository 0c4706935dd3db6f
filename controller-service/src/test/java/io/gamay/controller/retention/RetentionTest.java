package io.gamay.controller.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.deletion.DeletionRecords;
import io.gamay.controller.deletion.KeptSweeper;
import io.gamay.controller.table.LeadingController;
import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.LocalDirectoryDeepStore;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TimeFormat;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetentionTest {

  private static final Duration DAY = Duration.ofDays(1);

  private final LeadingController controller = new LeadingController();
  private final Map<SegmentName, SegmentAssignment> assigned = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  @TempDir Path directory;
  private DeepStore deepStore;
  private String tableId = "";

  @BeforeEach
  void open() throws IOException {
    deepStore = LocalDirectoryDeepStore.open(directory.resolve("store"));
    tableId =
        controller.createTrips(
            "smallest",
            ", \"retentionTimeUnit\": \"DAYS\", \"retentionTimeValue\": \"3\", \"deletedSegmentsRetentionPeriod\": \"2d\"");
  }

  @AfterEach
  void close() {
    deepStore.close();
  }

  @Test
  void oldSegmentsGoFromTheFrontUpToTheFirstThatIsYoung() throws IOException {
    SegmentName old = addOnline(0, Optional.of(controller.now.minus(DAY.multipliedBy(5))));
    SegmentName empty = addOnline(1, Optional.empty());
    SegmentName young = addOnline(2, Optional.of(controller.now.minus(DAY)));
    SegmentName oldBehindYoung =
        addOnline(3, Optional.of(controller.now.minus(DAY.multipliedBy(9))));
    writeSegments();

    keep();

    assertThat(segments())
        .as("an empty segment is as old as its creation")
        .containsExactly(empty.toString(), young.toString(), oldBehindYoung.toString());
    assertThat(shard().segments()).containsOnlyKeys(empty, young, oldBehindYoung);

    controller.now = controller.now.plus(DAY.multipliedBy(4));
    keep();
    assertThat(segments()).isEmpty();
    assertThat(deepStore.list(tableId + "/" + old)).as("kept after its deletion").hasSize(1);
  }

  @Test
  void objectsOfDeletedSegmentsStayAsLongAsTheTableSaysWithWhatWasKnownOfThem() throws IOException {
    SegmentName old = addOnline(0, Optional.of(controller.now.minus(DAY.multipliedBy(5))));
    SegmentName young = addOnline(1, Optional.of(controller.now));
    writeSegments();
    KeptSweeper kept = new KeptSweeper(controller.store, deepStore, () -> controller.now);
    Instant deleted = controller.now;
    keep();
    DeepStore.ObjectInfo record = deepStore.list("deleted/").getFirst();
    assertThat(record.key())
        .isEqualTo(
            "deleted/%013d/%s/%s"
                .formatted(deleted.plus(DAY.multipliedBy(2)).toEpochMilli(), tableId, old));
    Path content = directory.resolve("record");
    deepStore.fetch(record.key(), content);
    assertThat(ClusterJson.read(Files.readAllBytes(content), SegmentMetadata.class).name())
        .isEqualTo(old);

    controller.now = deleted.plus(DAY.multipliedBy(2)).minusMillis(1);
    kept.sweep();
    new DeadObjectSweeper(controller.store, controller.catalog, deepStore, this::later).sweep();
    assertThat(objects()).containsExactly(old + "/1", young + "/1");

    controller.now = deleted.plus(DAY.multipliedBy(2));
    kept.sweep();
    assertThat(objects()).containsExactly(young + "/1");
    assertThat(deepStore.list("deleted/")).isEmpty();
    kept.sweep();
  }

  @Test
  void withNothingToKeepObjectsGoWithTheirSegment() throws IOException {
    controller.tables.delete("trips");
    controller.now = controller.now.plusMillis(1);
    tableId =
        controller.createTrips(
            "smallest",
            ", \"retentionTimeUnit\": \"DAYS\", \"retentionTimeValue\": \"3\", \"deletedSegmentsRetentionPeriod\": \"0d\"");
    addOnline(0, Optional.of(controller.now.minus(DAY.multipliedBy(5))));
    writeSegments();

    keep();

    assertThat(segments()).isEmpty();
    assertThat(deepStore.list("")).isEmpty();
  }

  /** As after metadata were restored from a backup. */
  @Test
  void recordOfASegmentThatLivesTakesNothing() throws IOException {
    SegmentName online = addOnline(0, Optional.of(controller.now));
    writeSegments();
    new DeletionRecords(deepStore)
        .keep(tableId, online, controller.now, out -> out.write(new byte[] {'{', '}'}));
    new DeletionRecords(deepStore)
        .keepTable(tableId, controller.now, out -> out.write(new byte[] {'{', '}'}));
    Path foreign = Files.write(directory.resolve("foreign"), new byte[] {1});
    deepStore.put("deleted/0000000000001/README", foreign);
    deepStore.put("deleted/0000000000001/trips-1/not-a-segment", foreign);

    new KeptSweeper(controller.store, deepStore, () -> controller.now).sweep();

    assertThat(objects()).containsExactly(online + "/1");
    assertThat(deepStore.list("deleted/").stream().map(DeepStore.ObjectInfo::key))
        .containsExactly(
            "deleted/0000000000001/README", "deleted/0000000000001/trips-1/not-a-segment");
  }

  /** A deletion that did not come to its end, and one that did, later. */
  @Test
  void ofSeveralRecordsOfASegmentTheLastOneCounts() throws IOException {
    put(name(0), 1);
    DeletionRecords records = new DeletionRecords(deepStore);
    Instant first = controller.now;
    records.keep(tableId, name(0), first, out -> out.write(new byte[] {'{', '}'}));
    records.keep(tableId, name(0), first.plus(DAY), out -> out.write(new byte[] {'{', '}'}));
    KeptSweeper kept = new KeptSweeper(controller.store, deepStore, () -> controller.now);

    kept.sweep();
    assertThat(objects()).containsExactly(name(0) + "/1");
    assertThat(deepStore.list("deleted/")).hasSize(1);

    controller.now = first.plus(DAY);
    kept.sweep();
    assertThat(deepStore.list("")).isEmpty();
  }

  /** Another one takes its segments' metadata away, node by node. */
  @Test
  void objectsOfADeletedTableAreNobodysDeadOnes() throws IOException {
    addOnline(1, Optional.of(controller.now));
    writeSegments();
    put(name(0), 1);
    controller.tables.delete("trips");

    new DeadObjectSweeper(controller.store, controller.catalog, deepStore, this::later).sweep();

    assertThat(objects()).containsExactly(name(0) + "/1", name(1) + "/1");
  }

  /** As the sweeper looks, another leader's retention takes a segment. */
  @Test
  void whatIsDeletedWhileItIsJudgedIsKept() throws IOException {
    SegmentName old = addOnline(0, Optional.of(controller.now.minus(DAY.multipliedBy(5))));
    addOnline(1, Optional.of(controller.now));
    writeSegments();
    DeepStore store = deepStore;
    DeepStore meanwhile =
        (DeepStore)
            Proxy.newProxyInstance(
                RetentionTest.class.getClassLoader(),
                new Class<?>[] {DeepStore.class},
                (_, method, arguments) -> {
                  Object result = method.invoke(store, arguments);
                  if (method.getName().equals("list") && arguments[0].equals(tableId + "/")) {
                    keep();
                  }
                  return result;
                });

    new DeadObjectSweeper(controller.store, controller.catalog, meanwhile, this::later).sweep();

    assertThat(segments()).doesNotContain(old.toString());
    assertThat(objects()).contains(old + "/1");
  }

  /** Metadata is the last that knows of an object: it does not go before the record is there. */
  @Test
  void whileTheDeepStoreIsAwayRetentionWaits() throws IOException {
    SegmentName old = addOnline(0, Optional.of(controller.now.minus(DAY.multipliedBy(5))));
    writeSegments();
    Files.move(directory.resolve("store"), directory.resolve("away"));
    keep();
    assertThat(segments()).containsExactly(old.toString());

    Files.move(directory.resolve("away"), directory.resolve("store"));
    keep();
    assertThat(segments()).isEmpty();
    assertThat(objects()).containsExactly(old + "/1");
  }

  private Instant later() {
    return Instant.now().plus(DAY.multipliedBy(2));
  }

  private List<String> objects() throws IOException {
    return deepStore.list(tableId + "/").stream()
        .map(object -> object.key().substring(tableId.length() + 1))
        .toList();
  }

  @Test
  void aSegmentThatIsNotOnlineIsNeverTooOld() {
    SegmentName consuming = name(0);
    operations.add(
        new Operation.Create(
            ClusterPaths.segment(tableId, consuming), ClusterJson.write(consuming(0)), false));
    assigned.put(consuming, new SegmentAssignment(Map.of("S", WantedState.CONSUMING), List.of()));
    writeSegments();
    controller.now = controller.now.plus(DAY.multipliedBy(400));

    keep();

    assertThat(segments()).containsExactly(consuming.toString());
  }

  @Test
  void onlyDeadObjectsAreSweptAndOnlyAfterADay() throws IOException {
    SegmentName online = addOnline(1, Optional.of(controller.now));
    writeSegments();
    SegmentName committing = name(2);
    controller.store.commit(
        List.of(
            new Operation.Create(
                ClusterPaths.segment(tableId, committing),
                ClusterJson.write(
                    consuming(2).committing(99, new CommitAttempt(3, "S", controller.now))),
                false)));
    storeAgain(online, 3);
    put(online, 2);
    put(online, 3);
    put(committing, 2);
    put(committing, 3);
    put(committing, 4);
    put(name(0), 1);
    put(name(7), 1);
    SegmentName elsewhere = new SegmentName("other", 0, 0, "20260821T1834Z");
    deepStore.put("other-1/" + elsewhere + "/1", Files.write(directory.resolve("o"), new byte[1]));
    Path file = Files.write(directory.resolve("foreign"), new byte[] {1});
    deepStore.put("backup/of/somebody", file);
    DeadObjectSweeper sweeper =
        new DeadObjectSweeper(
            controller.store, controller.catalog, deepStore, () -> controller.now);

    controller.now = Files.getLastModifiedTime(file).toInstant().plus(Duration.ofHours(23));
    sweeper.sweep();
    assertThat(deepStore.list("")).hasSize(10);
    controller.now = controller.now.plus(Duration.ofHours(2));
    sweeper.sweep();

    assertThat(deepStore.list("").stream().map(DeepStore.ObjectInfo::key))
        .containsExactlyInAnyOrder(
            "backup/of/somebody",
            "other-1/" + elsewhere + "/1",
            tableId + "/" + name(7) + "/1",
            tableId + "/" + online + "/1",
            tableId + "/" + online + "/3",
            tableId + "/" + committing + "/3",
            tableId + "/" + committing + "/4");
  }

  private void storeAgain(SegmentName segment, int attempt) {
    String path = ClusterPaths.segment(tableId, segment);
    SegmentMetadata online =
        ClusterJson.read(controller.store.get(path).orElseThrow().data(), SegmentMetadata.class);
    SegmentMetadata begun = online.storingAgain(new CommitAttempt(attempt, "S", controller.now));
    controller.store.commit(
        List.of(new Operation.Put(path, ClusterJson.write(begun), Operation.ANY_VERSION)));
  }

  @Test
  void timesAreReadByTheColumnsFormat() {
    Instant day = Instant.parse("2026-08-21T00:00:00Z");
    assertThat(newest(new Value.IntValue(20686), new TimeFormat.Epoch(DAY))).contains(day);
    assertThat(newest(new Value.LongValue(day.toEpochMilli()), new TimeFormat.Timestamp()))
        .contains(day);
    assertThat(newest(new Value.StringValue("2026-08-21"), pattern("yyyy-MM-dd"))).contains(day);
    assertThat(newest(new Value.IntValue(20260821), pattern("yyyyMMdd"))).contains(day);
    assertThat(newest(new Value.StringValue("2026-08-21T10:00:00Z"), pattern("ISO"))).contains(day);
  }

  @Test
  void timesThatCannotBeReadOrDoNotSortAreNeverTooOld() {
    assertThat(newest(new Value.StringValue("31-12-2020"), pattern("dd-MM-yyyy"))).isEmpty();
    assertThat(newest(new Value.StringValue("2020-Jan-01"), pattern("yyyy-MMM-dd"))).isEmpty();
    assertThat(newest(new Value.StringValue("null"), pattern("yyyy-MM-dd"))).isEmpty();
    assertThat(newest(new Value.LongValue(Long.MIN_VALUE), new TimeFormat.Epoch(DAY))).isEmpty();
  }

  private static TimeFormat pattern(String pattern) {
    return new TimeFormat.Pattern(pattern, ZoneOffset.UTC);
  }

  private Optional<Instant> newest(Value max, TimeFormat format) {
    return SegmentAges.newest(
        online(0, Map.of("at", new StoredCopy.Bounds(max, max))), "at", format);
  }

  private void keep() {
    try (ClusterViewWatcher watcher = new ClusterViewWatcher(controller.tree.openSession())) {
      watcher.awaitFirst(Duration.ofSeconds(10));
      new RetentionKeeper(
              controller.store,
              controller.transactions,
              deepStore,
              watcher::current,
              () -> controller.now)
          .deleteOld();
    }
  }

  private SegmentName addOnline(int sequence, Optional<Instant> newest) throws IOException {
    Map<String, StoredCopy.Bounds> bounds = new HashMap<>();
    newest.ifPresent(
        time -> {
          Value value = new Value.LongValue(time.toEpochMilli());
          bounds.put("at", new StoredCopy.Bounds(value, value));
        });
    SegmentMetadata segment = online(sequence, bounds);
    operations.add(
        new Operation.Create(
            ClusterPaths.segment(tableId, segment.name()), ClusterJson.write(segment), false));
    assigned.put(segment.name(), new SegmentAssignment(Map.of("S", WantedState.ONLINE), List.of()));
    put(segment.name(), 1);
    return segment.name();
  }

  private void writeSegments() {
    ShardId shard = new ShardId(0, 0);
    operations.add(
        new Operation.Create(
            ClusterPaths.assignment(tableId, shard),
            ClusterJson.write(new AssignmentShard(shard, assigned)),
            false));
    controller.store.commit(operations);
  }

  private SegmentMetadata consuming(int sequence) {
    return SegmentMetadata.consuming(
        name(sequence), 0, 1, 1, EncodingDecisions.DEFAULT, controller.now);
  }

  private SegmentMetadata online(int sequence, Map<String, StoredCopy.Bounds> bounds) {
    int rows = bounds.isEmpty() ? 0 : 99;
    return consuming(sequence)
        .committing(99, new CommitAttempt(1, "S", controller.now))
        .online(
            new StoredCopy(
                tableId + "/" + name(sequence) + "/1",
                1,
                1,
                rows,
                new LedgerCounts(rows, 0, 0, 99 - rows, 0),
                List.of(),
                bounds));
  }

  private SegmentName name(int sequence) {
    return new SegmentName("trips", 0, sequence, "20260821T1834Z");
  }

  private void put(SegmentName segment, int attempt) throws IOException {
    Path file = Files.write(directory.resolve("object"), new byte[] {1});
    deepStore.put(tableId + "/" + segment + "/" + attempt, file);
  }

  private List<String> segments() {
    return controller.store.children(ClusterPaths.segments(tableId, new ShardId(0, 0)));
  }

  private AssignmentShard shard() {
    return ClusterJson.read(
        controller
            .store
            .get(ClusterPaths.assignment(tableId, new ShardId(0, 0)))
            .orElseThrow()
            .data(),
        AssignmentShard.class);
  }
}
