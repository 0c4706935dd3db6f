package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.ingest.execute.QueryPool;
import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.ServerLimits;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.explain.Operator;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.reuse.ResultCache;
import io.gamay.query.sql.Query.Explain;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.testkit.random.SeededRandom;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests over sealed segments and a tail; each look at the clock takes a second. */
@Timeout(60)
class ResultReuseTest {

  private static final int SEALED = 3;

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final InMemoryStream stream = new InMemoryStream();
  private final QueryPool pool = new QueryPool(2);
  private final AtomicLong seconds = new AtomicLong();
  private final ResultCache cache = new ResultCache(1 << 20);
  private final ServerPlan plan = offsets(1000);
  private SimulatedCluster cluster;
  private SimulatedServer server;
  private ServerQueryExecutor executor;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void sealSomeSegments() throws Exception {
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
    executor = executor(cache);
    produce(50 * SEALED + 7);
    while (sealed().size() < SEALED || served().stream().anyMatch(part -> part.dataCrc() == 0)) {
      roll();
    }
    server.poll(1000);
  }

  @AfterEach
  void stop() {
    pool.close();
    server.close();
  }

  @Test
  void fromItsThirdTimeOnAQueryReadsItsTailOnly() throws Exception {
    ServerResponse first = ask(request(plan, 0, true));
    assertThat(ask(request(plan, 0, true)).statistics().segmentsReused()).isZero();
    ServerResponse third = ask(request(plan, 0, true));
    assertThat(third.statistics().segmentsReused()).isEqualTo(SEALED);
    assertThat(third.statistics().docsScanned()).isEqualTo(first.statistics().docsScanned());
    assertThat(third.statistics().segmentsQueried())
        .isEqualTo(first.statistics().segmentsQueried());
    assertSameRows(third, first);
    assertThat(cache.hits()).isEqualTo(SEALED);
    assertThat(cache.misses()).isEqualTo(2 * SEALED);
  }

  @Test
  void rowsThatCameSinceAreInTheAnswer() throws Exception {
    askThreeTimes(request(plan, 0, true));
    produce(5);
    server.poll(1000);
    ServerResponse response = ask(request(plan, 0, true));
    assertThat(response.statistics().segmentsReused()).isEqualTo(SEALED);
    assertThat(rows(response)).isEqualTo(stream.end());
  }

  @Test
  void segmentSealedSinceIsExecutedOnceAndTheOthersNot() throws Exception {
    askThreeTimes(request(plan, 0, true));
    produce(60);
    while (sealed().size() == SEALED) {
      roll();
    }
    server.poll(1000);
    int sealedNow = served().size();
    assertThat(sealedNow).isGreaterThan(SEALED);
    ServerResponse next = ask(request(plan, 0, true));
    assertThat(next.statistics().segmentsReused()).isEqualTo(SEALED);
    ServerResponse again = ask(request(plan, 0, true));
    assertThat(again.statistics().segmentsReused()).isEqualTo(sealedNow);
    assertThat(rows(again)).isEqualTo(stream.end());
    assertSameRows(again, next);
  }

  @Test
  void tailFromWithinASealedSegmentIsAnotherResult() throws Exception {
    askThreeTimes(tailOnly(plan, 0));
    long inFirst = 3;
    ServerResponse response = ask(tailOnly(plan, inFirst));
    assertThat(response.statistics().segmentsReused()).isEqualTo(SEALED - 1);
    assertThat(rows(response)).isEqualTo(stream.end() - inFirst);
    assertThat(ask(tailOnly(plan, inFirst)).statistics().segmentsReused()).isEqualTo(SEALED);
    assertThat(rows(ask(tailOnly(plan, inFirst + 1)))).isEqualTo(stream.end() - inFirst - 1);
  }

  @Test
  void queryThatWantsNoneOfItIsExecuted() throws Exception {
    askThreeTimes(request(plan, 0, true));
    ServerResponse without = ask(request(plan, 0, false));
    assertThat(without.statistics().segmentsReused()).isZero();
    assertSameRows(without, ask(request(plan, 0, true)));
  }

  @Test
  void explanationsAreOfWhatIsReadAndNotOfWhatWasKept() throws Exception {
    askThreeTimes(request(plan, 0, true));
    long hits = cache.hits();
    ServerResponse plain = ask(request(plan, 0, false));
    ServerResponse run = ask(explaining(Explain.ANALYZE));
    assertSameRows(run, plain);
    Operator root = run.explanation().orElseThrow().root();
    assertThat(root.name()).isEqualTo("COMBINE_SELECT");
    assertThat(root.measure().rowsOut()).isEqualTo(OptionalLong.of(stream.end()));
    assertThat(root.children().stream().mapToLong(s -> s.measure().rowsOut().orElseThrow()).sum())
        .isEqualTo(stream.end());
    assertThat(run.explanation().orElseThrow().matchAllFilterSegments()).isEqualTo(SEALED + 1);

    ServerResponse told = ask(explaining(Explain.PLAN));
    assertThat(rows(told)).isZero();
    assertThat(told.tails()).isEqualTo(plain.tails());
    assertThat(told.statistics().docsScanned()).isZero();
    assertThat(told.statistics().totalDocs()).isEqualTo(stream.end());
    assertThat(told.explanation().orElseThrow().root().children())
        .extracting(Operator::text)
        .containsExactlyInAnyOrder(
            "SEALED_SEGMENTS: segments: 3, rows: 150", "CONSUMING_SEGMENTS: segments: 1, rows: 7");
    assertThat(cache.hits()).isEqualTo(hits);
  }

