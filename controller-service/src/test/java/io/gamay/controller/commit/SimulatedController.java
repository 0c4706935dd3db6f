package io.gamay.controller.commit;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.MetadataException;
import io.gamay.controller.leader.LeaderOffice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** A controller whose every callback and delayed task waits in a queue until the world runs it. */
final class SimulatedController {

  final String id;
  final InMemoryMetadataStore store;
  final CommitCoordinator coordinator;
  final LeaderOffice office;
  boolean isSuspended;
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  SimulatedController(String id, SimulatedWorld world) {
    this.id = id;
    this.store = world.tree.openSession(tasks::add);
    InterleavedStore interleaved = new InterleavedStore(store, () -> world.beforeCommitOf(this));
    this.office = new LeaderOffice(interleaved, id, new QueueRunner());
    this.coordinator =
        new CommitCoordinator(
            interleaved,
            tableId -> world.table(store, tableId),
            office,
            CommitPolicy.DEFAULT,
            () -> world.now);
    office.start();
  }

  boolean hasTasks() {
    return !tasks.isEmpty();
  }

  void runTask() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }

  Optional<CommitAnswer> hear(CommitReport report) {
    try {
      return Optional.of(coordinator.onReport(report));
    } catch (MetadataException away) {
      return Optional.empty();
    }
  }

  void tick(Iterable<SegmentMetadata> segments) {
    try {
      for (SegmentMetadata segment : segments) {
        coordinator.onTick(SimulatedWorld.TABLE_ID, segment.name());
      }
    } catch (MetadataException away) {
      // the next tick tries again
    }
  }

  private final class QueueRunner implements LeaderOffice.Runner {
    @Override
    public void run(Runnable task) {
      tasks.add(task);
    }

    @Override
    public void runLater(Runnable task, Duration delay) {
      tasks.add(task);
    }
  }
}
