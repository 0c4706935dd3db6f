package io.gamay.simulation;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.ingest.commit.CommitReporter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Reports over the simulated network, to the leader that the server's view names. */
final class LeaderReports implements CommitReporter {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final World world;
  private final Node node;
  private final Supplier<ClusterView> view;
  private long highestEpoch;

  LeaderReports(World world, Node node, Supplier<ClusterView> view) {
    this.world = world;
    this.node = node;
    this.view = view;
  }

  @Override
  public CompletableFuture<CommitAnswer> report(CommitReport report) {
    Optional<InstanceConfig> leader = view.get().leaderInstance();
    if (leader.isEmpty()) {
      return CompletableFuture.completedFuture(notLeader(report.segment()));
    }
    byte[] message = ClusterJson.write(report);
    Class<? extends CommitReport> kind = report.getClass();
    String to = leader.get().id();
    return world
        .network
        .ask(node, to, TIMEOUT, () -> world.controller(to).hear(ClusterJson.read(message, kind)))
        .thenApply(this::ofHighestEpoch);
  }

  private CommitAnswer ofHighestEpoch(CommitAnswer answer) {
    world.checkAnswer(answer);
    highestEpoch = Math.max(highestEpoch, answer.epoch());
    return answer.epoch() < highestEpoch ? notLeader(answer.segment()) : answer;
  }

  private static CommitAnswer notLeader(SegmentName segment) {
    return new CommitAnswer(CommitAnswer.Kind.NOT_LEADER, segment, -1, 0, 0);
  }
}
