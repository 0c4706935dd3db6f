package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.ingest.execute.QueryPool;
import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.ServerLimits;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.ingest.hosting.Eviction;
import io.gamay.ingest.hosting.HostingReports.Evicted;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.reuse.ResultCache;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server of eight sealed segments, of whose files fewer may lie on its disk. */
@Timeout(120)
class EvictionTest {

  private static final int SEALED = 8;
  private static final int ROWS = 50;
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final InMemoryStream stream = new InMemoryStream();
  private final InMemoryDeepStore deepStore = new InMemoryDeepStore();
  private final QueryPool pool = new QueryPool(2);
  private final ServerPlan plan = offsets(10_000);
  private SimulatedCluster cluster;
  private SimulatedServer server;
  private ServerQueryExecutor executor;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void sealSomeSegments() throws Exception {
    cluster =
        new SimulatedCluster(
            random, List.of("A"), Fixtures.config(1, OptionalLong.of(ROWS), Duration.ofDays(1)));
    server =
        new SimulatedServer(
            "A", random, stream, cluster, deepStore, directory, () -> now, Long.MAX_VALUE);
    for (int i = 0; i < ROWS * SEALED + 7; i++) {
      stream.append(Optional.of(Integer.toString(i % 10)));
    }
    while (sealed().size() < SEALED) {
      roll();
    }
    settle();
    executor = executor(new ResultCache(0));
  }

  @AfterEach
  void stop() {
    deepStore.setOnFetch(() -> {});
    pool.close();
    server.close();
  }

  // What is here

  @Test
  void withoutALimitNothingIsGivenUp() throws Exception {
    restart(OptionalLong.empty(), 1);
    assertThat(evicted()).isEmpty();
    assertThat(bytesOnDisk()).isEqualTo(server.host().eviction().room().usedBytes());
    assertThat(server.host().reports().evicted()).isEqualTo(new Evicted(0, 0, List.of()));
  }

  @Test
  void whatWasQueriedLeastLatelyIsGivenUpAndStaysHosted() throws Exception {
    restart(files(5), 1);
    awaitWithin(files(5));
    assertThat(evicted()).containsExactlyElementsOf(names(0, 1, 2));
    ask(parts(3, 4), LONG);
    ask(parts(0), LONG);
    awaitWithin(files(5));
    assertThat(evicted()).containsExactlyElementsOf(names(1, 2, 5));
    server.reconcile();
    for (SegmentMetadata segment : sealed()) {
      assertThat(server.published(segment.name()).state()).isEqualTo(ServingState.ONLINE);
    }
    assertThat(server.host().reports().troubles()).isEmpty();
    assertThat(server.host().eviction().evictions()).isEqualTo(4);
    assertThat(server.host().reports().evicted())
        .isEqualTo(new Evicted(3, sizeOf(1) + sizeOf(2) + sizeOf(5), List.of()));
  }

  @Test
  void nothingOfAnEvictedSegmentIsLeftOnTheDisk() throws Exception {
    restart(files(5), 1);
    awaitWithin(files(5));
    for (SegmentName name : evicted()) {
      assertThat(file(name).getParent()).doesNotExist();
    }
  }

  @Test
  void leasedFilesStayAboveTheLimitAndGoWithTheirLastLease() throws Exception {
    restart(files(2), 1);
    awaitWithin(files(2));
    List<SegmentName> here = new ArrayList<>(names(0, 1, 2, 3, 4, 5, 6, 7));
    here.removeAll(evicted());
    List<SegmentLease> leases = new ArrayList<>();
    for (SegmentName name : here) {
      leases.add(shown(name).holding().lease().orElseThrow());
    }
    CompletableFuture<ServerResponse> waiting =
        executor.submit(request(parts(0), Optional.empty(), LONG));
    await().until(() -> server.host().eviction().room().waitingClaims() == 1);
    assertThat(waiting).isNotDone();
    assertThat(evicted()).hasSize(SEALED - 2);
    leases.getFirst().close();
    assertThat(rows(waiting.get(30, TimeUnit.SECONDS))).isEqualTo(rowsIn(0));
    leases.getLast().close();
    awaitWithin(files(2));
  }

