package io.gamay.query.testing;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.SegmentExecutor.Explained;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.explain.BrokerOperators;
import io.gamay.query.explain.BrokerOperators.Answered;
import io.gamay.query.explain.BrokerOperators.Reduced;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.Operator;
import io.gamay.query.explain.SegmentGroups;
import io.gamay.query.explain.ServerExplanation;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.ServerPlan;
import io.gamay.segment.read.SegmentReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One server and a broker that explain a query, as those of the services do. */
public final class Explanations {

  private Explanations() {}

  /** How it would be run. */
  public static Operator plan(ServerPlan plan, OutputPlan output, List<SegmentReader> segments) {
    SegmentGroups groups = new SegmentGroups();
    for (SegmentReader segment : segments) {
      groups.add(
          new SegmentExecutor()
              .explain(plan, segment, QueryBudget.unlimited(), new StatisticsCollector())
              .explanation());
    }
    ServerExplanation server =
        groups.explanation(BrokerOperators.combine(plan.work()), List.of(), Measure.NONE, 0);
    return BrokerOperators.planned(plan.work(), output, List.of(server), List.of());
  }

  /** What was told of a run, and its answer. */
  public record Run(Operator root, ResultTable answer, StatisticsCollector statistics) {}

  /** How it is run. */
  public static Run run(
      ServerPlan plan, OutputPlan output, List<SegmentReader> segments, LongSupplier nanoTime) {
    SegmentGroups groups = new SegmentGroups();
    StatisticsCollector statistics = new StatisticsCollector();
    try (PartialResultMerger merger =
        PartialResultMerger.onServer(plan.work(), QueryBudget.unlimited())) {
      long found = 0;
      for (SegmentReader segment : segments) {
        Explained explained =
            new SegmentExecutor()
                .analyze(plan, segment, QueryBudget.unlimited(), statistics, nanoTime);
        groups.add(explained.explanation());
        merger.add(explained.result());
        found += explained.result().rowCount();
      }
      PartialResult merged = merger.result();
      ResultTable answer = ResultBuilder.build(plan.work(), output, Optional.of(merged));
      ServerExplanation server =
          groups.explanation(
              BrokerOperators.combine(plan.work()),
              List.of(),
              Measure.ofRows(found, merged.rowCount()),
              0);
      Operator root =
          BrokerOperators.run(
              plan.work(),
              output,
              List.of(new Answered("s", server, merged.rowCount(), 1_000_000)),
              List.of(),
              new Reduced(
                  Measure.ofRows(merged.rowCount(), merged.rowCount()),
                  Measure.ofRows(merged.rowCount(), answer.rowCount())));
      return new Run(root, answer, statistics);
    }
  }

  /** A line for each operator, indented by its depth. */
  public static List<String> lines(Operator root) {
    List<String> lines = new ArrayList<>();
    collect(root, 0, lines);
    return lines;
  }

  private static void collect(Operator operator, int depth, List<String> lines) {
    lines.add(" ".repeat(depth) + operator.text());
    operator.children().forEach(child -> collect(child, depth + 1, lines));
  }

  /** The operators of a name and those below them, parents first. */
  public static List<Operator> named(Operator root, String prefix) {
    List<Operator> found = new ArrayList<>();
    if (root.name().startsWith(prefix)) {
      found.add(root);
    }
    root.children().forEach(child -> found.addAll(named(child, prefix)));
    return found;
  }
}