  private ServerRequest explaining(Explain mode) {
    ServerRequest plain = request(plan, 0, true);
    return plain.withExplain(mode);
  }

  @Test
  void dataOfAnotherChecksumIsMissingAsWithoutACache() throws Exception {
    askThreeTimes(request(plan, 0, true));
    ServerResponse response = ask(request(plan, 1, true));
    assertThat(response.missingSegments()).hasSize(SEALED);
    assertThat(response.statistics().segmentsReused()).isZero();
  }

  @Test
  void segmentThatWasDroppedIsNotAnsweredFor() throws Exception {
    askThreeTimes(request(plan, 0, true));
    ServerRequest before = request(plan, 0, true);
    server.dropCorrupt(sealed().getFirst().name());
    ServerResponse response = ask(before);
    assertThat(response.missingSegments()).containsExactly(sealed().getFirst().name().toString());
    assertThat(response.statistics().segmentsReused()).isEqualTo(SEALED - 1);
    assertThat(rows(response)).isLessThan(stream.end());
  }

  @Test
  void queriesOfOnePlanAtOnceAllAnswer() throws Exception {
    List<CompletableFuture<ServerResponse>> answers =
        java.util.stream.IntStream.range(0, 40)
            .mapToObj(_ -> executor.submit(request(plan, 0, true)))
            .toList();
    for (CompletableFuture<ServerResponse> answer : answers) {
      assertThat(rows(answer.get(20, TimeUnit.SECONDS))).isEqualTo(stream.end());
    }
  }

  private void askThreeTimes(ServerRequest request) throws Exception {
    for (int time = 0; time < 3; time++) {
      ask(request);
    }
  }

  private ServerResponse ask(ServerRequest request) throws Exception {
    return executor.submit(request).get(20, TimeUnit.SECONDS);
  }

  /**
   * @param crcDifference to what the segments have
   */
  private ServerRequest request(ServerPlan plan, int crcDifference, boolean resultReuse) {
    List<SealedPart> parts =
        served().stream()
            .map(
                part ->
                    new SealedPart(
                        part.segmentName(), part.partition(), part.dataCrc() + crcDifference))
            .toList();
    long end = sealed().getLast().endOffset().orElseThrow();
    return ServerRequest.of(
            "r",
            Fixtures.TABLE_ID,
            plan,
            parts,
            List.of(new TailPart(0, end, 0, false)),
            Duration.ofDays(300))
        .withResultReuse(resultReuse);
  }

  private static ServerRequest tailOnly(ServerPlan plan, long from) {
    return ServerRequest.of(
        "r",
        Fixtures.TABLE_ID,
        plan,
        List.of(),
        List.of(new TailPart(0, from, 0, false)),
        Duration.ofDays(300));
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
    return ((SelectedRows) response.result().orElseThrow()).rowCount();
  }

  private static void assertSameRows(ServerResponse actual, ServerResponse expected) {
    assertThat(resultBytes(actual)).isEqualTo(resultBytes(expected));
  }

  private static byte[] resultBytes(ServerResponse response) {
    return ServerResponseCodec.encode(ServerResponse.of("r", response.result()));
  }

  private List<SegmentMetadata> sealed() {
    return cluster.segments().values().stream()
        .filter(segment -> segment.state() == SegmentState.ONLINE)
        .toList();
  }

  /** The sealed segments as metadata has them; a checksum of 0 where they are not served yet. */
  private List<SealedPart> served() {
    return sealed().stream()
        .map(
            segment ->
                new SealedPart(
                    segment.name().toString(),
                    0,
                    server
                        .serving()
                        .orElseThrow()
                        .view()
                        .segment(segment.name())
                        .map(found -> found.dataCrc().orElse(0))
                        .orElse(0)))
        .toList();
  }

  private void roll() {
    now = now.plusSeconds(4);
    server.reconcile();
    server.poll(50);
    server.deliverOne(false);
    server.work();
  }

  private void produce(int count) {
    for (int i = 0; i < count; i++) {
      stream.append(Optional.of("7"));
    }
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
        () -> seconds.incrementAndGet() * 1_000_000_000L);
  }
}
