package io.gamay.broker.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.Views;
import io.gamay.broker.admit.BrokerLimits;
import io.gamay.broker.admit.QueryAdmission;
import io.gamay.broker.admit.RunningQueries;
import io.gamay.broker.admit.TableQuotas;
import io.gamay.broker.compile.QueryCompiler;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.scatter.QueryThreads;
import io.gamay.broker.scatter.ScatterGather;
import io.gamay.broker.scatter.ServerRouting;
import io.gamay.cluster.view.ClusterView;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.offset.OffsetToken;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class QueryServiceTest {

  private static final String SQL = "SELECT COUNT(*) FROM t";

  private final QueryThreads threads = QueryThreads.start(1);
  private final AtomicReference<ClusterView> view = new AtomicReference<>(Views.table("t"));
  private final QueryAdmission admission =
      new QueryAdmission(1, new TableQuotas(view::get, System::nanoTime));
  private final QueryService queries =
      new QueryService(
          admission,
          new RunningQueries(() -> "Broker_1", InstantSource.system()),
          new QueryCompiler(
              new QueryPlanner.Context(
                  InstantSource.system(), Dialect.STANDARD, Duration.ofSeconds(10), 1000)),
          new ScatterGather(
              view::get,
              (_, _, _, _) ->
                  Mono.error(new AssertionError("no server has anything of this table")),
              ServerRouting.withDefaults(System::nanoTime),
              new HighWaterMarks(),
              threads,
              BrokerLimits.NONE,
              System::nanoTime),
          BrokerLimits.NONE,
          QueryMemory.unlimited(),
          () -> "Broker_1",
          view::get,
          threads,
          System::nanoTime);

  @AfterEach
  void dispose() {
    threads.dispose();
  }

  @Test
  void textIsParsedOnAQueryThreadAndFromThenOnAnsweredByTheCaller() {
    assertThat(threadThatAnswers(SQL)).startsWith("broker-query");
    assertThat(threadThatAnswers(SQL)).isEqualTo(Thread.currentThread().getName());
    assertThat(threadThatAnswers(SQL + " LIMIT 1")).startsWith("broker-query");
    assertThat(threadThatAnswers(SQL + " ".repeat(10_000))).startsWith("broker-large");
  }

  @Test
  void placeIsGivenBackHoweverAQueryEnds() {
    for (String sql : List.of(SQL, SQL, "SELECT FROM t", "SELECT COUNT(*) FROM nowhere", SQL)) {
      assertThat(text(answer(sql))).as(sql).doesNotContain("under way");
    }
    view.set(ClusterView.EMPTY);
    assertThat(text(answer(SQL))).contains("table t does not exist");
  }

  @Test
  void queryWithoutTableIsAnsweredWithoutServers() {
    view.set(ClusterView.EMPTY);
    assertThat(text(answer("SELECT 1 + 1 AS two, UPPER('a'), ARRAY[1, 2] AS list")))
        .contains("\"rows\":[[2,\"A\",[1,2]]]")
        .contains("\"columnNames\":[\"two\",\"upper('a')\",\"list\"]")
        .contains("\"exceptions\":[]")
        .contains("\"partialResult\":false")
        .contains("\"numServersQueried\":0");
    assertThat(text(answer("SET sqlDialect='pinot'; SELECT 1 + 1"))).contains("\"rows\":[[2.0]]");
    assertThat(text(answer("SELECT 1 LIMIT 0"))).contains("\"rows\":[]");
    assertThat(text(answer("SELECT 1 / 0"))).contains("division by zero");
    assertThat(text(answer("SELECT x"))).contains("unknown column x: the query has no FROM");
  }

  @Test
  void queryBeyondTheQuotaOfItsTableIsAnsweredByPinotsCodeAndGivesItsPlaceBack() {
    view.set(Views.withQuota(Views.table("t"), "t", 1));
    assertThat(text(answer(SQL))).contains("\"exceptions\":[]");
    String refused = text(answer(SQL));
    assertThat(refused)
        .contains("\"errorCode\":429")
        .contains("table t is asked more than its quota of 1 queries per second");
    assertThat(text(answer("SELECT 1"))).contains("\"exceptions\":[]");
  }

  private String threadThatAnswers(String sql) {
    String thread =
        queries
            .answer(sql, Map.of(), OffsetToken.NONE, AnswerFormat.JSON)
            .map(
                answer -> {
                  assertThat(text(answer)).contains("\"exceptions\":[]");
                  return Thread.currentThread().getName();
                })
            .block(Duration.ofSeconds(30));
    awaitFreePlace();
    return Objects.requireNonNull(thread);
  }

  private Rendered answer(String sql) {
    Rendered answer =
        queries
            .answer(sql, Map.of(), OffsetToken.NONE, AnswerFormat.JSON)
            .block(Duration.ofSeconds(30));
    awaitFreePlace();
    return Objects.requireNonNull(answer);
  }

  /** A place is given back just after the answer was handed out. */
  private void awaitFreePlace() {
    Awaitility.await().until(() -> admission.underWay() == 0);
  }

  private static String text(Rendered answer) {
    assertThat(answer.body()).isInstanceOf(Rendered.Body.Whole.class);
    return new String(((Rendered.Body.Whole) answer.body()).bytes(), StandardCharsets.UTF_8);
  }
}
