package io.gamay.broker.scatter;

import io.gamay.broker.route.ServerHealth;
import io.gamay.broker.route.ServerLoads;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What this broker knows of servers, and what it makes of that.
 *
 * @param adaptive of tables that do not say
 * @param hedges whether a server that is slower than usual is not waited for
 * @param timers runs what is due, for the calling thread
 */
public record ServerRouting(
    ServerHealth health,
    ServerLoads loads,
    AttemptCounts counts,
    AdaptiveSelector adaptive,
    boolean hedges,
    Supplier<Scheduler> timers) {

  /** With the defaults of all settings. */
  public static ServerRouting withDefaults(LongSupplier nanoTime) {
    return new ServerRouting(
        new ServerHealth(ServerHealth.Settings.DEFAULT, nanoTime),
        new ServerLoads(nanoTime),
        new AttemptCounts(),
        AdaptiveSelector.NO_OP,
        true,
        Schedulers::parallel);
  }
}
