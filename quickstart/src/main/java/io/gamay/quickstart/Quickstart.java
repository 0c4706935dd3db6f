package io.gamay.quickstart;

import io.gamay.cluster.instance.AdvertisedAddress;
import io.gamay.quickstart.kafka.EmbeddedKafka;
import io.gamay.quickstart.zookeeper.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster in this JVM: ZooKeeper, Kafka, controller, server, broker, gateway. Instance ids
 * do not name ports, and the deep store lies inside the data directory, so the directory may come
 * back under other ports and under another path.
 *
 * <p>{@link #close} may come at any time, also from another thread while {@link #start} runs: what
 * has started is closed in reverse order, and what starts later is closed at once.
 */
public final class Quickstart implements AutoCloseable {
  /** Told of each component that is up; one call at a time. */
  public interface Progress {
    /** The component serves. */
    void up(Component component, String address, Duration took);
  }

  private static final Logger log = LoggerFactory.getLogger(Quickstart.class);

  private final Path directory;
  private final Ports ports;
  private final InstantSource clock;
  private final Progress progress;
  private final Map<Component, AutoCloseable> components = new EnumMap<>(Component.class);
  private final Deque<AutoCloseable> extras = new ArrayDeque<>();
  private boolean isClosed;

  /**
   * @param directory the data directory, which the caller has taken
   */
  public Quickstart(Path directory, Ports ports, InstantSource clock, Progress progress) {
    this.directory = directory;
    this.ports = ports;
    this.clock = clock;
    this.progress = progress;
  }

  /** Starts everything and returns when all of it serves; closes what started if one part fails. */
  public void start() throws Exception {
    try {
      start(Component.ZOOKEEPER, this::zookeeper);
      startTogether(
          List.of(
              Component.KAFKA,
              Component.CONTROLLER,
              Component.SERVER,
              Component.BROKER,
              Component.GATEWAY));
    } catch (Exception failure) {
      close();
      throw failure;
    }
  }

  private void startTogether(List<Component> components) throws Exception {
    try (var threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("start-", 0).factory())) {
      List<Future<?>> starts = new ArrayList<>();
      for (Component component : components) {
        starts.add(threads.submit(() -> startUnchecked(component)));
      }
      for (Future<?> start : starts) {
        start.get();
      }
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
  }

  private Void startUnchecked(Component component) throws Exception {
    start(component, component == Component.KAFKA ? this::kafka : () -> service(component).start());
    return null;
  }

  private void start(Component component, Callable<? extends AutoCloseable> starter)
      throws Exception {
    Instant begin = clock.instant();
    keep(component, starter.call());
    Duration took = Duration.between(begin, clock.instant());
    synchronized (progress) {
      progress.up(component, ports.address(component), took);
    }
  }

  private EmbeddedZooKeeper zookeeper() throws Exception {
    return EmbeddedZooKeeper.start(
        Ports.HOST, ports.of(Component.ZOOKEEPER), directory.resolve("zookeeper"));
  }

  private EmbeddedKafka kafka() throws Exception {
    return EmbeddedKafka.start(
        Ports.HOST,
        ports.of(Component.KAFKA),
        ports.address(Component.KAFKA),
        directory.resolve("kafka"));
  }

  private ServiceSettings service(Component component) {
    return new ServiceSettings(
        component,
        Ports.HOST,
        ports.of(component),
        AdvertisedAddress.NONE,
        "gamay",
        ports.address(Component.ZOOKEEPER),
        component.instanceId("quickstart"),
        directory.resolve(component.title()),
        ports.address(Component.KAFKA),
        directory.resolve("deepstore").toUri());
  }

  private void keep(Component component, AutoCloseable part) {
    synchronized (components) {
      if (!isClosed) {
        components.put(component, part);
        return;
      }
    }
    close(part);
  }

  /** Hands over something that is to be closed before the components, last kept first. */
  public void keep(AutoCloseable extra) {
    synchronized (components) {
      if (!isClosed) {
        extras.push(extra);
        return;
      }
    }
    close(extra);
  }

  /** Stops everything, in the reverse order of {@link Component}. */
  @Override
  public void close() {
    for (AutoCloseable part : partsInClosingOrder()) {
      close(part);
    }
  }

  private List<AutoCloseable> partsInClosingOrder() {
    synchronized (components) {
      isClosed = true;
      var parts = new ArrayList<AutoCloseable>(extras);
      parts.addAll(List.copyOf(components.values()).reversed());
      extras.clear();
      components.clear();
      return parts;
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception failure) {
      log.warn("could not stop {} cleanly", part, failure);
    }
  }
}
