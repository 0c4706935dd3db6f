package io.gamay.cluster.store;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a callback on an executor after each signal; signals that come while one waits are one. A
 * signal given before a run starts is seen by that run or a later one. A failing callback is
 * logged, and runs again at the next signal.
 */
final class CoalescingCallback implements MetadataStore.Registration {

  private static final Logger LOG = LoggerFactory.getLogger(CoalescingCallback.class);

  private final String path;
  private final Executor executor;
  private final Runnable callback;
  private final Runnable onClose;
  private final AtomicBoolean isWaiting = new AtomicBoolean();
  private volatile boolean isClosed;

  /**
   * @param path at and below which changes count
   * @param onClose run once, by the thread that closes
   */
  CoalescingCallback(String path, Executor executor, Runnable callback, Runnable onClose) {
    this.path = path;
    this.executor = executor;
    this.callback = callback;
    this.onClose = onClose;
  }

  boolean covers(String changedPath) {
    return path.equals("/")
        || changedPath.equals(path)
        || (changedPath.startsWith(path) && changedPath.charAt(path.length()) == '/');
  }

  void signal() {
    if (!isClosed && isWaiting.compareAndSet(false, true)) {
      executor.execute(this::run);
    }
  }

  private void run() {
    isWaiting.set(false);
    if (isClosed) {
      return;
    }
    try {
      callback.run();
    } catch (RuntimeException e) {
      LOG.error("callback for changes at {} failed", path, e);
    }
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      onClose.run();
    }
  }
}
