package io.gamay.testkit.random;

import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs a property over many seeds. Seeds differ from run to run; a failure names the one to replay
 * with {@code -Dgamay.seed=<seed>}, which runs that case alone. How many cases ran is logged.
 */
public final class Seeds {

  public static final String REPLAY_PROPERTY = "gamay.seed";

  private static final System.Logger LOGGER = System.getLogger(Seeds.class.getName());

  private Seeds() {}

  /** A property of one seeded case; it fails by throwing. */
  @FunctionalInterface
  public interface Property {
    void check(SeededRandom random) throws Exception;
  }

  /**
   * Checks a number of cases.
   *
   * @return how many cases ran: one in a replay
   * @throws AssertionError at the first failing case, its seed in the message
   */
  public static int forEach(int cases, Property property) {
    return run(done -> done < cases, property);
  }

  /** Checks cases until the time is over, at least one. */
  public static int forEach(Duration time, Property property) {
    long start = System.nanoTime();
    return run(done -> done == 0 || System.nanoTime() - start < time.toNanos(), property);
  }

  /**
   * Checks cases on several threads until it is enough, at least one on each. The property is
   * called by all of them at once.
   */
  public static int forEach(int threads, BooleanSupplier isEnough, Property property) {
    if (isReplay()) {
      return run(_ -> true, property);
    }
    AtomicInteger done = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    LongPredicate goesOn =
        count -> failure.get() == null && (count == 0 || !isEnough.getAsBoolean());
    List<Thread> running = new ArrayList<>();
    for (int number = 0; number < threads; number++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  done.addAndGet(run(goesOn, property));
                } catch (Throwable thrown) {
                  failure.compareAndSet(null, thrown);
                }
              },
              "cases-" + number);
      thread.start();
      running.add(thread);
    }
    running.forEach(Seeds::join);
    @Nullable Throwable first = failure.get();
    if (first != null) {
      throw first instanceof Error error ? error : new AssertionError("cases stopped", first);
    }
    return done.get();
  }

  /** Whether one case alone is run again. */
  public static boolean isReplay() {
    return System.getProperty(REPLAY_PROPERTY) != null;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while cases run", e);
    }
  }

  private static int run(LongPredicate goesOn, Property property) {
    @Nullable String replayed = System.getProperty(REPLAY_PROPERTY);
    if (replayed != null) {
      check(Long.parseLong(replayed), 0, property);
      LOGGER.log(Level.INFO, "replayed seed {0}", replayed);
      return 1;
    }
    SecureRandom seeds = new SecureRandom();
    int done = 0;
    while (goesOn.test(done)) {
      check(seeds.nextLong(), done, property);
      done++;
    }
    LOGGER.log(Level.INFO, "{0} cases passed", Integer.toString(done));
    return done;
  }

  private static void check(long seed, int done, Property property) {
    try {
      property.check(new SeededRandom(seed));
    } catch (Throwable failure) {
      throw new AssertionError(
          "case %d failed, replay with -D%s=%d: %s".formatted(done, REPLAY_PROPERTY, seed, failure),
          failure);
    }
  }
}
