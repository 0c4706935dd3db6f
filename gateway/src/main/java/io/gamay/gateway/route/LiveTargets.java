package io.gamay.gateway.route;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Picks the process for a request: brokers in turn, of the controllers the leader; one that is
 * about to stop only where there is no other. Thread-safe.
 */
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
    return pick(target, Set.of());
  }

  /**
   * As the other, but for processes that did not answer.
   *
   * @param except their ids
   */
  public Optional<InstanceConfig> pick(Target target, Set<String> except) {
    ClusterView view = views.get();
    List<InstanceConfig> asked =
        view.askedInstances(roleOf(target), instance -> !except.contains(instance.id())).stream()
            .map(InstanceView::config)
            .toList();
    return switch (target) {
      case BROKER -> nextOf(asked);
      case CONTROLLER -> leader(view, asked).or(() -> nextOf(asked));
    };
  }

  /** All that are alive. */
  public List<InstanceConfig> live(Target target) {
    return live(views.get(), target);
  }

  private static List<InstanceConfig> live(ClusterView view, Target target) {
    return view.liveInstances(roleOf(target)).stream().map(InstanceView::config).toList();
  }

  private static InstanceRole roleOf(Target target) {
    return switch (target) {
      case BROKER -> InstanceRole.BROKER;
      case CONTROLLER -> InstanceRole.CONTROLLER;
    };
  }

  private static Optional<InstanceConfig> leader(ClusterView view, List<InstanceConfig> asked) {
    return view.leader()
        .flatMap(id -> asked.stream().filter(instance -> instance.id().equals(id)).findFirst());
  }

  private Optional<InstanceConfig> nextOf(List<InstanceConfig> live) {
    return live.isEmpty()
        ? Optional.empty()
        : Optional.of(live.get(Math.floorMod(turns.getAndIncrement(), live.size())));
  }
}
