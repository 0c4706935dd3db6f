package io.gamay.query.plan;

import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What FUNNEL_STEP_DURATION_STATS tells of each step. */
public sealed interface FunnelStatistic {

  /** 1 if a row reached the step, else 0. */
  record Count() implements FunnelStatistic {}

  record Average() implements FunnelStatistic {}

  /**
   * As {@link AggregateFunction#PERCENTILE}: of 0 the shortest, of 100 the longest.
   *
   * @param percentage in [0, 100]
   */
  record Percentile(double percentage) implements FunnelStatistic {}

  /** By its name in a query: AVG, MEDIAN, MIN, MAX, COUNT or PERCENTILE with a number behind it. */
  static Optional<FunnelStatistic> named(String written) {
    String name = written.strip().toUpperCase(Locale.ROOT);
    return switch (name) {
      case "COUNT" -> Optional.of(new Count());
      case "AVG" -> Optional.of(new Average());
      case "MEDIAN" -> Optional.of(new Percentile(50));
      case "MIN" -> Optional.of(new Percentile(0));
      case "MAX" -> Optional.of(new Percentile(100));
      default ->
          name.matches("PERCENTILE\\d{1,3}(\\.\\d{1,9})?")
              ? percentile(Double.parseDouble(name.substring("PERCENTILE".length())))
              : Optional.empty();
    };
  }

  private static Optional<FunnelStatistic> percentile(double percentage) {
    return percentage <= 100 ? Optional.of(new Percentile(percentage)) : Optional.empty();
  }

  /** The statistics among a call's parameters, in their order. */
  static List<FunnelStatistic> of(AggregateCall call) {
    List<FunnelStatistic> statistics = new ArrayList<>();
    for (Value parameter : call.parameters()) {
      if (parameter instanceof Value.StringValue(String name)) {
        named(name).ifPresent(statistics::add);
      }
    }
    return statistics;
  }
}
