package io.gamay.cluster.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A metadata tree in memory, shared by any number of sessions; for tests and simulation. One lock
 * guards the tree; callbacks run outside of it, on each session's executor.
 */
public final class InMemoryMetadataTree {

  private final Map<String, Node> nodes = new HashMap<>();
  private final List<InMemoryMetadataStore> sessions = new CopyOnWriteArrayList<>();
  private long lastSessionId;

  private static final class Node {
    byte[] data;
    int version;
    final long ephemeralOwner;
    final TreeSet<String> children = new TreeSet<>();
    int nextSequence;

    Node(byte[] data, long ephemeralOwner) {
      this.data = data;
      this.ephemeralOwner = ephemeralOwner;
    }
  }

  public InMemoryMetadataTree() {
    nodes.put("/", new Node(new byte[0], 0));
  }

  /** A session whose callbacks run on a thread of its own. */
  public InMemoryMetadataStore openSession() {
    return register(InMemoryMetadataStore.withOwnThread(this));
  }

  /**
   * A session whose callbacks run on the caller's executor, one at a time: a simulation passes its
   * own queue.
   */
  public InMemoryMetadataStore openSession(Executor callbacks) {
    return register(InMemoryMetadataStore.withExecutor(this, callbacks));
  }

  /** Ends a session as its timeout would: its ephemeral nodes go. */
  public void expire(long sessionId) {
    List<String> changed;
    synchronized (this) {
      changed =
          nodes.entrySet().stream()
              .filter(entry -> entry.getValue().ephemeralOwner == sessionId)
              .map(Map.Entry::getKey)
              .toList();
      changed.forEach(this::unlink);
    }
    announce(changed);
  }

  private InMemoryMetadataStore register(InMemoryMetadataStore session) {
    sessions.add(session);
    return session;
  }

  void forget(InMemoryMetadataStore session) {
    sessions.remove(session);
  }

  synchronized long nextSessionId() {
    return ++lastSessionId;
  }

  synchronized Optional<StoredNode> get(String path) {
    return Optional.ofNullable(nodes.get(path))
        .map(node -> new StoredNode(node.data, node.version, node.ephemeralOwner));
  }

  synchronized List<String> children(String path) {
    Node node = nodes.get(path);
    return node == null ? List.of() : List.copyOf(node.children);
  }

  /** All or nothing; later operations see the effect of earlier ones. */
  void apply(List<Operation> operations, long sessionId) {
    List<String> changed = new ArrayList<>();
    synchronized (this) {
      for (String parent : TransactionLimits.parentsOfCreated(operations)) {
        create(parent, changed);
      }
      Deque<Runnable> undo = new ArrayDeque<>();
      try {
        for (Operation operation : operations) {
          apply(operation, sessionId, undo);
          if (!(operation instanceof Operation.Check)) {
            changed.add(operation.path());
          }
        }
      } catch (ConflictException e) {
        undo.forEach(Runnable::run);
        throw e;
      }
    }
    announce(changed);
  }

  void createSequential(String pathPrefix, byte[] data, long sessionId) {
    List<String> changed = new ArrayList<>();
    synchronized (this) {
      create(TransactionLimits.parentOf(pathPrefix), changed);
      Node parent = existing(TransactionLimits.parentOf(pathPrefix));
      String path = pathPrefix + "%010d".formatted(parent.nextSequence++);
      link(path, new Node(data, sessionId));
      changed.add(path);
    }
    announce(changed);
  }

  private void apply(Operation operation, long sessionId, Deque<Runnable> undo) {
    switch (operation) {
      case Operation.Check check -> atVersion(check.path(), check.version());
      case Operation.Create create -> {
        if (nodes.containsKey(create.path())) {
          throw new ConflictException(create.path(), "node %s exists".formatted(create.path()));
        }
        if (existing(TransactionLimits.parentOf(create.path())).ephemeralOwner != 0) {
          throw new ConflictException(
              create.path(), "the parent of node %s is ephemeral".formatted(create.path()));
        }
        link(create.path(), new Node(create.data(), create.isEphemeral() ? sessionId : 0));
        undo.addFirst(() -> unlink(create.path()));
      }
      case Operation.Put put -> {
        Node node = atVersion(put.path(), put.version());
        byte[] oldData = node.data;
        node.data = put.data();
        node.version++;
        undo.addFirst(
            () -> {
              node.data = oldData;
              node.version--;
            });
      }
      case Operation.Delete delete -> {
        Node node = atVersion(delete.path(), delete.version());
        if (!node.children.isEmpty()) {
          throw new ConflictException(
              delete.path(), "node %s has children".formatted(delete.path()));
        }
        unlink(delete.path());
        undo.addFirst(() -> link(delete.path(), node));
      }
    }
  }

  private Node atVersion(String path, int version) {
    Node node = nodes.get(path);
    if (node == null) {
      throw new ConflictException(path, "node %s does not exist".formatted(path));
    }
    if (version != Operation.ANY_VERSION && version != node.version) {
      throw new ConflictException(
          path, "node %s is at version %d, not %d".formatted(path, node.version, version));
    }
    return node;
  }

  /** Makes a persistent node and its parents where they are missing. */
  private void create(String path, List<String> changed) {
    if (nodes.containsKey(path)) {
      return;
    }
    create(TransactionLimits.parentOf(path), changed);
    link(path, new Node(new byte[0], 0));
    changed.add(path);
  }

  private void link(String path, Node node) {
    nodes.put(path, node);
    existing(TransactionLimits.parentOf(path))
        .children
        .add(path.substring(path.lastIndexOf('/') + 1));
  }

  private void unlink(String path) {
    nodes.remove(path);
    existing(TransactionLimits.parentOf(path))
        .children
        .remove(path.substring(path.lastIndexOf('/') + 1));
  }

  private Node existing(String path) {
    @Nullable Node node = nodes.get(path);
    if (node == null) {
      throw new ConflictException(path, "node %s does not exist".formatted(path));
    }
    return node;
  }

  private void announce(List<String> changed) {
    for (InMemoryMetadataStore session : sessions) {
      session.onChanged(changed);
    }
  }
}
