package io.gamay.controller.leader;

import io.gamay.cluster.store.MetadataException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader looks after all the time: each chore compares what is wanted with what is, does a
 * bounded piece of work, and comes again. Chores run one after another on one thread, only while
 * this controller leads; one that fails is logged and comes again at its next time.
 */
public final class LeaderChores implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaderChores.class);
  private static final Duration PULSE = Duration.ofSeconds(1);

  private final Leadership leadership;
  private final InstantSource clock;
  private final List<Chore> chores = new ArrayList<>();
  private final AtomicBoolean isWoken = new AtomicBoolean();
  private final ScheduledExecutorService thread;

  private static final class Chore {
    final String name;
    final Duration every;
    final boolean isUrgent;
    final Runnable work;
    Instant nextAt = Instant.MIN;

    Chore(String name, Duration every, boolean isUrgent, Runnable work) {
      this.name = name;
      this.every = every;
      this.isUrgent = isUrgent;
      this.work = work;
    }
  }

  /**
   * @param threadName of the one thread; chores that wait for others' networks have one of their
   *     own
   */
  public LeaderChores(String threadName, Leadership leadership, InstantSource clock) {
    this(
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name(threadName).daemon(true).factory()),
        leadership,
        clock);
  }

  /**
   * @param thread one thread, the chores' own from now on
   */
  public LeaderChores(ScheduledExecutorService thread, Leadership leadership, InstantSource clock) {
    this.thread = thread;
    this.leadership = leadership;
    this.clock = clock;
  }

  /**
   * Adds a chore; before {@link #start}.
   *
   * @param isUrgent whether it also runs at once after {@link #wake}
   */
  public LeaderChores add(String name, Duration every, boolean isUrgent, Runnable work) {
    chores.add(new Chore(name, every, isUrgent, work));
    return this;
  }

  public void start() {
    var _ = thread.scheduleWithFixedDelay(this::pulse, 0, PULSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Something has changed: urgent chores run soon. Any thread; many calls may give one run. */
  public void wake() {
    if (isWoken.compareAndSet(false, true) && !thread.isShutdown()) {
      thread.execute(this::pulse);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void pulse() {
    boolean woken = isWoken.getAndSet(false);
    for (Chore chore : chores) {
      if (leadership.term().isEmpty()) {
        chore.nextAt = Instant.MIN;
        continue;
      }
      boolean isDue = !clock.instant().isBefore(chore.nextAt);
      if (isDue || (woken && chore.isUrgent)) {
        run(chore);
        chore.nextAt = clock.instant().plus(chore.every);
      }
    }
  }

  private static void run(Chore chore) {
    try {
      chore.work.run();
    } catch (NotLeaderException deposed) {
      LOG.info("{} stopped: {}", chore.name, deposed.getMessage());
    } catch (MetadataException away) {
      LOG.warn("{} will be tried again", chore.name, away);
    } catch (RuntimeException | Error failed) {
      LOG.error("{} failed, will be tried again", chore.name, failed);
    }
  }
}
