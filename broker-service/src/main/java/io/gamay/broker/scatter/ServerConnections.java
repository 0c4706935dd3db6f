package io.gamay.broker.scatter;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * Open connections to servers, apart for each event loop: what a query asks from one is sent and
 * answered there, with no other thread to be woken. Thread-safe.
 */
public final class ServerConnections implements AutoCloseable {

  private static final int CONNECTIONS_PER_SERVER = 256;
  private static final Duration MOST_WAITED_FOR_ONE = Duration.ofSeconds(10);

  private final List<OfLoop> loops;
  private final Ways others;

  /**
   * How to ask from one thread.
   *
   * @param timer runs what is due on a thread that need not be woken for what is not
   */
  record Ways(HttpClient http, ConnectionProvider connections, Scheduler timer) {}

  private record OfLoop(EventExecutor loop, Ways ways) {}

  /**
   * @param resources whose event loops serve the broker's clients too; stays the caller's
   */
  public ServerConnections(LoopResources resources) {
    loops = new ArrayList<>();
    for (EventExecutor loop : resources.onServer(LoopResources.DEFAULT_NATIVE)) {
      start(loop);
      loops.add(new OfLoop(loop, ways(resources, Schedulers.fromExecutorService(loop))));
    }
    others = ways(resources, loops.getFirst().ways.timer);
  }

  /** By this thread, whose priority it inherits, and not by one of low priority later. */
  private static void start(EventExecutor loop) {
    loop.execute(() -> {});
  }

  private static Ways ways(LoopResources resources, Scheduler timer) {
    ConnectionProvider connections =
        ConnectionProvider.builder("servers")
            .maxConnections(CONNECTIONS_PER_SERVER)
            .pendingAcquireMaxCount(4 * CONNECTIONS_PER_SERVER)
            .pendingAcquireTimeout(MOST_WAITED_FOR_ONE)
            .build();
    return new Ways(HttpClient.create(connections).runOn(resources), connections, timer);
  }

  /** Those of the calling thread. */
  Ways here() {
    for (OfLoop candidate : loops) {
      if (candidate.loop.inEventLoop()) {
        return candidate.ways;
      }
    }
    return others;
  }

  /** Runs what is due; of the calling thread, if that is an event loop. */
  public Scheduler timer() {
    return here().timer;
  }

  @Override
  public void close() {
    Stream.concat(Stream.of(others), loops.stream().map(OfLoop::ways))
        .forEach(ways -> ways.connections.dispose());
  }
}
