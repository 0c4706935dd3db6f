package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.query.plan.AggregateCall;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

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
      case FUNNEL_COMPLETE_COUNT -> Oracle.single(new Value.LongValue(completed()));
      default -> {
        List<Value> flags = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
          flags.add(new Value.IntValue(step < furthest ? 1 : 0));
        }
        yield new Cell.Many(flags);
      }
    };
  }

  private record Attempt(int taken, int last) {}

  private Attempt attempt(int start) {
    if (events.get(start).step() != 0) {
      return new Attempt(0, NOT_COMPLETED);
    }
    int taken = 1;
    int next = start + 1;
    while (taken < steps && next < events.size()) {
      Event event = events.get(next);
      boolean isTooLate = event.time() - events.get(start).time() >= window;
      boolean isRepeated = has("STRICT_DEDUPLICATION") && event.step() == taken - 1;
      boolean isOther = has("STRICT_ORDER") && event.step() != taken;
      if (isTooLate || isRepeated || isOther) {
        return new Attempt(taken, NOT_COMPLETED);
      }
      taken += event.step() == taken ? 1 : 0;
      next++;
    }
    return new Attempt(taken, taken == steps ? next - 1 : NOT_COMPLETED);
  }

  /** Of the attempts that begin behind the last completed one, the first to be completed. */
  private long completed() {
    List<Integer> lasts = new ArrayList<>();
    for (int start = 0; start < events.size(); start++) {
      lasts.add(attempt(start).last());
    }
    long count = 0;
    int from = 0;
    while (true) {
      OptionalInt first =
          lasts.subList(from, lasts.size()).stream()
              .mapToInt(last -> last)
              .filter(last -> last != NOT_COMPLETED)
              .min();
      if (first.isEmpty()) {
        return count;
      }
      count++;
      from = first.getAsInt() + 1;
    }
  }
}
