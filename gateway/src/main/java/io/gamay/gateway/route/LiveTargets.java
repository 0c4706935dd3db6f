package io.gamay.gateway.route;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Picks the process for a request: brokers in turn, of the controllers the leader. Thread-safe. */
public final class LiveTargets {

  private final Supplier<ClusterView> views;
  private final AtomicInteger turns = new AtomicInteger();

  public LiveTargets(Supplier<ClusterView> views) {
    this.views = views;
  }

  /** The kinds of process that the gateway stands before. */
  public enum Target {
    BROKER,
    CONTROLLER
  }

  /** Empty if no such process is alive. */
  public Optional<InstanceConfig> pick(Target target) {
    ClusterView view = views.get();
    return switch (target) {
      case BROKER -> nextOf(live(view, target));
      case CONTROLLER -> liveLeader(view).or(() -> nextOf(live(view, target)));
    };
  }

  /** All that are alive. */
  public List<InstanceConfig> live(Target target) {
    return live(views.get(), target);
  }

  private static List<InstanceConfig> live(ClusterView view, Target target) {
    InstanceRole role =
        switch (target) {
          case BROKER -> InstanceRole.BROKER;
          case CONTROLLER -> InstanceRole.CONTROLLER;
        };
    return view.liveInstances(role).stream().map(InstanceView::config).toList();
  }

  private static Optional<InstanceConfig> liveLeader(ClusterView view) {
    return view.leader()
        .flatMap(id -> Optional.ofNullable(view.instances().get(id)))
        .filter(InstanceView::isLive)
        .map(InstanceView::config);
  }

  private Optional<InstanceConfig> nextOf(List<InstanceConfig> live) {
    return live.isEmpty()
        ? Optional.empty()
        : Optional.of(live.get(Math.floorMod(turns.getAndIncrement(), live.size())));
  }
}
