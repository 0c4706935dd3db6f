package io.gamay.controller.wiring;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.leader.LeaderChores;
import io.gamay.controller.leader.LeaderOffice;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/** Registers and stands for leadership once the port is open; steps down first when closing. */
final class ControllerLife
    implements ApplicationListener<WebServerInitializedEvent>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControllerLife.class);

  private final MetadataStore store;
  private final InstanceIdentity identity;
  private final ClusterViewWatcher watcher;
  private final LeaderOffice office;
  private final List<LeaderChores> chores;
  private @Nullable InstanceRegistration registration;

  ControllerLife(
      MetadataStore store,
      InstanceIdentity identity,
      ClusterViewWatcher watcher,
      LeaderOffice office,
      List<LeaderChores> chores) {
    this.store = store;
    this.identity = identity;
    this.watcher = watcher;
    this.office = office;
    this.chores = List.copyOf(chores);
  }

  @Override
  public synchronized void onApplicationEvent(WebServerInitializedEvent started) {
    if (registration != null
        || "management".equals(started.getApplicationContext().getServerNamespace())) {
      return;
    }
    int port = started.getWebServer().getPort();
    registration =
        InstanceRegistration.register(
            store,
            new InstanceConfig(
                identity.id(), InstanceRole.CONTROLLER, identity.host(), port, List.of()));
    office.onChange(this::wakeChores);
    watcher.subscribe(view -> wakeChores());
    office.start();
    chores.forEach(LeaderChores::start);
    LOG.info("controller {} serves on port {}", identity.id(), port);
  }

  @Override
  public synchronized void close() {
    chores.forEach(LeaderChores::close);
    office.close();
    if (registration != null) {
      registration.close();
    }
  }

  private void wakeChores() {
    chores.forEach(LeaderChores::wake);
  }
}
