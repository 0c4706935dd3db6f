package io.gamay.cluster.instance;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.store.ConflictException;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.MetadataStore.Registration;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.store.UnknownOutcomeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one instance registered: its config, and its ephemeral live node in the present session of
 * the store. Level-triggered on a thread of its own: after each change of the session or the node,
 * and on a slow timer. Thread-safe.
 *
 * <p>A live node of another session is replaced when this process starts or has a new session: it
 * is a ghost then. If one appears within a session in which this instance was registered, another
 * process runs under the same id; this one says so and does not fight.
 */
public final class InstanceRegistration implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceRegistration.class);
  private static final Duration RECHECK = Duration.ofSeconds(5);
  private static final int MAX_ATTEMPTS = 5;

  private final MetadataStore store;
  private final InstanceConfig config;
  private final long incarnation;
  private final String livePath;
  private final ScheduledExecutorService thread;
  private final List<Registration> subscriptions = new ArrayList<>();
  private boolean isClosed;
  private boolean isDisplaced;
  private Optional<Instant> stoppingSince = Optional.empty();
  private volatile long registeredSession;

  private InstanceRegistration(
      MetadataStore store, InstanceConfig config, ScheduledExecutorService thread) {
    this.store = store;
    this.config = config;
    this.incarnation = store.sessionId();
    this.livePath = ClusterPaths.live(config.id());
    this.thread = thread;
  }

  /**
   * Registers at once, and again after each expiry of the session. A live node that an earlier
   * session of the same id left behind is replaced.
   *
   * @throws MetadataException if the store cannot be reached now
   */
  public static InstanceRegistration register(MetadataStore store, InstanceConfig config) {
    return register(
        store,
        config,
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("registration-" + config.id()).daemon(true).factory()));
  }

  /**
   * As the other.
   *
   * @param thread one thread, the registration's own from now on
   */
  public static InstanceRegistration register(
      MetadataStore store, InstanceConfig config, ScheduledExecutorService thread) {
    InstanceRegistration registration = new InstanceRegistration(store, config, thread);
    try {
      registration.ensureRegistered();
    } catch (RuntimeException e) {
      registration.close();
      throw e;
    }
    LOG.info("others reach {} at {}:{}", config.id(), config.host(), config.port());
    registration.start();
    return registration;
  }

  public InstanceConfig config() {
    return config;
  }

  /** Names this life of the process; see {@link LiveNode}. */
  public long incarnation() {
    return incarnation;
  }

  /** Whether the live node was there in the present session when last looked at. */
  public boolean isRegistered() {
    return registeredSession == store.sessionId();
  }

  /**
   * Says that this instance is about to stop; it stays registered. Returns when that is written, or
   * cannot be written now, or after this long: it is then written when the store can be reached.
   */
  public void announceStop(Instant since, Duration patience) {
    Future<?> look =
        thread.submit(
            () -> {
              noteStop(since);
              look();
            });
    try {
      look.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("cannot say yet that {} stops", config.id(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void noteStop(Instant since) {
    stoppingSince = Optional.of(since);
  }

  /** Removes the live node; the config stays. */
  @Override
  public void close() {
    subscriptions.forEach(Registration::close);
    thread.shutdownNow();
    removeLiveNode();
  }

  private void start() {
    subscriptions.add(store.onSession(_ -> lookSoon()));
    subscriptions.add(store.watch(livePath, this::lookSoon));
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, RECHECK.toMillis(), RECHECK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void lookSoon() {
    try {
      thread.execute(this::look);
    } catch (RejectedExecutionException e) {
      LOG.debug("registration of {} is closed", config.id(), e);
    }
  }

  private void look() {
    try {
      ensureRegistered();
    } catch (MetadataException e) {
      LOG.warn("cannot register {} now, trying again", config.id(), e);
    } catch (RuntimeException | Error e) {
      LOG.error("registration of {} failed, trying again", config.id(), e);
    }
  }

  private synchronized void ensureRegistered() {
    for (int attempt = 1; !isClosed && attempt <= MAX_ATTEMPTS; attempt++) {
      long session = store.sessionId();
      Optional<StoredNode> live = store.get(livePath);
      if (live.isPresent() && live.get().ephemeralOwner() == session) {
        registeredSession = session;
        isDisplaced = false;
        if (Arrays.equals(live.get().data(), liveNode())) {
          return;
        }
        commit(List.of(new Operation.Put(livePath, liveNode(), live.get().version())));
        continue;
      }
      if (live.isPresent() && (registeredSession == session || isDisplaced)) {
        noteDisplaced(live.get());
        return;
      }
      commitRegistration(live);
    }
  }

  private void noteDisplaced(StoredNode live) {
    if (!isDisplaced) {
      LOG.error(
          "another process runs as {}: its session is {}",
          config.id(),
          Long.toHexString(live.ephemeralOwner()));
    }
    isDisplaced = true;
    registeredSession = 0;
  }

  private void commitRegistration(Optional<StoredNode> ghost) {
    List<Operation> operations = new ArrayList<>();
    writeConfig().ifPresent(operations::add);
    ghost.ifPresent(node -> operations.add(new Operation.Delete(livePath, node.version())));
    operations.add(new Operation.Create(livePath, liveNode(), true));
    commit(operations);
  }

  private byte[] liveNode() {
    return ClusterJson.write(new LiveNode(incarnation, stoppingSince));
  }

  /** Whoever calls looks again at what came of it. */
  private void commit(List<Operation> operations) {
    try {
      store.commit(operations);
    } catch (ConflictException e) {
      LOG.debug("registration of {} met a change", config.id(), e);
    } catch (UnknownOutcomeException e) {
      LOG.debug("registration of {} without reply", config.id(), e);
      store.sync();
    }
  }

  private Optional<Operation> writeConfig() {
    String path = ClusterPaths.instance(config.id());
    byte[] wanted = ClusterJson.write(config);
    Optional<StoredNode> present = store.get(path);
    if (present.isEmpty()) {
      return Optional.of(new Operation.Create(path, wanted, false));
    }
    return Arrays.equals(present.get().data(), wanted)
        ? Optional.empty()
        : Optional.of(new Operation.Put(path, wanted, present.get().version()));
  }

  private synchronized void removeLiveNode() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try {
      Optional<StoredNode> live = store.get(livePath);
      if (live.isPresent() && live.get().ephemeralOwner() == store.sessionId()) {
        store.commit(List.of(new Operation.Delete(livePath, live.get().version())));
      }
    } catch (MetadataException e) {
      LOG.warn("live node of {} is left to the end of its session", config.id(), e);
    }
  }
}
