package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.FunnelStatistic;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Events of a funnel in the order of their times. Arguments: the time, then for each step the
 * condition that a row must meet; a row is an event of the first step that it meets. Rows of no
 * step are events only where all are kept; rows without a time are none.
 */
public final class FunnelEventStates implements RowStates {

  private final int steps;
  private final boolean keepsAll;
  private final GroupedEntries events = new GroupedEntries(this::compare);
  private long[] times = new long[8];
  private int[] stepOf = new int[8];

  /**
   * @param keepsAll whether rows of no step are events
   */
  public FunnelEventStates(int steps, boolean keepsAll) {
    if (steps < 1) {
      throw new IllegalArgumentException("a funnel of %d steps".formatted(steps));
    }
    this.steps = steps;
    this.keepsAll = keepsAll;
  }

  static FunnelEventStates of(AggregateCall call) {
    return new FunnelEventStates(
        call.arguments().size() - 1, FunnelWindow.has(call, FunnelWindow.Mode.KEEP_ALL));
  }

  public int steps() {
    return steps;
  }

  public boolean keepsAll() {
    return keepsAll;
  }

  @Override
  public int groupCount() {
    return events.groupCount();
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof FunnelEventStates that
        && steps == that.steps
        && keepsAll == that.keepsAll;
  }

  @Override
  public void ensureGroups(int needed) {
    events.ensureGroups(needed);
  }

  @Override
  public void add(int group, List<Vector> arguments, int row) {
    Vector time = arguments.getFirst();
    if (time.isNull(row)) {
      return;
    }
    int step = step(arguments, row);
    if (step != FunnelWindow.NO_STEP || keepsAll) {
      add(group, time.longs()[row], step);
    }
  }

  private int step(List<Vector> arguments, int row) {
    for (int step = 0; step < steps; step++) {
      Vector met = arguments.get(step + 1);
      if (!met.isNull(row) && met.ints()[row] != 0) {
        return step;
      }
    }
    return FunnelWindow.NO_STEP;
  }

  /**
   * Adds an event.
   *
   * @param step -1 for none
   */
  public void add(int group, long time, int step) {
    if (step < FunnelWindow.NO_STEP || step >= steps) {
      throw new IllegalArgumentException("step %d of %d".formatted(step, steps));
    }
    int event = events.add(group);
    if (event == times.length) {
      times = Arrays.copyOf(times, events.capacity());
      stepOf = Arrays.copyOf(stepOf, events.capacity());
    }
    times[event] = time;
    stepOf[event] = step;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    FunnelEventStates that = (FunnelEventStates) other;
    for (int event = 0; event < that.events.count(); event++) {
      int group = groupOf[that.events.group(event)];
      if (group >= 0) {
        add(group, that.times[event], that.stepOf[event]);
      }
    }
  }

  @Override
  public void settle() {
    events.order();
  }

  private int compare(int event, int other) {
    int byTime = Long.compare(times[event], times[other]);
    return byTime != 0 ? byTime : Integer.compare(stepOf[event], stepOf[other]);
  }

  @Override
  public boolean isEmpty(int group) {
    return events.count(group) == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    FunnelWindow window = walked(call, group);
    if (call.function() == AggregateFunction.FUNNEL_MATCH_STEP) {
      List<Value> taken = new ArrayList<>(steps);
      for (int step = 0; step < steps; step++) {
        taken.add(new Value.IntValue(step < window.furthest() ? 1 : 0));
      }
      target.appendList(taken);
    } else if (call.function() == AggregateFunction.FUNNEL_COMPLETE_COUNT) {
      target.appendLong(window.completed());
    } else if (call.function() == AggregateFunction.FUNNEL_STEP_DURATION_STATS) {
      target.appendList(
          isEmpty(group)
              ? List.<Value>of()
              : window.durations().values(FunnelStatistic.of(call), window));
    } else {
      target.appendLong(window.furthest());
    }
  }

  private FunnelWindow walked(AggregateCall call, int group) {
    FunnelWindow window = FunnelWindow.of(call, steps);
    int[] order = events.order();
    int end = events.end(group);
    int from = end - events.count(group);
    while (from < end) {
      int behind = from + 1;
      while (behind < end && times[order[behind]] == times[order[from]]) {
        behind++;
      }
      walkOneTime(window, order, from, behind);
      from = behind;
    }
    return window;
  }

  /** Steps ascend within the range. */
  private void walkOneTime(FunnelWindow window, int[] order, int from, int end) {
    boolean isForward = window.compare(0, 1) < 0;
    for (int index = 0; index < end - from; index++) {
      int event = order[isForward ? from + index : end - 1 - index];
      window.add(times[event], stepOf[event]);
    }
  }

  /** Events of a group. */
  public int count(int group) {
    return events.count(group);
  }

  /** The time of an event, those of group 0 in their order, then those of group 1, ... */
  public long time(int index) {
    return times[events.order()[index]];
  }

  /** The step of an event of {@link #time}. */
  public int step(int index) {
    return stepOf[events.order()[index]];
  }

  @Override
  public long sizeBytes() {
    return 96 + events.sizeBytes() + 12L * times.length;
  }

  @Override
  public long finishBytes(AggregateCall call) {
    return call.function() == AggregateFunction.FUNNEL_STEP_DURATION_STATS
        ? FunnelDurations.sizeBytes(steps, events.mostOfAGroup())
        : 0;
  }
}
