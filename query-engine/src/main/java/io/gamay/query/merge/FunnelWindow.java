package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.segment.schema.Value;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a sequence of events goes through the steps of a funnel: from an event of the first step,
 * whose time opens a window, to the next event of the second within it, and so on. Takes in events
 * in the order of their times, those of one time in the order of {@link #compare}; one pass.
 *
 * <p>Attempts that have come equally far differ only in when their windows end, so that the one
 * with the latest start stands for all.
 */
final class FunnelWindow {

  /** What ends an attempt, beside the end of its window. */
  enum Mode {
    /** Another event of the step that was reached last. */
    STRICT_DEDUPLICATION,
    /** Any event but one of the next step. */
    STRICT_ORDER,
    /** Steps of one time do not follow each other. */
    STRICT_INCREASE,
    /** Events of no step are looked at, which matters in {@link #STRICT_ORDER}. */
    KEEP_ALL
  }

  /** The step of an event of none. */
  static final int NO_STEP = -1;

  private static final long NO_ATTEMPT = Long.MIN_VALUE;

  private final long window;
  private final boolean deduplicates;
  private final boolean isOrdered;
  private final boolean increases;

  /** By the step reached last, when the attempt began. */
  private final long[] starts;

  private final boolean[] isOpen;
  private final @Nullable FunnelDurations durations;
  private int furthest;
  private long completed;

  private FunnelWindow(
      int steps,
      long window,
      boolean deduplicates,
      boolean isOrdered,
      boolean increases,
      @Nullable FunnelDurations durations) {
    this.window = window;
    this.deduplicates = deduplicates;
    this.isOrdered = isOrdered;
    this.increases = increases;
    this.starts = new long[steps];
    this.isOpen = new boolean[steps];
    this.durations = durations;
  }

  /** Of a call's parameters: the window, then the names of modes. */
  static FunnelWindow of(AggregateCall call, int steps) {
    long window = call.parameters().getFirst() instanceof Value.LongValue(long value) ? value : 0;
    return new FunnelWindow(
        steps,
        window,
        has(call, Mode.STRICT_DEDUPLICATION),
        has(call, Mode.STRICT_ORDER),
        has(call, Mode.STRICT_INCREASE),
        FunnelDurations.of(call, steps, window).orElse(null));
  }

  static boolean has(AggregateCall call, Mode mode) {
    return call.parameters().contains(new Value.StringValue(mode.name()));
  }

  /** Events of one time: later steps first where one must not follow another, else last. */
  int compare(int step, int other) {
    return increases ? Integer.compare(other, step) : Integer.compare(step, other);
  }

  void add(long time, int step) {
    boolean advances = step > 0 && isOpen[step - 1] && isWithin(window, starts[step - 1], time);
    long start = step == 0 ? time : advances ? starts[step - 1] : NO_ATTEMPT;
    if (durations != null && advances) {
      durations.take(step - 1, time);
    }
    if (isOrdered) {
      closeAll();
    } else if (deduplicates && step >= 0) {
      close(step);
    }
    if (step == 0 || advances) {
      reach(step, start, time);
    }
  }

  private void close(int step) {
    isOpen[step] = false;
    if (durations != null) {
      durations.close(step);
    }
  }

  private void closeAll() {
    Arrays.fill(isOpen, false);
    if (durations != null) {
      durations.closeAll();
    }
  }

  /** Whether the window of an attempt is open at a time that is not before its start. */
  static boolean isWithin(long window, long start, long time) {
    // A distance that overflows is beyond every window.
    long distance = time - start;
    return distance >= 0 && distance < window;
  }

  private void reach(int step, long start, long time) {
    if (step > 0) {
      isOpen[step - 1] = false;
    }
    furthest = Math.max(furthest, step + 1);
    if (step == starts.length - 1) {
      completed++;
      Arrays.fill(isOpen, false);
      if (durations != null) {
        durations.complete(time);
      }
      return;
    }
    starts[step] = isOpen[step] ? Math.max(starts[step], start) : start;
    isOpen[step] = true;
    if (durations != null) {
      durations.reach(step, time);
    }
  }

  /** Steps that the best attempt took. */
  int furthest() {
    return furthest;
  }

  /** Attempts that took all steps, no event in two of them. */
  long completed() {
    return completed;
  }

  /** Of a call that asks for it: how long the steps of {@link #completed()} attempts took. */
  FunnelDurations durations() {
    return Objects.requireNonNull(durations);
  }
}
