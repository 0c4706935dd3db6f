package io.gamay.broker.route;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which servers this broker asks, by what it met itself; the cluster's metadata only raises a
 * suspicion. Thread-safe.
 *
 * <table>
 *   <caption>Transitions</caption>
 *   <tr><th>standing</th><th>event</th><th>next</th></tr>
 *   <tr><td>IN</td><td>its connection fails, or it says that it is stopping</td><td>OUT</td></tr>
 *   <tr><td>IN</td><td>too late, {@code maxTimeouts} times in a row</td><td>OUT</td></tr>
 *   <tr><td>IN</td><td>its live node vanishes</td><td>SUSPECT, probed at once</td></tr>
 *   <tr><td>SUSPECT</td><td>a request or a probe is answered</td><td>SUSPECT, probed again
 *   later</td></tr>
 *   <tr><td>SUSPECT</td><td>a request or a probe fails, or neither is answered for the time of
 *   grace</td><td>GONE</td></tr>
 *   <tr><td>OUT</td><td>a request or a probe is answered</td><td>IN</td></tr>
 *   <tr><td>OUT</td><td>a probe fails</td><td>OUT, probed later and later</td></tr>
 *   <tr><td>OUT</td><td>its live node vanishes</td><td>GONE</td></tr>
 *   <tr><td>GONE</td><td>a request or a probe is answered</td><td>SUSPECT</td></tr>
 *   <tr><td>SUSPECT, GONE</td><td>its live node is back</td><td>IN</td></tr>
 * </table>
 */
public final class ServerHealth {

  private final Settings settings;
  private final LongSupplier nanoTime;
  private final Map<String, Health> servers = new HashMap<>();

  /** Published whole after each change; what is not in it is asked if its live node is there. */
  private volatile Verdicts verdicts = new Verdicts(Map.of(), Set.of());

  /**
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public ServerHealth(Settings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /** What becomes of requests to a server. */
  public enum Standing {
    /** It is asked. */
    IN,
    /** It is asked, though its live node is not there. */
    SUSPECT,
    /** It is asked only for what nobody else has. */
    OUT,
    /** It is not asked. */
    GONE
  }

  /** How a request or a probe failed. */
  public enum Failure {
    /** No connection, or one that broke, or a server that is stopping. */
    BROKEN,
    /** No answer in time. */
    LATE
  }

  /**
   * @param maxTimeouts answers in a row that may be too late
   * @param firstProbe after which a server that is OUT is probed; each further pause is twice as
   *     long
   * @param longestProbe no pause is longer
   * @param grace how long a server without a live node is asked if it answers nothing
   */
  public record Settings(
      int maxTimeouts, Duration firstProbe, Duration longestProbe, Duration grace) {

    public static final Settings DEFAULT =
        new Settings(3, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(10));

    public Settings {
      if (maxTimeouts < 1 || !firstProbe.isPositive() || longestProbe.compareTo(firstProbe) < 0) {
        throw new IllegalArgumentException(
            "%d timeouts, probes after %s to %s".formatted(maxTimeouts, firstProbe, longestProbe));
      }
    }
  }

  /**
   * One server as a person sees it.
   *
   * @param forMillis how long it has had this standing
   * @param reason of a standing other than IN; empty for IN
   * @param failures requests and probes that failed since one was answered
   */
  public record Report(
      String instance, Standing standing, long forMillis, String reason, int failures) {}

  private record Verdicts(Map<String, Standing> standings, Set<String> avoided) {}

