package io.gamay.controller.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.health.StreamWatch.LogBreach;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.stream.StreamLogs.LogBounds;
import io.gamay.controller.stream.StreamUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StreamWatchTest {

  private final ClusterInMemory cluster = new ClusterInMemory();
  private LogBounds log = new LogBounds(0, 100, 100);
  private long position;
  private boolean isAway;
  private final StreamWatch watch;

  StreamWatchTest() {
    cluster.addServer("Server_1");
    cluster.addPartition(0, 0, 1, "Server_1");
    ClusterView view = cluster.view();
    watch =
        new StreamWatch(
            () -> view,
            this::reports,
            (_, partitions) -> {
              assertThat(partitions).containsExactly(0);
              if (isAway) {
                throw new StreamUnavailableException("kafka is away", new IllegalStateException());
              }
              return Map.of(0, log);
            });
  }

  private ServerReports reports() {
    ConsumingReport report =
        HealthExaminerTest.report("Server_1", "INITIAL_CONSUMING", "", position, -1);
    return new ServerReports(
        cluster.controller.now, Map.of(cluster.tableId, List.of(report)), Set.of());
  }

  @Test
  void aReaderWithinTheLogIsInOrder() {
    look(50, new LogBounds(0, 100, 100));
    look(100, new LogBounds(50, 100, 100));
    look(100, new LogBounds(100, 100, 100));

    assertThat(breaches()).isEmpty();
  }

  @Test
  void aReaderBeyondTheEndOfTheLogIsNamedAtOnce() {
    look(101, new LogBounds(0, 100, 100));

    assertThat(breaches()).containsExactly(new LogBreach(0, "Server_1", 101, false, 100));
  }

  @Test
  void aReaderIsBehindTheLogOnlyIfItStillIsAfterTheLogWasSeenToBeginThere() {
    look(10, new LogBounds(20, 100, 100));
    assertThat(breaches()).as("it may have read on before the log was cut").isEmpty();

    look(20, new LogBounds(20, 100, 100));
    assertThat(breaches()).isEmpty();

    look(10, new LogBounds(20, 100, 100));
    assertThat(breaches()).containsExactly(new LogBreach(0, "Server_1", 10, true, 20));
  }

  @Test
  void aStreamThatIsAwayIsTroubleAndNoBreach() {
    look(101, new LogBounds(0, 100, 100));
    isAway = true;
    look(101, new LogBounds(0, 100, 100));

    assertThat(breaches()).isEmpty();
    assertThat(watch.trouble(cluster.tableId)).contains("kafka is away");
    isAway = false;
    look(100, new LogBounds(0, 100, 100));
    assertThat(watch.trouble(cluster.tableId)).isEmpty();
  }

  private void look(long at, LogBounds bounds) {
    position = at;
    log = bounds;
    watch.look();
  }

  private List<LogBreach> breaches() {
    return watch.breaches(cluster.tableId);
  }
}
