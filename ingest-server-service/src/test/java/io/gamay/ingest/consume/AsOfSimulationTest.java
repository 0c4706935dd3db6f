package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.TableConfig;
import io.gamay.ingest.execute.QueryPool;
import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.ServerLimits;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.ingest.hosting.PartitionView;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.reuse.ResultCache;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers consume, seal and restart on their own; at any time, each answers as of the same
 * offsets what the records below these say: while the segment in which an offset falls is consumed,
 * about to be sealed, and sealed, also from kept results.
 */
class AsOfSimulationTest {

  private static final int CASES = 30;
  private static final int STEPS = 300;

  @TempDir Path directory;

  /** What an offset can fall into. */
  private enum Place {
    CONSUMING,
    COMMITTING,
    SEALED_IN_TAIL,
    SEALED_BY_NAME,
    BOUNDARY
  }

  private record Row(long offset, long number) {}

  /**
   * @param naive the answer's rows of the records, as text
   */
  private record Asked(String sql, Function<List<Row>, List<String>> naive) {}

  private static final List<Asked> QUERIES =
      List.of(
          new Asked("SELECT COUNT(*) FROM trips", rows -> List.of("" + rows.size())),
          new Asked(
              "SELECT COUNT(*), SUM(number) FROM trips WHERE number >= 500",
              rows -> {
                List<Row> large = rows.stream().filter(row -> row.number() >= 500).toList();
                return List.of(
                    large.size()
                        + ","
                        + (large.isEmpty() ? "null" : large.stream().mapToLong(Row::number).sum()));
              }),
          new Asked(
              "SELECT MIN(number), MAX(number), COUNT(DISTINCT number) FROM trips",
              rows ->
                  List.of(
                      rows.isEmpty()
                          ? "null,null,0"
                          : "%d,%d,%d"
                              .formatted(
                                  rows.stream().mapToLong(Row::number).min().getAsLong(),
                                  rows.stream().mapToLong(Row::number).max().getAsLong(),
                                  rows.stream().map(Row::number).distinct().count()))),
          new Asked(
              "SELECT text, COUNT(*) FROM trips GROUP BY text ORDER BY text LIMIT 5000",
              rows ->
                  new TreeMap<>(
                          rows.stream()
                              .collect(
                                  Collectors.groupingBy(
                                      row -> "" + row.number(), Collectors.counting())))
                      .entrySet().stream()
                          .map(group -> group.getKey() + "," + group.getValue())
                          .toList()),
          new Asked(
              "SELECT DISTINCT number FROM trips ORDER BY number LIMIT 5000",
              rows ->
                  rows.stream()
                      .map(Row::number)
                      .distinct()
                      .sorted()
                      .map(Object::toString)
                      .toList()),
          new Asked(
              "SELECT $offset, number FROM trips LIMIT 20",
              rows -> rows.stream().limit(20).map(r -> r.offset() + "," + r.number()).toList()),
          new Asked(
              "SELECT number, $offset FROM trips ORDER BY number DESC LIMIT 7",
              rows ->
                  rows.stream()
                      .sorted(
                          Comparator.comparingLong(Row::number)
                              .reversed()
                              .thenComparingLong(Row::offset))
                      .limit(7)
                      .map(row -> row.number() + "," + row.offset())
                      .toList()),
          new Asked(
              "SELECT MAX($offset), COUNT(*) FILTER (WHERE number < 300) FROM trips",
              rows ->
                  List.of(
                      (rows.isEmpty() ? "null" : "" + rows.getLast().offset())
                          + ","
                          + rows.stream().filter(row -> row.number() < 300).count())));

  @Test
  void answersAsOfAnOffsetAreThoseOfItsRecordsOnEachServerAtAnyTimeAfter() {
    Map<Place, AtomicLong> places = new EnumMap<>(Place.class);
    for (Place place : Place.values()) {
      places.put(place, new AtomicLong());
    }
    AtomicLong reused = new AtomicLong();
    int[] number = {0};
    try (QueryPool pool = new QueryPool(2)) {
      Seeds.forEach(
          CASES,
          random -> {
            Case one = new Case(random, directory.resolve("case-" + number[0]++), pool, places);
            one.run();
            reused.addAndGet(one.reused);
          });
    }
    if (!Seeds.isReplay()) {
      assertThat(reused).hasPositiveValue();
      Set<Place> met = EnumSet.noneOf(Place.class);
      places.forEach((place, times) -> met.addAll(times.get() > 0 ? Set.of(place) : Set.of()));
      assertThat(met).isEqualTo(EnumSet.allOf(Place.class));
    }
  }

