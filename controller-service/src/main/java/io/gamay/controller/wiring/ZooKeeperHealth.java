package io.gamay.controller.wiring;

import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.MetadataStore.SessionState;
import java.util.Optional;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Whether the session with ZooKeeper stands. */
final class ZooKeeperHealth extends AbstractHealthIndicator {

  private final MetadataStore store;
  private volatile SessionState state = SessionState.CONNECTED;

  ZooKeeperHealth(MetadataStore store) {
    super("zookeeper cannot be asked");
    this.store = store;
    store.onSession(next -> state = next);
  }

  /** Why nothing can be decided now, as far as is known without asking; empty when it can. */
  Optional<String> trouble() {
    return state == SessionState.CONNECTED
        ? Optional.empty()
        : Optional.of("no connection to zookeeper: no commits, no changes");
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.withDetail("session", state.name());
    Optional<String> trouble = trouble();
    if (trouble.isPresent()) {
      builder.down().withDetail("reason", trouble.get());
      return;
    }
    try {
      store.get(ClusterPaths.LEADER_EPOCH);
      builder.up().withDetail("sessionId", Long.toHexString(store.sessionId()));
    } catch (MetadataException away) {
      builder.down(away);
    }
  }
}
