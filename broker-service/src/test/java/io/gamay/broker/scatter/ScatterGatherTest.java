package io.gamay.broker.scatter;

import static io.gamay.broker.Views.SEGMENT_OFFSETS;
import static io.gamay.broker.Views.config;
import static io.gamay.broker.Views.consuming;
import static io.gamay.broker.Views.longs;
import static io.gamay.broker.Views.name;
import static io.gamay.broker.Views.online;
import static io.gamay.broker.Views.partition;
import static io.gamay.broker.Views.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.broker.Views;
import io.gamay.broker.admit.BrokerLimits;
import io.gamay.broker.admit.RunningQueries;
import io.gamay.broker.admit.RunningQuery;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.compile.SmallWork;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.gather.QueryAnswer.Problem;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.explain.BrokerOperators;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.SegmentExplanation;
import io.gamay.query.explain.SegmentExplanation.Extent;
import io.gamay.query.explain.SegmentGroups;
import io.gamay.query.explain.ServerExplanation;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.GroupFinisher;
import io.gamay.query.merge.GroupLoss;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.GroupOptions;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.QueryLimits;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.sql.Query.Explain;
import io.gamay.query.sql.SqlParser;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ScatterGatherTest {

  private static final long TAIL_END = 230;

  private final TableSchema schema =
      new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.LONG)));
  private final HighWaterMarks marks = new HighWaterMarks();
  private final FakeServers servers = new FakeServers();
  private QueryThreads threads =
      new QueryThreads(Schedulers.immediate(), Schedulers.immediate(), Schedulers.parallel());
  private String sql = "SELECT COUNT(*) FROM t";
  private String answeredBy = "";
  private LongSupplier nanoTime = System::nanoTime;
  private QueryBudget budget = QueryBudget.unlimited();

  @Test
  void answerCoversSealedSegmentsAndTailWithoutAHole() {
    QueryAnswer answer = ask(online(0, "s1"), online(1, "s2"), consuming(2, "s1"));
    assertThat(answer.isPartial()).isFalse();
    assertThat(answer.problems()).isEmpty();
    assertThat(answer.coverage()).isEqualTo(Map.of(0, List.of(new OffsetRange(0, TAIL_END))));
    assertThat(answer.table()).isPresent();
    assertThat(marks.mark("id", 0)).contains(new HighWaterMarks.Mark(TAIL_END, "s1"));
  }

  @Test
  void segmentThatOneReplicaLacksIsAskedOfAnother() {
    servers.lacking.put("s1", Set.of(name(0).toString()));
    QueryAnswer answer = ask(online(0, "s1", "s2"), consuming(1, "s2"));
    assertThat(answer.isPartial()).isFalse();
    assertThat(answer.coverage()).isEqualTo(Map.of(0, List.of(new OffsetRange(0, TAIL_END))));
  }

  @Test
  void deadServersTailIsAskedOfTheOtherReplicaThatMustPassKafkasEnd() {
    marks.raise("id", 0, 150, "s1");
    servers.dead.add("s1");
    QueryAnswer answer = ask(consuming(1, "s1", "s2"));
    assertThat(answer.isPartial()).isFalse();
    TailPart asked = servers.requests.getLast().tails().getFirst();
    assertThat(asked.passEnd()).isTrue();
    assertThat(asked.minimumEnd()).isEqualTo(150);
  }

  @Test
  void answerWithoutATailIsFlaggedAndSaysWhatIsMissing() {
    servers.dead.add("s1");
    QueryAnswer answer = ask(online(0, "s2"), consuming(1, "s1"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.problems().stream().map(Problem::code))
        .containsExactly(QueryErrorCode.SERVER_NOT_RESPONDING, QueryErrorCode.SEGMENT_UNAVAILABLE);
    assertThat(answer.problems().getLast().message()).contains("partition 0 from offset 100");
    assertThat(answer.coverage()).isEqualTo(Map.of(0, List.of(new OffsetRange(0, 100))));
    assertThat(answer.table()).isPresent();
    assertThat(marks.mark("id", 0)).isEmpty();
  }

  @Test
  void whatHasOneCauseIsToldOnceWithTheTimeThatWasAskedFor() {
    Map<String, String> timeout = Map.of("timeoutMs", "700000");
    List<String> expected =
        List.of(
            "server s1 gave no answer in the query's time of 700000 ms: narrow the query, or raise"
                + " its option timeoutMs",
            "2 segments unavailable: %s, %s; partition 0 from offset 200 on is not in this answer"
                .formatted(name(0), name(1)));
    servers.silent.add("s1");
    assertThat(ask(timeout, online(0, "s1"), online(1, "s1"), consuming(2, "s1")).problems())
        .extracting(Problem::message)
        .isEqualTo(expected);
    servers.silent.clear();
    servers.errors.put(
        "s1", new ServerError(QueryErrorCode.EXECUTION_TIMEOUT, "longer than its timeout of 0 ms"));
    assertThat(ask(timeout, consuming(0, "s1")).problems().getFirst())
        .isEqualTo(
            new Problem(
                QueryErrorCode.EXECUTION_TIMEOUT,
                expected.getFirst().replace("gave no answer", "was not done")));
  }

  @Test
  void aServerThatCouldNotBeAskedInTimeIsNamed() {
    AtomicLong clock = new AtomicLong();
    nanoTime = () -> clock.addAndGet(2_000_000);
    QueryAnswer answer = ask(Map.of("timeoutMs", "1"), consuming(0, "s1"));
    assertThat(servers.requests).isEmpty();
    assertThat(answer.problems())
        .extracting(Problem::code)
        .containsExactly(QueryErrorCode.BROKER_TIMEOUT, QueryErrorCode.SEGMENT_UNAVAILABLE);
    assertThat(answer.problems().getFirst().message())
        .startsWith("server s1 could not be asked in the query's time of 1 ms");
  }

  @Test
  void nothingAnsweredGivesNoTable() {
    servers.dead.add("s1");
    QueryAnswer answer = ask(consuming(0, "s1"));
    assertThat(answer.table()).isEmpty();
    assertThat(answer.isPartial()).isTrue();
  }

  @Test
  void segmentWithoutReplicaIsNamed() {
    QueryAnswer answer = ask(online(0), online(1, "s1"), consuming(2, "s1"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.problems().getFirst().message()).contains(name(0).toString());
  }

  @Test
  void usersMistakeEndsTheQueryAtOnce() {
    servers.errors.put("s1", new ServerError(QueryErrorCode.QUERY_EXECUTION, "sum overflows"));
    QueryAnswer answer = ask(online(0, "s2"), consuming(1, "s1"));
    assertThat(answer.problems())
        .containsExactly(new Problem(QueryErrorCode.QUERY_EXECUTION, "sum overflows"));
    assertThat(answer.table()).isEmpty();
    assertThat(servers.requests).hasSize(2);
  }

  @Test
  void exceededLimitEndsTheQueryAndIsNotTriedElsewhere() {
    servers.errors.put(
        "s1", new ServerError(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED, "too many groups"));
    QueryAnswer answer = ask(online(0, "s1", "s2"), consuming(1, "s1", "s2"));
    assertThat(answer.problems())
        .containsExactly(
            new Problem(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED, "too many groups"));
    assertThat(answer.table()).isEmpty();
    assertThat(servers.requests.size()).isLessThanOrEqualTo(2);
  }

  @Test
  void whatServersSendCountsForTheQueryAndEndsItWhenItIsTooMuch() {
    budget =
        new QueryBudget(
            System::nanoTime,
            Duration.ofSeconds(10),
            new BrokerLimits(10, Long.MAX_VALUE, Long.MAX_VALUE).with(QueryLimits.NONE));
    QueryAnswer answer = ask(consuming(1, "s1"));
    assertThat(answer.table()).isEmpty();
    assertThat(answer.problems().getFirst().code())
        .isEqualTo(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED);
    assertThat(answer.problems().getFirst().message())
        .contains("memory limit of 10 bytes", "gamay.max-merge-memory");
  }

  @Test
  void limitsOfAQueryReachItsServersAndEachGetsItsShareOfAllResponses() {
    QueryAnswer answer =
        ask(
            Map.of(
                "maxExecutionThreads", "3",
                "maxQueryMemoryBytes", "1000000",
                "maxScannedRows", "7",
                "maxQueryResponseSizeBytes", "5000"),
            online(0, "s1"),
            consuming(1, "s2"));
    assertThat(answer.problems()).isEmpty();
    assertThat(servers.requests)
        .extracting(ServerRequest::limits)
        .containsOnly(new ServerRequest.Limits(3, 1_000_000, 7, 2_500))
        .hasSize(2);
    assertThat(servers.requests)
        .extracting(ServerRequest::requestId)
        .allMatch(id -> id.startsWith("b:"));
  }

  @Test
  void rowsOfSegmentsThatNeedNotBeAskedAreInTotalDocs() {
    sql = "SELECT COUNT(*) FROM t WHERE x > 1000";
    QueryAnswer answer = ask(online(0, Map.of("x", longs(1, 5)), "s1"), consuming(1, "s1"));
    assertThat(answer.effort().segmentsPruned()).isEqualTo(1);
    assertThat(answer.effort().docsPruned()).isEqualTo(SEGMENT_OFFSETS);
  }

  @Test
  void responseThatAnswersWhatWasNotAskedIsNotTaken() {
    servers.distortion =
        response ->
            withTails(response, List.of(new TailCoverage(0, new OffsetRange(50, TAIL_END))));
    QueryAnswer answer = ask(consuming(1, "s1"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.table()).isEmpty();
    assertThat(answer.problems().getFirst().message()).contains("was not asked");
  }

  @Test
  void tailWithAHoleIsTakenAndFlagged() {
    servers.distortion =
        response ->
            withTails(
                response,
                List.of(
                    new TailCoverage(0, new OffsetRange(100, 120)),
                    new TailCoverage(0, new OffsetRange(125, TAIL_END))));
    QueryAnswer answer = ask(consuming(1, "s1"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.table()).isPresent();
    assertThat(answer.coverage())
        .isEqualTo(Map.of(0, List.of(new OffsetRange(100, 120), new OffsetRange(125, TAIL_END))));
    assertThat(answer.problems().getFirst().message()).contains("partition 0 are missing");
    assertThat(marks.mark("id", 0)).isEmpty();
  }

  @Test
  void tailThatLacksWhatWasAnsweredBeforeIsFlagged() {
    assertThat(ask(consuming(1, "s1")).isPartial()).isFalse();
    servers.distortion =
        response -> withTails(response, List.of(new TailCoverage(0, new OffsetRange(100, 225))));
    QueryAnswer answer = ask(consuming(1, "s1"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.problems())
        .extracting(Problem::message)
        .containsExactly(
            "offsets of partition 0 are missing from 225 on: up to 230 was answered before");
    assertThat(marks.mark("id", 0).orElseThrow().high()).isEqualTo(TAIL_END);
  }

  private static ServerResponse withAHole(ServerResponse response) {
    return withTails(response, List.of(new TailCoverage(0, new OffsetRange(120, TAIL_END))));
  }

  private static ServerResponse tooShort(ServerResponse response) {
    return response.tails().isEmpty()
        ? response
        : withTails(response, List.of(new TailCoverage(0, new OffsetRange(100, 225))));
  }

  @Test
  void tailWithAHoleOrThatEndsTooSoonIsAskedOfAnotherReplicaOnce() {
    marks.raise("id", 0, TAIL_END, "s1");
    List<UnaryOperator<ServerResponse>> faults =
        List.of(ScatterGatherTest::withAHole, ScatterGatherTest::tooShort);
    for (UnaryOperator<ServerResponse> fault : faults) {
      servers.requests.clear();
      servers.asked.clear();
      servers.distortion =
          response -> servers.requests.size() == 1 ? fault.apply(response) : response;
      QueryAnswer answer = ask(online(0, "s1", "s2"), consuming(1, "s1", "s2"));
      assertThat(answer.problems()).isEmpty();
      assertThat(answer.isPartial()).isFalse();
      assertThat(count(answer)).as("rows of one response only").isEqualTo(TAIL_END);
      assertThat(servers.asked).containsExactly("s1", "s2");
      assertThat(servers.requests.getLast().tails().getFirst().minimumEnd()).isEqualTo(TAIL_END);
    }
  }

  @Test
  void tailThatNobodyHasWholeIsTakenOnceAndFlagged() {
    marks.raise("id", 0, TAIL_END, "s1");
    servers.distortion = ScatterGatherTest::tooShort;
    QueryAnswer answer = ask(online(0, "s1"), consuming(1, "s1", "s2"));
    assertThat(servers.asked).containsExactlyInAnyOrder("s1", "s1", "s2");
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.problems())
        .extracting(Problem::code)
        .containsExactly(QueryErrorCode.SEGMENT_UNAVAILABLE);
    assertThat(answer.coverage()).isEqualTo(Map.of(0, List.of(new OffsetRange(0, 225))));
    assertThat(count(answer)).isEqualTo(TAIL_END);
  }

  @Test
  void tailThatEndsTooSoonIsTakenAndFlaggedIfTheOthersDoNotAnswer() {
    marks.raise("id", 0, TAIL_END, "s1");
    servers.distortion = ScatterGatherTest::tooShort;
    servers.dead.add("s2");
    QueryAnswer answer = ask(consuming(1, "s1", "s2"));
    assertThat(servers.asked).containsExactly("s1", "s2");
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.problems())
        .extracting(Problem::message)
        .containsExactly(
            "offsets of partition 0 are missing from 225 on: up to 230 was answered before");
    assertThat(answer.coverage()).isEqualTo(Map.of(0, List.of(new OffsetRange(100, 225))));
    assertThat(count(answer)).isEqualTo(TAIL_END - 100);
  }

  @Test
  void othersForWhatIsMissingOfALargeQueryAreLookedForOnTheQueryThreads() {
    SegmentView[] many = new SegmentView[SmallWork.MOST_PARTS + 1];
    var planning = Schedulers.newSingle("planning");
    try {
      threads = new QueryThreads(planning, Schedulers.immediate(), Schedulers.parallel());
      for (Consumer<FakeServers> fault : FAULTS) {
        fault.accept(servers);
        Arrays.setAll(many, sequence -> online(sequence, "s1", "s2"));
        assertThat(lastAskingThread(many)).as("many parts").startsWith("planning");
        assertThat(lastAskingThread(Arrays.copyOf(many, SmallWork.MOST_PARTS)))
            .as("few parts")
            .doesNotStartWith("planning");
        servers.dead.clear();
        servers.lacking.clear();
      }
    } finally {
      planning.dispose();
    }
  }

  /** Something that is asked of another server beside the first, and after it. */
  private static final List<Consumer<FakeServers>> FAULTS =
      List.of(
          servers -> servers.dead.add("s1"),
          servers -> servers.lacking.put("s1", Set.of(name(0).toString(), name(1).toString())));

  private String lastAskingThread(SegmentView... segments) {
    servers.threads.clear();
    assertThat(ask(segments).problems()).isEmpty();
    return servers.threads.getLast();
  }

  @Test
  void tableWithoutPartitionsAnswersNoRows() {
    QueryAnswer answer = ask();
    assertThat(answer.isPartial()).isFalse();
    assertThat(answer.table()).isPresent();
    assertThat(servers.requests).isEmpty();
  }

  @Test
  void offsetsDemandedBeyondAllThatThereIsFlagTheAnswer() {
    assertThat(ask(Map.of("minOffsets", "0:100"), online(0, "s1")).isPartial()).isFalse();
    QueryAnswer answer = ask(Map.of("minOffsets", "0:101,7:1"), online(0, "s1"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.problems())
        .extracting(Problem::message)
        .containsExactly(
            "partition 0 is asked up to at least offset 101, has reached 100",
            "partition 7 is asked up to at least offset 1, has reached 0");
  }

  @Test
  void serverThatAloneHoldsEverythingFinishesTheAnswer() {
    QueryAnswer answer = ask(online(0, "s1"), online(1, "s1"), consuming(2, "s1"));
    assertThat(count(answer)).isEqualTo(TAIL_END);
    assertThat(servers.requests)
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.finish())
                    .contains(
                        new FinishPlan(
                            Optional.empty(),
                            List.of(),
                            List.of(),
                            QueryPlanner.STANDARD_ROW_CAP + 1)));
    sql = "SELECT COUNT(*) FROM t HAVING COUNT(*) > 230";
    assertThat(ask(online(0, "s1"), online(1, "s1"), consuming(2, "s1")).table().orElseThrow())
        .satisfies(table -> assertThat(table.rows()).isEmpty());
  }

  @Test
  void nobodyFinishesWhatIsOfSeveralServersOrOfNobody() {
    assertThat(count(ask(online(0, "s1"), online(1, "s2"), consuming(2, "s1"))))
        .isEqualTo(TAIL_END);
    assertThat(count(ask(online(0), online(1, "s1"), consuming(2, "s1"))))
        .isEqualTo(TAIL_END - 100);
    sql = "SELECT x FROM t";
    assertThat(ask(online(0, "s1")).isPartial()).isFalse();
    assertThat(servers.requests).extracting(ServerRequest::finish).containsOnly(Optional.empty());
  }

  @Test
  void serverThatLacksASegmentLeavesTheFinishToTheBroker() {
    servers.lacking.put("s1", Set.of(name(0).toString()));
    QueryAnswer answer = ask(online(0, "s1", "s2"), consuming(1, "s1"));
    assertThat(answer.isPartial()).isFalse();
    assertThat(count(answer)).isEqualTo(TAIL_END);
    assertThat(servers.requests)
        .extracting(request -> request.finish().isPresent())
        .containsExactly(true, false);
  }

  @Test
  void deadServersPartsAreAskedOfTheOtherWithoutAFinish() {
    servers.dead.add("s1");
    assertThat(count(ask(online(0, "s1", "s2"), consuming(1, "s1", "s2")))).isEqualTo(TAIL_END);
    assertThat(servers.requests)
        .extracting(request -> request.finish().isPresent())
        .containsExactly(true, false);
  }

  @Test
  void finishedAnswerThatLacksAPartIsNotTakenButAskedForOnceMore() {
    UnaryOperator<ServerResponse> withoutTail = response -> withTails(response, List.of());
    UnaryOperator<ServerResponse> withoutSegment =
        response -> response.withMissingSegments(List.of(name(0).toString()));
    for (UnaryOperator<ServerResponse> fault : List.of(withoutTail, withoutSegment)) {
      servers.requests.clear();
      servers.distortion =
          response -> servers.requests.size() == 1 ? fault.apply(response) : response;
      QueryAnswer answer = ask(online(0, "s1"), consuming(1, "s1"));
      assertThat(answer.isPartial()).isFalse();
      assertThat(count(answer)).isEqualTo(TAIL_END);
      assertThat(servers.requests)
          .extracting(request -> request.finish().isPresent())
          .containsExactly(true, false);
    }
  }

  @Test
  void finishThatWasNotAskedForIsRefused() {
    servers.finishesUnasked = true;
    QueryAnswer answer = ask(online(0, "s1"), online(1, "s2"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(answer.table()).isEmpty();
    assertThat(answer.problems().getFirst().message()).contains("finished groups");
  }

  @Test
  void groupsThatServersLeftOutAreTold() {
    sql = "SET sqlDialect = 'pinot'; SELECT x, COUNT(*) FROM t GROUP BY x ORDER BY x";
    servers.loss = GroupLoss.LIMITED;
    QueryAnswer limited = ask(online(0, "s1"), online(1, "s2"));
    assertThat(limited.isPartial()).isTrue();
    assertThat(limited.problems()).isEmpty();
    assertThat(limited.effort().groupLimitReached()).isTrue();
    assertThat(limited.effort().groupsTrimmed()).isFalse();
    assertThat(limited.notices()).singleElement().asString().contains("limit of 1000 on a server");
    servers.loss = GroupLoss.TRIMMED;
    QueryAnswer trimmed = ask(online(0, "s1"), online(1, "s2"));
    assertThat(trimmed.isPartial()).isFalse();
    assertThat(trimmed.effort().groupLimitReached()).isFalse();
    assertThat(trimmed.effort().groupsTrimmed()).isTrue();
    assertThat(trimmed.notices()).singleElement().asString().contains("minServerGroupTrimSize");
    servers.loss = GroupLoss.NONE;
    QueryAnswer whole = ask(online(0, "s1"), online(1, "s2"));
    assertThat(whole.effort().groupsTrimmed()).isFalse();
    assertThat(whole.notices()).isEmpty();
  }

  @Test
  void serversTrimGroupsInOrderOfThePinotDialectOnly() {
    String grouped = "SELECT x, COUNT(*) FROM t GROUP BY x";
    for (String exact :
        List.of(
            grouped + " ORDER BY x",
            "SET sqlDialect = 'pinot'; " + grouped,
            "SET sqlDialect = 'pinot'; SELECT DISTINCT x FROM t ORDER BY x",
            "SET sqlDialect = 'pinot'; SET errorOnNumGroupsLimit = true; "
                + grouped
                + " ORDER BY x")) {
      sql = exact;
      assertThat(ask(online(0, "s1")).problems()).isEmpty();
    }
    assertThat(servers.requests).extracting(ServerRequest::trim).containsOnly(Optional.empty());
    servers.requests.clear();
    sql = "SET sqlDialect = 'pinot'; " + grouped + " ORDER BY x LIMIT 2000";
    assertThat(ask(online(0, "s1")).problems()).isEmpty();
    GroupTrim trim = servers.requests.getFirst().trim().orElseThrow();
    assertThat(trim.segmentGroups()).isEqualTo(GroupOptions.NO_TRIM);
    assertThat(trim.serverGroups()).isEqualTo(10_000);
    assertThat(trim.threshold()).isEqualTo(1_000_000);
  }

  @Test
  void planOfAllServersIsOneTreeWithWhatTheBrokerLeftOut() {
    sql = "EXPLAIN PLAN FOR SELECT COUNT(*) FROM t WHERE x > 1000";
    QueryAnswer answer =
        ask(
            online(0, Map.of("x", longs(1, 5)), "s1"),
            online(1, Map.of("x", longs(5, 2000)), "s2"),
            consuming(2, "s1"));
    assertThat(answer.problems()).isEmpty();
    assertThat(operators(answer))
        .containsExactly(
            "BROKER_REDUCE(no LIMIT, rows at most: 100000)",
            "COMBINE_AGGREGATE: servers: 2",
            "SEALED_SEGMENTS: segments: 2, rows: 20",
            "PRUNED_BY_BROKER(x > 1000): zone map of the segment: values are 1 to 5; segments: 1,"
                + " rows: 100");
    assertThat(answer.effort().emptyFilterSegments()).isEqualTo(1);
    assertThat(answer.effort().matchAllFilterSegments()).isEqualTo(1);
    assertThat(servers.requests).extracting(ServerRequest::explain).containsOnly(Explain.PLAN);
  }

  @Test
  void runOfEachServerIsToldWithTheRowsOfTheAnswer() {
    sql = "EXPLAIN ANALYZE SELECT COUNT(*) FROM t";
    QueryAnswer answer = ask(online(0, "s1"), online(1, "s2"), consuming(2, "s1"));
    assertThat(answer.problems()).isEmpty();
    assertThat(operators(answer).stream().map(operator -> operator.replaceAll(":.*", "")))
        .containsExactly(
            "BROKER_REDUCE(no LIMIT, rows at most",
            "BROKER_MERGE",
            "SERVER(s1)",
            "COMBINE_AGGREGATE",
            "SEALED_SEGMENTS",
            "SERVER(s2)",
            "COMBINE_AGGREGATE",
            "SEALED_SEGMENTS");
    ResultTable table = answer.table().orElseThrow();
    assertThat(table.cell(0, 3)).as("rows into the reduce").isEqualTo(number(1));
    assertThat(table.cell(0, 4)).as("rows of the answer").isEqualTo(number(1));
    assertThat(table.cell(1, 3)).as("rows into the merge").isEqualTo(number(2));
    assertThat(table.cell(4, 5)).as("time of what was not measured").isEqualTo(Cell.NULL);
  }

  @Test
  void whatServersCouldNotBeAskedForIsAFlaggedExplanation() {
    sql = "EXPLAIN SELECT COUNT(*) FROM t";
    servers.dead.add("s1");
    QueryAnswer answer = ask(online(0, "s2"), consuming(1, "s1"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(operators(answer)).contains("COMBINE_AGGREGATE: servers: 1");
    servers.errors.put("s2", new ServerError(QueryErrorCode.QUERY_EXECUTION, "cannot be"));
    assertThat(ask(online(0, "s2"), consuming(1, "s2")).table()).isEmpty();
  }

  private static List<String> operators(QueryAnswer answer) {
    return answer.table().orElseThrow().rows().stream()
        .map(row -> ((Value.StringValue) ((Cell.Single) row.getFirst()).value()).value())
        .toList();
  }

  private static Cell number(long value) {
    return new Cell.Single(new Value.LongValue(value));
  }

  private static long count(QueryAnswer answer) {
    Cell cell = answer.table().orElseThrow().rows().getFirst().getFirst();
    return ((Value.LongValue) ((Cell.Single) cell).value()).value();
  }

  @Test
  void onlyWhatIsNotSmallIsMergedOnTheQueryThreads() {
    SegmentView[] many = new SegmentView[SmallWork.MOST_PARTS + 1];
    Arrays.setAll(many, sequence -> online(sequence, "s1"));
    var merging = Schedulers.newSingle("merge");
    try {
      threads = new QueryThreads(merging, Schedulers.immediate(), Schedulers.parallel());
      assertThat(threadThatBuilds(Arrays.copyOf(many, SmallWork.MOST_PARTS)))
          .doesNotStartWith("merge");
      assertThat(threadThatBuilds(many)).startsWith("merge");
      servers.dead.add("s1");
      assertThat(threadThatBuilds(consuming(0, "s1"))).startsWith("merge");
    } finally {
      merging.dispose();
    }
  }

  @Test
  void queryWhoseResultsWaitForAThreadFailsWhenItsTimeIsOver() {
    SegmentView[] many = new SegmentView[SmallWork.MOST_PARTS + 1];
    Arrays.setAll(many, sequence -> online(sequence, "s1"));
    CountDownLatch gate = new CountDownLatch(1);
    Scheduler taken = Schedulers.newSingle("taken");
    try {
      var _ = taken.schedule(() -> await(gate));
      threads = new QueryThreads(taken, Schedulers.immediate(), Schedulers.parallel());
      budget = new QueryBudget(System::nanoTime, Duration.ofMillis(200), QueryBudget.Limits.NONE);
      assertThatThrownBy(() -> ask(Map.of("timeoutMs", "200"), many))
          .hasMessageContaining("query took longer than its timeout of 200 ms");
    } finally {
      gate.countDown();
      taken.dispose();
    }
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String threadThatBuilds(SegmentView... segments) {
    ask(segments);
    return answeredBy;
  }

  private QueryAnswer ask(SegmentView... segments) {
    return ask(Map.of(), segments);
  }

  private QueryAnswer ask(Map<String, String> options, SegmentView... segments) {
    TreeMap<Integer, PartitionView> partitions = new TreeMap<>();
    if (segments.length > 0) {
      partitions.put(0, partition(0, segments));
    }
    TableView table = new TableView("id", config("t"), schema, Map.of(), Map.of(), partitions);
    ClusterView live = view(List.of("s1", "s2"), List.of());
    ClusterView view =
        new ClusterView(1, Optional.empty(), 0, live.instances(), Map.of("t", table));
    CompiledQuery query =
        new CompiledQuery(
            new QueryPlanner()
                .plan(
                    new SqlParser().parse(sql),
                    schema,
                    options,
                    new QueryPlanner.Context(
                        InstantSource.system(), Dialect.STANDARD, Duration.ofSeconds(10), 1000)),
            table);
    ScatterGather scatterGather =
        new ScatterGather(
            () -> view,
            servers,
            ServerRouting.withDefaults(System::nanoTime),
            marks,
            threads,
            BrokerLimits.NONE,
            nanoTime);
    RunningQuery running =
        new RunningQueries(() -> "b", InstantSource.system()).begin("SELECT COUNT(*) FROM t");
    List<QueryAnswer> answers = new ArrayList<>();
    StepVerifier.create(scatterGather.answer(running, query, budget))
        .consumeNextWith(
            answer -> {
              answeredBy = Thread.currentThread().getName();
              answers.add(answer);
            })
        .verifyComplete();
    return answers.getFirst();
  }

  private static ServerResponse withTails(ServerResponse response, List<TailCoverage> tails) {
    return response.withTails(tails);
  }

  /** Servers that answer everything asked of them, but for the faults that a test sets. */
  private static final class FakeServers implements ServerClient {
    final Set<String> dead = new HashSet<>();
    final Set<String> silent = new HashSet<>();
    final Map<String, Set<String>> lacking = new HashMap<>();
    final Map<String, ServerError> errors = new HashMap<>();
    final List<ServerRequest> requests = new CopyOnWriteArrayList<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    final List<String> threads = new CopyOnWriteArrayList<>();
    UnaryOperator<ServerResponse> distortion = response -> response;
    boolean finishesUnasked;
    GroupLoss loss = GroupLoss.NONE;

    @Override
    public Mono<ServerResponse> ask(
        InstanceConfig server, ServerRequest request, QueryBudget budget, Runnable onFetching) {
      requests.add(request);
      asked.add(server.id());
      threads.add(Thread.currentThread().getName());
      if (dead.contains(server.id())) {
        return Mono.error(new IllegalStateException("connection refused"));
      }
      if (silent.contains(server.id())) {
        return Mono.error(new IOException("no answer within 0 ms", new TimeoutException()));
      }
      ServerError error = errors.get(server.id());
      if (error != null) {
        return Mono.just(response(request, false, List.of(), List.of(error)));
      }
      List<String> missing =
          request.sealed().stream()
              .map(ServerRequest.SealedPart::segmentName)
              .filter(lacking.getOrDefault(server.id(), Set.of())::contains)
              .toList();
      return Mono.just(distortion.apply(response(request, true, missing, List.of())));
    }

    private ServerResponse response(
        ServerRequest request, boolean hasResult, List<String> missing, List<ServerError> errors) {
      List<TailCoverage> tails =
          request.tails().stream()
              .map(
                  tail ->
                      new TailCoverage(
                          tail.partition(), new OffsetRange(tail.fromOffset(), TAIL_END)))
              .toList();
      return new ServerResponse(
          request.requestId(),
          hasResult ? Optional.of(result(request, missing)) : Optional.empty(),
          ExecutionStatistics.ZERO,
          hasResult ? tails : List.of(),
          missing,
          errors,
          0,
          hasResult && request.explain() != Explain.NONE
              ? Optional.of(explanation(request))
              : Optional.empty());
    }

    /** The first part is known to match nothing, the others to match all. */
    private static ServerExplanation explanation(ServerRequest request) {
      SegmentGroups groups = new SegmentGroups();
      int parts = request.sealed().size() + request.tails().size();
      for (int part = 0; part < parts; part++) {
        boolean isEmpty = part == 0 && request.tails().isEmpty();
        groups.add(
            SegmentExplanation.run(
                false, List.of(), Measure.NONE, isEmpty ? Extent.EMPTY : Extent.ALL, 10));
      }
      return groups.explanation(
          BrokerOperators.combine(request.plan().work()), List.of(), Measure.NONE, 1_000);
    }

    private PartialResult result(ServerRequest request, List<String> missing) {
      ServerWork work = request.plan().work();
      if (!(work instanceof ServerWork.Aggregate(List<AggregateCall> calls))) {
        return nothing(work) instanceof Groups groups ? groups.withLoss(loss) : nothing(work);
      }
      AggregateStates states = AggregateStates.of(calls.getFirst());
      states.ensureGroups(1);
      ((CountStates) states).counts()[0] =
          (long) Views.SEGMENT_OFFSETS * (request.sealed().size() - missing.size())
              + request.tails().stream().mapToLong(tail -> TAIL_END - tail.fromOffset()).sum();
      Groups groups = new Groups(1, List.of(), List.of(states));
      if (finishesUnasked || (request.finish().isPresent() && missing.isEmpty())) {
        return GroupFinisher.finish(
            work,
            request.finish().orElse(new FinishPlan(Optional.empty(), List.of(), List.of(), 1)),
            groups,
            QueryBudget.unlimited());
      }
      return groups;
    }

    private static PartialResult nothing(ServerWork work) {
      try (PartialResultMerger merger =
          PartialResultMerger.onServer(work, QueryBudget.unlimited())) {
        return merger.result();
      }
    }
  }
}
