package io.gamay.controller.wiring;

import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.leader.Leadership;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Who leads. A follower is healthy; a cluster that nobody leads is not. */
final class LeadershipHealth extends AbstractHealthIndicator {

  private final Leadership leadership;
  private final Supplier<ClusterView> view;

  LeadershipHealth(Leadership leadership, Supplier<ClusterView> view) {
    super("leadership cannot be told");
    this.leadership = leadership;
    this.view = view;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    ClusterView seen = view.get();
    boolean leads = leadership.term().isPresent();
    builder
        .withDetail("isLeader", leads)
        .withDetail("leader", seen.leader().orElse(""))
        .withDetail("epoch", leadership.term().map(LeaderTerm::epoch).orElse(seen.leaderEpoch()));
    boolean leaderIsLive =
        seen.leader()
            .map(id -> seen.instances().get(id))
            .filter(instance -> instance.isLive())
            .isPresent();
    if (leads || leaderIsLive) {
      builder.up();
    } else {
      builder.down().withDetail("reason", "no controller leads: no commits, no changes");
    }
  }
}
