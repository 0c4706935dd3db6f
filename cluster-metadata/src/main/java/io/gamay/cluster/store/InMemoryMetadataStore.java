package io.gamay.cluster.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of an {@link InMemoryMetadataTree}, with the faults that a real session has, on
 * demand: replies get lost, the session is suspended, expires, or is left behind by a process that
 * died. Thread-safe.
 */
public final class InMemoryMetadataStore implements MetadataStore {

  private static final Logger LOG = LoggerFactory.getLogger(InMemoryMetadataStore.class);
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().name("metadata-callbacks-", 0).daemon(true).factory();

  /** What becomes of a commit whose reply is lost. */
  public enum LostReply {
    APPLIED,
    NOT_APPLIED,
    /** Not before {@link #applyLate}. */
    APPLIED_LATER
  }

  private record LateCommit(List<Operation> operations, long sessionId) {}

  private final InMemoryMetadataTree tree;
  private final Executor callbacks;
  private final Runnable onClose;
  private final LatchElection.LatchNodes latchNodes = new LatchNodesInTree();
  private final List<CoalescingCallback> watches = new CopyOnWriteArrayList<>();
  private final List<SessionListener> sessionListeners = new CopyOnWriteArrayList<>();
  private volatile long sessionId;
  private volatile boolean isSuspended;
  private volatile boolean isClosed;
  private @Nullable LostReply nextReply;
  private @Nullable LateCommit late;

  private InMemoryMetadataStore(InMemoryMetadataTree tree, Executor callbacks, Runnable onClose) {
    this.tree = tree;
    this.callbacks = callbacks;
    this.onClose = onClose;
    this.sessionId = tree.nextSessionId();
  }

  static InMemoryMetadataStore withOwnThread(InMemoryMetadataTree tree) {
    ExecutorService thread = Executors.newSingleThreadExecutor(THREADS);
    return new InMemoryMetadataStore(tree, thread, thread::shutdown);
  }

  static InMemoryMetadataStore withExecutor(InMemoryMetadataTree tree, Executor callbacks) {
    return new InMemoryMetadataStore(tree, callbacks, () -> {});
  }

  // -- the contract

  @Override
  public Optional<StoredNode> get(String path) {
    PathUtils.validatePath(path);
    requireConnected();
    return tree.get(path);
  }

  @Override
  public List<String> children(String path) {
    PathUtils.validatePath(path);
    requireConnected();
    return tree.children(path);
  }

  @Override
  public void commit(List<Operation> operations) {
    TransactionLimits.check(operations);
    requireOpen();
    if (isSuspended) {
      throw new UnknownOutcomeException("not connected", new IllegalStateException("suspended"));
    }
    @Nullable LostReply lost = takeNextReply();
    if (lost == null) {
      tree.apply(operations, sessionId);
      return;
    }
    switch (lost) {
      case APPLIED -> applyQuietly(operations);
      case NOT_APPLIED -> {}
      case APPLIED_LATER -> keepForLater(operations);
    }
    throw new UnknownOutcomeException("reply lost", new IllegalStateException(lost.name()));
  }

  @Override
  public void sync() {
    requireConnected();
  }

  @Override
  public Registration watchNodes(String path, NodeListener onChange) {
    PathUtils.validatePath(path);
    requireOpen();
    CoalescingCallback watch = new CoalescingCallback(path, callbacks, onChange);
    watches.add(watch);
    watch.everythingChanged();
    return () -> {
      watch.close();
      watches.remove(watch);
    };
  }

  @Override
  public Registration onSession(SessionListener listener) {
    sessionListeners.add(listener);
    return () -> sessionListeners.remove(listener);
  }

  @Override
  public long sessionId() {
    return sessionId;
  }

  @Override
  public LeaderCandidacy stand(String path, String id, LeadershipListener listener) {
    PathUtils.validatePath(path);
    requireOpen();
    LatchElection election = new LatchElection(this, latchNodes, path, id, listener);
    election.start();
    return election;
  }

  /** Ends the session: its ephemeral nodes go. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    tree.forget(this);
    tree.expire(sessionId);
    onClose.run();
  }

  // -- faults

  /** Loses the reply of the next commit. */
  public synchronized void loseNextReply(LostReply outcome) {
    nextReply = outcome;
  }

  /**
   * Lets the commit land whose reply was lost as {@link LostReply#APPLIED_LATER}.
   *
   * @return whether it was applied: its checks may fail by now, or its session be gone
   */
  public boolean applyLate() {
    @Nullable LateCommit commit;
    synchronized (this) {
      commit = late;
      late = null;
    }
    if (commit == null || commit.sessionId() != sessionId) {
      return false;
    }
    return applyQuietly(commit.operations());
  }

  /** Cuts the connection; the session lives on. */
  public void suspend() {
    isSuspended = true;
    announce(SessionState.SUSPENDED);
  }

  /** Connects again: changes missed meanwhile are reported. */
  public void resume() {
    isSuspended = false;
    announce(SessionState.CONNECTED);
    watches.forEach(CoalescingCallback::everythingChanged);
  }

  /** The session's timeout passes: ephemeral nodes go, and a new session begins at once. */
  public void expireSession() {
    long expired = sessionId;
    sessionId = tree.nextSessionId();
    tree.expire(expired);
    isSuspended = false;
    announce(SessionState.EXPIRED);
    resume();
  }

  /** The process dies: no more calls, and its ephemeral nodes stay until somebody expires them. */
  public void abandon() {
    isClosed = true;
    tree.forget(this);
    onClose.run();
  }

  // -- below

  void onChanged(List<String> paths) {
    if (isSuspended || isClosed) {
      return;
    }
    watches.forEach(watch -> watch.nodesChanged(paths));
  }

  private synchronized @Nullable LostReply takeNextReply() {
    LostReply taken = nextReply;
    nextReply = null;
    return taken;
  }

  private synchronized void keepForLater(List<Operation> operations) {
    late = new LateCommit(List.copyOf(operations), sessionId);
  }

  private boolean applyQuietly(List<Operation> operations) {
    try {
      tree.apply(operations, sessionId);
      return true;
    } catch (ConflictException e) {
      LOG.debug("a commit without reply was refused", e);
      return false;
    }
  }

  private void announce(SessionState state) {
    for (SessionListener listener : sessionListeners) {
      callbacks.execute(() -> listener.onSessionChange(state));
    }
  }

  private void requireConnected() {
    requireOpen();
    if (isSuspended) {
      throw new MetadataException("not connected");
    }
  }

  private void requireOpen() {
    if (isClosed) {
      throw new MetadataException("the store is closed");
    }
  }

  private final class LatchNodesInTree implements LatchElection.LatchNodes {
    @Override
    public void createSequential(String pathPrefix, byte[] data) {
      requireConnected();
      tree.createSequential(pathPrefix, data, sessionId);
    }

    @Override
    public void delete(String path) {
      requireConnected();
      applyQuietly(List.of(new Operation.Delete(path, Operation.ANY_VERSION)));
    }

    @Override
    public void retryLater(Runnable look) {
      // every fault of this store ends in a call of resume, which looks again
    }
  }
}
