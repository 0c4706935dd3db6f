package io.gamay.broker.wiring;

import io.gamay.cluster.instance.AdvertisedAddress.HostAndPort;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.view.ClusterView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/**
 * Registers the broker once its port is open. At the stop it first says so and goes on answering
 * for a grace, if there is another broker for clients to turn to; then it signs off. The default
 * phase is the first one to stop: the port is still open meanwhile.
 */
class BrokerRegistration implements SmartLifecycle, DisposableBean {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerRegistration.class);
  private static final List<String> TAGS = List.of("DefaultTenant_BROKER");

  /** For ZooKeeper to take the word that this broker stops. */
  private static final Duration ANNOUNCE_PATIENCE = Duration.ofSeconds(2);

  private final BrokerSettings settings;
  private final Optional<String> listenAddress;
  private final MetadataStore store;
  private final Supplier<ClusterView> views;
  private final InstantSource clock;
  private @Nullable InstanceRegistration registration;
  private volatile String instanceId;
  private volatile boolean isRunning;
  private volatile boolean isStopping;

  BrokerRegistration(
      BrokerSettings settings,
      Environment environment,
      MetadataStore store,
      Supplier<ClusterView> views,
      InstantSource clock) {
    this.settings = settings;
    this.listenAddress = Optional.ofNullable(environment.getProperty("server.address"));
    this.store = store;
    this.views = views;
    this.clock = clock;
    String wanted = settings.instanceId();
    this.instanceId = wanted == null ? "" : wanted;
  }

  /** Empty until the port is known, if no id is set. */
  String instanceId() {
    return instanceId;
  }

  /** Whether it is about to leave the cluster. */
  boolean isStopping() {
    return isStopping;
  }

  @EventListener
  synchronized void onPortOpen(WebServerInitializedEvent event) {
    if (registration != null) {
      return;
    }
    HostAndPort reached =
        settings.advertised().orElse(listenAddress, event.getWebServer().getPort());
    if (instanceId.isEmpty()) {
      instanceId = reached.instanceId(InstanceRole.BROKER);
    }
    registration =
        InstanceRegistration.register(
            store,
            new InstanceConfig(
                instanceId, InstanceRole.BROKER, reached.host(), reached.port(), TAGS));
  }

  @Override
  public void start() {
    isRunning = true;
  }

  @Override
  public synchronized void stop() {
    isRunning = false;
    isStopping = true;
    InstanceRegistration registered = registration;
    if (registered != null) {
      if (hasOthers() && settings.drainGrace().isPositive()) {
        registered.announceStop(clock.instant(), ANNOUNCE_PATIENCE);
        LOG.info("{} stops in {}", instanceId, settings.drainGrace());
        pause(settings.drainGrace());
      }
      registered.close();
    }
  }

  @Override
  public boolean isRunning() {
    return isRunning;
  }

  @Override
  public synchronized void destroy() {
    if (registration != null) {
      registration.close();
    }
  }

  private static void pause(Duration time) {
    try {
      var _ = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean hasOthers() {
    return views.get().askedInstances(InstanceRole.BROKER).stream()
        .anyMatch(broker -> broker.isPreferred() && !broker.config().id().equals(instanceId));
  }
}
