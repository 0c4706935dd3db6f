package io.gamay.broker.scatter;

import static io.gamay.broker.Views.SEGMENT_OFFSETS;
import static io.gamay.broker.Views.config;
import static io.gamay.broker.Views.longs;
import static io.gamay.broker.Views.partition;
import static io.gamay.broker.Views.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.broker.Views;
import io.gamay.broker.admit.BrokerLimits;
import io.gamay.broker.admit.RunningQueries;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.gather.QueryAnswer.Problem;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.offset.OffsetToken;
import io.gamay.query.offset.TableOffsets;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What answers cover, and what queries want them to: brokers before replicas of partitions of which
 * each offset is a row.
 */
class OffsetVectorTest {

  private static final String COUNT = "SELECT COUNT(*) FROM t";

  private final TableSchema schema =
      new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.LONG)));
  private final Replicas replicas = new Replicas();
  private final Map<Integer, List<SegmentView>> partitions = new TreeMap<>();
  private final Broker broker = new Broker();

  // What is said

  @Test
  void answerSaysUpToWhereItCoversEachPartition() throws Exception {
    partitions.put(0, List.of(Views.online(0, "s1"), Views.consuming(1, "s1")));
    partitions.put(4, List.of(Views.consuming(0, "s2")));
    replicas.reach("s1", 0, 130);
    QueryAnswer answer = broker.ask(COUNT);
    assertThat(answer.offsets()).isEqualTo(Map.of(0, 130L, 4, 0L));
    assertThat(token(answer).tables())
        .containsExactly(
            new TableOffsets("t-1", Map.of(0, new OffsetRange(0, 130), 4, new OffsetRange(0, 0))));
  }

  @Test
  void partitionWithAHoleIsNotSaidToBeCovered() {
    partitions.put(0, List.of(Views.online(0, "s1"), Views.online(1), Views.consuming(2, "s1")));
    replicas.reach("s1", 0, 230);
    QueryAnswer answer = broker.ask(COUNT);
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.offsets()).isEmpty();
    assertThat(answer.coverage()).hasSize(1);
  }

  @Test
  void tokenHandsOnWhatWasSaidOfOtherTablesAndNeverFalls() throws Exception {
    partitions.put(0, List.of(Views.consuming(0, "s1")));
    replicas.reach("s1", 0, 30);
    TableOffsets other = offsets("u-1", 5, 0);
    OffsetToken before = OffsetToken.of(other).with(offsets("t-1", 20, 7));
    QueryAnswer answer = broker.carrying(before).ask(COUNT);
    assertThat(token(answer).of("u-1")).contains(other);
    assertThat(token(answer).of("t-1"))
        .contains(
            new TableOffsets("t-1", Map.of(0, new OffsetRange(0, 30), 1, new OffsetRange(0, 7))));
  }

  // What is wanted at least

  @Test
  void whatATokenSaysIsWaitedForAndAskedOfTheOtherReplicaIfOneDoesNotGetThere() {
    partitions.put(0, List.of(Views.consuming(0, "s1", "s2")));
    replicas.end(0, 50);
    replicas.reach("s1", 0, 20);
    replicas.reach("s2", 0, 50);
    replicas.slow = true;
    broker.marks.raise("t-1", 0, 20, "s1");
    QueryAnswer answer =
        broker.ask(COUNT, "offsetToken", OffsetToken.of(offsets("t-1", 40)).text());
    assertThat(answer.problems()).isEmpty();
    assertThat(count(answer)).isEqualTo(50);
    assertThat(replicas.requests)
        .extracting(request -> request.tails().getFirst().minimumEnd())
        .containsExactly(40L, 40L);
  }

  @Test
  void offsetsThatNobodyReachesAreAnErrorThatNamesThem() {
    partitions.put(0, List.of(Views.consuming(0, "s1")));
    replicas.reach("s1", 0, 20);
    replicas.slow = true;
    broker.marks.raise("t-1", 0, 20, "s1");
    for (Map.Entry<String, String> option :
        List.of(
            Map.entry("minOffsets", "0:40"),
            Map.entry("minOffsets", OffsetToken.of(offsets("t-1", 40)).text()),
            Map.entry("offsetToken", OffsetToken.of(offsets("t-1", 40)).text()),
            Map.entry("asOf", "0:40"))) {
      QueryAnswer answer = broker.ask(COUNT, option.getKey(), option.getValue());
      assertThat(answer.isPartial()).isTrue();
      assertThat(answer.table()).as(option.getKey()).isEmpty();
      assertThat(answer.problems().getFirst().message())
          .as(option.getKey())
          .contains("partition 0", "at least 40", "reached 20");
    }
  }

  @Test
  void theLargerOfOwnMarkAndTokenIsWanted() {
    partitions.put(0, List.of(Views.consuming(0, "s1")));
    replicas.reach("s1", 0, 50);
    broker.marks.raise("t-1", 0, 30, "s1");
    var _ = broker.ask(COUNT, "offsetToken", OffsetToken.of(offsets("t-1", 40)).text());
    var _ = broker.carrying(OffsetToken.of(offsets("t-1", 10))).ask(COUNT);
    assertThat(replicas.requests)
        .extracting(request -> request.tails().getFirst().minimumEnd())
        .containsExactly(40L, 50L);
  }

  @Test
  void tokenOfAnotherTableOrCreationIsRefusedAsAnOptionAndHandedOnBesideTheQuery()
      throws Exception {
    partitions.put(0, List.of(Views.consuming(0, "s1")));
    replicas.reach("s1", 0, 50);
    OffsetToken other = OffsetToken.of(offsets("t-0", 90)).with(offsets("u-1", 70));
    for (String option : List.of("minOffsets", "offsetToken", "asOf")) {
      assertThatThrownBy(() -> broker.ask(COUNT, option, other.text()))
          .isInstanceOfSatisfying(
              QueryException.class,
              refused -> assertThat(refused.code()).isEqualTo(QueryErrorCode.QUERY_VALIDATION))
          .hasMessageContaining("option " + option, "[u-1, t-0]", "table t is t-1");
    }
    QueryAnswer answer = broker.carrying(other).ask(COUNT);
    assertThat(answer.problems()).isEmpty();
    assertThat(token(answer).of("u-1")).contains(offsets("u-1", 70));
  }

  // Exactly

  @Test
  void answerAsOfAnOffsetIsCutWhereverItFalls() {
    partitions.put(
        0, List.of(Views.online(0, "s1"), Views.online(1, "s1"), Views.consuming(2, "s1")));
    replicas.reach("s1", 0, 250);
    for (long asOf : new long[] {0, 1, 99, 100, 101, 199, 200, 201, 250}) {
      replicas.requests.clear();
      QueryAnswer answer = broker.ask(COUNT, "asOf", "0:" + asOf);
      assertThat(answer.problems()).as("as of %d", asOf).isEmpty();
      assertThat(count(answer)).isEqualTo(asOf);
      assertThat(answer.offsets()).isEqualTo(Map.of(0, asOf));
      int segments = replicas.requests.stream().mapToInt(r -> r.sealed().size()).sum();
      int tails = replicas.requests.stream().mapToInt(r -> r.tails().size()).sum();
      assertThat(segments).isEqualTo((int) Math.min(2, (asOf + 99) / 100));
      assertThat(tails).isEqualTo(asOf > 200 ? 1 : 0);
    }
  }

  @Test
  void rangesThatTheBrokerLeavesOutAreCutToo() {
    partitions.put(
        0,
        List.of(
            Views.online(0, Map.of("x", longs(0, 5)), "s1"),
            Views.online(1, Map.of("x", longs(0, 5)), "s1"),
            Views.consuming(2, "s1")));
    QueryAnswer answer = broker.ask(COUNT + " WHERE x > 1000", "asOf", "0:140");
    assertThat(answer.problems()).isEmpty();
    assertThat(answer.coverage()).isEqualTo(Map.of(0, List.of(new OffsetRange(0, 140))));
    assertThat(replicas.requests).isEmpty();
    QueryAnswer first = broker.ask(COUNT + " WHERE x > 1000", "asOf", "0:100");
    assertThat(first.coverage()).isEqualTo(Map.of(0, List.of(new OffsetRange(0, 100))));
    assertThat(first.effort().segmentsPruned()).isEqualTo(1);
    String explain = "EXPLAIN PLAN FOR " + COUNT + " WHERE x > 1000";
    assertThat(broker.ask(explain, "asOf", "0:140").table().orElseThrow().rows().toString())
        .contains("PRUNED_BY_BROKER", "segments: 2");
  }

  @Test
  void offsetsBelowWhatRetentionLeftAreAnErrorThatNamesTheRange() throws Exception {
    partitions.put(0, List.of(Views.online(0, "s1"), Views.online(1, "s1")));
    String whole = broker.ask(COUNT).offsetToken().orElseThrow();
    assertThat(count(broker.ask(COUNT, "asOf", whole))).isEqualTo(200);
    partitions.put(0, List.of(Views.online(1, "s1"), Views.consuming(2, "s1")));
    assertThatThrownBy(() -> broker.ask(COUNT, "asOf", whole))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("asOf", "[0, 100) of partition 0", "begins at 100 now");
    assertThatThrownBy(() -> broker.ask(COUNT, "asOf", "0:60"))
        .hasMessageContaining("[0, 60) of partition 0");
    assertThat(count(broker.ask(COUNT, "asOf", "0:160"))).isEqualTo(60);
    String left = broker.ask(COUNT, "asOf", "0:160").offsetToken().orElseThrow();
    assertThat(count(broker.ask(COUNT, "asOf", left))).isEqualTo(60);
    assertThat(OffsetToken.parse(left).of("t-1").orElseThrow().ranges())
        .isEqualTo(Map.of(0, new OffsetRange(100, 160)));
  }

  @Test
  void partitionThatCameLaterIsInNoAnswerAsOfATokenAndMustBeNamedInWriting() {
    partitions.put(0, List.of(Views.online(0, "s1")));
    String before = broker.ask(COUNT).offsetToken().orElseThrow();
    partitions.put(1, List.of(Views.online(0, "s1"), Views.consuming(1, "s1")));
    replicas.reach("s1", 1, 130);
    assertThat(count(broker.ask(COUNT))).isEqualTo(230);
    QueryAnswer repeated = broker.ask(COUNT, "asOf", before);
    assertThat(repeated.problems()).isEmpty();
    assertThat(count(repeated)).isEqualTo(100);
    assertThatThrownBy(() -> broker.ask(COUNT, "asOf", "0:100"))
        .hasMessageContaining("names no offset of partition 1", "table t");
    assertThat(count(broker.ask(COUNT, "asOf", "0:100,1:7"))).isEqualTo(107);
    assertThat(broker.ask(COUNT, "asOf", "0:100,1:7,2:9").problems())
        .extracting(Problem::message)
        .containsExactly("partition 2 is asked up to offset 9, has reached 0");
  }

  @Test
  void exactAnswersRaiseMarksButNeverLowerThem() {
    partitions.put(0, List.of(Views.consuming(0, "s1")));
    replicas.reach("s1", 0, 50);
    var _ = broker.ask(COUNT, "asOf", "0:30");
    assertThat(broker.marks.mark("t-1", 0)).isEmpty();
    broker.marks.raise("t-1", 0, 20, "s1");
    var _ = broker.ask(COUNT, "asOf", "0:30");
    assertThat(broker.marks.mark("t-1", 0)).contains(new HighWaterMarks.Mark(30, "s1"));
    var _ = broker.ask(COUNT, "asOf", "0:10");
    assertThat(broker.marks.mark("t-1", 0)).contains(new HighWaterMarks.Mark(30, "s1"));
  }

  @Test
  void serverThatAnswersBeyondTheEndIsNotTaken() {
    partitions.put(0, List.of(Views.consuming(0, "s1")));
    replicas.reach("s1", 0, 50);
    replicas.ignoresEnds = true;
    QueryAnswer answer = broker.ask(COUNT, "asOf", "0:30");
    assertThat(answer.table()).isEmpty();
    assertThat(answer.problems().getFirst().message()).contains("up to offset 50");
  }

  @Test
  void answerAsOfAnyVectorIsThatOfItsRowsWhateverIsSealedMeanwhile() {
    AtomicInteger answered = new AtomicInteger();
    Seeds.forEach(
        200,
        random -> {
          Map<Integer, Long> asOf = new TreeMap<>();
          for (int partition = 0; partition < random.between(1, 3); partition++) {
            partitions.put(partition, List.of());
            asOf.put(partition, (long) random.between(0, 400));
          }
          partitions.keySet().removeIf(partition -> !asOf.containsKey(partition));
          Optional<String> token = Optional.empty();
          for (int round = 0; round < 3; round++) {
            seal(random, asOf);
            Broker any = new Broker();
            String option = token.orElse(pairs(asOf));
            QueryAnswer answer = any.ask(COUNT, "asOf", option);
            assertThat(answer.problems()).isEmpty();
            assertThat(count(answer))
                .isEqualTo(asOf.values().stream().mapToLong(Long::longValue).sum());
            assertThat(answer.offsets()).isEqualTo(asOf);
            token = random.chance(0.5) ? answer.offsetToken() : Optional.empty();
            answered.incrementAndGet();
          }
        });
    assertThat(answered).hasPositiveValue();
  }

  /** Segments up to some offset, and replicas that are somewhere behind it and the vector. */
  private void seal(SeededRandom random, Map<Integer, Long> asOf) {
    for (Map.Entry<Integer, Long> wanted : asOf.entrySet()) {
      int partition = wanted.getKey();
      int sealed = random.between(Math.max(0, sealedCount(partition)), 5);
      List<SegmentView> segments = new ArrayList<>();
      for (int sequence = 0; sequence < sealed; sequence++) {
        segments.add(Views.online(sequence, random.chance(0.5) ? "s1" : "s2", "s3"));
      }
      segments.add(Views.consuming(sealed, "s1", "s2"));
      partitions.put(partition, segments);
      long least = Math.max(wanted.getValue(), (long) sealed * SEGMENT_OFFSETS);
      replicas.end(partition, least + 200);
      replicas.reach("s1", partition, least + random.between(0, 100));
      replicas.reach("s2", partition, least + random.between(0, 100));
    }
  }

  private int sealedCount(int partition) {
    return Objects.requireNonNull(partitions.get(partition)).size() - 1;
  }

  // Brokers that come and go

  @Test
  void brokerWithoutMarksAsksForWhatTheStreamHasSoThatItsRestartLowersNoCount() {
    partitions.put(0, List.of(Views.consuming(0, "s1", "s2")));
    replicas.end(0, 30);
    replicas.reach("s1", 0, 30);
    replicas.reach("s2", 0, 29);
    assertThat(count(broker.ask(COUNT))).isEqualTo(30);
    Broker restarted = new Broker();
    restarted.live = List.of("s2");
    assertThat(count(restarted.ask(COUNT))).isEqualTo(30);
    assertThat(replicas.requests.getLast().tails().getFirst().passEnd()).isTrue();
  }

  @Test
  void twoBrokersOfOneClientLowerNoCountIfItHandsItsTokenOn() throws Exception {
    partitions.put(0, List.of(Views.consuming(0, "s1", "s2")));
    replicas.reach("s1", 0, 5);
    replicas.reach("s2", 0, 5);
    Broker one = new Broker();
    Broker two = new Broker();
    two.live = List.of("s2");
    assertThat(count(one.ask(COUNT))).isEqualTo(5);
    assertThat(count(two.ask(COUNT))).isEqualTo(5);
    replicas.end(0, 9);
    replicas.reach("s1", 0, 9);
    QueryAnswer ahead = one.ask(COUNT);
    assertThat(count(ahead)).isEqualTo(9);
    assertThat(count(two.ask(COUNT))).as("without the token").isEqualTo(5);
    assertThat(count(two.carrying(token(ahead)).ask(COUNT))).isEqualTo(9);
  }

  /** The traces of a broker's restart and of two brokers, at random: B is asked, which lags. */
  @Test
  void countsNeverFallForAClientThatHandsItsTokenOnWhicheverBrokerItAsks() {
    AtomicInteger changes = new AtomicInteger();
    Seeds.forEach(
        200,
        random -> {
          partitions.clear();
          replicas.positions.clear();
          replicas.ends.clear();
          int partitionCount = random.between(1, 3);
          for (int partition = 0; partition < partitionCount; partition++) {
            partitions.put(partition, List.of(Views.consuming(0, "s1", "s2")));
          }
          Broker[] brokers = {new Broker(), new Broker()};
          OffsetToken token = OffsetToken.NONE;
          long last = 0;
          int lastBroker = 0;
          for (int step = 0; step < 60; step++) {
            int partition = random.between(0, partitionCount - 1);
            switch (random.between(0, 5)) {
              case 0 -> replicas.end(partition, replicas.endOf(partition) + random.between(1, 5));
              case 1 -> replicas.advance("s1", partition, random.between(1, 5));
              case 2 -> replicas.advance("s2", partition, random.between(1, 5));
              case 3 ->
                  brokers[random.between(0, 1)].live =
                      random.oneOf(List.of(List.of("s1"), List.of("s2"), List.of("s1", "s2")));
              case 4 -> brokers[random.between(0, 1)] = new Broker();
              default -> {
                int asked = random.between(0, 1);
                QueryAnswer answer = brokers[asked].carrying(token).ask(COUNT);
                assertThat(answer.problems()).isEmpty();
                assertThat(count(answer)).isGreaterThanOrEqualTo(last);
                last = count(answer);
                token = token(answer);
                changes.addAndGet(asked == lastBroker ? 0 : 1);
                lastBroker = asked;
              }
            }
          }
        });
    assertThat(changes).hasValueGreaterThan(Seeds.isReplay() ? -1 : 100);
  }

  private static SegmentView ofPartition(int partition, SegmentView segment) {
    SegmentMetadata metadata = segment.metadata();
    return new SegmentView(
        new SegmentMetadata(
            SegmentName.create("t", partition, metadata.name().sequence(), Instant.EPOCH),
            metadata.state(),
            metadata.startOffset(),
            metadata.endOffset(),
            metadata.schemaVersion(),
            metadata.configVersion(),
            metadata.encoding(),
            metadata.createdAt(),
            metadata.attempt(),
            metadata.stored()),
        segment.assignment(),
        segment.current());
  }

  private static OffsetToken token(QueryAnswer answer) throws Exception {
    return OffsetToken.parse(answer.offsetToken().orElseThrow());
  }

  private static TableOffsets offsets(String tableId, long... ends) {
    Map<Integer, OffsetRange> ranges = new TreeMap<>();
    for (int partition = 0; partition < ends.length; partition++) {
      ranges.put(partition, new OffsetRange(0, ends[partition]));
    }
    return new TableOffsets(tableId, ranges);
  }

  private static String pairs(Map<Integer, Long> ends) {
    return String.join(
        ",", ends.entrySet().stream().map(end -> end.getKey() + ":" + end.getValue()).toList());
  }

  private static long count(QueryAnswer answer) {
    Cell cell = answer.table().orElseThrow().rows().getFirst().getFirst();
    return ((Value.LongValue) ((Cell.Single) cell).value()).value();
  }

  /** A broker process: marks of its own, and its own view of who is alive. */
  private final class Broker {

    final HighWaterMarks marks = new HighWaterMarks();
    private final ServerRouting routing = ServerRouting.withDefaults(System::nanoTime);
    List<String> live = List.of("s1", "s2", "s3");
    OffsetToken carried = OffsetToken.NONE;

    /** From now on. */
    Broker carrying(OffsetToken token) {
      carried = token;
      return this;
    }

    QueryAnswer ask(String sql) {
      return ask(sql, Map.of());
    }

    QueryAnswer ask(String sql, String option, String value) {
      return ask(sql, Map.of(option, value));
    }

    private QueryAnswer ask(String sql, Map<String, String> options) {
      TreeMap<Integer, PartitionView> views = new TreeMap<>();
      partitions.forEach(
          (number, segments) ->
              views.put(
                  number,
                  partition(
                      number,
                      segments.stream()
                          .map(segment -> ofPartition(number, segment))
                          .toArray(SegmentView[]::new))));
      TableView table = new TableView("t-1", config("t"), schema, Map.of(), Map.of(), views);
      ClusterView instances = view(live, List.of());
      ClusterView view =
          new ClusterView(1, Optional.empty(), 0, instances.instances(), Map.of("t", table));
      QueryPlanner.Context context =
          new QueryPlanner.Context(
              InstantSource.system(), Dialect.STANDARD, Duration.ofSeconds(10), 1000);
      CompiledQuery query =
          new CompiledQuery(
              new QueryPlanner().plan(new SqlParser().parse(sql), schema, options, context),
              table,
              carried);
      ScatterGather scatterGather =
          new ScatterGather(
              () -> view,
              replicas,
              routing,
              marks,
              new QueryThreads(
                  Schedulers.immediate(), Schedulers.immediate(), Schedulers.parallel()),
              BrokerLimits.NONE,
              System::nanoTime);
      return Objects.requireNonNull(
          scatterGather
              .answer(
                  new RunningQueries(() -> "b", InstantSource.system()).begin(sql),
                  query,
                  QueryBudget.unlimited())
              .block(Duration.ofSeconds(30)));
    }
  }

  /**
   * Servers, each somewhere in the stream. One that is asked for more than it has waits, which is
   * to say it has it when it answers; a slow one does not get there in time.
   */
  private static final class Replicas implements ServerClient {

    final Map<String, Map<Integer, Long>> positions = new HashMap<>();
    final Map<Integer, Long> ends = new HashMap<>();
    final List<ServerRequest> requests = new ArrayList<>();
    boolean slow;
    boolean ignoresEnds;

    void reach(String server, int partition, long position) {
      positions.computeIfAbsent(server, _ -> new HashMap<>()).put(partition, position);
      ends.merge(partition, position, Math::max);
    }

    void advance(String server, int partition, int offsets) {
      reach(server, partition, Math.min(position(server, partition) + offsets, endOf(partition)));
    }

    void end(int partition, long offset) {
      ends.put(partition, offset);
    }

    long endOf(int partition) {
      return ends.getOrDefault(partition, 0L);
    }

    private long position(String server, int partition) {
      return positions.getOrDefault(server, Map.of()).getOrDefault(partition, 0L);
    }

    @Override
    public Mono<ServerResponse> ask(
        InstanceConfig server, ServerRequest asked, QueryBudget budget, Runnable onFetching) {
      ServerRequest request = ServerRequestCodec.decode(ServerRequestCodec.encode(asked));
      requests.add(request);
      List<TailCoverage> tails = new ArrayList<>();
      List<ServerError> errors = new ArrayList<>();
      long rows = 0;
      for (SealedPart part : request.sealed()) {
        SegmentName name = SegmentName.parse(part.segmentName());
        long start = (long) name.sequence() * SEGMENT_OFFSETS;
        long end = Math.min(start + SEGMENT_OFFSETS, end(request, part.partition()));
        assertThat(end).as("asked for nothing of %s", name).isGreaterThan(start);
        rows += end - start;
      }
      for (TailPart tail : request.tails()) {
        int partition = tail.partition();
        long wanted = wanted(request, tail);
        if (wanted > position(server.id(), partition)) {
          if (slow || wanted > endOf(partition)) {
            errors.add(
                new ServerError(
                    QueryErrorCode.SEGMENT_UNAVAILABLE,
                    "partition %d is asked up to at least %d, has reached %d"
                        .formatted(partition, wanted, position(server.id(), partition))));
            continue;
          }
          reach(server.id(), partition, wanted);
        }
        long end = Math.min(position(server.id(), partition), end(request, partition));
        long from = tail.fromOffset();
        tails.add(new TailCoverage(partition, new OffsetRange(from, Math.max(from, end))));
        rows += Math.max(0, end - from);
      }
      ServerResponse response =
          errors.isEmpty() || rows > 0 || !tails.isEmpty()
              ? ServerResponse.of(request.requestId(), Optional.of(count(request, rows)))
              : ServerResponse.of(request.requestId(), Optional.empty());
      return Mono.just(response.withTails(tails).withErrors(errors));
    }

    private long end(ServerRequest request, int partition) {
      return ignoresEnds ? Long.MAX_VALUE : request.endOf(partition);
    }

    private long wanted(ServerRequest request, TailPart tail) {
      boolean isBounded = request.ends().containsKey(tail.partition());
      long end = tail.passEnd() && !isBounded ? endOf(tail.partition()) : 0;
      return Math.max(end, Math.min(tail.minimumEnd(), request.endOf(tail.partition())));
    }

    private static Groups count(ServerRequest request, long rows) {
      ServerWork.Aggregate work = (ServerWork.Aggregate) request.plan().work();
      AggregateStates states = AggregateStates.of(work.aggregates().getFirst());
      states.ensureGroups(1);
      ((CountStates) states).counts()[0] = rows;
      return new Groups(1, List.of(), List.of(states));
    }
  }
}
