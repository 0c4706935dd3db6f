package io.gamay.query.execute;

import io.gamay.query.merge.ExecutionStatistics;
import java.util.concurrent.atomic.AtomicReference;

/** Sums up what the parts of one query cost; thread-safe. */
public final class StatisticsCollector {

  private final AtomicReference<ExecutionStatistics> total =
      new AtomicReference<>(ExecutionStatistics.ZERO);

  public void add(ExecutionStatistics part) {
    total.accumulateAndGet(part, ExecutionStatistics::plus);
  }

  public ExecutionStatistics total() {
    return total.get();
  }
}