  @Test
  void fileThatTheDeepStoreLacksStays() throws Exception {
    String key = sealed().getFirst().stored().orElseThrow().objectKey();
    byte[] object = Objects.requireNonNull(deepStore.objects().remove(key));
    restart(files(5), 1);
    await().until(() -> evicted().equals(names(1, 2, 3)));
    assertThat(server.host().eviction().refusals()).isEqualTo(1);
    deepStore.objects().put(key, java.util.Arrays.copyOf(object, object.length - 1));
    restart(files(4), 1);
    await().until(() -> evicted().equals(names(1, 2, 3, 4)));
    deepStore.objects().put(key, object);
  }

  @Test
  void nothingIsGivenUpWhileTheDeepStoreIsAway() throws Exception {
    deepStore.setAway(true);
    restart(files(5), 1);
    settle();
    assertThat(evicted()).isEmpty();
    deepStore.setAway(false);
    server.reconcile();
    awaitWithin(files(5));
  }

  @Test
  void fileThatIsNotCommittedYetStaysAndTakesRoom() throws Exception {
    deepStore.setAway(true);
    for (int i = 0; i < 2 * ROWS; i++) {
      stream.append(Optional.of("1"));
    }
    settle();
    SegmentMetadata committing = cluster.segment(SEALED);
    assertThat(committing.state()).isEqualTo(SegmentState.COMMITTING);
    deepStore.setAway(false);
    Eviction eviction = server.host().eviction();
    assertThat(eviction.room().usedBytes()).isEqualTo(bytesOnDisk());
    assertThat(Files.exists(file(committing.name()))).isTrue();
  }

