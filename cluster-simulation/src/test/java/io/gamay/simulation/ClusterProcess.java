package io.gamay.simulation;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import java.time.Duration;
import java.util.List;

/** What every process of the cluster has: a life, a session with the metadata, and a view. */
abstract class ClusterProcess {

  final World world;
  final Node node;
  final InMemoryMetadataStore session;

  /** How much later than it happens a change is seen. */
  private Duration viewDelay = Duration.ZERO;

  ClusterProcess(World world, String id) {
    this.world = world;
    this.node = new Node(id, world.timeline);
    this.session =
        world.tree.openSession(
            new NodeThreads(node, true, () -> world.network.latency().plus(viewDelay), world));
    world.network.join(node);
  }

  final String id() {
    return node.id();
  }

  abstract InstanceRole role();

  abstract ClusterViewWatcher views();

  final ClusterView view() {
    return views().current();
  }

  final void setViewDelay(Duration delay) {
    viewDelay = delay;
  }

  final InstanceConfig config() {
    return new InstanceConfig(id(), role(), id(), 1, tags());
  }

  private List<String> tags() {
    return id().equals(World.ONLY_CONSUMING)
        ? List.of("DefaultTenant_REALTIME")
        : List.of("DefaultTenant_REALTIME", World.COMPLETED_TAG, "DefaultTenant_BROKER");
  }

  /** A thread of its own for one of its parts. */
  final NodeThreads thread() {
    return new NodeThreads(node, true, world::schedulingDelay, world);
  }

  /** Threads for work that takes a while. */
  final NodeThreads pool() {
    return new NodeThreads(node, false, () -> world.workTime(node), world);
  }

  /** As {@code kill -9}: nothing is said to anybody, and the session lives on for a while. */
  void crash() {
    node.die();
    session.abandon();
  }
}
