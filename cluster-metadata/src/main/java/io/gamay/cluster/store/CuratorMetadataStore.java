package io.gamay.cluster.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.curator.RetryLoop;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryUntilElapsed;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata store on ZooKeeper, below {@code /gamay/<cluster>}. Curator keeps the session and
 * repeats reads; writes go to ZooKeeper once, as one multi, and are never repeated. Thread-safe;
 * one thread makes all callbacks.
 */
public final class CuratorMetadataStore implements MetadataStore {

  private static final Logger LOG = LoggerFactory.getLogger(CuratorMetadataStore.class);
  private static final Duration MAX_CONNECTION_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MAX_READ_RETRY = Duration.ofSeconds(10);
  private static final int READ_RETRY_MILLIS = 200;

  /** For the answers to many reads; ZooKeeper's client ends them itself when the session does. */
  private static final Duration READ_PATIENCE = Duration.ofMinutes(1);

  private static final long LOOK_AGAIN_MILLIS = 1000;

  private final CuratorFramework client;
  private final String root;
  private final ScheduledThreadPoolExecutor callbacks;
  private final LatchElection.LatchNodes latchNodes = new LatchNodesInZooKeeper();
  private final List<SessionListener> sessionListeners = new CopyOnWriteArrayList<>();
  private final List<Registration> watches = new CopyOnWriteArrayList<>();
  private volatile long lastSessionId;