  private static final class Case {
    private final SeededRandom random;
    private final Map<Place, AtomicLong> places;
    private final List<Row> records = new ArrayList<>();
    private final List<InMemoryStream> streams = new ArrayList<>();
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final List<ServerQueryExecutor> executors = new ArrayList<>();
    private final List<Long> vectors = new ArrayList<>(List.of(0L));
    private final SimulatedCluster cluster;
    private final QueryPool pool;
    private final AtomicLong seconds = new AtomicLong();
    private final QueryPlanner.Context context =
        new QueryPlanner.Context(
            InstantSource.fixed(Instant.EPOCH), Dialect.STANDARD, Duration.ofDays(300), 100_000);
    private Instant now = Instant.EPOCH;
    long reused;

    Case(SeededRandom random, Path directory, QueryPool pool, Map<Place, AtomicLong> places)
        throws Exception {
      this.random = random;
      this.pool = pool;
      this.places = places;
      TableConfig config =
          Fixtures.withIndexes(
              Fixtures.config(1, OptionalLong.of(random.between(5, 60)), Duration.ofDays(1)),
              new IndexDecisions(
                  random.chance(0.5) ? Set.of("text", "number") : Set.of(), Set.of(), Map.of()));
      cluster = new SimulatedCluster(random, List.of("A", "B"), config);
      InMemoryDeepStore deepStore = new InMemoryDeepStore();
      for (String id : List.of("A", "B")) {
        InMemoryStream stream = new InMemoryStream();
        streams.add(stream);
        SimulatedServer server =
            new SimulatedServer(
                id, random, stream, cluster, deepStore, directory.resolve(id), () -> now, 1L << 40);
        servers.add(server);
      }
      startExecutors();
    }

    private void startExecutors() {
      executors.clear();
      for (int index = 0; index < servers.size(); index++) {
        InMemoryStream stream = streams.get(index);
        executors.add(
            new ServerQueryExecutor(
                servers.get(index).host(),
                (_, _) -> CompletableFuture.completedFuture(stream.end()),
                pool,
                100,
                ServerLimits.NONE,
                new ResultCache(1 << 20),
                QueryMemory.unlimited(),
                new RunningQueries(System::nanoTime),
                () -> seconds.incrementAndGet() * 1_000_000_000L));
      }
    }

    void run() throws Exception {
      for (int step = 0; step < STEPS; step++) {
        step();
        if (random.chance(0.3)) {
          long end = streams.getFirst().end();
          vectors.add(end == 0 ? 0 : (long) random.between(0, (int) end));
          vectors.addAll(random.chance(0.3) ? starts() : List.of());
        }
        int server = random.between(0, 1);
        ask(server, random.oneOf(vectors), random.oneOf(QUERIES));
      }
      for (long asOf : List.of(vectors.getFirst(), vectors.getLast(), vectors.get(1))) {
        for (Asked query : QUERIES) {
          for (int time = 0; time < 3; time++) {
            ask(0, asOf, query);
            ask(1, asOf, query);
          }
        }
      }
      servers.forEach(SimulatedServer::close);
    }

    private List<Long> starts() {
      return cluster.segments().values().stream().map(SegmentMetadata::startOffset).toList();
    }

    private void step() throws Exception {
      SimulatedServer server = servers.get(random.between(0, 1));
      switch (random.between(0, 22)) {
        case 0, 1, 2, 3 -> produce();
        case 4, 5, 6, 7, 8, 9 -> server.poll(random.between(1, 20));
        case 10, 11, 12 -> server.reconcile();
        case 13, 14, 15 -> server.deliverOne(true);
        case 16, 17, 18, 19 -> server.work();
        case 20, 21 -> now = now.plusSeconds(random.between(1, 8));
        default -> {
          if (random.chance(0.2)) {
            server.restart();
            startExecutors();
          }
        }
      }
    }

    private void produce() {
      for (int count = random.between(1, 15); count > 0; count--) {
        int kind = random.between(0, 9);
        long number = random.between(0, 1000);
        if (kind > 1) {
          records.add(new Row(streams.getFirst().end(), number));
        }
        Optional<String> value =
            kind == 0 ? Optional.empty() : Optional.of(kind == 1 ? "bad" : "" + number);
        streams.forEach(stream -> stream.append(value));
      }
    }

