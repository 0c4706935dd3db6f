package io.gamay.query.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FunnelDurationsTest {

  private static final int STEPS = 3;

  private static AggregateCall call(long window, String... further) {
    List<Value> parameters = new ArrayList<>();
    parameters.add(new Value.LongValue(window));
    for (String parameter : further) {
      parameters.add(new Value.StringValue(parameter));
    }
    return new AggregateCall(
        AggregateFunction.FUNNEL_STEP_DURATION_STATS,
        List.of(),
        parameters,
        Optional.empty(),
        ResultType.arrayOf(DataType.DOUBLE),
        false,
        EmptyHabit.STANDARD_NULL);
  }

  /**
   * @param events time and step of each
   */
  private static List<Double> durations(AggregateCall call, long[]... events) {
    FunnelEventStates states = new FunnelEventStates(STEPS, true);
    states.ensureGroups(1);
    for (long[] event : events) {
      states.add(0, event[0], (int) event[1]);
    }
    states.settle();
    Vector values = states.finish(call);
    return values.listAt(0).stream().map(value -> ((Value.DoubleValue) value).value()).toList();
  }

  @Test
  void stepsTakeTheTimeToTheNext() {
    long[][] events = {{100, 0}, {110, 1}, {135, 2}};
    assertThat(durations(call(1000, "AVG"), events)).containsExactly(10.0, 25.0, 0.0);
    assertThat(durations(call(1000, "COUNT", "MAX"), events))
        .containsExactly(1.0, 10.0, 1.0, 25.0, 1.0, 0.0);
  }

  @Test
  void statisticsAreOfAllCompletedAttempts() {
    long[][] events = {
      {0, 0}, {10, 1}, {11, 2}, {100, 0}, {120, 1}, {123, 2}, {200, 0}, {260, 1}, {262, 2}
    };
    assertThat(durations(call(100, "AVG"), events)).containsExactly(30.0, 2.0, 0.0);
    assertThat(durations(call(100, "MIN", "MEDIAN", "MAX"), events))
        .containsExactly(10.0, 20.0, 60.0, 1.0, 2.0, 3.0, 0.0, 0.0, 0.0);
    assertThat(durations(call(100, "PERCENTILE90"), events)).containsExactly(60.0, 3.0, 0.0);
    // The last one takes 62, longer than its window.
    assertThat(durations(call(50, "AVG", "COUNT"), events))
        .containsExactly(15.0, 1.0, 2.0, 1.0, 0.0, 1.0);
  }

  @Test
  void theFirstOfSeveralBeginningsCounts() {
    assertThat(
            durations(call(100, "AVG"), new long[][] {{0, 0}, {5, 0}, {20, 1}, {30, 1}, {60, 2}}))
        .containsExactly(20.0, 40.0, 0.0);
  }

  @Test
  void beginningWhoseWindowEndedDoesNotCount() {
    assertThat(durations(call(50, "AVG"), new long[][] {{0, 0}, {5, 0}, {20, 1}, {52, 2}}))
        .containsExactly(15.0, 32.0, 0.0);
  }

  @Test
  void beginningFurtherAwayThanTimesCountDoesNotCount() {
    long last = Long.MAX_VALUE;
    assertThat(
            durations(
                call(50, "AVG"),
                new long[][] {{Long.MIN_VALUE, 0}, {last - 10, 0}, {last - 6, 1}, {last, 2}}))
        .containsExactly(4.0, 6.0, 0.0);
  }

  @Test
  void withoutCompletedAttemptStepsAreOnlyCounted() {
    long[][] events = {{0, 0}, {5, 1}};
    assertThat(durations(call(50, "AVG", "MAX"), events)).isEmpty();
    assertThat(durations(call(50, "AVG", "COUNT"), events))
        .containsExactly(0.0, 1.0, 0.0, 1.0, 0.0, 0.0);
    assertThat(durations(call(50, "COUNT"))).isEmpty();
  }

  @Test
  void modesEndAttempts() {
    long[][] events = {{0, 0}, {5, 0}, {20, 1}, {21, 1}, {60, 2}};
    assertThat(durations(call(100, "STRICT_DEDUPLICATION", "AVG"), events)).isEmpty();
    assertThat(
            durations(
                call(100, "STRICT_ORDER", "AVG"), new long[][] {{0, 0}, {5, 0}, {20, 1}, {60, 2}}))
        .containsExactly(15.0, 40.0, 0.0);
    assertThat(
            durations(
                call(100, "STRICT_INCREASE", "AVG"),
                new long[][] {{0, 0}, {0, 1}, {9, 1}, {9, 2}, {10, 2}}))
        .containsExactly(9.0, 1.0, 0.0);
  }

  @Test
  void partsMergeInAnyOrder() {
    long[][] events = {{135, 2}, {100, 0}, {110, 1}};
    FunnelEventStates merged = new FunnelEventStates(STEPS, false);
    merged.ensureGroups(1);
    for (long[] event : events) {
      FunnelEventStates part = new FunnelEventStates(STEPS, false);
      part.ensureGroups(1);
      part.add(0, event[0], (int) event[1]);
      merged.absorb(part, new int[] {0});
    }
    Vector values = merged.finish(call(1000, "AVG"));
    assertThat(values.listAt(0))
        .containsExactly(
            new Value.DoubleValue(10), new Value.DoubleValue(25), new Value.DoubleValue(0));
  }

  @Test
  void memoryOfOrderAndOfFinishingIsStated() {
    FunnelEventStates states = new FunnelEventStates(STEPS, false);
    states.ensureGroups(1);
    int events = 10_000;
    for (int event = 0; event < events; event++) {
      states.add(0, events - event, event % STEPS);
    }
    long held = states.sizeBytes();
    states.settle();
    assertThat(states.sizeBytes()).isEqualTo(held).isGreaterThan(24L * events);
    assertThat(states.finishBytes(call(1000, "AVG"))).isGreaterThan(8L * STEPS * events);
  }
}