  /**
   * @param probes failed ones, for the next pause; forgotten when a request is answered
   * @param heardNanos when it last answered, or became a suspect
   */
  private record Health(
      InstanceConfig config,
      boolean isLive,
      Standing standing,
      int timeouts,
      int probes,
      long sinceNanos,
      long heardNanos,
      long nextProbeNanos,
      String reason) {

    Health at(Standing next, long now, String why) {
      return new Health(
          config,
          isLive,
          next,
          timeouts,
          probes,
          next == standing ? sinceNanos : now,
          heardNanos,
          nextProbeNanos,
          why);
    }

    Health counting(int lateOnes, int failedProbes) {
      return new Health(
          config,
          isLive,
          standing,
          lateOnes,
          failedProbes,
          sinceNanos,
          heardNanos,
          nextProbeNanos,
          reason);
    }

    Health heard(long now) {
      return new Health(
          config, isLive, standing, timeouts, probes, sinceNanos, now, nextProbeNanos, reason);
    }

    Health probedAt(long next) {
      return new Health(
          config, isLive, standing, timeouts, probes, sinceNanos, heardNanos, next, reason);
    }

    Health seen(InstanceConfig found, boolean live) {
      return new Health(
          found, live, standing, timeouts, probes, sinceNanos, heardNanos, nextProbeNanos, reason);
    }
  }

  // -- asked for every query

  /** Servers to be asked only for what nobody else has. */
  public Set<String> avoided() {
    return verdicts.avoided();
  }

  /** Whether a server may be asked at all. */
  public boolean isThere(InstanceView server) {
    Standing known = verdicts.standings().get(server.config().id());
    return known == null ? server.isLive() : known != Standing.GONE;
  }

  // -- events

  /** Takes notice of a view of the cluster. */
  public synchronized void observe(ClusterView view) {
    long now = nanoTime.getAsLong();
    Set<String> present = new HashSet<>();
    for (InstanceView server : view.instances().values()) {
      if (server.config().role() == InstanceRole.SERVER) {
        String id = server.config().id();
        present.add(id);
        servers.put(id, observed(servers.get(id), server, now));
      }
    }
    servers.keySet().retainAll(present);
    publish();
  }

  private Health observed(@Nullable Health known, InstanceView server, long now) {
    if (known == null) {
      Standing first = server.isLive() ? Standing.IN : Standing.GONE;
      return new Health(
          server.config(),
          server.isLive(),
          first,
          0,
          0,
          now,
          now,
          now,
          server.isLive() ? "" : "it has no live node");
    }
    Health seen = known.seen(server.config(), server.isLive());
    if (server.isLive() == known.isLive()) {
      return server.stoppingSince().isPresent() && seen.standing() == Standing.IN
          ? seen.at(Standing.OUT, now, "it says that it is stopping")
              .probedAt(now + settings.firstProbe().toNanos())
          : seen;
    }
    if (server.isLive()) {
      return known.standing() == Standing.OUT
          ? seen.probedAt(now)
          : seen.at(Standing.IN, now, "").counting(0, 0);
    }
    return switch (known.standing()) {
      case IN -> seen.at(Standing.SUSPECT, now, "its live node vanished").heard(now).probedAt(now);
      case OUT -> seen.at(Standing.GONE, now, known.reason() + ", then its live node vanished");
      case SUSPECT, GONE -> seen;
    };
  }

  /** A request was answered in time, if only with an error. */
  public void answered(String instance) {
    Verdicts current = verdicts;
    if (current.standings().containsKey(instance)) {
      heard(instance, true);
    }
  }

  /** A request was not answered as it should be. */
  public synchronized void failed(String instance, Failure failure, String reason) {
    Health known = servers.get(instance);
    if (known != null) {
      servers.put(instance, failed(known, failure, reason, nanoTime.getAsLong()));
      publish();
    }
  }

  private Health failed(Health known, Failure failure, String reason, long now) {
    int timeouts = failure == Failure.LATE ? known.timeouts() + 1 : known.timeouts();
    Health counted = known.counting(timeouts, known.probes());
    return switch (known.standing()) {
      case IN ->
          failure == Failure.BROKEN || timeouts >= settings.maxTimeouts()
              ? counted.at(Standing.OUT, now, reason).probedAt(now + pauseAfter(known.probes()))
              : counted;
      case SUSPECT ->
          counted
              .at(Standing.GONE, now, known.reason() + ", then " + reason)
              .probedAt(now + pauseAfter(known.probes()));
      case OUT, GONE -> counted;
    };
  }

