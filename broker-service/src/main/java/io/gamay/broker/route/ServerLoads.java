package io.gamay.broker.route;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How busy servers are and how long they take, as this broker sees them. Thread-safe.
 *
 * <p>The latency of a server is a moving average that halves every {@link #HALF_LIFE} without an
 * answer: a server that was slow once is tried again.
 */
public final class ServerLoads {

  static final Duration HALF_LIFE = Duration.ofSeconds(10);

  /** Answers that tell what is usual. */
  static final int LEAST_ANSWERS = 32;

  private static final int KEPT_ANSWERS = 128;
  private static final int ANSWERS_PER_SORT = 16;
  private static final double USUAL_SHARE = 0.95;
  private static final double WEIGHT = 0.1;

  /** How long a server that refused work for lack of room is left alone by second requests. */
  private static final Duration PRESSED = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private final Map<String, Load> servers = new ConcurrentHashMap<>();
  private final Map<Key, Window> windows = new ConcurrentHashMap<>();

  /**
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public ServerLoads(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private record Key(String instance, String tableId) {}

  private record Latency(double nanos, long atNanos) {}

  private static final class Load {
    final AtomicInteger inFlight = new AtomicInteger();
    volatile Latency latency = new Latency(0, 0);
    volatile long pressedUntil = Long.MIN_VALUE;
  }

  /** The last answers for one table, and their 95th percentile as of the last sort. */
  private static final class Window {
    private final long[] nanos = new long[KEPT_ANSWERS];
    private int count;
    private long usual;

    synchronized void add(long taken) {
      nanos[count % KEPT_ANSWERS] = taken;
      count++;
      if (count == 2 * KEPT_ANSWERS) {
        count = KEPT_ANSWERS;
      }
      if (count >= LEAST_ANSWERS && count % ANSWERS_PER_SORT == 0) {
        long[] sorted = Arrays.copyOf(nanos, Math.min(count, KEPT_ANSWERS));
        Arrays.sort(sorted);
        usual = sorted[(int) (sorted.length * USUAL_SHARE)];
      }
    }

    synchronized OptionalLong usual() {
      return count < LEAST_ANSWERS ? OptionalLong.empty() : OptionalLong.of(usual);
    }
  }

  // -- what happens

  public void asked(String instance) {
    load(instance).inFlight.incrementAndGet();
  }

  /** A request has ended, however it did. */
  public void ended(String instance) {
    Load load = servers.get(instance);
    if (load != null) { // else it was forgotten meanwhile
      load.inFlight.updateAndGet(count -> Math.max(0, count - 1));
    }
  }

  /** How long an answer took, or at least how long nobody answered. */
  public void took(String instance, String tableId, long nanos) {
    Load load = load(instance);
    long now = nanoTime.getAsLong();
    Latency old = load.latency;
    double average = old.nanos() == 0 ? nanos : faded(old, now) * (1 - WEIGHT) + nanos * WEIGHT;
    load.latency = new Latency(average, now);
    windows.computeIfAbsent(new Key(instance, tableId), _ -> new Window()).add(nanos);
  }

  /** A server has refused work for lack of room. */
  public void pressed(String instance) {
    load(instance).pressedUntil = nanoTime.getAsLong() + PRESSED.toNanos();
  }

  /** Forgets servers and tables that are there no more. */
  public void retain(Set<String> instances, Set<String> tableIds) {
    servers.keySet().retainAll(instances);
    windows
        .keySet()
        .removeIf(key -> !instances.contains(key.instance()) || !tableIds.contains(key.tableId()));
  }

  // -- what follows

  /** Requests of this broker that the server has not answered. */
  public int inFlight(String instance) {
    Load load = servers.get(instance);
    return load == null ? 0 : load.inFlight.get();
  }

  /** The moving average; 0 for a server that has not answered. */
  public double latencyNanos(String instance) {
    Load load = servers.get(instance);
    return load == null ? 0 : faded(load.latency, nanoTime.getAsLong());
  }

  private static double faded(Latency latency, long now) {
    double halves = (double) (now - latency.atNanos()) / HALF_LIFE.toNanos();
    return halves < 1 ? latency.nanos() : latency.nanos() * Math.pow(0.5, halves);
  }

  /** Within which 19 of 20 answers of a server for a table come, once enough have come to tell. */
  public OptionalLong usualNanos(String instance, String tableId) {
    Window window = windows.get(new Key(instance, tableId));
    return window == null ? OptionalLong.empty() : window.usual();
  }

  public boolean isPressed(String instance) {
    Load load = servers.get(instance);
    return load != null
        && load.pressedUntil != Long.MIN_VALUE
        && nanoTime.getAsLong() - load.pressedUntil < 0;
  }

  private Load load(String instance) {
    return servers.computeIfAbsent(instance, _ -> new Load());
  }
}
