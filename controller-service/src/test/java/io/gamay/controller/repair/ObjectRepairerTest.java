package io.gamay.controller.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.report.UploadReport;
import io.gamay.cluster.report.UploadReport.Outcome;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.retention.DeadObjectSweeper;
import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.LocalDirectoryDeepStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ObjectRepairerTest {

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final RepairLog log = new RepairLog(() -> cluster.controller.now);
  private final SegmentName segment = cluster.name(0, 0);
  private final List<String> asked = new ArrayList<>();
  private Answer answer = Answer.STORES;
  @TempDir private Path directory = Path.of("");
  private DeepStore deepStore;

  private enum Answer {
    STORES,
    REFUSES,
    IS_SILENT,
    STORES_AND_IS_SILENT,
    LIES
  }

  @BeforeEach
  void open() throws IOException {
    deepStore = LocalDirectoryDeepStore.open(directory.resolve("store"));
    cluster.addServer("Server_1");
    cluster.addServer("Server_2");
    cluster.addPartition(0, 0, 2, "Server_1", "Server_2");
    put(cluster.name(0, 0), 1, 10);
    put(cluster.name(0, 1), 1, 10);
  }

  @AfterEach
  void close() {
    deepStore.close();
  }

  @Test
  void nothingIsUploadedWhileAllObjectsAreThere() {
    Map<String, Integer> before = cluster.versions();

    repairer().repair();

    assertThat(asked).isEmpty();
    assertThat(cluster.versions()).isEqualTo(before);
    assertThat(log.count(RepairKind.OBJECT_STORED_AGAIN)).isZero();
  }

  @Test
  void anObjectThatIsGoneIsUploadedAgainUnderANewNameWithTheSameData() throws IOException {
    deepStore.delete(key(1));
    AssignmentShard before = shard();
    ObjectRepairer repairer = repairer();

    repairer.repair();

    assertThat(asked).containsExactly("Server_1 2");
    StoredCopy copy = stored();
    assertThat(copy.objectKey()).isEqualTo(key(2));
    assertThat(copy.sizeBytes()).as("indexes may differ").isEqualTo(12);
    assertThat(copy.dataCrc()).isEqualTo(7);
    assertThat(shard().storedAgain()).contains(key(2));
    assertThat(shard().segments()).as("who is to have what stays").isEqualTo(before.segments());
    assertThat(deepStore.info(key(2))).isPresent();
    assertThat(log.count(RepairKind.OBJECT_STORED_AGAIN)).isEqualTo(1);
    assertThat(repairer.flaws(cluster.tableId)).isEmpty();
    repairer().repair();
    assertThat(asked).hasSize(1);
  }

  @Test
  void anObjectOfAnotherSizeIsReplacedAndIsDeadThenAndNeverBefore() throws IOException {
    deepStore.delete(key(1));
    put(segment, 1, 9);
    answer = Answer.IS_SILENT;
    ObjectRepairer repairer = repairer();
    repairer.repair();
    assertThat(repairer.flaws(cluster.tableId))
        .singleElement()
        .satisfies(
            flaw -> {
              assertThat(flaw.isMissing()).isFalse();
              assertThat(flaw.reason()).contains("9 bytes, expected 10");
            });
    put(segment, 2, 12);
    sweepLater();
    assertThat(keys()).as("one is named, the other under way").contains(key(1), key(2));

    answer = Answer.LIES;
    repairer().repair();
    answer = Answer.STORES;
    repairer().repair();
    assertThat(stored().objectKey()).isEqualTo(key(2));
    sweepLater();
    assertThat(keys()).contains(key(2)).doesNotContain(key(1));
  }

  @Test
  void aNameThatIsBurntIsNotUsedAgainAndEachHolderIsAskedInTurn() throws IOException {
    deepStore.delete(key(1));
    answer = Answer.REFUSES;
    ObjectRepairer repairer = repairer();
    repairer.repair();
    repairer.repair();
    assertThat(asked).containsExactly("Server_1 2", "Server_2 3");
    assertThat(repairer.flaws(cluster.tableId)).hasSize(1);
    assertThat(log.lately(cluster.tableId, 0, Optional.of(segment.toString())).orElseThrow())
        .contains("could not upload it again as attempt 3: taken");

    answer = Answer.IS_SILENT;
    repairer.repair();
    answer = Answer.STORES;
    repairer.repair();
    assertThat(asked.subList(2, 4)).containsExactly("Server_1 4", "Server_2 5");
    assertThat(stored().objectKey()).isEqualTo(key(5));
  }

  @Test
  void anUploadWhoseAnswerWasLostGoesOnUnderItsName() throws IOException {
    deepStore.delete(key(1));
    answer = Answer.STORES_AND_IS_SILENT;
    repairer().repair();
    assertThat(stored().objectKey()).isEqualTo(key(1));

    answer = Answer.STORES;
    repairer().repair();

    assertThat(asked).containsExactly("Server_1 2", "Server_1 2");
    assertThat(stored().objectKey()).isEqualTo(key(2));
  }

  @Test
  void whatAServerSaysAndTheDeepStoreDoesNotHaveIsNotNamed() throws IOException {
    deepStore.delete(key(1));
    answer = Answer.LIES;

    repairer().repair();

    assertThat(stored().objectKey()).isEqualTo(key(1));
    assertThat(log.count(RepairKind.OBJECT_STORED_AGAIN)).isZero();
  }

  @Test
  void onlyAServerThatServesTheSegmentUploadsIt() throws IOException {
    deepStore.delete(key(1));
    cluster.say("Server_1", segment, ServingState.ERROR, "disk");
    repairer().repair();
    assertThat(asked).containsExactly("Server_2 2");

    deepStore.delete(key(2));
    cluster.stopServer("Server_2");
    ObjectRepairer repairer = repairer();
    repairer.repair();
    assertThat(asked).hasSize(1);
    assertThat(repairer.flaws(cluster.tableId)).hasSize(1);
    assertThat(log.lately(cluster.tableId, 0, Optional.of(segment.toString())).orElseThrow())
        .contains("no live server serves it");
  }

  @ParameterizedTest
  @EnumSource(LostReply.class)
  void aLostReplyOfTheStoreDoesNotLoseTheObject(LostReply outcome) throws IOException {
    deepStore.delete(key(1));
    cluster.controller.store.loseNextReply(outcome);
    repairer().repair();
    cluster.controller.store.applyLate();
    repairer().repair();

    assertThat(deepStore.info(stored().objectKey())).isPresent();
  }

  @Test
  void aSegmentThatWasDeletedMeanwhileIsNotMissed() throws IOException {
    ClusterView old = cluster.view();
    deepStore.delete(key(1));
    cluster.delete(ClusterPaths.segment(cluster.tableId, segment));
    ObjectRepairer repairer = repairer(old);

    repairer.repair();

    assertThat(asked).isEmpty();
    assertThat(repairer.flaws(cluster.tableId)).isEmpty();
  }

  @Test
  void aDeepStoreThatIsAwayIsTroubleAndNoFlaw() throws IOException {
    DeepStore away =
        new DeepStore() {
          @Override
          public void put(String key, Path file) throws IOException {
            throw new IOException("away");
          }

          @Override
          public void fetch(String key, Path target) throws IOException {
            throw new IOException("away");
          }

          @Override
          public Optional<ObjectInfo> info(String key) throws IOException {
            throw new IOException("away");
          }

          @Override
          public List<ObjectInfo> list(String prefix) throws IOException {
            throw new IOException("away");
          }

          @Override
          public void delete(String key) throws IOException {
            throw new IOException("away");
          }

          @Override
          public void close() {}
        };
    DeepStore present = deepStore;
    deepStore = away;
    ObjectRepairer repairer = repairer();

    repairer.repair();

    assertThat(repairer.trouble().orElseThrow()).contains("cannot be read").contains("away");
    assertThat(repairer.flaws(cluster.tableId)).isEmpty();
    assertThat(asked).isEmpty();
    deepStore = present;
  }

  @Test
  void objectsThatNobodyNamesAnyMoreAreCounted() throws IOException {
    put(cluster.name(0, 9), 3, 1);
    ObjectRepairer repairer = repairer();
    repairer.repair();
    assertThat(repairer.orphans(cluster.tableId)).isEqualTo(1);

    put(cluster.name(0, 0), 7, 1);
    cluster.delete(ClusterPaths.segment(cluster.tableId, segment));
    repairer = repairer();
    repairer.repair();
    assertThat(repairer.orphans(cluster.tableId))
        .as("what retention took is kept or removed by others")
        .isEqualTo(1);
  }

  private void sweepLater() {
    new DeadObjectSweeper(
            cluster.controller.store,
            cluster.controller.catalog,
            deepStore,
            () -> Instant.now().plus(Duration.ofDays(2)))
        .sweep();
  }

  private List<String> keys() throws IOException {
    return deepStore.list("").stream().map(DeepStore.ObjectInfo::key).toList();
  }

  private AssignmentShard shard() {
    String path = ClusterPaths.assignment(cluster.tableId, ShardId.of(segment));
    return ClusterJson.read(
        cluster.controller.store.get(path).orElseThrow().data(), AssignmentShard.class);
  }

  private StoredCopy stored() {
    return cluster.segment(segment).flatMap(SegmentMetadata::stored).orElseThrow();
  }

  private String key(int attempt) {
    return cluster.tableId + "/" + segment + "/" + attempt;
  }

  private void put(SegmentName name, int attempt, int size) throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[size]);
    deepStore.put(cluster.tableId + "/" + name + "/" + attempt, file);
  }

  private ObjectRepairer repairer() {
    return repairer(cluster.view());
  }

  private ObjectRepairer repairer(ClusterView seen) {
    return new ObjectRepairer(
        cluster.controller.store,
        cluster.controller.transactions,
        deepStore,
        () -> seen,
        this::upload,
        log,
        () -> cluster.controller.now);
  }

  /** As a server does: a name that holds the same bytes is good. */
  private UploadReport upload(
      String server, String tableId, SegmentName name, int attempt, int dataCrc)
      throws IOException {
    asked.add(server + " " + attempt);
    assertThat(tableId).isEqualTo(cluster.tableId);
    assertThat(name).isEqualTo(segment);
    assertThat(dataCrc).isEqualTo(7);
    String key = key(attempt);
    return switch (answer) {
      case STORES, STORES_AND_IS_SILENT -> {
        if (deepStore.info(key).isEmpty()) {
          put(name, attempt, 12);
        }
        if (answer == Answer.STORES_AND_IS_SILENT) {
          throw new IOException("no answer");
        }
        yield new UploadReport(Outcome.STORED, key, 12, "");
      }
      case REFUSES -> new UploadReport(Outcome.REFUSED, key, 0, "taken");
      case IS_SILENT -> throw new IOException("no answer");
      case LIES -> new UploadReport(Outcome.STORED, key, 13, "");
    };
  }
}