  private synchronized void heard(String instance, boolean byRequest) {
    Health known = servers.get(instance);
    if (known == null) {
      return;
    }
    long now = nanoTime.getAsLong();
    Health heard = known.heard(now).counting(0, byRequest ? 0 : known.probes());
    Health next =
        switch (known.standing()) {
          case IN -> heard;
          case OUT -> heard.at(Standing.IN, now, "");
          case SUSPECT, GONE ->
              heard
                  .at(Standing.SUSPECT, now, "it has no live node, but answers")
                  .probedAt(now + settings.firstProbe().toNanos());
        };
    servers.put(instance, next);
    publish();
  }

  // -- probes

  /** Servers to be probed now; each is given out once, until {@link #probed} or a minute later. */
  public synchronized List<InstanceConfig> due() {
    long now = nanoTime.getAsLong();
    List<InstanceConfig> due = new ArrayList<>();
    for (Map.Entry<String, Health> entry : servers.entrySet()) {
      Health health = entry.getValue();
      if (health.standing() == Standing.SUSPECT
          && now - health.heardNanos() > settings.grace().toNanos()) {
        health = health.at(Standing.GONE, now, health.reason() + ", and it answered nothing since");
      }
      if (health.standing() != Standing.IN && now - health.nextProbeNanos() >= 0) {
        due.add(health.config());
        health = health.probedAt(now + TimeUnit.MINUTES.toNanos(1));
      }
      entry.setValue(health);
    }
    publish();
    return due;
  }

  /** A probe's outcome. */
  public void probed(String instance, boolean isAnswered, String reason) {
    if (isAnswered) {
      heard(instance, false);
    } else {
      notHeard(instance, reason);
    }
  }

  private synchronized void notHeard(String instance, String reason) {
    Health known = servers.get(instance);
    if (known == null || known.standing() == Standing.IN) {
      return;
    }
    long now = nanoTime.getAsLong();
    Health counted = known.counting(known.timeouts(), known.probes() + 1);
    Standing next = known.standing() == Standing.SUSPECT ? Standing.GONE : known.standing();
    servers.put(
        instance,
        counted
            .at(next, now, next == known.standing() ? known.reason() : "its probe: " + reason)
            .probedAt(now + pauseAfter(counted.probes())));
    publish();
  }

  private long pauseAfter(int failedProbes) {
    long pause = settings.firstProbe().toNanos();
    for (int i = 0; i < failedProbes && pause < settings.longestProbe().toNanos(); i++) {
      pause *= 2;
    }
    return Math.min(pause, settings.longestProbe().toNanos());
  }

  private void publish() {
    Map<String, Standing> standings = new HashMap<>();
    Set<String> avoided = new HashSet<>();
    servers.forEach(
        (id, health) -> {
          if (health.standing() != Standing.IN || health.timeouts() + health.probes() > 0) {
            standings.put(id, health.standing());
          }
          if (health.standing() == Standing.OUT) {
            avoided.add(id);
          }
        });
    verdicts = new Verdicts(Map.copyOf(standings), Set.copyOf(avoided));
  }

  // -- for people and meters

  /** All servers, by id. */
  public synchronized List<Report> report() {
    long now = nanoTime.getAsLong();
    return servers.values().stream()
        .map(
            health ->
                new Report(
                    health.config().id(),
                    health.standing(),
                    (now - health.sinceNanos()) / 1_000_000,
                    health.reason(),
                    health.timeouts() + health.probes()))
        .sorted(Comparator.comparing(Report::instance))
        .toList();
  }

  public synchronized int count(Standing standing) {
    return (int) servers.values().stream().filter(health -> health.standing() == standing).count();
  }
}
