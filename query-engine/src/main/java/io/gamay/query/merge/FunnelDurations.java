package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.FunnelStatistic;
import io.gamay.segment.schema.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How long the steps of completed attempts took. Goes along with a {@link FunnelWindow} and keeps
 * every attempt that it lets stand for others, with the times of its steps: of those that one event
 * completes, the one that began first counts.
 */
final class FunnelDurations {

  private final int steps;
  private final long window;

  /** By the step reached last: times of the steps of attempts, those that began first first. */
  private final List<ArrayDeque<long[]>> open = new ArrayList<>();

  /** The attempts that go on with the event at hand. */
  private final ArrayDeque<long[]> taken = new ArrayDeque<>();

  /** Of each completed attempt {@code steps - 1} durations. */
  private long[] durations = new long[8];

  private int completed;

  private FunnelDurations(int steps, long window) {
    this.steps = steps;
    this.window = window;
    for (int step = 0; step < steps; step++) {
      open.add(new ArrayDeque<>());
    }
  }

  /** Empty if the call does not ask for durations. */
  static Optional<FunnelDurations> of(AggregateCall call, int steps, long window) {
    return call.function() == AggregateFunction.FUNNEL_STEP_DURATION_STATS
        ? Optional.of(new FunnelDurations(steps, window))
        : Optional.empty();
  }

  /** What finishing needs for so many events, roughly. */
  static long sizeBytes(int steps, int events) {
    return (24L + 16L * steps) * events;
  }

  /** An event of the next step is met: attempts at a step whose window it lies in go on. */
  void take(int step, long time) {
    ArrayDeque<long[]> attempts = open.get(step);
    dropEnded(attempts, time);
    taken.addAll(attempts);
    attempts.clear();
  }

  private void dropEnded(ArrayDeque<long[]> attempts, long time) {
    while (!attempts.isEmpty() && !FunnelWindow.isWithin(window, attempts.getFirst()[0], time)) {
      attempts.removeFirst();
    }
  }

  void close(int step) {
    open.get(step).clear();
  }

  void closeAll() {
    open.forEach(ArrayDeque::clear);
  }

  /** An attempt begins, or those taken reach a step that is not the last. */
  void reach(int step, long time) {
    ArrayDeque<long[]> attempts = open.get(step);
    if (step == 0) {
      dropEnded(attempts, time);
      taken.add(new long[steps]);
    }
    for (long[] attempt : taken) {
      attempt[step] = time;
      attempts.add(attempt);
    }
    taken.clear();
  }

  /** Those taken reach the last step. */
  void complete(long time) {
    if (!taken.isEmpty()) {
      long[] attempt = taken.getFirst();
      attempt[steps - 1] = time;
      add(attempt);
      taken.clear();
    }
    closeAll();
  }

  private void add(long[] attempt) {
    int pairs = steps - 1;
    int from = completed * pairs;
    if (from + pairs > durations.length) {
      durations = Arrays.copyOf(durations, GroupCapacity.grown(durations.length, from + pairs));
    }
    for (int step = 0; step < pairs; step++) {
      durations[from + step] = attempt[step + 1] - attempt[step];
    }
    completed++;
  }

  /**
   * Of each step the statistics of the time to the next one: 0 for the last step, and where no
   * attempt was completed. Empty if none was, and no step is counted.
   *
   * @param window whose attempts these are
   */
  List<Value> values(List<FunnelStatistic> statistics, FunnelWindow window) {
    List<Value> values = new ArrayList<>();
    boolean isCounted = statistics.stream().anyMatch(FunnelStatistic.Count.class::isInstance);
    if (window.completed() == 0 && !isCounted) {
      return values;
    }
    for (int step = 0; step < steps; step++) {
      boolean isReached = step < window.furthest();
      long[] sorted = step < steps - 1 ? sorted(step) : new long[0];
      for (FunnelStatistic statistic : statistics) {
        values.add(new Value.DoubleValue(value(statistic, sorted, isReached)));
      }
    }
    return values;
  }

  private long[] sorted(int step) {
    long[] ofStep = new long[completed];
    for (int attempt = 0; attempt < completed; attempt++) {
      ofStep[attempt] = durations[attempt * (steps - 1) + step];
    }
    Arrays.sort(ofStep);
    return ofStep;
  }

  private static double value(FunnelStatistic statistic, long[] sorted, boolean isReached) {
    return switch (statistic) {
      case FunnelStatistic.Count() -> isReached ? 1 : 0;
      case FunnelStatistic.Average() ->
          sorted.length == 0 ? 0 : Arrays.stream(sorted).asDoubleStream().sum() / sorted.length;
      case FunnelStatistic.Percentile(double percentage) -> {
        int rank = (int) (sorted.length * percentage / 100);
        yield sorted.length == 0 ? 0 : sorted[Math.min(rank, sorted.length - 1)];
      }
    };
  }
}
