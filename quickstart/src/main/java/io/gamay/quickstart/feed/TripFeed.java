package io.gamay.quickstart.feed;

import io.gamay.quickstart.kafka.RecordSender;
import io.gamay.quickstart.load.Pacer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trips into their topic at a steady rate, keyed by trip, from one thread. A new topic first gets
 * the trips of the past hour. It goes on where the topic ends, after a failure as after a restart.
 */
public final class TripFeed implements AutoCloseable {
  /** More would measure the feed, not the store. */
  public static final int MAX_RATE = 20_000;

  /** Trips that a new topic starts with. */
  static final int BACKLOG = 5_000;

  private static final Duration BACKLOG_SPAN = Duration.ofHours(1);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(TripFeed.class);

  private final String bootstrapAddress;
  private final String topic;
  private final int partitionCount;
  private final int rowsPerSecond;
  private final TripGenerator trips;
  private final InstantSource clock;
  private final Thread thread;
  private volatile boolean isStopped;

  /**
   * @param rowsPerSecond at most {@link #MAX_RATE}
   * @param seed of the trips
   */
  public TripFeed(
      String bootstrapAddress,
      String topic,
      int partitionCount,
      int rowsPerSecond,
      long seed,
      InstantSource clock) {
    this.bootstrapAddress = bootstrapAddress;
    this.topic = topic;
    this.partitionCount = partitionCount;
    this.rowsPerSecond = rowsPerSecond;
    this.trips = new TripGenerator(seed);
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("trip-feed").daemon().unstarted(this::run);
  }

  /** Starts to send; returns at once. */
  public void start() {
    thread.start();
  }

  /** Stops after the trip at hand, when all that was sent has been acknowledged. */
  @Override
  public void close() {
    isStopped = true;
    LockSupport.unpark(thread);
    try {
      thread.join(Duration.ofSeconds(15));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!isStopped) {
      try (var sender = new RecordSender(bootstrapAddress, topic)) {
        send(FeedPosition.recover(bootstrapAddress, topic, partitionCount), sender);
        sender.flush();
        sender.failure().ifPresent(failure -> log.warn("trip feed starts again: {}", failure));
      } catch (RuntimeException failure) {
        log.warn("trip feed starts again", failure);
      }
      if (!isStopped) {
        LockSupport.parkNanos(this, BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  private void send(FeedPosition position, RecordSender sender) {
    long now = clock.millis();
    for (long sequence : position.missing()) {
      if (!canGoOn(sender)) {
        return;
      }
      send(sequence, now, sender);
    }
    long next = position.next();
    long stepMillis = BACKLOG_SPAN.toMillis() / BACKLOG;
    while (next <= BACKLOG && canGoOn(sender)) {
      send(next, now - (BACKLOG - next + 1) * stepMillis, sender);
      next++;
    }
    var pacer = new Pacer(rowsPerSecond, clock);
    while (canGoOn(sender)) {
      pacer.awaitTurn(() -> isStopped);
      if (!isStopped) {
        send(next, clock.millis(), sender);
        next++;
      }
    }
  }

  private boolean canGoOn(RecordSender sender) {
    return !isStopped && !sender.hasFailed();
  }

  private void send(long sequence, long eventTimeMillis, RecordSender sender) {
    while (sender.inFlightCount() >= FeedPosition.MAX_IN_FLIGHT && canGoOn(sender)) {
      LockSupport.parkNanos(this, Duration.ofMillis(1).toNanos());
    }
    if (!canGoOn(sender)) {
      return;
    }
    Trip trip = trips.trip(sequence, eventTimeMillis);
    sender.sendKeyed(
        trip.tripId().getBytes(StandardCharsets.UTF_8),
        trip.json().getBytes(StandardCharsets.UTF_8));
  }
}
