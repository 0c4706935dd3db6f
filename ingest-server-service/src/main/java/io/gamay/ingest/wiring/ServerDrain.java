package io.gamay.ingest.wiring;

import io.gamay.cluster.view.ClusterView;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time between a server's word that it stops and its leaving: other replicas become ready to
 * answer, brokers turn to them, and what was asked is answered. Bounded, and nothing at all where
 * nobody could take over. One thread.
 */
final class ServerDrain {

  /**
   * How long nothing must have been asked: far longer than a broker takes to hear of a change, and
   * to ask a second time.
   */
  static final Duration QUIET = Duration.ofMillis(500);

  /** How long queries for what only this server has are taken before it leaves regardless. */
  static final Duration PATIENCE_ALONE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(ServerDrain.class);
  private static final Duration STEP = Duration.ofMillis(20);

  private final String instanceId;
  private final Supplier<ClusterView> views;
  private final Queries queries;
  private final LongSupplier nanoTime;
  private final Consumer<Duration> pause;

  /** The questions of brokers. */
  interface Queries {
    /** How many have come since the start. */
    long begun();

    /** How many are not answered yet. */
    int underWay();
  }

  /**
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   * @param pause waits, or returns early
   */
  ServerDrain(
      String instanceId,
      Supplier<ClusterView> views,
      Queries queries,
      LongSupplier nanoTime,
      Consumer<Duration> pause) {
    this.instanceId = instanceId;
    this.views = views;
    this.queries = queries;
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /**
   * Returns when this server may leave.
   *
   * @param announce tells the cluster that it will
   * @param timeout when it leaves in any case
   */
  void run(Runnable announce, Duration timeout) {
    long start = nanoTime.getAsLong();
    if (timeout.isZero() || relief().isPointless()) {
      return;
    }
    announce.run();
    awaitOthers(start, timeout);
    awaitQuiet(start, timeout);
    LOG.info(
        "{} leaves after {} ms, {} queries under way",
        instanceId,
        elapsed(start).toMillis(),
        queries.underWay());
  }

  private void awaitOthers(long start, Duration timeout) {
    boolean isNoted = false;
    while (!relief().awaited().isEmpty()) {
      if (!isNoted) {
        LOG.info("{} stops once others answer for {}", instanceId, relief().awaited());
        isNoted = true;
      }
      if (isOver(start, timeout)) {
        LOG.warn("{} stops though nobody else answers for {}", instanceId, relief().awaited());
        return;
      }
      pause.accept(STEP);
    }
  }

  private void awaitQuiet(long start, Duration timeout) {
    Duration most = timeout;
    if (!relief().isComplete()) {
      Duration soon = elapsed(start).plus(PATIENCE_ALONE);
      most = soon.compareTo(timeout) < 0 ? soon : timeout;
    }
    long begun = queries.begun();
    long quietSince = nanoTime.getAsLong();
    while (elapsed(quietSince).compareTo(QUIET) < 0 && !isOver(start, most)) {
      pause.accept(STEP);
      if (queries.begun() != begun || queries.underWay() > 0) {
        begun = queries.begun();
        quietSince = nanoTime.getAsLong();
      }
    }
  }

  private Relief relief() {
    return Relief.of(instanceId, views.get());
  }

  private Duration elapsed(long since) {
    return Duration.ofNanos(nanoTime.getAsLong() - since);
  }

  private boolean isOver(long start, Duration most) {
    return elapsed(start).compareTo(most) >= 0;
  }
}
