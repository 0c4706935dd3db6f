package io.gamay.broker.wiring;

import io.gamay.broker.route.ServerHealth.Standing;
import io.gamay.broker.scatter.AttemptCounts.Cause;
import io.gamay.broker.scatter.ServerRouting;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

/** What this broker makes of servers, in numbers. */
final class ServerMeters implements MeterBinder {

  private final ServerRouting routing;

  ServerMeters(ServerRouting routing) {
    this.routing = routing;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (Standing standing : Standing.values()) {
      Gauge.builder("gamay_broker_servers", routing, r -> r.health().count(standing))
          .description("servers, by whether this broker asks them")
          .tag("standing", standing.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    FunctionCounter.builder("gamay_broker_server_requests", routing, r -> r.counts().first())
        .description("requests to servers that were no second ones")
        .register(registry);
    for (Cause cause : Cause.values()) {
      String name = cause.name().toLowerCase(Locale.ROOT);
      FunctionCounter.builder("gamay_broker_second_requests", routing, r -> r.counts().asked(cause))
          .description("times that others were asked for a server's parts too")
          .tag("cause", name)
          .register(registry);
      FunctionCounter.builder(
              "gamay_broker_second_requests_won", routing, r -> r.counts().won(cause))
          .description("how often theirs was the answer taken")
          .tag("cause", name)
          .register(registry);
    }
  }
}
