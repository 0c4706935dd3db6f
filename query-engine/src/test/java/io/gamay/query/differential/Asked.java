package io.gamay.query.differential;

import io.gamay.query.differential.Tally.Count;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.testing.RandomPlan;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One query.
 *
 * @param kind as what it is counted
 * @param text for messages
 * @param duckSql what DuckDB is asked for the same; likewise H2
 */
record Asked(
    Count kind,
    Supplier<String> text,
    ServerPlan server,
    OutputPlan output,
    Optional<String> duckSql,
    Optional<String> h2Sql) {

  /** Whether differences from means are added up. */
  boolean hasMoments() {
    return new RandomPlan(server, output).hasMoments();
  }

  /** P2's tolerance; differences from means leave fewer digits. */
  double tolerance() {
    return hasMoments() ? 1e-7 : 1e-12;
  }

  /** Databases add floating-point numbers in their own order, without compensation. */
  double databaseTolerance() {
    return Math.max(tolerance(), 1e-9);
  }
}
