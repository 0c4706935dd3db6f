package io.gamay.controller.assignment;

import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How long servers are away. One thread. */
final class ServerAbsence {

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final Duration goneAfter;
  private final Map<String, Instant> awaySince = new HashMap<>();
  private final Set<String> live = new HashSet<>();
  private Instant lastLook = Instant.EPOCH;

  /**
   * @param goneAfter how long a server is away before others take over for good
   */
  ServerAbsence(InstantSource clock, Duration goneAfter) {
    this.clock = clock;
    this.goneAfter = goneAfter;
  }

  /** After a pause, as between two terms, nobody knows who was away meanwhile. */
  void look(ClusterView seen) {
    Instant now = clock.instant();
    if (now.isAfter(lastLook.plus(LONGEST_PAUSE))) {
      awaySince.clear();
    }
    lastLook = now;
    live.clear();
    seen.liveInstances(InstanceRole.SERVER).forEach(server -> live.add(server.config().id()));
    awaySince.keySet().removeAll(live);
    seen.instances().values().stream()
        .map(InstanceView::config)
        .filter(instance -> instance.role() == InstanceRole.SERVER)
        .forEach(server -> miss(server.id()));
  }

  /** Servers that something was given to, whether they were ever seen or not. */
  void missAll(Collection<String> servers) {
    servers.forEach(this::miss);
  }

  private void miss(String server) {
    if (!live.contains(server)) {
      awaySince.putIfAbsent(server, lastLook);
    }
  }

  boolean isGoneForGood(String server) {
    Instant since = awaySince.get(server);
    return since != null && !lastLook.isBefore(since.plus(goneAfter));
  }
}
