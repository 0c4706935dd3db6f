package io.gamay.broker.scatter;

import static io.gamay.broker.Views.consuming;
import static io.gamay.broker.Views.name;
import static io.gamay.broker.Views.online;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.scatter.AttemptCounts.Cause;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Many queries, one behind the other, over servers that are slow, silent, dead or lack segments at
 * random: however often parts are asked for, each row of an answer is in it once, and an answer
 * that is not flagged has all of them.
 */
class SecondRequestsSimulationTest {

  private static final int QUERIES = 60;
  private static final List<String> SERVERS = List.of("s1", "s2", "s3", "s4");

  @Test
  void noRowIsCountedTwiceAndNoneIsSilentlyMissing() {
    var _ = Seeds.forEach(20, SecondRequestsSimulationTest::run);
  }

  private static void run(SeededRandom random) {
    SlowServers servers = new SlowServers();
    servers.delays(_ -> delay(random));
    for (int query = 0; query < QUERIES; query++) {
      disturb(servers, random);
      QueryAnswer answer = servers.ask(segments(random));
      long covered =
          answer.coverage().getOrDefault(0, List.of()).stream()
              .mapToLong(range -> range.end() - range.start())
              .sum();
      if (answer.table().isPresent()) {
        assertThat(servers.count(answer)).as("rows, of those covered").isEqualTo(covered);
      }
      if (!answer.isPartial()) {
        assertThat(answer.coverage().get(0))
            .containsExactly(new OffsetRange(0, SlowServers.TAIL_END));
      } else {
        assertThat(answer.problems()).isNotEmpty();
      }
      if (servers.dead.isEmpty() && servers.silent.isEmpty()) {
        assertThat(answer.isPartial()).as(answer.problems().toString()).isFalse();
      }
      assertThat(servers.elapsed()).isLessThanOrEqualTo(SlowServers.TIMEOUT.plusMillis(10));
      servers.pass(Duration.ofSeconds(random.between(0, 30)));
    }
    assertThat(servers.counts().asked(Cause.HEDGE) * 20)
        .isLessThanOrEqualTo(servers.counts().first());
    assertThat(SERVERS).allMatch(server -> servers.routing.loads().inFlight(server) == 0);
  }

  /** At most one server is ill at a time, and each segment has two that are to serve it. */
  private static void disturb(SlowServers servers, SeededRandom random) {
    servers.dead.clear();
    servers.silent.clear();
    SERVERS.forEach(server -> servers.lacking(server, Set.of()));
    String ill = random.oneOf(SERVERS);
    switch (random.between(0, 5)) {
      case 0 -> servers.dead.add(ill);
      case 1 -> servers.silent.add(ill);
      case 2 -> servers.lacking(ill, Set.of(name(random.between(0, 1)).toString()));
      default -> {}
    }
  }

  private static Duration delay(SeededRandom random) {
    return Duration.ofMillis(
        random.chance(0.1) ? random.between(100, 4_000) : random.between(0, 9));
  }

  private static SegmentView[] segments(SeededRandom random) {
    return new SegmentView[] {
      online(0, two(random)), online(1, two(random)), consuming(2, two(random))
    };
  }

  private static String[] two(SeededRandom random) {
    String first = random.oneOf(SERVERS);
    String second =
        random.oneOf(
            SERVERS.stream().filter(server -> !server.equals(first)).collect(Collectors.toList()));
    return new String[] {first, second};
  }
}
