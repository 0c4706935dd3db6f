package io.gamay.cluster.store;

import io.gamay.cluster.store.MetadataStore.NodeChanges;
import io.gamay.cluster.store.MetadataStore.NodeListener;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a listener on an executor after changes; those that come while a call waits are told by one
 * call. A change noted before a call starts is told by that call or a later one. A failing listener
 * is logged, and called again for the next change.
 */
final class CoalescingCallback implements MetadataStore.Registration {

  private static final Logger LOG = LoggerFactory.getLogger(CoalescingCallback.class);

  /** Beyond this many waiting paths, everything may have changed. */
  private static final int MAX_PATHS = 10_000;

  private final String path;
  private final Executor executor;
  private final NodeListener listener;
  private final Set<String> waitingPaths = new HashSet<>();
  private boolean isEverythingWaiting;
  private boolean isCallWaiting;
  private volatile boolean isClosed;

  /**
   * @param path at and below which changes count
   */
  CoalescingCallback(String path, Executor executor, NodeListener listener) {
    this.path = path;
    this.executor = executor;
    this.listener = listener;
  }

  void everythingChanged() {
    synchronized (this) {
      isEverythingWaiting = true;
    }
    callSoon();
  }

  void nodesChanged(Iterable<String> changedPaths) {
    boolean isConcerned = false;
    synchronized (this) {
      for (String changed : changedPaths) {
        if (covers(changed)) {
          isConcerned = true;
          note(changed);
        }
      }
    }
    if (isConcerned) {
      callSoon();
    }
  }

  @Override
  public void close() {
    isClosed = true;
  }

  private void note(String changedPath) {
    waitingPaths.add(changedPath);
    if (waitingPaths.size() > MAX_PATHS) {
      isEverythingWaiting = true;
      waitingPaths.clear();
    }
  }

  private boolean covers(String changedPath) {
    return path.equals("/")
        || changedPath.equals(path)
        || (changedPath.startsWith(path) && changedPath.charAt(path.length()) == '/');
  }

  private void callSoon() {
    synchronized (this) {
      if (isClosed || isCallWaiting) {
        return;
      }
      isCallWaiting = true;
    }
    try {
      executor.execute(this::call);
    } catch (RejectedExecutionException e) {
      LOG.debug("the store is closed: no call for {}", path, e);
    }
  }

  private void call() {
    NodeChanges changes = take();
    if (isClosed) {
      return;
    }
    try {
      listener.onChange(changes);
    } catch (RuntimeException e) {
      LOG.error("listener for changes at {} failed", path, e);
    }
  }

  private synchronized NodeChanges take() {
    NodeChanges changes = new NodeChanges(isEverythingWaiting, waitingPaths);
    isCallWaiting = false;
    isEverythingWaiting = false;
    waitingPaths.clear();
    return changes;
  }
}
