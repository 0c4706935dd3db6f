package io.gamay.controller.wiring;

import io.gamay.cluster.instance.AdvertisedAddress.HostAndPort;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.leader.LeaderChores;
import io.gamay.controller.leader.LeaderOffice;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Registers and stands for leadership once the port is open. At the stop it first steps down and,
 * if there is another controller, says that it stops, waits until that one leads, and goes on
 * answering for a moment; then it signs off. The default phase is the first one to stop: the port
 * is still open meanwhile.
 */
final class ControllerLife
    implements ApplicationListener<WebServerInitializedEvent>, SmartLifecycle, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControllerLife.class);

  /** For ZooKeeper to take the word that this controller stops. */
  private static final Duration ANNOUNCE_PATIENCE = Duration.ofSeconds(2);

  /** For servers and gateways to hear who leads now. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final MetadataStore store;
  private final InstanceIdentity identity;
  private final ClusterViewWatcher watcher;
  private final LeaderOffice office;
  private final List<LeaderChores> chores;
  private final InstantSource clock;
  private final Duration drainTimeout;
  private @Nullable InstanceRegistration registration;
  private volatile boolean isRunning;
  private volatile boolean isStopping;

  ControllerLife(
      MetadataStore store,
      InstanceIdentity identity,
      ClusterViewWatcher watcher,
      LeaderOffice office,
      List<LeaderChores> chores,
      InstantSource clock,
      Duration drainTimeout) {
    this.store = store;
    this.identity = identity;
    this.watcher = watcher;
    this.office = office;
    this.chores = List.copyOf(chores);
    this.clock = clock;
    this.drainTimeout = drainTimeout;
  }

  @Override
  public synchronized void onApplicationEvent(WebServerInitializedEvent started) {
    if (registration != null
        || "management".equals(started.getApplicationContext().getServerNamespace())) {
      return;
    }
    HostAndPort reached = identity.reachedAt(started.getWebServer().getPort());
    registration =
        InstanceRegistration.register(
            store,
            new InstanceConfig(
                identity.id(), InstanceRole.CONTROLLER, reached.host(), reached.port(), List.of()));
    office.onChange(this::wakeChores);
    watcher.subscribe(view -> wakeChores());
    office.start();
    chores.forEach(LeaderChores::start);
    LOG.info("controller {} serves at {}:{}", identity.id(), reached.host(), reached.port());
  }

  /** Whether it is about to leave the cluster. */
  boolean isStopping() {
    return isStopping;
  }

  @Override
  public void start() {
    isRunning = true;
  }

  @Override
  public void stop() {
    isRunning = false;
    isStopping = true;
    InstanceRegistration registered = registered();
    if (registered == null || drainTimeout.isZero() || !hasOthers(watcher.current())) {
      close();
      return;
    }
    registered.announceStop(clock.instant(), ANNOUNCE_PATIENCE);
    chores.forEach(LeaderChores::close);
    office.close();
    awaitOtherLeader();
    close();
  }

  @Override
  public boolean isRunning() {
    return isRunning;
  }

  @Override
  public synchronized void close() {
    chores.forEach(LeaderChores::close);
    office.close();
    if (registration != null) {
      registration.close();
    }
  }

  private synchronized @Nullable InstanceRegistration registered() {
    return registration;
  }

  private boolean hasOthers(ClusterView view) {
    return view.liveInstances(InstanceRole.CONTROLLER).stream()
        .anyMatch(
            other -> other.stoppingSince().isEmpty() && !other.config().id().equals(identity.id()));
  }

  private void awaitOtherLeader() {
    CountDownLatch led = new CountDownLatch(1);
    try (MetadataStore.Registration _ =
        watcher.subscribe(
            view -> {
              if (view.leader().filter(leader -> !leader.equals(identity.id())).isPresent()) {
                led.countDown();
              }
            })) {
      if (!led.await(drainTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{} stops though no other controller leads yet", identity.id());
        return;
      }
      var _ = new CountDownLatch(1).await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void wakeChores() {
    chores.forEach(LeaderChores::wake);
  }
}
