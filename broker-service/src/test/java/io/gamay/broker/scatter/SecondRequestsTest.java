package io.gamay.broker.scatter;

import static io.gamay.broker.Views.consuming;
import static io.gamay.broker.Views.name;
import static io.gamay.broker.Views.online;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.Views;
import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.gather.QueryAnswer.Problem;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.scatter.AttemptCounts.Cause;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.segment.ledger.OffsetRange;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Time is virtual: queries have 10 s, servers answer after the delay that a test gives them. */
class SecondRequestsTest {

  private final SlowServers servers = new SlowServers();

  @Test
  void partsOfADeadServerAreAskedOfOthersWhileTheRestIsStillOnItsWay() {
    servers.dead.add("s1");
    servers.delay("s3", Duration.ofSeconds(3));
    servers.delay("s2", Duration.ofSeconds(1));
    QueryAnswer answer =
        servers.ask(online(0, "s1", "s2"), online(1, "s3"), consuming(2, "s2", "s1"));
    assertThat(answer.problems()).isEmpty();
    assertThat(servers.count(answer)).isEqualTo(SlowServers.TAIL_END);
    assertThat(servers.elapsed()).isEqualTo(Duration.ofSeconds(3));
    assertThat(servers.counts().asked(Cause.FAILURE)).isEqualTo(1);
  }

  @Test
  void silentServerDoesNotUseUpTheQueryAndIsCancelled() {
    servers.silent.add("s1");
    servers.delay("s2", Duration.ofSeconds(1));
    QueryAnswer answer = servers.ask(online(0, "s1", "s2"), consuming(1, "s2", "s1"));
    assertThat(answer.problems()).isEmpty();
    assertThat(answer.isPartial()).isFalse();
    assertThat(servers.count(answer)).isEqualTo(SlowServers.TAIL_END);
    assertThat(servers.elapsed()).isEqualTo(Duration.ofSeconds(6));
    assertThat(servers.cancelled).containsExactly("s1");
    assertThat(answer.effort().serversQueried()).isEqualTo(1);
    assertThat(answer.effort().serversResponded()).isEqualTo(1);
  }

  @Test
  void serverThatIsSilentAgainAndAgainIsNotAskedFirst() {
    servers.silent.add("s1");
    for (int query = 0; query < 3; query++) {
      servers.ask(consuming(0, "s1", "s2"));
    }
    assertThat(servers.routing.health().avoided()).containsExactly("s1");
    servers.requests.clear();
    servers.ask(consuming(0, "s1", "s2"));
    assertThat(servers.requests).extracting(SlowServers.Asked::server).containsExactly("s2");
  }

  @Test
  void serverThatFetchesFilesIsAskedFirstHoweverOftenItIsLate() {
    servers.fetching.add("s1");
    servers.delay("s1", Duration.ofSeconds(7));
    for (int query = 0; query < 5; query++) {
      assertThat(servers.count(servers.ask(online(0, "s1", "s2"), consuming(1, "s1", "s2"))))
          .isEqualTo(SlowServers.TAIL_END);
      assertThat(servers.elapsed()).isEqualTo(Duration.ofSeconds(5));
    }
    assertThat(servers.cancelled).containsOnly("s1").hasSize(5);
    assertThat(servers.routing.health().avoided()).isEmpty();
  }

  @Test
  void serverThatFetchesFilesForTheWholeTimeOfQueriesIsNotAvoided() {
    servers.fetching.add("s1");
    servers.silent.add("s1");
    for (int query = 0; query < 5; query++) {
      assertThat(servers.ask(consuming(0, "s1")).isPartial()).isTrue();
    }
    assertThat(servers.routing.health().avoided()).isEmpty();
    servers.fetching.clear();
    for (int query = 0; query < 3; query++) {
      assertThat(servers.ask(consuming(0, "s1")).isPartial()).isTrue();
    }
    assertThat(servers.routing.health().avoided()).containsExactly("s1");
  }

  @Test
  void slowServerThatAnswersBeforeTheOthersDoIsTakenAndTheyAreCancelled() {
    servers.delay("s1", Duration.ofSeconds(6));
    servers.delay("s2", Duration.ofSeconds(4));
    QueryAnswer answer = servers.ask(consuming(0, "s1", "s2"));
    assertThat(servers.count(answer)).isEqualTo(SlowServers.TAIL_END);
    assertThat(servers.elapsed()).isEqualTo(Duration.ofSeconds(6));
    assertThat(servers.cancelled).containsExactly("s2");
    assertThat(servers.routing.health().avoided()).isEmpty();
  }

  @Test
  void whatOthersHaveOnlyInPartIsTakenWhenTheServerHasFailedAndNotBefore() {
    servers.silent.add("s1");
    servers.lacking("s2", Set.of(name(0).toString()));
    QueryAnswer answer = servers.ask(online(0, "s1", "s2"), online(1, "s1", "s2"));
    assertThat(answer.isPartial()).isTrue();
    assertThat(servers.elapsed()).isEqualTo(Duration.ofSeconds(10));
    assertThat(answer.problems().getLast().code()).isEqualTo(QueryErrorCode.SEGMENT_UNAVAILABLE);
    assertThat(answer.problems().getLast().message())
        .isEqualTo("1 segments unavailable: " + name(0));
  }

  @Test
  void segmentsThatAreDeletedWhileTheyAreAskedForAreNotMissing() {
    servers.lacking("s1", Set.of(name(0).toString(), name(1).toString()));
    servers.thenView(online(2, "s1"));
    QueryAnswer answer = servers.ask(online(0, "s1"), online(1, "s1"), online(2, "s1"));
    assertThat(answer.problems()).isEmpty();
    assertThat(servers.count(answer)).isEqualTo(Views.SEGMENT_OFFSETS);
    assertThat(answer.coverage()).isEqualTo(Map.of(0, List.of(new OffsetRange(200, 300))));
  }

