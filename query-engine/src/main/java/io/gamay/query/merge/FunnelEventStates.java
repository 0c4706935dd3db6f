package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events of a funnel in the order of their times. Arguments: the time, then for each step the
 * condition that a row must meet; a row is an event of the first step that it meets. Rows of no
 * step are events only where all are kept; rows without a time are none.
 */
public final class FunnelEventStates implements RowStates {

  private final int steps;
  private final boolean keepsAll;
  private int[] groups = new int[8];
  private long[] times = new long[8];
  private int[] stepOf = new int[8];
  private int count;

  /** Events of each group. */
  private int[] counts = new int[1];

  private int groupCount;

  /** Made when it is first asked for. */
  private @Nullable Order order;

  /**
   * @param events of group 0, then of group 1, ..., by time and step
   * @param ends where the events of each group end
   */
  private record Order(int[] events, int[] ends) {}

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
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof FunnelEventStates that
        && steps == that.steps
        && keepsAll == that.keepsAll;
  }

  @Override
  public void ensureGroups(int needed) {
    if (needed > counts.length) {
      counts = Arrays.copyOf(counts, GroupCapacity.grown(counts.length, needed));
    }
    if (needed > groupCount) {
      groupCount = needed;
      order = null;
    }
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
    if (count == groups.length) {
      int capacity = Math.addExact(count, count >> 1);
      groups = Arrays.copyOf(groups, capacity);
      times = Arrays.copyOf(times, capacity);
      stepOf = Arrays.copyOf(stepOf, capacity);
    }
    groups[count] = group;
    times[count] = time;
    stepOf[count++] = step;
    counts[group]++;
    order = null;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    FunnelEventStates that = (FunnelEventStates) other;
    for (int event = 0; event < that.count; event++) {
      int group = groupOf[that.groups[event]];
      if (group >= 0) {
        add(group, that.times[event], that.stepOf[event]);
      }
    }
  }

  @Override
  public void settle() {
    order();
  }

  private Order order() {
    Order known = order;
    if (known == null) {
      known = sorted();
      order = known;
    }
    return known;
  }

  private Order sorted() {
    int[] ends = new int[groupCount];
    int end = 0;
    for (int group = 0; group < groupCount; group++) {
      end += counts[group];
      ends[group] = end;
    }
    Integer[] events = new Integer[count];
    Arrays.setAll(events, event -> event);
    Arrays.sort(events, this::compare);
    return new Order(Arrays.stream(events).mapToInt(Integer::intValue).toArray(), ends);
  }

  private int compare(int left, int right) {
    int byGroup = Integer.compare(groups[left], groups[right]);
    if (byGroup != 0) {
      return byGroup;
    }
    int byTime = Long.compare(times[left], times[right]);
    return byTime != 0 ? byTime : Integer.compare(stepOf[left], stepOf[right]);
  }

  @Override
  public boolean isEmpty(int group) {
    return counts[group] == 0;
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
    } else {
      target.appendLong(window.furthest());
    }
  }

  private FunnelWindow walked(AggregateCall call, int group) {
    FunnelWindow window = FunnelWindow.of(call, steps);
    Order sorted = order();
    int end = sorted.ends()[group];
    int from = end - counts[group];
    while (from < end) {
      int behind = from + 1;
      while (behind < end && times[sorted.events()[behind]] == times[sorted.events()[from]]) {
        behind++;
      }
      walkOneTime(window, sorted.events(), from, behind);
      from = behind;
    }
    return window;
  }

  /** Steps ascend within the range. */
  private void walkOneTime(FunnelWindow window, int[] events, int from, int end) {
    boolean isForward = window.compare(0, 1) < 0;
    for (int index = 0; index < end - from; index++) {
      int event = events[isForward ? from + index : end - 1 - index];
      window.add(times[event], stepOf[event]);
    }
  }

  /** Events of a group. */
  public int count(int group) {
    return counts[group];
  }

  /** The time of an event, those of group 0 in their order, then those of group 1, ... */
  public long time(int index) {
    return times[order().events()[index]];
  }

  /** The step of an event of {@link #time}. */
  public int step(int index) {
    return stepOf[order().events()[index]];
  }

  @Override
  public long sizeBytes() {
    return 96 + 20L * groups.length + 4L * counts.length;
  }
}
