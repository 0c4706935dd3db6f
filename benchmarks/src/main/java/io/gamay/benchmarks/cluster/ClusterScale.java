package io.gamay.benchmarks.cluster;

import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.route.PartitionParts;
import io.gamay.broker.route.PartitionRouter;
import io.gamay.broker.route.ReplicaOrder;
import io.gamay.broker.route.ReplicaPicker;
import io.gamay.broker.route.ServerAssignment;
import io.gamay.broker.route.ServerLoads;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.InMemoryMetadataTree;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import io.gamay.cluster.table.RoutingConfig.InstanceSelector;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.assignment.AssignmentWriter;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.assignment.MembershipKeeper;
import io.gamay.controller.leader.LeaderOffice;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.table.TableCatalog;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What a large cluster costs each process: the first view, a change of it, a query's route, a pass
 * of the leader, the hand-over to another one. Metadata lies in memory, so times are of this
 * process alone; what ZooKeeper adds is measured by {@link ZooKeeperScale}.
 *
 * <p>System properties: {@code servers} (1000), {@code tables} (10000), {@code partitions} of each
 * (4), {@code segments} of each partition (25), {@code replication} (3).
 */
public final class ClusterScale {

  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private ClusterScale() {}

  public static void main(String[] arguments) {
    PlannedCluster plan =
        new PlannedCluster(
            Integer.getInteger("servers", 1_000),
            Integer.getInteger("tables", 10_000),
            Integer.getInteger("partitions", 4),
            Integer.getInteger("segments", 25),
            Integer.getInteger("replication", 3));
    System.out.printf(
        "%,d servers, %,d tables of %d partitions of %,d segments, %d replicas: %,d segments%n",
        plan.servers(),
        plan.tables(),
        plan.partitions(),
        plan.segments(),
        plan.replication(),
        (long) plan.tables() * plan.partitions() * plan.segments());
    InMemoryMetadataTree tree = new InMemoryMetadataTree();
    InMemoryMetadataStore writer = tree.openSession(Runnable::run);
    fill(plan, writer);
    long heapBefore = usedHeap();
    InMemoryMetadataStore reader = tree.openSession();
    long started = System.nanoTime();
    ClusterViewWatcher watcher = new ClusterViewWatcher(reader, Duration.ofDays(1));
    ClusterView view = watcher.awaitFirst(PATIENCE);
    System.out.printf(
        "first view: %,d ms, %,d MB of heap%n",
        millisSince(started), (usedHeap() - heapBefore) >> 20);
    change(plan, writer, watcher);
    serverGone(writer, watcher);
    route(plan, view);
    lead(plan, tree, watcher);
    watcher.close();
  }

  private static void fill(PlannedCluster plan, InMemoryMetadataStore writer) {
    long[] nodes = {0};
    long[] bytes = {0};
    plan.writeTo(
        (path, content) -> {
          nodes[0]++;
          bytes[0] += content.length;
          writer.commit(List.of(new Operation.Create(path, content, false)));
        });
    System.out.printf(
        "metadata: %,d nodes with content, %,d MB; children: %,d tables, %,d instances%n",
        nodes[0],
        bytes[0] >> 20,
        writer.children(ClusterPaths.TABLES).size(),
        writer.children(ClusterPaths.INSTANCES).size());
  }

  /** A consuming segment becomes COMMITTING: what a roll-over costs everybody. */
  private static void change(
      PlannedCluster plan, InMemoryMetadataStore writer, ClusterViewWatcher watcher) {
    long[] nanos = new long[20];
    for (int table = 0; table < nanos.length; table++) {
      SegmentName name =
          SegmentName.create(
              PlannedCluster.table(table), 0, plan.segments() - 1, PlannedCluster.NOW);
      String path = ClusterPaths.segment(PlannedCluster.tableId(table), name);
      byte[] committing =
          ClusterJson.write(
              plan.consuming(name)
                  .committing(
                      Long.MAX_VALUE / 2,
                      new CommitAttempt(1, PlannedCluster.server(0), PlannedCluster.NOW)));
      nanos[table] =
          untilNewView(
              watcher,
              () ->
                  writer.commit(
                      List.of(new Operation.Put(path, committing, Operation.ANY_VERSION))));
    }
    report("one segment changes, new view", nanos);
  }

