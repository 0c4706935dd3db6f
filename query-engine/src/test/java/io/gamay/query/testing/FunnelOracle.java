package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.query.plan.AggregateCall;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Funnels the obvious way: one attempt from each event of the first step, one after the other. */
final class FunnelOracle {

  private static final int NOT_COMPLETED = -1;

  private record Event(long time, int step) {}

  private final AggregateCall call;
  private final int steps;
  private final long window;
  private final List<Event> events = new ArrayList<>();

  FunnelOracle(AggregateCall call, List<List<Cell>> rows) {
    this.call = call;
    this.steps = call.arguments().size() - 1;
    this.window = ((Value.LongValue) call.parameters().getFirst()).value();
    for (List<Cell> row : rows) {
      int step = step(row);
      if (row.getFirst() instanceof Cell.Single(Value time) && (step >= 0 || has("KEEP_ALL"))) {
        events.add(new Event(AggregateOracle.decimal(time).longValueExact(), step));
      }
    }
    Comparator<Event> bySteps = Comparator.comparingInt(Event::step);
    events.sort(
        Comparator.comparingLong(Event::time)
            .thenComparing(has("STRICT_INCREASE") ? bySteps.reversed() : bySteps));
  }

  private int step(List<Cell> row) {
    for (int step = 0; step < steps; step++) {
      if (row.get(step + 1) instanceof Cell.Single(Value.IntValue(int flag)) && flag != 0) {
        return step;
      }
    }
    return -1;
  }

  private boolean has(String mode) {
    return call.parameters().contains(new Value.StringValue(mode));
  }

  Cell answer() {
    int furthest = 0;
    for (int start = 0; start < events.size(); start++) {
      furthest = Math.max(furthest, attempt(start).taken());
    }
    return switch (call.function()) {
      case FUNNEL_MAX_STEP -> Oracle.single(new Value.IntValue(furthest));
      case FUNNEL_COMPLETE_COUNT -> Oracle.single(new Value.LongValue(completed().size()));
      case FUNNEL_STEP_DURATION_STATS -> new Cell.Many(durations(furthest));
      default -> {
        List<Value> flags = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
          flags.add(new Value.IntValue(step < furthest ? 1 : 0));
        }
        yield new Cell.Many(flags);
      }
    };
  }

  /**
   * @param times of the steps taken
   */
  private record Attempt(List<Long> times, int last) {

    int taken() {
      return times.size();
    }
  }

  private Attempt attempt(int start) {
    if (events.get(start).step() != 0) {
      return new Attempt(List.of(), NOT_COMPLETED);
    }
    List<Long> times = new ArrayList<>(List.of(events.get(start).time()));
    int next = start + 1;
    while (times.size() < steps && next < events.size()) {
      Event event = events.get(next);
      boolean isTooLate = event.time() - events.get(start).time() >= window;
      boolean isRepeated = has("STRICT_DEDUPLICATION") && event.step() == times.size() - 1;
      boolean isOther = has("STRICT_ORDER") && event.step() != times.size();
      if (isTooLate || isRepeated || isOther) {
        return new Attempt(times, NOT_COMPLETED);
      }
      if (event.step() == times.size()) {
        times.add(event.time());
      }
      next++;
    }
    return new Attempt(times, times.size() == steps ? next - 1 : NOT_COMPLETED);
  }

  /**
   * Of the attempts that begin behind the last completed one, the first to be completed; of several
   * the first to begin.
   */
  private List<Attempt> completed() {
    List<Attempt> completed = new ArrayList<>();
    for (int from = 0; from < events.size(); ) {
      Optional<Attempt> first =
          IntStream.range(from, events.size())
              .mapToObj(this::attempt)
              .filter(attempt -> attempt.last() != NOT_COMPLETED)
              .min(Comparator.comparingInt(Attempt::last));
      if (first.isEmpty()) {
        break;
      }
      completed.add(first.get());
      from = first.get().last() + 1;
    }
    return completed;
  }

  private List<Value> durations(int furthest) {
    List<Attempt> completed = completed();
    if (events.isEmpty() || (completed.isEmpty() && !has("COUNT"))) {
      return List.of();
    }
    List<String> names =
        call.parameters().stream()
            .filter(Value.StringValue.class::isInstance)
            .map(name -> ((Value.StringValue) name).value())
            .filter(name -> !name.startsWith("STRICT_") && !name.equals("KEEP_ALL"))
            .toList();
    List<Value> values = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      int next = step + 1;
      List<Long> ofStep =
          next == steps
              ? List.of()
              : completed.stream()
                  .map(attempt -> attempt.times().get(next) - attempt.times().get(next - 1))
                  .sorted()
                  .toList();
      for (String name : names) {
        double value = name.equals("COUNT") ? (step < furthest ? 1 : 0) : statistic(name, ofStep);
        values.add(new Value.DoubleValue(value));
      }
    }
    return values;
  }

  private static double statistic(String name, List<Long> sorted) {
    if (sorted.isEmpty()) {
      return 0;
    }
    return switch (name) {
      case "AVG" -> sorted.stream().mapToDouble(duration -> duration).sum() / sorted.size();
      case "MIN" -> sorted.getFirst();
      case "MAX" -> sorted.getLast();
      case "MEDIAN" -> sorted.get(sorted.size() / 2);
      default -> sorted.get((int) (sorted.size() * 90.5 / 100));
    };
  }
}
