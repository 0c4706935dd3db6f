package io.gamay.cluster.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Versioned nodes in a tree, as ZooKeeper has them. Paths are absolute within the cluster's root
 * ({@code /segments/...}). Implementations behave alike, faults included; both pass the same suite.
 * All methods may block on the network: never on an event loop.
 */
public interface MetadataStore extends AutoCloseable {

  /** A node's content and version; empty if it does not exist. */
  Optional<StoredNode> get(String path);

  /** Names of a node's children, sorted; empty if it has none or does not exist. */
  List<String> children(String path);

  /**
   * As {@link #get} of each path, with all requests under way at the same time: give it some
   * thousands, not all that there are. Nodes that do not exist are left out.
   */
  default Map<String, StoredNode> getAll(Collection<String> paths) {
    Map<String, StoredNode> nodes = new HashMap<>();
    for (String path : paths) {
      get(path).ifPresent(node -> nodes.put(path, node));
    }
    return nodes;
  }

  /** As {@link #children} of each path, in the manner of {@link #getAll}. */
  default Map<String, List<String>> childrenOfAll(Collection<String> paths) {
    Map<String, List<String>> children = new HashMap<>();
    paths.forEach(path -> children.put(path, children(path)));
    return children;
  }

  /**
   * Applies all operations or none. Missing parents of created nodes are made first, outside of the
   * transaction.
   *
   * @throws ConflictException if a check failed: nothing was written
   * @throws UnknownOutcomeException if the reply was lost: it may or may not have been applied, or
   *     may be applied later. Sync, re-read, compare, decide anew; never send it again
   * @throws IllegalArgumentException if a node or the whole is too large to send
   */
  void commit(List<Operation> operations);

  /** Waits until this session sees every write that any session had completed before the call. */
  void sync();

  /**
   * Calls back after something at or below a path may have changed, and once at the start. Calls
   * come one at a time from a thread of the store's; several changes may give one call. Never call
   * back into close.
   */
  default Registration watch(String path, Runnable onChange) {
    return watchNodes(path, _ -> onChange.run());
  }

  /** As {@link #watch}, and says which nodes may have changed. */
  Registration watchNodes(String path, NodeListener onChange);

  /**
   * Calls back when the session is lost, or back (a new one after an expiry: ephemeral nodes are
   * gone).
   */
  Registration onSession(SessionListener listener);

  /** The number of this session, which stamps its ephemeral nodes; changes after an expiry. */
  long sessionId();

  /**
   * Stands for leadership among all who call this with the same path.
   *
   * @param id of the candidate; latch nodes that an earlier session of the same id left behind are
   *     removed
   */
  LeaderCandidacy stand(String path, String id, LeadershipListener listener);

  @Override
  void close();

  /** Undone by closing it. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  interface NodeListener {
    void onChange(NodeChanges changes);
  }

  /**
   * Nodes that may have been created, changed or removed.
   *
   * @param isEverything any node at or below the watched path may have changed: at the start, and
   *     when changes may have been missed
   * @param paths of single nodes that are known to have changed
   */
  record NodeChanges(boolean isEverything, Set<String> paths) {
    public static final NodeChanges EVERYTHING = new NodeChanges(true, Set.of());

    public NodeChanges {
      paths = Set.copyOf(paths);
    }
  }

  interface SessionListener {
    void onSessionChange(SessionState state);
  }

  enum SessionState {
    CONNECTED,
    /** Not connected; the session may still be alive. */
    SUSPENDED,
    /** The session is gone, with its ephemeral nodes. */
    EXPIRED
  }

  /** Leadership as the store sees it; called from a thread of the store's. */
  interface LeadershipListener {
    /**
     * @param latch the node whose existence at its version proves leadership: check it in the
     *     transaction that takes office
     */
    void onElected(Operation.Check latch);

    void onDeposed();
  }

  interface LeaderCandidacy extends AutoCloseable {
    boolean isLeader();

    /** Steps down and stands no more. */
    @Override
    void close();
  }
}
