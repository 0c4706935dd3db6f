package io.gamay.benchmarks.cluster;

import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a real ZooKeeper takes for the metadata of a large cluster: writing it, reading it node by
 * node and many together, a process's first view, and a change that many processes watch.
 *
 * <p>Argument: ZooKeeper's {@code host:port}; use an empty one, what is written stays there. System
 * properties: {@code servers} (100), {@code tables} (1000), {@code partitions} (4), {@code
 * segments} (25), {@code replication} (3), {@code watchers} (100).
 */
public final class ZooKeeperScale {

  private static final Duration SESSION = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int TRANSACTION_NODES = 100;
  private static final int SINGLE_READS = 10_000;
  private static final int BATCH = 2_000;

  private ZooKeeperScale() {}

  public static void main(String[] arguments) throws InterruptedException {
    PlannedCluster plan =
        new PlannedCluster(
            Integer.getInteger("servers", 100),
            Integer.getInteger("tables", 1_000),
            Integer.getInteger("partitions", 4),
            Integer.getInteger("segments", 25),
            Integer.getInteger("replication", 3));
    try (MetadataStore store = CuratorMetadataStore.connect(arguments[0], "scale", SESSION)) {
      List<String> paths = write(plan, store);
      readOneByOne(store, paths);
      readTogether(store, paths);
      firstView(store);
      announce(arguments[0], store, Integer.getInteger("watchers", 100));
    }
  }

  private static List<String> write(PlannedCluster plan, MetadataStore store) {
    List<String> paths = new ArrayList<>();
    List<Operation> waiting = new ArrayList<>();
    long[] bytes = {0};
    long started = System.nanoTime();
    plan.writeTo(
        (path, content) -> {
          paths.add(path);
          bytes[0] += content.length;
          waiting.add(new Operation.Create(path, content, false));
          if (waiting.size() == TRANSACTION_NODES) {
            store.commit(waiting);
            waiting.clear();
          }
        });
    if (!waiting.isEmpty()) {
      store.commit(waiting);
    }
    System.out.printf(
        "%,d nodes, %,d MB written in transactions of %d: %,d a second%n",
        paths.size(),
        bytes[0] >> 20,
        TRANSACTION_NODES,
        perSecond(paths.size(), System.nanoTime() - started));
    return paths;
  }

  private static void readOneByOne(MetadataStore store, List<String> paths) {
    int count = Math.min(SINGLE_READS, paths.size());
    long started = System.nanoTime();
    paths.subList(0, count).forEach(store::get);
    System.out.printf(
        "read one by one: %,d a second%n", perSecond(count, System.nanoTime() - started));
  }

  private static void readTogether(MetadataStore store, List<String> paths) {
    long started = System.nanoTime();
    for (int from = 0; from < paths.size(); from += BATCH) {
      store.getAll(paths.subList(from, Math.min(paths.size(), from + BATCH)));
    }
    System.out.printf(
        "read %,d together: %,d a second%n",
        BATCH, perSecond(paths.size(), System.nanoTime() - started));
  }

  private static void firstView(MetadataStore store) {
    long started = System.nanoTime();
    try (ClusterViewWatcher watcher = new ClusterViewWatcher(store, Duration.ofDays(1))) {
      ClusterView view = watcher.awaitFirst(PATIENCE);
      System.out.printf(
          "first view of %,d tables: %,d ms%n",
          view.tables().size(), (System.nanoTime() - started) / 1_000_000);
    }
  }

  /** From a write to the last of many sessions that watch everything. */
  private static void announce(String address, MetadataStore store, int sessions)
      throws InterruptedException {
    List<MetadataStore> watching = new ArrayList<>();
    String path = ClusterPaths.instance(PlannedCluster.server(0));
    long[] nanos = new long[30];
    try {
      List<CountDownLatch> rounds = new ArrayList<>();
      for (int round = 0; round < nanos.length; round++) {
        rounds.add(new CountDownLatch(sessions));
      }
      CountDownLatch ready = new CountDownLatch(sessions);
      for (int session = 0; session < sessions; session++) {
        MetadataStore watcher = CuratorMetadataStore.connect(address, "scale", SESSION);
        watching.add(watcher);
        int[] seen = {0};
        watcher.watchNodes(
            "/",
            changes -> {
              if (changes.isEverything()) {
                ready.countDown();
              } else if (changes.paths().contains(path)) {
                rounds.get(seen[0]++).countDown();
              }
            });
      }
      require(ready);
      byte[] content = store.get(path).orElseThrow().data();
      for (int round = 0; round < nanos.length; round++) {
        long started = System.nanoTime();
        store.commit(List.of(new Operation.Put(path, content, Operation.ANY_VERSION)));
        require(rounds.get(round));
        nanos[round] = System.nanoTime() - started;
      }
    } finally {
      watching.forEach(MetadataStore::close);
    }
    Arrays.sort(nanos);
    System.out.printf(
        "a change reaches %,d watching processes: median %.1f ms, longest %.1f ms%n",
        sessions, nanos[nanos.length / 2] / 1e6, nanos[nanos.length - 1] / 1e6);
  }

  private static void require(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("not all of " + latch + " came");
    }
  }

  private static long perSecond(long count, long nanos) {
    return count * 1_000_000_000L / Math.max(1, nanos);
  }
}