  private static void serverGone(InMemoryMetadataStore writer, ClusterViewWatcher watcher) {
    long[] nanos = new long[10];
    for (int server = 0; server < nanos.length; server++) {
      String path = ClusterPaths.live(PlannedCluster.server(server));
      nanos[server] =
          untilNewView(
              watcher,
              () -> writer.commit(List.of(new Operation.Delete(path, Operation.ANY_VERSION))));
    }
    report("one server goes, new view", nanos);
  }

  private static long untilNewView(ClusterViewWatcher watcher, Runnable change) {
    long revision = watcher.current().revision();
    long started = System.nanoTime();
    change.run();
    await(() -> watcher.current().revision() > revision);
    return System.nanoTime() - started;
  }

  private static void route(PlannedCluster plan, ClusterView view) {
    TableView table =
        Objects.requireNonNull(view.tables().get(PlannedCluster.table(plan.tables() - 1)));
    ReplicaPicker picker =
        new ReplicaPicker(
            InstanceSelector.BALANCED, AdaptiveSelector.NO_OP, new ServerLoads(System::nanoTime));
    long[] nanos = new long[2_000];
    for (int round = 0; round < nanos.length; round++) {
      long started = System.nanoTime();
      PartitionRouter router = new PartitionRouter(view);
      List<PartitionParts> parts =
          table.partitions().values().stream()
              .map(partition -> router.route(partition, Optional.empty()))
              .toList();
      ServerAssignment.choose(
          parts,
          new ServerAssignment.Terms(
              table.tableId(),
              new HighWaterMarks(),
              Map.of(),
              new ReplicaOrder(Set.of(), Set.of()),
              round),
          picker);
      nanos[round] = System.nanoTime() - started;
    }
    report(
        "a query's route over %,d segments, nothing pruned"
            .formatted(plan.partitions() * plan.segments()),
        Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length));
  }

  /** Another controller, whose view is there, takes office and looks after all members once. */
  private static void lead(
      PlannedCluster plan, InMemoryMetadataTree tree, ClusterViewWatcher watcher) {
    InMemoryMetadataStore session = tree.openSession();
    LeaderOffice office = new LeaderOffice(session, "Controller_1", new InlineRunner());
    long started = System.nanoTime();
    office.start();
    await(() -> office.term().isPresent());
    System.out.printf("office taken: %,d ms%n", millisSince(started));
    LeaderTransactions transactions = new LeaderTransactions(session, office);
    MembershipKeeper members =
        new MembershipKeeper(
            new AssignmentWriter(session, transactions),
            new GroupKeeper(session, new TableCatalog(session), transactions, watcher::current),
            watcher::current,
            InstantSource.system(),
            Duration.ofHours(1));
    long[] nanos = new long[3];
    for (int pass = 0; pass < nanos.length; pass++) {
      long begin = System.nanoTime();
      members.keep();
      nanos[pass] = System.nanoTime() - begin;
    }
    report("a pass over the members of %,d tables".formatted(plan.tables()), nanos);
    office.close();
  }

  private static final class InlineRunner implements LeaderOffice.Runner {
    @Override
    public void run(Runnable task) {
      task.run();
    }

    @Override
    public void runLater(Runnable task, Duration delay) {
      task.run();
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited for " + PATIENCE);
      }
      LockSupport.parkNanos(50_000);
    }
  }

  private static void report(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%s: median %,.3f ms, longest %,.3f ms%n",
        what, nanos[nanos.length / 2] / 1e6, nanos[nanos.length - 1] / 1e6);
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long millisSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }
}
