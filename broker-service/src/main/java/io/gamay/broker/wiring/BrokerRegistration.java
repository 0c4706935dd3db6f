package io.gamay.broker.wiring;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.MetadataStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;

/** Registers the broker once its port is open, and signs it off at the stop. */
class BrokerRegistration implements DisposableBean {

  private static final List<String> TAGS = List.of("DefaultTenant_BROKER");

  private final BrokerSettings settings;
  private final MetadataStore store;
  private @Nullable InstanceRegistration registration;
  private volatile String instanceId;

  BrokerRegistration(BrokerSettings settings, MetadataStore store) {
    this.settings = settings;
    this.store = store;
    String wanted = settings.instanceId();
    this.instanceId = wanted == null ? "" : wanted;
  }

  /** Empty until the port is known, if no id is set. */
  String instanceId() {
    return instanceId;
  }

  @EventListener
  synchronized void onPortOpen(WebServerInitializedEvent event) {
    if (registration != null) {
      return;
    }
    int port = event.getWebServer().getPort();
    String host = settings.advertisedHost();
    if (instanceId.isEmpty()) {
      instanceId = InstanceRole.BROKER.prefix() + "_" + host + "_" + port;
    }
    registration =
        InstanceRegistration.register(
            store, new InstanceConfig(instanceId, InstanceRole.BROKER, host, port, TAGS));
  }

  @Override
  public synchronized void destroy() {
    if (registration != null) {
      registration.close();
    }
  }
}
