package io.gamay.cluster.view;

import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.MetadataStore.NodeChanges;
import io.gamay.cluster.store.MetadataStore.Registration;
import io.gamay.cluster.store.StoredNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link ClusterView} up to date: reads the nodes that the store's watch names, and on a
 * slow timer everything that may have changed. Thread-safe; one thread of its own reads and calls
 * the subscribers.
 *
 * <p>The nodes of a view are not read at one moment: a transaction may show in part, until the next
 * view a moment later. A node that cannot be read is logged and left out.
 */
public final class ClusterViewWatcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterViewWatcher.class);
  private static final Duration RESYNC = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final int RESYNC_NODES = 1000;

  /** Others count on it that no view is older than two minutes. */
  private static final int MAX_RESYNC_TIMES = 3;

  /** Nodes that are asked for together. */
  private static final int BATCH = 2000;

  /** How often changes that came while reading are read as well before a view is published. */
  private static final int MAX_ROUNDS = 10;

  private final MetadataStore store;
  private final Duration resync;
  private final ScheduledExecutorService thread;
  private final Registration watch;
  private final List<Consumer<ClusterView>> subscribers = new CopyOnWriteArrayList<>();
  private final CountDownLatch firstView = new CountDownLatch(1);
  private final ClusterFacts facts = new ClusterFacts(); // the thread's own
  private volatile ClusterView current = ClusterView.EMPTY;

  private final Object waitingLock = new Object();
  private Set<String> waitingPaths = new HashSet<>();
  private boolean isEverythingWaiting;

  /**
   * Watches, and reads everything anew every 30 seconds as well, in large clusters less often.
   *
   * @param store stays the caller's; close this watcher first
   */
  public ClusterViewWatcher(MetadataStore store) {
    this(store, RESYNC);
  }

  /**
   * @param resync how often everything is read anew, whether the watch said something or not, for
   *     each {@value #RESYNC_NODES} nodes that may have changed, three times as long at most
   */
  public ClusterViewWatcher(MetadataStore store, Duration resync) {
    this(
        store,
        resync,
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("cluster-view").daemon(true).factory()));
  }

  /**
   * @param thread one thread, this watcher's own from now on
   */
  public ClusterViewWatcher(MetadataStore store, Duration resync, ScheduledExecutorService thread) {
    this.store = store;
    this.resync = resync;
    this.thread = thread;
    this.watch = store.watchNodes("/", this::onChange);
    scheduleResync(1);
  }

  /** The latest view; {@link ClusterView#EMPTY} before the first. */
  public ClusterView current() {
    return current;
  }

  /**
   * Calls back with the current view, if there is one, and after each change, from one thread of
   * this watcher's; bursts of changes give one call.
   */
  public Registration subscribe(Consumer<ClusterView> onView) {
    execute(
        () -> {
          subscribers.add(onView);
          if (firstView.getCount() == 0) {
            call(onView);
          }
        });
    return () -> subscribers.remove(onView);
  }

  /**
   * Waits for the first view that was read from the store.
   *
   * @throws IllegalStateException if none came in time
   */
  public ClusterView awaitFirst(Duration timeout) {
    try {
      if (!firstView.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("no view of the cluster within " + timeout);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a view of the cluster", e);
    }
    return current;
  }

  @Override
  public void close() {
    watch.close();
    thread.shutdownNow();
  }

  private void onChange(NodeChanges changes) {
    synchronized (waitingLock) {
      isEverythingWaiting |= changes.isEverything();
      changes.paths().stream().filter(ClusterFacts::concerns).forEach(waitingPaths::add);
      if (!isEverythingWaiting && waitingPaths.isEmpty()) {
        return;
      }
    }
    execute(this::refresh);
  }

  private void refresh() {
    for (int round = 0; round < MAX_ROUNDS && isAnythingWaiting(); round++) {
      NodeChanges changes = takeWaiting();
      try {
        read(changes);
      } catch (MetadataException e) {
        LOG.warn("cannot read the cluster's metadata now, trying again: {}", e.getMessage());
        putBack(changes);
        schedule(this::refresh, RETRY);
        return;
      }
    }
    publish();
    if (isAnythingWaiting()) {
      execute(this::refresh);
    }
  }

  private boolean isAnythingWaiting() {
    synchronized (waitingLock) {
      return isEverythingWaiting || !waitingPaths.isEmpty();
    }
  }

  private NodeChanges takeWaiting() {
    synchronized (waitingLock) {
      NodeChanges changes = new NodeChanges(isEverythingWaiting, waitingPaths);
      isEverythingWaiting = false;
      waitingPaths = new HashSet<>();
      return changes;
    }
  }

  private void putBack(NodeChanges changes) {
    synchronized (waitingLock) {
      isEverythingWaiting |= changes.isEverything();
      waitingPaths.addAll(changes.paths());
    }
  }

  private void read(NodeChanges changes) {
    readNodes(changes.paths());
    if (changes.isEverything()) {
      readEverything();
    }
  }

  private void readNodes(Collection<String> paths) {
    inBatches(
        paths,
        batch -> {
          Map<String, StoredNode> nodes = store.getAll(batch);
          batch.forEach(path -> facts.put(path, Optional.ofNullable(nodes.get(path))));
        });
  }

  private static void inBatches(Collection<String> paths, Consumer<List<String>> read) {
    List<String> all = List.copyOf(paths);
    for (int from = 0; from < all.size(); from += BATCH) {
      read.accept(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
  }

  private void readEverything() {
    Set<String> present = new HashSet<>();
    present.add(ClusterPaths.LEADER_EPOCH);
    collect(List.of(ClusterPaths.INSTANCES, ClusterPaths.LIVE, ClusterPaths.ORDERS), 1, present);
    collect(
        List.of(ClusterPaths.SCHEMAS, ClusterPaths.TABLES, ClusterPaths.ASSIGNMENT), 2, present);
    collect(List.of(ClusterPaths.SEGMENTS, ClusterPaths.CURRENT), 3, present);
    Set<String> gone = new HashSet<>(facts.paths());
    gone.removeAll(present);
    readNodes(gone);
    readNodes(present.stream().filter(path -> !isSegment(path) && isToBeRead(path)).toList());
    readNodes(present.stream().filter(path -> isSegment(path) && isToBeRead(path)).toList());
    facts.allRead();
  }

  /** To be asked once assignment shards have been read: their versions tell. */
  private boolean isToBeRead(String path) {
    return ClusterFacts.concerns(path) && !facts.isFinal(path);
  }

  private static boolean isSegment(String path) {
    return path.startsWith(ClusterPaths.SEGMENTS + "/");
  }

  private void scheduleResync(int times) {
    schedule(
        () -> {
          onChange(NodeChanges.EVERYTHING);
          scheduleResync(Math.min(MAX_RESYNC_TIMES, 1 + facts.changeableCount() / RESYNC_NODES));
        },
        resync.multipliedBy(times));
  }

  private void collect(Collection<String> parents, int depth, Set<String> paths) {
    List<String> found = new ArrayList<>();
    inBatches(
        parents,
        batch ->
            store
                .childrenOfAll(batch)
                .forEach((parent, names) -> names.forEach(name -> found.add(parent + "/" + name))));
    paths.addAll(found);
    if (depth > 1) {
      collect(found, depth - 1, paths);
    }
  }

  private void publish() {
    facts
        .nextView(current.revision() + 1)
        .ifPresent(
            view -> {
              current = view;
              firstView.countDown();
              subscribers.forEach(this::call);
            });
  }

  private void call(Consumer<ClusterView> subscriber) {
    try {
      subscriber.accept(current);
    } catch (RuntimeException e) {
      LOG.error("a subscriber failed on view {}", current.revision(), e);
    }
  }

  private void execute(Runnable task) {
    try {
      thread.execute(() -> runLogged(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("the watcher is closed", e);
    }
  }

  private void schedule(Runnable task, Duration delay) {
    try {
      var _ = thread.schedule(() -> runLogged(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the watcher is closed", e);
    }
  }

  private static void runLogged(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("the view of the cluster could not be brought up to date", e);
    }
  }
}
