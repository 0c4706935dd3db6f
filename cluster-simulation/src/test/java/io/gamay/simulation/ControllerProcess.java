package io.gamay.simulation;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.assignment.AssignmentWriter;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.assignment.InstanceOrderDesk;
import io.gamay.controller.assignment.InstanceOrderDesk.StateChange;
import io.gamay.controller.assignment.MembershipKeeper;
import io.gamay.controller.assignment.PartitionStarter;
import io.gamay.controller.assignment.SegmentMover;
import io.gamay.controller.commit.CommitPolicy;
import io.gamay.controller.commit.CommitService;
import io.gamay.controller.leader.LeaderChores;
import io.gamay.controller.leader.LeaderOffice;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.rebalance.RebalanceDesk;
import io.gamay.controller.rebalance.Relocation;
import io.gamay.controller.retention.DeadObjectSweeper;
import io.gamay.controller.table.SchemaRegistry;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.TableRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A controller with the rooms that decide about segments and their hosts. */
final class ControllerProcess extends ClusterProcess {

  /** Shorter than in earnest, so that a run is. */
  private static final CommitPolicy POLICY =
      new CommitPolicy(
          Duration.ofSeconds(3),
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30));

  static final Duration SERVER_GONE_AFTER = Duration.ofSeconds(60);

  private final ClusterViewWatcher views;
  private final LeaderOffice office;
  private final CommitService commits;
  private final SchemaRegistry schemas;
  private final TableRegistry tables;
  private final PartitionStarter partitions;
  private final InstanceOrderDesk orders;
  private final LeaderChores chores;
  private final LeaderChores slowChores;

  ControllerProcess(World world, String id) {
    super(world, id);
    MetadataStore store =
        world.mutation.decisions(
            new ControllerStore(
                session, () -> world.beforeDecision(this), commit -> world.writeAs(id, commit)));
    InstantSource clock = node.clock();
    NodeThreads leaderThread = thread();
    views = new ClusterViewWatcher(store, world.resync(), thread());
    office = new LeaderOffice(store, id, runnerOn(leaderThread));
    LeaderTransactions transactions = new LeaderTransactions(store, office);
    TableCatalog catalog = new TableCatalog(store);
    schemas = new SchemaRegistry(catalog, transactions);
    tables = new TableRegistry(catalog, transactions, clock);
    GroupKeeper groups = new GroupKeeper(store, catalog, transactions, views::current);
    partitions =
        new PartitionStarter(
            store, catalog, transactions, groups, world.topic.catalog(node), views::current, clock);
    commits = new CommitService(store, catalog, office, POLICY, clock, thread());
    MembershipKeeper members =
        new MembershipKeeper(
            new AssignmentWriter(store, transactions),
            groups,
            views::current,
            clock,
            SERVER_GONE_AFTER);
    SegmentMover mover = new SegmentMover(new AssignmentWriter(store, transactions), clock);
    Relocation relocation =
        new Relocation(
            new RebalanceDesk(store, catalog, transactions, clock),
            groups,
            mover,
            views::current,
            clock);
    orders = new InstanceOrderDesk(store, transactions);
    DeadObjectSweeper objects =
        new DeadObjectSweeper(
            store, catalog, world.deepStore.connection(node, world.network), clock);
    chores =
        new LeaderChores(thread(), office, clock)
            .add("commits", Duration.ofSeconds(1), true, () -> commits.tick(view()))
            .add("members", Duration.ofSeconds(5), true, members::keep)
            .add("relocation", Duration.ofSeconds(10), false, relocation::relocate);
    slowChores =
        new LeaderChores(thread(), office, clock)
            .add("new partitions", Duration.ofSeconds(10), false, partitions::startMissing)
            .add("dead objects", Duration.ofSeconds(20), false, objects::sweep);
    join(store);
  }

  @Override
  InstanceRole role() {
    return InstanceRole.CONTROLLER;
  }

  @Override
  ClusterViewWatcher views() {
    return views;
  }

  boolean leads() {
    return office.term().isPresent();
  }

  CompletableFuture<CommitAnswer> hear(CommitReport report) {
    return commits.report(report);
  }

  /** The table and its first segments; fails while the metadata or the stream cannot be reached. */
  String createTable(String schemaJson, String tableJson) {
    schemas.put(schemaJson, true, false);
    String tableId = tables.create(tableJson, partitions::initialOffsets).tableId();
    partitions.start(tableId);
    return tableId;
  }

  void changeSchema(String name, String schemaJson) {
    schemas.update(name, schemaJson, false);
  }

  void changeTable(String name, String tableJson) {
    tables.update(name, tableJson);
  }

  void order(String instance, StateChange change) {
    var _ = orders.change(instance, change);
  }

  /** Tried again until the metadata can be reached. */
  private void join(MetadataStore store) {
    try {
      var _ = InstanceRegistration.register(store, config(), thread());
    } catch (MetadataException away) {
      world.timeline.plan(node, Duration.ofSeconds(1), () -> join(store));
      return;
    }
    office.onChange(this::wakeChores);
    views.subscribe(_ -> wakeChores());
    office.start();
    chores.start();
    slowChores.start();
  }

  private void wakeChores() {
    chores.wake();
    slowChores.wake();
  }

  private static LeaderOffice.Runner runnerOn(NodeThreads thread) {
    return new LeaderOffice.Runner() {
      @Override
      public void run(Runnable task) {
        thread.execute(task);
      }

      @Override
      public void runLater(Runnable task, Duration delay) {
        var _ = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      }
    };
  }
}