  @Test
  void restartWithAFullDiskServesAllAndFetchesNothing() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    int fetches = deepStore.fetches();
    restart(files(3), 1);
    assertThat(deepStore.fetches()).isEqualTo(fetches);
    assertThat(evicted()).hasSize(SEALED - 3);
    for (SegmentMetadata segment : sealed()) {
      assertThat(server.published(segment.name()).state()).isEqualTo(ServingState.ONLINE);
    }
    assertThat(rows(ask(parts(0, 1, 2, 3, 4, 5, 6, 7), LONG)))
        .isEqualTo(rowsIn(0, 1, 2, 3, 4, 5, 6, 7));
  }

  /** Another that has the file must not be let go for one who has never seen it. */
  @Test
  void whatIsNeitherHereNorInTheDeepStoreIsNotTakenOver() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    SegmentName lost = evicted().getFirst();
    String key =
        sealed().stream()
            .filter(segment -> segment.name().equals(lost))
            .findFirst()
            .orElseThrow()
            .stored()
            .orElseThrow()
            .objectKey();
    byte[] object = Objects.requireNonNull(deepStore.objects().remove(key));
    restart(files(3), 1);
    assertThat(server.published(lost).state()).isEqualTo(ServingState.ERROR);
    assertThat(server.published(lost).reason()).contains("no room").contains(lost.toString());

    deepStore.objects().put(key, object);
    restart(files(3), 1);
    assertThat(server.published(lost).state()).isEqualTo(ServingState.ONLINE);
  }

  @Test
  void restartAsksTheDeepStoreOnceForAllThatItTakesOver() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    int lists = deepStore.lists();
    restart(files(3), 1);
    assertThat(evicted()).hasSize(SEALED - 3);
    assertThat(deepStore.lists()).isEqualTo(lists + 1);
  }

  @Test
  void restartWithRoomLeftFillsIt() throws Exception {
    restart(files(2), 1);
    awaitWithin(files(2));
    restart(files(6), 1);
    assertThat(evicted()).hasSizeBetween(1, 2);
    assertThat(bytesOnDisk()).isLessThanOrEqualTo(files(6).getAsLong());
  }

  // Queries

  @Test
  void queryGetsWhatItNeedsAndCostsNothingWhereItNeedsNothing() throws Exception {
    restart(files(5), 1);
    awaitWithin(files(5));
    int fetches = deepStore.fetches();
    assertThat(rows(ask(parts(3, 4, 5, 6, 7), LONG))).isEqualTo(rowsIn(3, 4, 5, 6, 7));
    assertThat(deepStore.fetches()).isEqualTo(fetches);
    assertThat(rows(ask(parts(1, 5), LONG))).isEqualTo(rowsIn(1, 5));
    assertThat(deepStore.fetches()).isEqualTo(fetches + 1);
    assertThat(rows(ask(parts(1), LONG))).isEqualTo(rowsIn(1));
    assertThat(deepStore.fetches()).isEqualTo(fetches + 1);
    assertThat(server.host().eviction().fetches()).isEqualTo(1);
    assertThat(server.host().eviction().fetchNanos()).isPositive();
  }

  @Test
  void queryOfMoreThanFitsComesThroughInTurnsWithinTheLimit() throws Exception {
    ServerResponse before = ask(allWithTail());
    for (int files = 1; files <= 3; files++) {
      OptionalLong limit = files(files);
      restart(limit, files);
      awaitWithin(limit);
      int fetches = deepStore.fetches();
      Watch watch = new Watch();
      ServerResponse response = ask(allWithTail());
      assertThat(watch.mostBytes()).isLessThanOrEqualTo(limit.getAsLong());
      assertThat(deepStore.fetches()).isGreaterThan(fetches + SEALED - files - 1);
      assertThat(response.errors()).isEmpty();
      assertThat(response.missingSegments()).isEmpty();
      assertThat(resultBytes(response)).isEqualTo(resultBytes(before));
      assertThat(response.tails()).isEqualTo(before.tails());
      awaitWithin(limit);
    }
  }

  @Test
  void tailFromTheBeginningFetchesItsSealedSegments() throws Exception {
    restart(files(2), 2);
    awaitWithin(files(2));
    ServerResponse response = ask(request(List.of(), Optional.of(3L), LONG));
    assertThat(rows(response)).isEqualTo(stream.end() - 3);
    assertThat(response.tails())
        .containsExactly(new TailCoverage(0, new OffsetRange(3, stream.end())));
  }

  @Test
  void queriesThatNeedTheSameFileShareItsFetch() throws Exception {
    restart(files(3), 4);
    awaitWithin(files(3));
    int fetches = deepStore.fetches();
    CountDownLatch goesOn = holdFetches();
    List<CompletableFuture<ServerResponse>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(executor.submit(request(parts(0, 7), Optional.empty(), LONG)));
    }
    await().until(() -> server.host().eviction().waiting() == 5);
    goesOn.countDown();
    for (CompletableFuture<ServerResponse> answer : answers) {
      assertThat(rows(answer.get(30, TimeUnit.SECONDS))).isEqualTo(rowsIn(0, 7));
    }
    assertThat(deepStore.fetches()).isEqualTo(fetches + 1);
    assertThat(server.host().eviction().waiting()).isZero();
    await().until(() -> server.leases().openLeases() == 0);
  }

  @Test
  void fileThatDoesNotComeInTimeIsMissingAndTheRestIsAnswered() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    CountDownLatch goesOn = holdFetches();
    ServerResponse late = ask(request(parts(0, 6, 7), Optional.empty(), Duration.ofSeconds(1)));
    assertThat(late.missingSegments()).containsExactly(names(0).getFirst().toString());
    assertThat(late.errors()).hasSize(1);
    assertThat(late.errors().getFirst().code()).isEqualTo(QueryErrorCode.SEGMENT_UNAVAILABLE);
    assertThat(late.errors().getFirst().message())
        .contains(names(0).getFirst().toString(), "within 800 ms", "timeoutMs");
    assertThat(rowsOf(late)).isEqualTo(rowsIn(6, 7));
    goesOn.countDown();
    await().until(() -> !evicted().contains(names(0).getFirst()));
    assertThat(rows(ask(parts(0, 6, 7), LONG))).isEqualTo(rowsIn(0, 6, 7));
  }

  @Test
  void holeInATailIsNotCovered() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    ask(parts(0), LONG);
    awaitWithin(files(3));
    List<SegmentName> away = evicted();
    assertThat(away).doesNotContain(names(0).getFirst());
    deepStore.setAway(true);
    ServerResponse response = ask(request(List.of(), Optional.of(0L), LONG));
    deepStore.setAway(false);
    long covered = response.tails().stream().mapToLong(EvictionTest::length).sum();
    long gone = away.stream().mapToLong(name -> rowsIn(name.sequence())).sum();
    assertThat(covered).isEqualTo(stream.end() - gone).isEqualTo(rowsOf(response));
    assertThat(response.tails().getFirst().covered()).isEqualTo(cluster.segment(0).offsets());
    assertThat(response.errors()).isNotEmpty();
  }

  @Test
  void queryThatIsCancelledWaitsForNothingAndItsFetchIsNotBegun() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    int fetches = deepStore.fetches();
    CountDownLatch goesOn = holdFetches();
    CompletableFuture<ServerResponse> first =
        executor.submit(request(parts(0), Optional.empty(), LONG));
    await().until(() -> deepStore.fetches() == fetches + 1);
    CompletableFuture<ServerResponse> second =
        executor.submit(request(parts(1), Optional.empty(), LONG));
    await().until(() -> server.host().eviction().waiting() == 2);
    second.cancel(false);
    await().until(() -> server.host().eviction().waiting() == 1);
    assertThat(executor.admittedQueries()).isEqualTo(1);
    goesOn.countDown();
    assertThat(rows(first.get(30, TimeUnit.SECONDS))).isEqualTo(rowsIn(0));
    assertThat(deepStore.fetches()).isEqualTo(fetches + 1);
    assertThat(server.host().eviction().room().claimedBytes()).isZero();
    await().until(() -> server.leases().openLeases() == 0);
  }

  @Test
  void fetchThatFailsIsAMissingSegmentWithItsReasonAndIsTriedAgainByTheNextQuery()
      throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    deepStore.setAway(true);
    ServerResponse failed = ask(parts(0, 7), LONG);
    assertThat(failed.missingSegments()).containsExactly(names(0).getFirst().toString());
    assertThat(failed.errors().getFirst().message()).contains("deep store is away");
    assertThat(rowsOf(failed)).isEqualTo(rowsIn(7));
    assertThat(server.host().eviction().failures()).isEqualTo(1);
    deepStore.setAway(false);
    assertThat(rows(ask(parts(0, 7), LONG))).isEqualTo(rowsIn(0, 7));
    assertThat(server.host().eviction().room().claimedBytes()).isZero();
  }

  @Test
  void objectThatIsDamagedIsNeverRead() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    byte[] object =
        Objects.requireNonNull(
            deepStore.objects().get(sealed().getFirst().stored().orElseThrow().objectKey()));
    object[object.length / 2] ^= 1;
    assertThat(ask(parts(0), LONG).missingSegments())
        .containsExactly(names(0).getFirst().toString());
    assertThat(file(names(0).getFirst())).doesNotExist();
    object[object.length / 2] ^= 1;
    assertThat(rows(ask(parts(0), LONG))).isEqualTo(rowsIn(0));
  }

  @Test
  void fileThatIsLargerThanTheLimitIsToldSo() throws Exception {
    restart(OptionalLong.of(10), 1);
    await().until(() -> evicted().size() == SEALED);
    ServerResponse response = ask(parts(0), LONG);
    assertThat(response.missingSegments()).hasSize(1);
    assertThat(response.errors().getFirst().message())
        .contains("larger than all that sealed files may take here", "gamay.disk.evict-above");
    assertThat(server.host().eviction().failures()).isEqualTo(1);
    assertThat(server.host().reports().evicted().tooLarge())
        .containsExactlyElementsOf(
            names(0, 1, 2, 3, 4, 5, 6, 7).stream().map(SegmentName::toString).sorted().toList());
  }

  @Test
  void resultsThatWereKeptAnswerWithoutAFile() throws Exception {
    ServerPlan kept = offsets(1000);
    AtomicLong seconds = new AtomicLong();
    restart(files(3), 1);
    ResultCache cache = new ResultCache(1 << 20);
    executor =
        new ServerQueryExecutor(
            server.host(),
            (_, _) -> CompletableFuture.completedFuture(stream.end()),
            pool,
            100,
            ServerLimits.NONE,
            cache,
            QueryMemory.unlimited(),
            new RunningQueries(System::nanoTime),
            () -> seconds.incrementAndGet() * 1_000_000_000L);
    ServerRequest request =
        ServerRequest.of(
            "r", Fixtures.TABLE_ID, kept, parts(0, 1), List.of(), Duration.ofDays(300));
    byte[] rows = resultBytes(ask(request));
    ask(request);
    ask(request);
    ask(parts(5, 6, 7), Duration.ofDays(300));
    await().until(() -> evicted().containsAll(names(0, 1)));
    int fetches = deepStore.fetches();
    ServerResponse reused = ask(request);
    assertThat(reused.statistics().segmentsReused()).isEqualTo(2);
    assertThat(resultBytes(reused)).isEqualTo(rows);
    ServerResponse one =
        ask(
            ServerRequest.of(
                "r", Fixtures.TABLE_ID, kept, parts(1), List.of(), Duration.ofDays(300)));
    assertThat(one.statistics().segmentsReused()).isEqualTo(1);
    assertThat(deepStore.fetches()).isEqualTo(fetches);
  }

  // Others that care for files

  @Test
  void indexesAreBuiltWhenTheFileIsBack() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    cluster.changeIndexes(
        new IndexDecisions(Set.of("text"), Set.of("number"), Map.of("number", 0.01)));
    server.reconcile();
    assertThat(server.waitingReloads()).isEqualTo(3);
    assertThat(server.host().reports().reloads(Fixtures.TABLE_ID, Optional.of(names(0).getFirst())))
        .allMatch(report -> report.isIndexed());
    ask(parts(0), LONG);
    server.reconcile();
    assertThat(server.host().reports().reloads(Fixtures.TABLE_ID, Optional.of(names(0).getFirst())))
        .noneMatch(report -> report.isIndexed());
    settle();
    assertThat(server.host().reports().reloads(Fixtures.TABLE_ID, Optional.of(names(0).getFirst())))
        .allMatch(report -> report.isIndexed());
    awaitWithin(files(3));
  }

  @Test
  void whatIsEvictedNeedsNoDownloadWhenOneIsOrdered() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    int order = cluster.orderDownloads();
    server.reconcile();
    assertThat(server.waitingReloads()).isEqualTo(3);
    assertThat(server.host().reports().reloads(Fixtures.TABLE_ID, Optional.of(names(0).getFirst())))
        .allMatch(report -> report.downloadOrder() == order);
    ask(parts(0), LONG);
    assertThat(server.host().reports().reloads(Fixtures.TABLE_ID, Optional.of(names(0).getFirst())))
        .allMatch(report -> report.downloadOrder() == order);
    settle();
    await().until(() -> server.host().eviction().room().usedBytes() <= files(3).getAsLong());
    assertThat(rows(ask(allWithTail()))).isEqualTo(stream.end());
  }

  @Test
  void evictedSegmentOfATableThatIsGoneGoesToo() throws Exception {
    restart(files(3), 1);
    awaitWithin(files(3));
    cluster.dropTable();
    server.reconcile();
    now = now.plusSeconds(61);
    server.reconcile();
    server.reconcile();
    assertThat(server.serving()).isEmpty();
    assertThat(bytesOnDisk()).isZero();
    assertThat(server.host().eviction().room().usedBytes()).isZero();
  }

  // All together

  @RepeatedTest(3)
  void randomQueriesUnderATinyLimitAnswerAsWithoutOne(RepetitionInfo repetition) throws Exception {
    SeededRandom chosen = new SeededRandom(repetition.getCurrentRepetition());
    List<ServerRequest> requests = new ArrayList<>();
    List<ServerResponse> expected = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      requests.add(randomRequest(chosen));
      expected.add(ask(requests.getLast()));
    }
    OptionalLong limit = files(1 + chosen.nextInt(3));
    boolean fails = chosen.nextBoolean();
    restart(limit, 1 + chosen.nextInt(3));
    awaitWithin(limit);
    Watch watch = new Watch();
    AtomicLong fetched = new AtomicLong();
    deepStore.setOnFetch(
        () -> {
          if (fails && fetched.incrementAndGet() % 5 == 0) {
            throw new IllegalStateException("broken on purpose");
          }
        });
    List<CompletableFuture<ServerResponse>> answers = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      answers.add(executor.submit(requests.get(i)));
      if (i >= 6) {
        assertAnswers(answers.get(i - 6), expected.get(i - 6), fails);
      }
      if (i % 10 == 0) {
        server.reconcile();
      }
    }
    for (int i = 0; i < requests.size(); i++) {
      assertAnswers(answers.get(i), expected.get(i), fails);
    }
    assertThat(watch.mostBytes()).isLessThanOrEqualTo(limit.getAsLong());
    awaitWithin(limit);
    await().until(() -> server.leases().openLeases() == 0);
    assertThat(server.host().eviction().room().claimedBytes()).isZero();
    assertThat(server.host().eviction().waiting()).isZero();
    assertThat(server.host().eviction().room().usedBytes()).isEqualTo(bytesOnDisk());
  }

  /** The same, or flagged where files may not come. */
  private static void assertAnswers(
      CompletableFuture<ServerResponse> answer, ServerResponse expected, boolean mayBeFlagged)
      throws Exception {
    ServerResponse actual = answer.get(60, TimeUnit.SECONDS);
    if (mayBeFlagged && !actual.errors().isEmpty()) {
      assertThat(actual.errors().getFirst().message()).contains("broken on purpose");
      return;
    }
    assertThat(actual.errors()).isEmpty();
    assertThat(actual.missingSegments()).isEqualTo(expected.missingSegments());
    assertThat(actual.tails()).isEqualTo(expected.tails());
    assertThat(resultBytes(actual)).isEqualTo(resultBytes(expected));
  }

  /** Some segments by name, and often a tail from behind them or from within one. */
  private ServerRequest randomRequest(SeededRandom chosen) {
    int tailSequence = chosen.nextInt(SEALED + 1);
    List<SealedPart> parts = new ArrayList<>();
    for (int sequence = 0; sequence < tailSequence; sequence++) {
      if (chosen.nextInt(3) > 0) {
        parts.addAll(parts(sequence));
      }
    }
    long start = cluster.segment(tailSequence).startOffset();
    return request(
        parts,
        chosen.nextInt(3) == 0 || parts.isEmpty()
            ? Optional.of(start + chosen.nextInt(5))
            : Optional.empty(),
        LONG);
  }

  /**
   * Looks at the disk all the time. One listing is no moment: what it met may have gone before it
   * met the rest. Of two in a row that show the very same files all of them were there between.
   */
  private final class Watch {
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final CompletableFuture<Long> most = new CompletableFuture<>();

    Watch() {
      Thread.ofPlatform().daemon().start(this::look);
    }

    long mostBytes() throws Exception {
      isOver.set(true);
      return most.get(30, TimeUnit.SECONDS);
    }

    private void look() {
      long seen = 0;
      Map<Object, Long> before = sealedFiles();
      while (!isOver.get()) {
        Map<Object, Long> now = sealedFiles();
        if (now.equals(before)) {
          seen = Math.max(seen, now.values().stream().mapToLong(Long::longValue).sum());
        }
        before = now;
      }
      most.complete(seen);
    }
  }

  private CountDownLatch holdFetches() {
    CountDownLatch goesOn = new CountDownLatch(1);
    deepStore.setOnFetch(
        () -> {
          try {
            assertThat(goesOn.await(60, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    return goesOn;
  }

  private static long length(TailCoverage range) {
    return range.covered().end() - range.covered().start();
  }

  private void restart(OptionalLong limit, int threads) throws IOException {
    server.setEvictions(() -> Eviction.above(limit, threads));
    server.restart();
    executor = executor(new ResultCache(0));
    settle();
  }

  private void awaitWithin(OptionalLong limit) {
    await().until(() -> bytesOnDisk() <= limit.getAsLong());
    assertThat(server.host().eviction().room().usedBytes()).isLessThanOrEqualTo(limit.getAsLong());
  }

  /** Room for so many files, whichever they are, and for no more. */
  private OptionalLong files(int count) {
    long largest =
        sealed().stream()
            .mapToLong(segment -> segment.stored().orElseThrow().sizeBytes())
            .max()
            .orElseThrow();
    return OptionalLong.of(count * largest);
  }

  private long bytesOnDisk() {
    try {
      return new LocalSegments(directory).read().segmentBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The size of each file, by what tells it from another that comes to its name. */
  private Map<Object, Long> sealedFiles() {
    Map<Object, Long> sizes = new HashMap<>();
    try {
      Files.walkFileTree(
          directory.resolve("segments"),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sizes.put(
                  List.of(file, attributes.fileKey(), attributes.lastModifiedTime()),
                  attributes.size());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException gone) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return sizes;
  }

  private Path file(SegmentName name) {
    return new LocalSegments(directory).file(Fixtures.TABLE_ID, name);
  }

  private List<SegmentName> evicted() {
    return server.serving().orElseThrow().view().segments().stream()
        .filter(ServedSegment::isEvicted)
        .map(ServedSegment::name)
        .toList();
  }

  private ServedSegment shown(SegmentName name) {
    return server.serving().orElseThrow().view().segment(name).orElseThrow();
  }

  private List<SegmentName> names(int... sequences) {
    List<SegmentName> names = new ArrayList<>();
    for (int sequence : sequences) {
      names.add(cluster.segment(sequence).name());
    }
    return names;
  }

  private long sizeOf(int sequence) {
    return cluster.segment(sequence).stored().orElseThrow().sizeBytes();
  }

  private long rowsIn(int... sequences) {
    long rows = 0;
    for (int sequence : sequences) {
      rows += cluster.segment(sequence).stored().orElseThrow().docCount();
    }
    return rows;
  }

  private List<SealedPart> parts(int... sequences) {
    List<SealedPart> parts = new ArrayList<>();
    for (int sequence : sequences) {
      SegmentMetadata segment = cluster.segment(sequence);
      parts.add(
          new SealedPart(segment.name().toString(), 0, segment.stored().orElseThrow().dataCrc()));
    }
    return parts;
  }

  private ServerRequest allWithTail() {
    return request(
        parts(0, 1, 2, 3, 4, 5, 6, 7),
        Optional.of(cluster.segment(SEALED - 1).endOffset().orElseThrow()),
        LONG);
  }

  private ServerRequest request(List<SealedPart> parts, Optional<Long> tailFrom, Duration timeout) {
    return ServerRequest.of(
        "r",
        Fixtures.TABLE_ID,
        plan,
        parts,
        tailFrom.map(from -> new TailPart(0, from, 0, false)).stream().toList(),
        timeout);
  }

  private ServerResponse ask(List<SealedPart> parts, Duration timeout) throws Exception {
    return ask(request(parts, Optional.empty(), timeout));
  }

  private ServerResponse ask(ServerRequest request) throws Exception {
    return executor.submit(request).get(60, TimeUnit.SECONDS);
  }

  private static ServerPlan offsets(long limit) {
    return new ServerPlan(
        Fixtures.TABLE,
        1,
        Optional.empty(),
        new ServerWork.Select(
            List.of(new VirtualColumn(VirtualColumnKind.OFFSET)), List.of(), limit));
  }

  private static long rows(ServerResponse response) {
    assertThat(response.errors()).isEmpty();
    assertThat(response.missingSegments()).isEmpty();
    return rowsOf(response);
  }

  private static long rowsOf(ServerResponse response) {
    return ((SelectedRows) response.result().orElseThrow()).rowCount();
  }

  private static byte[] resultBytes(ServerResponse response) {
    return ServerResponseCodec.encode(ServerResponse.of("r", response.result()));
  }

  private List<SegmentMetadata> sealed() {
    return cluster.segments().values().stream()
        .filter(segment -> segment.state() == SegmentState.ONLINE)
        .toList();
  }

  private void settle() {
    for (int i = 0; i < 60; i++) {
      roll();
    }
  }

  private void roll() {
    now = now.plusMillis(500);
    server.reconcile();
    server.poll(50);
    server.deliverOne(false);
    server.work();
  }

  private ServerQueryExecutor executor(ResultCache results) {
    return new ServerQueryExecutor(
        server.host(),
        (_, _) -> CompletableFuture.completedFuture(stream.end()),
        pool,
        100,
        ServerLimits.NONE,
        results,
        QueryMemory.unlimited(),
        new RunningQueries(System::nanoTime),
        System::nanoTime);
  }
}
