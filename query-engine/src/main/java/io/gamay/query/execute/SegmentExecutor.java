package io.gamay.query.execute;

import io.gamay.query.aggregate.Aggregation;
import io.gamay.query.aggregate.DenseOverflow;
import io.gamay.query.aggregate.SegmentAggregation;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.filter.DocIdSource;
import io.gamay.query.filter.SegmentFilter;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ExecutionStatistics.Pruned;
import io.gamay.query.merge.GroupTrimmer;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResults;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.prune.SegmentBounds;
import io.gamay.query.prune.SegmentPruner;
import io.gamay.query.structure.DictionaryStructures;
import io.gamay.segment.read.SegmentReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a plan over one segment: prune, filter, then select or aggregate, block by block. Keeps only
 * what follows from dictionaries; each call runs on its caller's thread and looks at the budget
 * between blocks.
 */
public final class SegmentExecutor {

  private final DictionaryStructures structures;

  public SegmentExecutor() {
    this(new DictionaryStructures());
  }

  public SegmentExecutor(DictionaryStructures structures) {
    this.structures = structures;
  }

  /**
   * Gives what the segment knows of the answer.
   *
   * @throws io.gamay.query.error.QueryException if the budget is used up or a value cannot be
   *     computed; then nothing is added to the statistics
   */
  public PartialResult execute(
      ServerPlan plan, SegmentReader segment, QueryBudget budget, StatisticsCollector statistics) {
    budget.check();
    if (plan.work() instanceof ServerWork.GroupBy work && !work.groupingSets().isEmpty()) {
      return new GroupingSetsExecution(this).execute(plan, work, segment, budget, statistics);
    }
    Pruned pruned = pruned(plan, segment);
    if (pruned != Pruned.NO) {
      statistics.add(statistics(segment, pruned, 0, 0, 0));
      return PartialResults.empty(plan.work());
    }
    SegmentLeaves leaves = new SegmentLeaves(plan.table(), segment, structures);
    SegmentRun run = new SegmentRun(plan.filter(), leaves, budget);
    PartialResult result = run.run(plan.work());
    statistics.add(
        statistics(
            segment, Pruned.NO, run.docsMatched, run.entriesInFilter, run.entriesPostFilter));
    return result;
  }

  private static Pruned pruned(ServerPlan plan, SegmentReader segment) {
    if (segment.docCount() == 0) {
      return Pruned.INVALID;
    }
    if (plan.work() instanceof ServerWork.Select select && select.rowLimit() == 0) {
      return Pruned.BY_LIMIT;
    }
    return SegmentPruner.canMatch(plan.filter(), new SegmentBounds(segment))
        ? Pruned.NO
        : Pruned.BY_VALUE;
  }

  private static ExecutionStatistics statistics(
      SegmentReader segment,
      Pruned pruned,
      long docsMatched,
      long entriesInFilter,
      long entriesPostFilter) {
    return ExecutionStatistics.ofSegment(
        pruned,
        segment.isMutable(),
        segment.docCount(),
        docsMatched,
        entriesInFilter,
        entriesPostFilter);
  }

  /** One plan over one segment that is not pruned. */
  private static final class SegmentRun {

    private final Optional<TypedExpression> condition;
    private final SegmentLeaves leaves;
    private final QueryBudget budget;
    private long docsMatched;
    private long entriesInFilter;
    private long entriesPostFilter;

    SegmentRun(Optional<TypedExpression> condition, SegmentLeaves leaves, QueryBudget budget) {
      this.condition = condition;
      this.leaves = leaves;
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
      SegmentFilter filter = SegmentFilter.of(condition, leaves, budget);
      try (Selection selection = new Selection(work, leaves, budget)) {
        Block block = new Block();
        DocIdSource docIds = selection.docIds(filter);
        while (!selection.isComplete() && docIds.next(block)) {
          selection.add(block);
          docsMatched += block.count();
          entriesPostFilter += (long) block.count() * work.orderBy().size();
        }
        PartialResult rows = selection.finish();
        entriesPostFilter += (long) rows.rowCount() * work.columns().size();
        return rows;
      } finally {
        entriesInFilter += filter.entriesScanned();
      }
    }

