package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.ingest.execute.QueryPool;
import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.ServerAnswer;
import io.gamay.ingest.execute.ServerLimits;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.merge.GroupLoss;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.GroupOptions;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.reuse.ResultCache;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.DataType;
import io.gamay.testkit.random.SeededRandom;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Queries over a server that consumes; rows are counted without a stream thread of its own. */
@Timeout(60)
class TailQueryTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final InMemoryStream stream = new InMemoryStream();
  private final QueryPool pool = new QueryPool(2);
  private SimulatedCluster cluster;
  private SimulatedServer server;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void start() throws Exception {
    cluster =
        new SimulatedCluster(
            random, List.of("A"), Fixtures.config(1, OptionalLong.of(50), Duration.ofDays(1)));
    server =
        new SimulatedServer(
            "A",
            random,
            stream,
            cluster,
            new InMemoryDeepStore(),
            directory,
            () -> now,
            Long.MAX_VALUE);
  }

  @AfterEach
  void stop() {
    pool.close();
    server.close();
  }

  @Test
  void tailIsCountedFromAnOffsetInsideASegment() throws Exception {
    produce(10);
    server.reconcile();
    server.poll(100);
    ServerResponse response = answer(executor(10), tail(4, 0, false), LONG);
    assertThat(response.errors()).isEmpty();
    assertThat(response.tails()).containsExactly(covered(4, 10));
    assertThat(response.statistics().docsScanned()).isEqualTo(6);
  }

  @Test
  void tailThatDoesNotGetThereInTimeIsNamedWithItsOffsets() throws Exception {
    produce(5);
    server.reconcile();
    server.poll(100);
    ServerResponse response = answer(executor(10), tail(2, 9, false), SHORT);
    assertThat(response.tails()).isEmpty();
    assertThat(response.errors()).hasSize(1);
    assertThat(response.errors().getFirst().code()).isEqualTo(QueryErrorCode.SEGMENT_UNAVAILABLE);
    assertThat(response.errors().getFirst().message())
        .contains(
            "partition 0", "offset 2", "at least 9", "reached 5", "within 240 ms", "timeoutMs")
        .doesNotContain("Exception");
  }

  @Test
  void passEndWaitsForWhatWasProducedBeforeTheQuestion() throws Exception {
    produce(3);
    server.reconcile();
    server.poll(100);
    produce(4);
    CompletableFuture<ServerResponse> answer = executor(10).submit(request(tail(0, 0, true), LONG));
    assertThat(answer).isNotDone();
    server.poll(2);
    assertThat(answer).isNotDone();
    server.poll(100);
    assertThat(answer.get(20, TimeUnit.SECONDS).tails()).containsExactly(covered(0, 7));
  }

  @Test
  void tailBelowAnEndWaitsForTheEndOnlyAndIsCutThere() throws Exception {
    produce(5);
    server.reconcile();
    server.poll(100);
    produce(10);
    ServerRequest request = request(tail(0, 12, true), LONG).withEnds(Map.of(0, 8L));
    CompletableFuture<ServerResponse> answer = executor(10).submit(request);
    server.poll(2);
    assertThat(answer).isNotDone();
    server.poll(4);
    ServerResponse response = answer.get(20, TimeUnit.SECONDS);
    assertThat(response.errors()).isEmpty();
    assertThat(response.tails()).containsExactly(covered(0, 8));
    assertThat(response.statistics().docsScanned()).isEqualTo(8);
  }

  @Test
  void endThatIsNotReachedInTimeIsNamed() throws Exception {
    produce(5);
    server.reconcile();
    server.poll(100);
    ServerRequest request = request(tail(0, 12, true), SHORT).withEnds(Map.of(0, 8L));
    ServerResponse response = executor(10).submit(request).get(20, TimeUnit.SECONDS);
    assertThat(response.tails()).isEmpty();
    assertThat(response.errors().getFirst().message())
        .contains("partition 0", "at least 8,", "reached 5")
        .doesNotContain("stream's end");
  }

  @Test
  void streamThatDoesNotTellItsEndEndsInAnError() throws Exception {
    server.reconcile();
    server.poll(1);
    ServerQueryExecutor executor =
        new ServerQueryExecutor(
            server.host(),
            (_, _) -> CompletableFuture.failedFuture(new IllegalStateException("kafka is away")),
            pool,
            10,
            ServerLimits.NONE,
            new ResultCache(1 << 20),
            QueryMemory.unlimited(),
            new RunningQueries(System::nanoTime),
            System::nanoTime);
    ServerResponse response = answer(executor, tail(0, 0, true), LONG);
    assertThat(response.tails()).isEmpty();
    assertThat(response.errors().getFirst().message()).contains("kafka is away");
  }

  @Test
  void replicaJustStartedAnswersNoTailBeforeItHasPassedTheEndOfItsStart() throws Exception {
    produce(10);
    server.reconcile();
    server.poll(4);
    ServerResponse early = answer(executor(10), tail(0, 0, false), SHORT);
    assertThat(early.tails()).isEmpty();
    assertThat(early.errors().getFirst().message()).contains("still catching up");
    server.poll(100);
    assertThat(answer(executor(10), tail(0, 0, false), LONG).tails())
        .containsExactly(covered(0, 10));
  }

  @Test
  void partitionThatIsNotHereIsNotAnswered() throws Exception {
    ServerResponse response = answer(executor(10), tail(0, 0, false), SHORT);
    assertThat(response.tails()).isEmpty();
    assertThat(response.result()).isEmpty();
  }

  @Test
  void moreQueriesThanAdmittedAreRefusedAtOnce() throws Exception {
    server.reconcile();
    server.poll(1);
    ServerQueryExecutor executor = executor(1);
    CompletableFuture<ServerResponse> waiting = executor.submit(request(tail(0, 99, false), LONG));
    ServerResponse refused = answer(executor, tail(0, 0, false), LONG);
    assertThat(refused.errors().getFirst().code()).isEqualTo(QueryErrorCode.SERVER_OUT_OF_CAPACITY);
    produce(99);
    server.poll(200);
    assertThat(waiting.get(20, TimeUnit.SECONDS).errors()).isEmpty();
    await().until(() -> executor.admittedQueries() == 0);
    assertThat(answer(executor, tail(0, 0, false), LONG).errors()).isEmpty();
  }

  @Test
  void offsetsThatKafkaLostBeforeWeReadThemAreNotCovered() throws Exception {
    produce(10);
    stream.deleteBefore(4);
    server.reconcile();
    server.poll(100);
    ServerResponse response = answer(executor(10), tail(0, 0, false), LONG);
    assertThat(response.tails()).containsExactly(covered(4, 10));
  }

  @Test
  void segmentIsAnsweredByNameOnlyWithTheNamedData() throws Exception {
    SegmentMetadata first = rollOver();
    int crc = first.stored().orElseThrow().dataCrc();
    long end = first.endOffset().orElseThrow();
    String name = first.name().toString();
    ServerResponse response =
        execute(new ServerRequest.SealedPart(name, 0, crc), tail(end, 0, false));
    assertThat(response.missingSegments()).isEmpty();
    assertThat(response.statistics().docsScanned()).isEqualTo(stream.end());
    ServerResponse other =
        execute(new ServerRequest.SealedPart(name, 0, crc + 1), tail(end, 0, false));
    assertThat(other.missingSegments()).containsExactly(name);
    assertThat(other.statistics().docsScanned()).isEqualTo(stream.end() - end);
  }

  @Test
  void groupsAreFinishedOnlyIfAskedAndNothingIsMissing() throws Exception {
    SegmentMetadata first = rollOver();
    int crc = first.stored().orElseThrow().dataCrc();
    long end = first.endOffset().orElseThrow();
    ServerRequest.SealedPart sealed = new ServerRequest.SealedPart(first.name().toString(), 0, crc);
    ServerRequest.SealedPart other =
        new ServerRequest.SealedPart(first.name().toString(), 0, crc + 1);
    assertThat(finish(sealed, tail(end, 0, false)))
        .isInstanceOfSatisfying(
            PartialResult.FinishedGroups.class,
            groups ->
                assertThat(groups.aggregates().getFirst().longs()[0]).isEqualTo(stream.end()));
    assertThat(finish(other, tail(end, 0, false))).isInstanceOf(PartialResult.Groups.class);
    assertThat(finish(sealed, tail(end, stream.end() + 1, false)))
        .isInstanceOf(PartialResult.Groups.class);
    assertThat(finish(sealed, new ServerRequest.TailPart(1, 0, 0, false)))
        .isInstanceOf(PartialResult.Groups.class);
    assertThat(execute(sealed, tail(end, 0, false)).result().orElseThrow())
        .isInstanceOf(PartialResult.Groups.class);
  }

  @Test
  void groupsOfATailWithLostOffsetsAreNotFinished() throws Exception {
    produce(10);
    stream.deleteBefore(4);
    server.reconcile();
    server.poll(100);
    assertThat(finish(tail(0, 0, false))).isInstanceOf(PartialResult.Groups.class);
    assertThat(finish(tail(4, 0, false))).isInstanceOf(PartialResult.FinishedGroups.class);
  }

  @Test
  void groupsAreTrimmedAsTheBrokerAsks() throws Exception {
    produce(10);
    server.reconcile();
    server.poll(100);
    TypedExpression offset = new VirtualColumn(VirtualColumnKind.OFFSET);
    ServerPlan plan =
        new ServerPlan(
            Fixtures.TABLE,
            1,
            Optional.empty(),
            new ServerWork.GroupBy(List.of(offset), List.of(), 100, true, List.of()));
    SortKey lastFirst = new SortKey(new KeyReference(0, offset.type(), false), true, false);
    for (GroupTrim trim :
        List.of(
            new GroupTrim(List.of(lastFirst), GroupOptions.NO_TRIM, 3, 1, GroupOptions.NO_TRIM),
            new GroupTrim(List.of(lastFirst), 3, 5, 1, GroupOptions.NO_TRIM))) {
      ServerRequest request =
          ServerRequest.of(
                  "r", Fixtures.TABLE_ID, plan, List.of(), List.of(tail(0, 0, false)), SHORT)
              .withTrim(trim);
      PartialResult.Groups groups =
          (PartialResult.Groups)
              executor(10).submit(request).get(20, TimeUnit.SECONDS).result().orElseThrow();
      assertThat(groups.loss()).isEqualTo(GroupLoss.TRIMMED);
      assertThat(Arrays.copyOf(groups.keys().getFirst().longs(), groups.groupCount()))
          .containsExactlyInAnyOrder(7, 8, 9);
    }
  }

  private PartialResult finish(ServerRequest.TailPart tail) throws Exception {
    return finish(List.of(), tail);
  }

  private PartialResult finish(ServerRequest.SealedPart sealed, ServerRequest.TailPart tail)
      throws Exception {
    return finish(List.of(sealed), tail);
  }

  private PartialResult finish(List<ServerRequest.SealedPart> sealed, ServerRequest.TailPart tail)
      throws Exception {
    FinishPlan finish = new FinishPlan(Optional.empty(), List.of(), List.of(), 10);
    return executor(10)
        .submit(
            ServerRequest.of("r", Fixtures.TABLE_ID, countPlan(), sealed, List.of(tail), SHORT)
                .withFinish(finish))
        .get(20, TimeUnit.SECONDS)
        .result()
        .orElseThrow();
  }

  @Test
  void countsNeverFallForAReaderWhileSegmentsRollOver() throws Exception {
    server.reconcile();
    server.poll(1);
    ServerQueryExecutor executor = executor(10);
    AtomicBoolean isOver = new AtomicBoolean();
    List<Long> counts = new ArrayList<>();
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              while (!isOver.get()) {
                ServerResponse response = executor.submit(request(tail(0, 0, false), LONG)).join();
                long count = response.statistics().docsScanned();
                assertThat(response.errors()).isEmpty();
                assertThat(response.tails()).containsExactly(covered(0, count));
                counts.add(count);
              }
            });
    for (int round = 0; round < 1500; round++) {
      produce(random.nextInt(8));
      server.poll(random.nextInt(1, 20));
      now = now.plusMillis(700);
      server.reconcile();
      server.deliverOne(false);
      server.work();
    }
    isOver.set(true);
    reader.get(30, TimeUnit.SECONDS);
    assertThat(counts).isSorted().hasSizeGreaterThan(10);
    assertThat(cluster.segments().size()).isGreaterThan(5);
    server.poll(100_000);
    assertThat(answer(executor, tail(0, 0, false), LONG).statistics().docsScanned())
        .isEqualTo(stream.end());
  }

  @Test
  void whatSegmentsGaveCountsAsMemoryUntilItIsMerged() throws Exception {
    produce(3_000);
    while (cluster.segments().size() < 40) {
      now = now.plusSeconds(4);
      server.reconcile();
      server.poll(60);
      server.deliverOne(false);
      server.work();
    }
    ServerPlan plan = firstRowsPlan(50);
    try (QueryPool oneThread = new QueryPool(1)) {
      long enoughForOne = 1 << 10;
      while (!errors(oneThread, enoughForOne, plan, tail(stream.end() - 40, 0, false)).isEmpty()) {
        enoughForOne *= 2;
      }
      assertThat(errors(oneThread, 2 * enoughForOne, plan, tail(0, 0, false)))
          .singleElement()
          .satisfies(
              error ->
                  assertThat(error.code())
                      .isEqualTo(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED));
      assertThat(errors(oneThread, 40 * enoughForOne, plan, tail(0, 0, false))).isEmpty();
    }
  }

  @Test
  void whenAllQueriesNeedTooMuchTheLargestEndsAndTheOtherDoesNotNotice() throws Exception {
    produce(200);
    server.reconcile();
    server.poll(1_000);
    ServerRequest request = request(firstRowsPlan(200), tail(0, 0, false));
    long enough = 1 << 10;
    while (!answer(new QueryMemory(enough, "", System::nanoTime), request).errors().isEmpty()) {
      enough *= 2;
    }
    QueryMemory little = new QueryMemory(enough / 2, "add memory", System::nanoTime);
    try (QueryBudget small = little.open(LONG, QueryBudget.Limits.NONE)) {
      small.reserve().resize(enough / 8);
      assertThat(answer(little, request).errors())
          .singleElement()
          .satisfies(
              error -> {
                assertThat(error.code()).isEqualTo(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED);
                assertThat(error.message()).contains("this one holds most", "add memory");
              });
      small.check();
      assertThat(little.usedBytes()).as("given back").isEqualTo(enough / 8);
    }
    QueryMemory more = new QueryMemory(2 * enough + enough / 4, "", System::nanoTime);
    try (QueryBudget large = more.open(LONG, QueryBudget.Limits.NONE)) {
      large.reserve().resize(2 * enough);
      assertThat(answer(more, request).errors()).isEmpty();
      assertThat(large.ended()).isCompleted();
    }
  }

  @Test
  void cancelledQueryEndsWhileItWaitsForRowsAndIsListedNoMore() throws Exception {
    server.reconcile();
    server.poll(1);
    RunningQueries queries = new RunningQueries(System::nanoTime);
    ServerQueryExecutor executor = executor(QueryMemory.unlimited(), queries);
    CompletableFuture<ServerResponse> waiting = executor.submit(request(tail(0, 99, false), LONG));
    assertThat(queries.list())
        .extracting(RunningQueries.RunningQuery::requestId, RunningQueries.RunningQuery::table)
        .containsExactly(tuple("r", Fixtures.TABLE));
    assertThat(queries.cancel("another", "on request")).isZero();
    assertThat(waiting).isNotDone();
    assertThat(queries.cancel("r", "on request")).isEqualTo(1);
    assertThat(waiting.get(20, TimeUnit.SECONDS).errors())
        .containsExactly(
            new ServerError(QueryErrorCode.QUERY_CANCELLATION, "query cancelled: on request"));
    assertThat(queries.list()).isEmpty();
    assertThat(executor.admittedQueries()).isZero();
  }

  @Test
  void responseCountsAsMemoryUntilItIsSentAndMoreThanItMayTakeIsAnError() throws Exception {
    produce(200);
    server.reconcile();
    server.poll(1_000);
    QueryMemory memory = QueryMemory.unlimited();
    ServerQueryExecutor executor = executor(memory, new RunningQueries(System::nanoTime));
    ServerRequest request = request(firstRowsPlan(200), tail(0, 0, false));
    ServerAnswer whole = executor.submitForWire(request).get(20, TimeUnit.SECONDS);
    int size = whole.bytes().remaining();
    assertThat(decoded(whole).result()).isPresent();
    assertThat(decoded(whole).statistics().threads().cpuNanos()).isPositive();
    assertThat(memory.usedBytes()).isGreaterThanOrEqualTo(size);
    assertThat(executor.admittedQueries()).isEqualTo(1);
    whole.close();
    whole.close();
    assertThat(memory.usedBytes()).isZero();
    assertThat(executor.admittedQueries()).isZero();
    ServerRequest limited =
        request.withLimits(
            new ServerRequest.Limits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, size / 2));
    try (ServerAnswer refused = executor.submitForWire(limited).get(20, TimeUnit.SECONDS)) {
      assertThat(decoded(refused).result()).isEmpty();
      assertThat(decoded(refused).errors())
          .singleElement()
          .satisfies(
              error -> assertThat(error.message()).contains("limit of " + size / 2 + " bytes"));
    }
  }

  @Test
  void rowsThatAQueryMayLookAtAreLimitedByItsOption() throws Exception {
    produce(200);
    server.reconcile();
    server.poll(1_000);
    ServerRequest request = request(firstRowsPlan(200), tail(0, 0, false));
    ServerRequest limited =
        request.withLimits(
            new ServerRequest.Limits(Integer.MAX_VALUE, Long.MAX_VALUE, 100, Long.MAX_VALUE));
    assertThat(answer(QueryMemory.unlimited(), limited).errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(QueryErrorCode.QUERY_SCAN_LIMIT_EXCEEDED);
              assertThat(error.message()).contains("limit of 100 rows", "option maxScannedRows");
            });
  }

  private static ServerResponse decoded(ServerAnswer answer) {
    byte[] bytes = new byte[answer.bytes().remaining()];
    answer.bytes().duplicate().get(bytes);
    return ServerResponseCodec.decode(bytes);
  }

  private ServerResponse answer(QueryMemory memory, ServerRequest request) throws Exception {
    return executor(memory, new RunningQueries(System::nanoTime))
        .submit(request)
        .get(20, TimeUnit.SECONDS);
  }

  private ServerQueryExecutor executor(QueryMemory memory, RunningQueries queries) {
    return new ServerQueryExecutor(
        server.host(),
        (_, _) -> CompletableFuture.completedFuture(stream.end()),
        pool,
        10,
        ServerLimits.NONE,
        new ResultCache(0),
        memory,
        queries,
        System::nanoTime);
  }

  private static ServerRequest request(ServerPlan plan, ServerRequest.TailPart tail) {
    return ServerRequest.of("r", Fixtures.TABLE_ID, plan, List.of(), List.of(tail), LONG);
  }

  private List<ServerError> errors(
      QueryPool threads, long maxMemoryBytes, ServerPlan plan, ServerRequest.TailPart tail)
      throws Exception {
    ServerQueryExecutor executor =
        new ServerQueryExecutor(
            server.host(),
            (_, _) -> CompletableFuture.completedFuture(stream.end()),
            threads,
            1,
            new ServerLimits(maxMemoryBytes, Long.MAX_VALUE, Long.MAX_VALUE),
            new ResultCache(0),
            QueryMemory.unlimited(),
            new RunningQueries(System::nanoTime),
            System::nanoTime);
    return executor
        .submit(ServerRequest.of("r", Fixtures.TABLE_ID, plan, List.of(), List.of(tail), LONG))
        .get(20, TimeUnit.SECONDS)
        .errors();
  }

  private static ServerPlan firstRowsPlan(long rows) {
    return new ServerPlan(
        Fixtures.TABLE,
        1,
        Optional.empty(),
        new ServerWork.Select(
            List.of(
                new TypedExpression.VirtualColumn(TypedExpression.VirtualColumnKind.SEGMENT_NAME)),
            List.of(),
            rows));
  }

  /** Goes on until the first segment is ONLINE and served. */
  private SegmentMetadata rollOver() {
    produce(120);
    while (cluster.segment(0).state() != SegmentState.ONLINE
        || server.serving().orElseThrow().view().segments().getFirst().dataCrc().isEmpty()) {
      now = now.plusSeconds(4);
      server.reconcile();
      server.poll(60);
      server.deliverOne(false);
      server.work();
    }
    server.poll(1000);
    return cluster.segment(0);
  }

  private ServerResponse execute(ServerRequest.SealedPart sealed, ServerRequest.TailPart tail)
      throws Exception {
    return executor(10)
        .submit(
            ServerRequest.of(
                "r", Fixtures.TABLE_ID, countPlan(), List.of(sealed), List.of(tail), LONG))
        .get(20, TimeUnit.SECONDS);
  }

  private ServerQueryExecutor executor(int maxQueries) {
    return new ServerQueryExecutor(
        server.host(),
        (_, _) -> CompletableFuture.completedFuture(stream.end()),
        pool,
        maxQueries,
        ServerLimits.NONE,
        new ResultCache(1 << 20),
        QueryMemory.unlimited(),
        new RunningQueries(System::nanoTime),
        System::nanoTime);
  }

  private void produce(int count) {
    for (int i = 0; i < count; i++) {
      stream.append(Optional.of("7"));
    }
  }

  private static ServerResponse answer(
      ServerQueryExecutor executor, ServerRequest.TailPart tail, Duration timeout)
      throws Exception {
    return executor.submit(request(tail, timeout)).get(20, TimeUnit.SECONDS);
  }

  private static ServerRequest request(ServerRequest.TailPart tail, Duration timeout) {
    return ServerRequest.of("r", Fixtures.TABLE_ID, countPlan(), List.of(), List.of(tail), timeout);
  }

  private static ServerRequest.TailPart tail(long from, long minimumEnd, boolean passEnd) {
    return new ServerRequest.TailPart(0, from, minimumEnd, passEnd);
  }

  private static TailCoverage covered(long start, long end) {
    return new TailCoverage(0, new OffsetRange(start, end));
  }

  private static ServerPlan countPlan() {
    AggregateCall count =
        new AggregateCall(
            AggregateFunction.COUNT,
            List.of(),
            List.of(),
            Optional.empty(),
            ResultType.of(DataType.LONG),
            false,
            AggregateCall.EmptyHabit.STANDARD_NULL);
    return new ServerPlan(
        Fixtures.TABLE, 1, Optional.empty(), new ServerWork.Aggregate(List.of(count)));
  }
}