    /** As a broker with the newest view asks one server for everything, if it has it by now. */
    private void ask(int index, long asOf, Asked query) throws Exception {
      SimulatedServer server = servers.get(index);
      if (server.serving().isEmpty()) {
        return;
      }
      PartitionView view = server.serving().get().view();
      List<SealedPart> sealed = new ArrayList<>();
      long next = 0;
      for (SegmentMetadata segment : cluster.segments().values()) {
        if (segment.state() != SegmentState.ONLINE || random.chance(0.1)) {
          break;
        }
        int crc = segment.stored().orElseThrow().dataCrc();
        if (view.segment(segment.name())
            .filter(here -> here.dataCrc().equals(OptionalInt.of(crc)))
            .isEmpty()) {
          break;
        }
        if (next < asOf) {
          sealed.add(new SealedPart(segment.name().toString(), 0, crc));
        }
        next = segment.endOffset().getAsLong();
      }
      boolean hasTail = next < asOf;
      if (hasTail && !(view.isTailReady() && view.tailEnd(next) >= asOf)) {
        return;
      }
      QueryPlan plan =
          new QueryPlanner()
              .plan(new SqlParser().parse(query.sql()), Fixtures.schema(1), Map.of(), context);
      ServerResponse response = answer(index, plan, sealed, next, asOf);
      assertThat(response.errors()).isEmpty();
      assertThat(response.missingSegments()).isEmpty();
      assertThat(response.tails())
          .isEqualTo(
              hasTail ? List.of(new TailCoverage(0, new OffsetRange(next, asOf))) : List.of());
      assertThat(rows(plan, response))
          .as("%s as of %d on server %d, tail from %d of %s", query.sql(), asOf, index, next, view)
          .isEqualTo(
              query.naive().apply(records.stream().filter(row -> row.offset() < asOf).toList()));
      reused += response.statistics().segmentsReused();
      placeOf(view, asOf, hasTail).ifPresent(place -> times(place).incrementAndGet());
    }

    private AtomicLong times(Place place) {
      return Objects.requireNonNull(places.get(place));
    }

    private ServerResponse answer(
        int index, QueryPlan plan, List<SealedPart> sealed, long tailFrom, long asOf)
        throws Exception {
      List<TailPart> tails =
          tailFrom < asOf
              ? List.of(
                  new TailPart(
                      0, tailFrom, asOf + random.between(0, 1) * 1_000L, random.chance(0.5)))
              : List.of();
      ServerRequest request =
          ServerRequest.of(
                  "r", Fixtures.TABLE_ID, plan.server(), sealed, tails, Duration.ofDays(300))
              .withEnds(Map.of(0, asOf));
      if (plan.finish().isPresent() && random.chance(0.5)) {
        request = request.withFinish(plan.finish().get());
      }
      return executors
          .get(index)
          .submit(ServerRequestCodec.decode(ServerRequestCodec.encode(request)))
          .get(20, TimeUnit.SECONDS);
    }

    private static List<String> rows(QueryPlan plan, ServerResponse response) {
      try (PartialResultMerger merger =
          PartialResultMerger.onBroker(plan.server().work(), QueryBudget.unlimited())) {
        response.result().ifPresent(merger::add);
        return ResultBuilder.build(plan, Optional.of(merger.result())).rows().stream()
            .map(row -> row.stream().map(Case::text).collect(Collectors.joining(",")))
            .toList();
      }
    }

    private static String text(Cell cell) {
      return switch (cell) {
        case Cell.Single(Value.LongValue(long value)) -> "" + value;
        case Cell.Single(Value.IntValue(int value)) -> "" + value;
        case Cell.Single(Value.StringValue(String value)) -> value;
        case Cell.Null _ -> "null";
        case Cell other -> throw new AssertionError("cell of another kind: " + other);
      };
    }

    private Optional<Place> placeOf(PartitionView view, long asOf, boolean inTail) {
      for (ServedSegment served : view.segments()) {
        if (served.start() == asOf && asOf > 0) {
          return Optional.of(Place.BOUNDARY);
        }
        if (served.start() < asOf && (served.end().isEmpty() || served.end().getAsLong() > asOf)) {
          if (served.dataCrc().isPresent()) {
            return Optional.of(inTail ? Place.SEALED_IN_TAIL : Place.SEALED_BY_NAME);
          }
          return Optional.of(served.end().isPresent() ? Place.COMMITTING : Place.CONSUMING);
        }
      }
      return Optional.empty();
    }
  }
}