    /** Calls with one FILTER share one look at the rows, by the indexes that it has use for. */
    private PartialResult aggregate(ServerWork.Aggregate work) {
      @Nullable AggregateStates[] states = new AggregateStates[work.aggregates().size()];
      Map<Optional<TypedExpression>, List<Integer>> byFilter = new LinkedHashMap<>();
      for (int index = 0; index < states.length; index++) {
        byFilter
            .computeIfAbsent(work.aggregates().get(index).filter(), _ -> new ArrayList<>())
            .add(index);
      }
      if (byFilter.isEmpty()) {
        byFilter.put(Optional.empty(), List.of());
      }
      byFilter.forEach((filter, indexes) -> aggregate(filter, indexes, work.aggregates(), states));
      return new Groups(1, List.of(), Stream.of(states).map(Objects::requireNonNull).toList());
    }

    private void aggregate(
        Optional<TypedExpression> callFilter,
        List<Integer> indexes,
        List<AggregateCall> calls,
        @Nullable AggregateStates[] states) {
      SegmentFilter filter = SegmentFilter.of(both(condition, callFilter), leaves, budget);
      List<Integer> open = new ArrayList<>();
      List<AggregateCall> openCalls = new ArrayList<>();
      for (int index : indexes) {
        AggregateCall call = calls.get(index).withoutFilter();
        Optional<AggregateStates> known = MetadataAnswer.of(call, filter, leaves);
        if (known.isPresent()) {
          states[index] = known.get();
        } else {
          open.add(index);
          openCalls.add(call);
        }
      }
      if (open.isEmpty() && filter.docCount().isPresent()) {
        docsMatched += filter.docCount().getAsLong();
        return;
      }
      try (SegmentAggregation aggregation = Aggregation.of(openCalls, leaves, budget)) {
        feed(filter, aggregation, openCalls.size());
        List<AggregateStates> found = aggregation.finish().states();
        for (int position = 0; position < open.size(); position++) {
          states[open.get(position)] = found.get(position);
        }
      }
    }

    private static Optional<TypedExpression> both(
        Optional<TypedExpression> one, Optional<TypedExpression> other) {
      if (one.isEmpty() || other.isEmpty()) {
        return one.isPresent() ? one : other;
      }
      return Optional.of(new TypedExpression.And(List.of(one.get(), other.get())));
    }

    private PartialResult groupBy(ServerWork.GroupBy work) {
      SegmentFilter filter = SegmentFilter.of(condition, leaves, budget);
      Optional<Groups> known =
          filter.matchesAll() ? MetadataAnswer.ofGroups(work, leaves) : Optional.empty();
      if (known.isPresent()) {
        docsMatched = leaves.segment().docCount();
        return known.get();
      }
      try (SegmentAggregation aggregation = Aggregation.of(work, leaves, budget)) {
        return groupBy(work, filter, aggregation);
      } catch (DenseOverflow manyValues) {
        docsMatched = 0;
        entriesPostFilter = 0;
        SegmentFilter again = SegmentFilter.of(condition, leaves, budget);
        try (SegmentAggregation aggregation = Aggregation.byValues(work, leaves, budget)) {
          return groupBy(work, again, aggregation);
        }
      }
    }

    private Groups groupBy(
        ServerWork.GroupBy work, SegmentFilter filter, SegmentAggregation aggregation) {
      feed(filter, aggregation, work.keys().size() + work.aggregates().size());
      Groups groups = aggregation.finish();
      return work.leavesOut() ? GroupTrimmer.limit(work, groups) : groups;
    }

    private void feed(SegmentFilter filter, SegmentAggregation aggregation, int columns) {
      Block block = new Block();
      DocIdSource docIds = filter.docIds();
      while (docIds.next(block)) {
        if (block.count() > 0) {
          aggregation.add(block);
          docsMatched += block.count();
          entriesPostFilter += (long) block.count() * columns;
        }
      }
      entriesInFilter += filter.entriesScanned();
    }
  }
}