  private CuratorMetadataStore(CuratorFramework client, String root) {
    this.client = client;
    this.root = root;
    this.callbacks =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("metadata-callbacks").daemon(true).factory());
    this.callbacks.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * @param connectString ZooKeeper's addresses, {@code host:port,...}
   * @param sessionTimeout after which ephemeral nodes of a process that is gone vanish; also how
   *     long to wait for the first connection
   * @throws MetadataException if no connection comes up in time
   */
  public static CuratorMetadataStore connect(
      String connectString, String clusterName, Duration sessionTimeout) {
    CuratorMetadataStore store =
        new CuratorMetadataStore(
            newClient(connectString, sessionTimeout), ZKPaths.makePath("gamay", clusterName));
    try {
      store.start(connectString, sessionTimeout);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
    return store;
  }

  private static CuratorFramework newClient(String connectString, Duration sessionTimeout) {
    return CuratorFrameworkFactory.builder()
        .connectString(connectString)
        .ensembleTracker(false)
        .sessionTimeoutMs(Math.toIntExact(sessionTimeout.toMillis()))
        .connectionTimeoutMs(millis(sessionTimeout, MAX_CONNECTION_TIMEOUT))
        .retryPolicy(
            new RetryUntilElapsed(millis(sessionTimeout, MAX_READ_RETRY), READ_RETRY_MILLIS))
        .build();
  }

  private static int millis(Duration duration, Duration most) {
    return Math.toIntExact(duration.compareTo(most) < 0 ? duration.toMillis() : most.toMillis());
  }

  private void start(String connectString, Duration timeout) {
    client.start();
    try {
      if (!client.blockUntilConnected(Math.toIntExact(timeout.toMillis()), TimeUnit.MILLISECONDS)) {
        throw new MetadataException(
            "no connection to ZooKeeper at %s within %s".formatted(connectString, timeout));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MetadataException("interrupted while connecting to " + connectString, e);
    }
    lastSessionId = sessionId();
    client
        .getConnectionStateListenable()
        .addListener((_, state) -> onConnectionState(state), callbacks);
    repeated("create " + root, () -> makeNodes(handle(), root));
  }

  // -- reads

  @Override
  public Optional<StoredNode> get(String path) {
    String fullPath = absolute(path);
    return repeated(
        "read " + path,
        () -> {
          Stat stat = new Stat();
          try {
            byte[] data = handle().getData(fullPath, false, stat);
            return Optional.of(stored(data, stat));
          } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public List<String> children(String path) {
    String fullPath = absolute(path);
    return repeated(
        "list " + path,
        () -> {
          try {
            return handle().getChildren(fullPath, false).stream().sorted().toList();
          } catch (KeeperException.NoNodeException e) {
            return List.of();
          }
        });
  }

  @Override
  public Map<String, StoredNode> getAll(Collection<String> paths) {
    return repeated(
        "read %d nodes".formatted(paths.size()),
        () -> {
          ZooKeeper zooKeeper = handle();
          ReadBatch<StoredNode> batch = new ReadBatch<>(paths.size());
          for (String path : paths) {
            zooKeeper.getData(
                absolute(path),
                false,
                (code, _, _, data, stat) -> batch.answered(code, path, () -> stored(data, stat)),
                null);
          }
          return batch.await(READ_PATIENCE);
        });
  }

  @Override
  public Map<String, List<String>> childrenOfAll(Collection<String> paths) {
    return repeated(
        "list %d nodes".formatted(paths.size()),
        () -> {
          ZooKeeper zooKeeper = handle();
          ReadBatch<List<String>> batch = new ReadBatch<>(paths.size());
          for (String path : paths) {
            AsyncCallback.ChildrenCallback onChildren =
                (code, _, _, names) ->
                    batch.answered(code, path, () -> names.stream().sorted().toList());
            zooKeeper.getChildren(absolute(path), false, onChildren, null);
          }
          Map<String, List<String>> children = batch.await(READ_PATIENCE);
          paths.forEach(path -> children.putIfAbsent(path, List.of()));
          return children;
        });
  }

  private static StoredNode stored(byte @Nullable [] data, Stat stat) {
    return new StoredNode(
        data == null ? new byte[0] : data, stat.getVersion(), stat.getEphemeralOwner());
  }

  @Override
  public void sync() {
    repeated(
        "sync",
        () -> {
          handle().sync(root);
          return true;
        });
  }

  // -- writes

  @Override
  public void commit(List<Operation> operations) {
    TransactionLimits.check(operations);
    if (!tryCommit(operations, true)) {
      makeParents(operations);
      tryCommit(operations, false);
    }
  }

  /**
   * @param mayLackParents whether a created node without parent is no conflict
   * @return false if nothing was written because a created node's parent is missing
   */
  private boolean tryCommit(List<Operation> operations, boolean mayLackParents) {
    List<Op> ops = operations.stream().map(this::toOp).toList();
    ZooKeeper zooKeeper = zooKeeper();
    try {
      zooKeeper.multi(ops);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownOutcomeException("interrupted while waiting for the reply", e);
    } catch (KeeperException e) {
      if (isWithoutReply(e)) {
        throw new UnknownOutcomeException(
            "no reply to a transaction at %s: %s".formatted(operations.getFirst().path(), e.code()),
            e);
      }
      Operation failed = operations.get(indexOfFailure(e));
      if (mayLackParents
          && failed instanceof Operation.Create
          && e.code() == KeeperException.Code.NONODE) {
        return false;
      }
      throw refused(failed, e);
    }
  }

  private static boolean isWithoutReply(KeeperException e) {
    return switch (e.code()) {
      case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONEXPIRED, SESSIONMOVED -> true;
      default -> false;
    };
  }

  /** Operations before the failed one have result 0, those after it have a code of their own. */
  private static int indexOfFailure(KeeperException e) {
    @Nullable List<OpResult> results = e.getResults();
    if (results != null) {
      for (int index = 0; index < results.size(); index++) {
        if (results.get(index) instanceof OpResult.ErrorResult error
            && error.getErr() == e.code().intValue()) {
          return index;
        }
      }
    }
    return 0;
  }

  private static MetadataException refused(Operation operation, KeeperException e) {
    return switch (e.code()) {
      case NONODE, NODEEXISTS, BADVERSION, NOTEMPTY, NOCHILDRENFOREPHEMERALS ->
          new ConflictException(operation.path(), operation + ": " + e.code());
      default ->
          new MetadataException(
              "ZooKeeper refused a transaction at %s: %s".formatted(operation.path(), e.code()), e);
    };
  }

  private void makeParents(List<Operation> operations) {
    for (String parent : TransactionLimits.parentsOfCreated(operations)) {
      repeated("create parent " + parent, () -> makeNodes(handle(), absolute(parent)));
    }
  }

  private static boolean makeNodes(ZooKeeper zooKeeper, String path) throws Exception {
    ZKPaths.mkdirs(zooKeeper, path, true, null, false);
    return true;
  }

  private Op toOp(Operation operation) {
    String path = absolute(operation.path());
    return switch (operation) {
      case Operation.Check check -> Op.check(path, check.version());
      case Operation.Create create ->
          Op.create(
              path,
              create.data(),
              ZooDefs.Ids.OPEN_ACL_UNSAFE,
              create.isEphemeral() ? CreateMode.EPHEMERAL : CreateMode.PERSISTENT);
      case Operation.Put put -> Op.setData(path, put.data(), put.version());
      case Operation.Delete delete -> Op.delete(path, delete.version());
    };
  }

  // -- watches, session, leadership

  @Override
  public Registration watchNodes(String path, NodeListener onChange) {
    CoalescingCallback callback = new CoalescingCallback(path, callbacks, onChange);
    PersistentWatcher watcher = new PersistentWatcher(client, absolute(path), true);
    watcher.getListenable().addListener(event -> onWatchEvent(event, callback));
    // ZooKeeper does not tell what happened while the connection was away
    watcher.getResetListenable().addListener(callback::everythingChanged);
    Registration registration =
        () -> {
          callback.close();
          watcher.close();
        };
    watches.add(registration);
    watcher.start();
    return () -> {
      watches.remove(registration);
      registration.close();
    };
  }

  private void onWatchEvent(WatchedEvent event, CoalescingCallback callback) {
    @Nullable String path = event.getPath();
    if (path != null) {
      callback.nodesChanged(Set.of(relative(path)));
    }
  }

  @Override
  public Registration onSession(SessionListener listener) {
    sessionListeners.add(listener);
    return () -> sessionListeners.remove(listener);
  }

  private void onConnectionState(ConnectionState state) {
    SessionState sessionState =
        switch (state) {
          case CONNECTED, RECONNECTED -> SessionState.CONNECTED;
          case SUSPENDED, READ_ONLY -> SessionState.SUSPENDED;
          case LOST -> SessionState.EXPIRED;
        };
    LOG.info("session {} is {}", Long.toHexString(sessionId()), sessionState);
    for (SessionListener listener : sessionListeners) {
      try {
        listener.onSessionChange(sessionState);
      } catch (RuntimeException e) {
        LOG.error("a listener of the session failed", e);
      }
    }
  }

  @Override
  public long sessionId() {
    try {
      long sessionId = handle().getSessionId();
      if (sessionId != 0) {
        lastSessionId = sessionId;
      }
    } catch (Exception e) {
      LOG.debug("no session now", e);
    }
    return lastSessionId;
  }

  @Override
  public LeaderCandidacy stand(String path, String id, LeadershipListener listener) {
    LatchElection election = new LatchElection(this, latchNodes, path, id, listener);
    election.start();
    return election;
  }

  @Override
  public void close() {
    watches.forEach(Registration::close);
    watches.clear();
    callbacks.shutdownNow();
    client.close();
  }

  // -- below

  /** ZooKeeper's own handle for the present session: what is sent through it is sent once. */
  ZooKeeper zooKeeper() {
    try {
      return handle();
    } catch (Exception e) {
      throw new MetadataException("not connected to ZooKeeper", e);
    }
  }

  private ZooKeeper handle() throws Exception {
    return client.getZookeeperClient().getZooKeeper();
  }

  /** Runs what may be run twice until it succeeds, is refused, or took too long. */
  private <T> T repeated(String what, Callable<T> action) {
    try {
      return RetryLoop.callWithRetry(client.getZookeeperClient(), action);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MetadataException("interrupted: " + what, e);
    } catch (MetadataException e) {
      throw e;
    } catch (Exception e) {
      throw new MetadataException("cannot %s: %s".formatted(what, e.getMessage()), e);
    }
  }

  private String absolute(String path) {
    PathUtils.validatePath(path);
    return path.equals("/") ? root : root + path;
  }

  private String relative(String fullPath) {
    return fullPath.equals(root) ? "/" : fullPath.substring(root.length());
  }

  private final class LatchNodesInZooKeeper implements LatchElection.LatchNodes {

    @Override
    public void createSequential(String pathPrefix, byte[] data) {
      String path = absolute(pathPrefix);
      String parent = path.substring(0, path.lastIndexOf('/'));
      repeated("create " + pathPrefix, () -> makeNodes(handle(), parent));
      once(
          "create " + pathPrefix,
          () ->
              handle()
                  .create(
                      path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL));
    }

    @Override
    public void delete(String path) {
      once(
          "delete " + path,
          () -> {
            try {
              handle().delete(absolute(path), Operation.ANY_VERSION);
            } catch (KeeperException.NoNodeException e) {
              LOG.debug("node {} is gone already", path, e);
            }
            return true;
          });
    }

    @Override
    public void retryLater(Runnable look) {
      try {
        var _ = callbacks.schedule(look, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("the store is closed", e);
      }
    }

    private <T> void once(String what, Callable<T> action) {
      try {
        action.call();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MetadataException("interrupted: " + what, e);
      } catch (MetadataException e) {
        throw e;
      } catch (Exception e) {
        throw new MetadataException("cannot %s: %s".formatted(what, e.getMessage()), e);
      }
    }
  }
}
