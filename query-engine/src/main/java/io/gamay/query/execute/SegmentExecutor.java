package io.gamay.query.execute;

import io.gamay.query.aggregate.Aggregation;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.filter.DocIdSource;
import io.gamay.query.filter.SegmentFilter;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResults;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.prune.SegmentBounds;
import io.gamay.query.prune.SegmentPruner;
import io.gamay.segment.read.SegmentReader;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a plan over one segment: prune, filter, then select or aggregate, block by block. Stateless;
 * each call runs on its caller's thread and looks at the budget between blocks.
 */
public final class SegmentExecutor {

  /**
   * Gives what the segment knows of the answer.
   *
   * @throws io.gamay.query.error.QueryException if the budget is used up or a value cannot be
   *     computed; then nothing is added to the statistics
   */
  public PartialResult execute(
      ServerPlan plan, SegmentReader segment, QueryBudget budget, StatisticsCollector statistics) {
    budget.check();
    boolean pruned =
        segment.docCount() == 0
            || !SegmentPruner.canMatch(plan.filter(), new SegmentBounds(segment));
    if (pruned) {
      statistics.add(statistics(segment, true, 0, 0, 0));
      return PartialResults.empty(plan.work());
    }
    SegmentLeaves leaves = new SegmentLeaves(segment);
    SegmentRun run =
        new SegmentRun(leaves, SegmentFilter.of(plan.filter(), leaves, budget), budget);
    PartialResult result = run.run(plan.work());
    statistics.add(
        statistics(
            segment, false, run.docsMatched, run.filter.entriesScanned(), run.entriesPostFilter));
    return result;
  }

  private static ExecutionStatistics statistics(
      SegmentReader segment,
      boolean pruned,
      long docsMatched,
      long entriesInFilter,
      long entriesPostFilter) {
    return new ExecutionStatistics(
        docsMatched,
        entriesInFilter,
        entriesPostFilter,
        1,
        pruned ? 0 : 1,
        docsMatched > 0 ? 1 : 0,
        pruned ? 1 : 0,
        segment.isMutable() ? 1 : 0,
        segment.docCount());
  }

  /** One plan over one segment that is not pruned. */
  private static final class SegmentRun {

    private final SegmentLeaves leaves;
    private final SegmentFilter filter;
    private final QueryBudget budget;
    private long docsMatched;
    private long entriesPostFilter;

    SegmentRun(SegmentLeaves leaves, SegmentFilter filter, QueryBudget budget) {
      this.leaves = leaves;
      this.filter = filter;
      this.budget = budget;
    }

    PartialResult run(ServerWork work) {
      return switch (work) {
        case ServerWork.Select select -> select(select);
        case ServerWork.Aggregate aggregate -> aggregate(aggregate);
        case ServerWork.GroupBy groupBy -> groupBy(groupBy);
      };
    }

    private PartialResult select(ServerWork.Select work) {
      try (Selection selection = new Selection(work, leaves, budget)) {
        Block block = new Block();
        DocIdSource docIds = filter.docIds();
        while (!selection.isComplete() && docIds.next(block)) {
          selection.add(block);
          docsMatched += block.count();
          entriesPostFilter += (long) block.count() * work.orderBy().size();
        }
        PartialResult rows = selection.finish();
        entriesPostFilter += (long) rows.rowCount() * work.columns().size();
        return rows;
      }
    }

    private PartialResult aggregate(ServerWork.Aggregate work) {
      Optional<PartialResult.Groups> known =
          filter.matchesAll()
              ? MetadataAnswer.of(work, leaves.segment())
              : MetadataAnswer.ofCount(work, filter.docCount());
      if (known.isPresent()) {
        docsMatched =
            filter.matchesAll() ? leaves.segment().docCount() : filter.docCount().orElseThrow();
        return known.get();
      }
      try (Aggregation aggregation = Aggregation.of(work, leaves, budget)) {
        feed(aggregation::add, work.aggregates().size());
        return aggregation.finish();
      }
    }

    private PartialResult groupBy(ServerWork.GroupBy work) {
      Optional<PartialResult.Groups> known =
          filter.matchesAll() ? MetadataAnswer.ofGroups(work, leaves) : Optional.empty();
      if (known.isPresent()) {
        docsMatched = leaves.segment().docCount();
        return known.get();
      }
      try (Aggregation aggregation = Aggregation.of(work, leaves, budget)) {
        feed(aggregation::add, work.keys().size() + work.aggregates().size());
        return aggregation.finish();
      }
    }

    private void feed(Consumer<Block> consumer, int columns) {
      Block block = new Block();
      DocIdSource docIds = filter.docIds();
      while (docIds.next(block)) {
        if (block.count() > 0) {
          consumer.accept(block);
          docsMatched += block.count();
          entriesPostFilter += (long) block.count() * columns;
        }
      }
    }
  }
}