  @Test
  void segmentThatIsGoneBetweenOthersIsMissing() {
    servers.lacking("s1", Set.of(name(1).toString()));
    servers.thenView(online(0, "s1"), online(2, "s1"));
    QueryAnswer answer = servers.ask(online(0, "s1"), online(1, "s1"), online(2, "s1"));
    assertThat(answer.problems())
        .containsExactly(
            new Problem(QueryErrorCode.SEGMENT_UNAVAILABLE, "1 segments unavailable: " + name(1)));
  }

  @Test
  void eachMissingSegmentIsNamed() {
    SegmentView[] segments = new SegmentView[20];
    Arrays.setAll(segments, sequence -> online(sequence));
    String message = servers.ask(segments).problems().getFirst().message();
    assertThat(message).startsWith("20 segments unavailable: ");
    for (int sequence = 0; sequence < 20; sequence++) {
      assertThat(message).contains(name(sequence).toString());
    }
  }

  @Test
  void serverThatNobodyCanStandForIsWaitedFor() {
    servers.delay("s1", Duration.ofSeconds(9));
    QueryAnswer answer = servers.ask(online(0, "s1", "s2"), consuming(1, "s1"));
    assertThat(answer.problems()).isEmpty();
    assertThat(servers.counts().asked(Cause.LATE)).isZero();
  }

  @Test
  void serverThatIsUnusuallySlowIsHedgedAndTheTailsRuleHolds() {
    servers.marks.raise("id", 0, 150, "s1");
    usually("s1", Duration.ofMillis(20));
    servers.delay("s1", Duration.ofSeconds(2));
    servers.delay("s2", Duration.ofMillis(20));
    QueryAnswer answer = servers.ask(consuming(1, "s1", "s2"));
    assertThat(answer.problems()).isEmpty();
    assertThat(servers.elapsed()).isEqualTo(Duration.ofMillis(40));
    assertThat(servers.cancelled).containsExactly("s1");
    assertThat(servers.counts().won(Cause.HEDGE)).isEqualTo(1);
    TailPart hedge = servers.requests.getLast().request().tails().getFirst();
    assertThat(hedge.minimumEnd()).isEqualTo(SlowServers.TAIL_END);
    assertThat(hedge.passEnd()).isTrue();
    assertThat(servers.marks.mark("id", 0))
        .contains(new HighWaterMarks.Mark(SlowServers.TAIL_END, "s2"));
    assertThat(servers.routing.health().avoided()).isEmpty();
  }

  @Test
  void hedgesAreAtMostOneInTwentyRequests() {
    usually("s1", Duration.ofMillis(20));
    int before = servers.requests.size();
    for (int query = 0; query < 400; query++) {
      // Of 40 answers one is slow: more hedges would help than there may be.
      servers.delay("s1", Duration.ofMillis(query % 4 == 0 ? 200 : 20));
      servers.delay("s2", Duration.ofMillis(1));
      assertThat(servers.count(servers.ask(consuming(0, "s1", "s2"))))
          .isEqualTo(SlowServers.TAIL_END);
    }
    long hedges = servers.counts().asked(Cause.HEDGE);
    assertThat(hedges).isPositive();
    assertThat(hedges * 20).isLessThanOrEqualTo(servers.counts().first());
    assertThat(servers.requests.size() - before).isEqualTo(400 + (int) hedges);
  }

  @Test
  void noHedgeGoesToAServerThatIsBusyOrHasRefusedWork() {
    usually("s1", Duration.ofMillis(20));
    servers.delay("s1", Duration.ofMillis(500));
    servers.routing.loads().pressed("s2");
    servers.ask(consuming(0, "s1", "s2"));
    assertThat(servers.counts().asked(Cause.HEDGE)).isZero();
    servers.pass(Duration.ofSeconds(5));
    for (int request = 0; request < 3; request++) {
      servers.routing.loads().asked("s2");
    }
    servers.ask(consuming(0, "s1", "s2"));
    assertThat(servers.counts().asked(Cause.HEDGE)).isZero();
    servers.routing.loads().ended("s2");
    servers.ask(consuming(0, "s1", "s2"));
    assertThat(servers.counts().asked(Cause.HEDGE)).isEqualTo(1);
  }

  @Test
  void usersMistakeIsAskedOfNobodyElse() {
    servers.mistaken.add("s1");
    QueryAnswer answer = servers.ask(consuming(0, "s1", "s2"));
    assertThat(answer.problems())
        .containsExactly(new Problem(QueryErrorCode.QUERY_EXECUTION, "sum overflows"));
    assertThat(servers.requests).hasSize(1);
    assertThat(servers.routing.health().avoided()).isEmpty();
  }

  @Test
  void eachTryHasWhatIsLeftOfTheQuerysTime() {
    servers.silent.add("s1");
    servers.ask(consuming(0, "s1", "s2"));
    assertThat(servers.requests)
        .extracting(SlowServers.Asked::request)
        .extracting(ServerRequest::timeout)
        .isEqualTo(List.of(Duration.ofSeconds(10), Duration.ofSeconds(5)));
  }

  /** Teaches the broker how long a server takes. */
  private void usually(String server, Duration time) {
    servers.delay(server, time);
    for (int query = 0; query < 64; query++) {
      servers.ask(consuming(0, server, "s2"));
    }
    assertThat(servers.routing.loads().usualNanos(server, "id")).hasValue(time.toNanos());
  }
}
