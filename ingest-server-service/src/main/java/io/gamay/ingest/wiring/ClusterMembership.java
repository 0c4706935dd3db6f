package io.gamay.ingest.wiring;

import org.springframework.context.SmartLifecycle;

/**
 * Joins and leaves the cluster in step with the web server: the default phase is the last one to
 * start and the first one to stop.
 */
final class ClusterMembership implements SmartLifecycle {

  private final ServerRuntime runtime;
  private volatile boolean isRunning;

  ClusterMembership(ServerRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public void start() {
    runtime.join();
    isRunning = true;
  }

  @Override
  public void stop() {
    isRunning = false;
    runtime.drain();
    runtime.leave();
  }

  @Override
  public boolean isRunning() {
    return isRunning;
  }
}
