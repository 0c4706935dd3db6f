package io.gamay.broker.scatter;

import io.gamay.broker.route.ServerHealth;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Probes servers that are not asked, or that are under suspicion, whenever one is due. */
public final class ServerProber implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServerProber.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int MOST_AT_ONCE = 32;

  private final ServerHealth health;
  private final ServerProbe probe;
  private final Disposable loop;

  private ServerProber(ServerHealth health, ServerProbe probe, Scheduler timer) {
    this.health = health;
    this.probe = probe;
    this.loop =
        Flux.interval(PAUSE, timer)
            .onBackpressureDrop()
            .flatMap(_ -> probeDue(), MOST_AT_ONCE)
            .subscribe();
  }

  /** Runs until it is closed. */
  public static ServerProber start(ServerHealth health, ServerProbe probe, Scheduler timer) {
    return new ServerProber(health, probe, timer);
  }

  private Mono<Void> probeDue() {
    return Flux.defer(() -> Flux.fromIterable(health.due()))
        .flatMap(
            server ->
                probe
                    .probe(server)
                    .onErrorResume(failure -> Mono.just(String.valueOf(failure)))
                    .doOnNext(why -> health.probed(server.id(), why.isEmpty(), why)),
            MOST_AT_ONCE)
        .onErrorResume(
            failure -> {
              LOG.error("servers could not be probed", failure);
              return Mono.empty();
            })
        .then();
  }

  @Override
  public void close() {
    loop.dispose();
  }
}
