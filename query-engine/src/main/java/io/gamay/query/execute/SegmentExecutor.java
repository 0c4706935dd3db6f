package io.gamay.query.execute;

import io.gamay.query.aggregate.Aggregation;
import io.gamay.query.aggregate.DenseOverflow;
import io.gamay.query.aggregate.SegmentAggregation;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Clause;
import io.gamay.query.explain.SegmentExplanation;
import io.gamay.query.filter.DocIdSource;
import io.gamay.query.filter.GatheringSource;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
    return execute(plan, segment, budget, statistics, Optional.empty());
  }

  /** A result with how it was found. */
  public record Explained(PartialResult result, SegmentExplanation explanation) {}

  /**
   * As {@link #execute}, but nothing is read of rows: tells how they would be. The result is that
   * of no rows.
   */
  public Explained explain(
      ServerPlan plan, SegmentReader segment, QueryBudget budget, StatisticsCollector statistics) {
    return explained(plan, segment, budget, statistics, Optional.empty());
  }

  /**
   * As {@link #execute}, and tells what each operator did.
   *
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public Explained analyze(
      ServerPlan plan,
      SegmentReader segment,
      QueryBudget budget,
      StatisticsCollector statistics,
      LongSupplier nanoTime) {
    return explained(plan, segment, budget, statistics, Optional.of(nanoTime));
  }

  private Explained explained(
      ServerPlan plan,
      SegmentReader segment,
      QueryBudget budget,
      StatisticsCollector statistics,
      Optional<LongSupplier> nanoTime) {
    SegmentRecorder recorder = new SegmentRecorder(nanoTime);
    PartialResult result = execute(plan, segment, budget, statistics, Optional.of(recorder));
    return new Explained(result, recorder.explanation(segment, result.rowCount()));
  }

  PartialResult execute(
      ServerPlan plan,
      SegmentReader segment,
      QueryBudget budget,
      StatisticsCollector statistics,
      Optional<SegmentRecorder> recorder) {
    budget.check();
    if (plan.work() instanceof ServerWork.GroupBy work && !work.groupingSets().isEmpty()) {
      return new GroupingSetsExecution(this)
          .execute(plan, work, segment, budget, statistics, recorder);
    }
    Pruned pruned = pruned(plan, segment);
    if (pruned != Pruned.NO) {
      statistics.add(statistics(segment, pruned, 0, 0, 0));
      recorder.ifPresent(r -> r.prune(explained(pruned, plan, segment)));
      return PartialResults.empty(plan.work());
    }
    SegmentLeaves leaves = new SegmentLeaves(plan.table(), segment, structures, budget::check);
    SegmentRun run = new SegmentRun(plan.filter(), leaves, budget, recorder);
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

  /**
   * Bounds of a mutable segment may have widened since it was pruned: then they are all that is
   * told.
   */
  private static SegmentExplanation explained(
      Pruned pruned, ServerPlan plan, SegmentReader segment) {
    int rows = segment.docCount();
    return switch (pruned) {
      case INVALID -> SegmentExplanation.pruned("SERVER", Clause.of("no row yet"), rows);
      case BY_LIMIT -> SegmentExplanation.pruned("SERVER", Clause.of("LIMIT 0"), rows);
      case BY_VALUE ->
          plan.filter()
              .flatMap(
                  filter ->
                      SegmentPruner.whyNot(filter, new SegmentBounds(segment), segment.schema()))
              .map(reason -> SegmentExplanation.pruned("SERVER", reason, rows))
              .orElseGet(() -> SegmentExplanation.pruned("SERVER", Clause.of("bounds"), rows));
      case NO -> throw new IllegalStateException("not pruned");
    };
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
    private final Optional<SegmentRecorder> recorder;
    private long docsMatched;
    private long entriesInFilter;
    private long entriesPostFilter;

    SegmentRun(
        Optional<TypedExpression> condition,
        SegmentLeaves leaves,
        QueryBudget budget,
        Optional<SegmentRecorder> recorder) {
      this.condition = condition;
      this.leaves = leaves;
      this.budget = budget;
      this.recorder = recorder;
    }

    PartialResult run(ServerWork work) {
      return switch (work) {
        case ServerWork.Select select -> select(select);
        case ServerWork.Aggregate aggregate -> aggregate(aggregate);
        case ServerWork.GroupBy groupBy -> groupBy(groupBy);
      };
    }

    /** Whether rows are read, and not only told how they would be. */
    private boolean runs() {
      return recorder.isEmpty() || recorder.get().runs();
    }

    private long now() {
      return recorder.map(SegmentRecorder::now).orElse(0L);
    }

    private SegmentFilter filter(Optional<TypedExpression> wanted) {
      return SegmentFilter.of(wanted, leaves, budget, recorder.flatMap(SegmentRecorder::nanoTime));
    }

    private PartialResult select(ServerWork.Select work) {
      long started = now();
      SegmentFilter filter = filter(condition);
      try (Selection selection = new Selection(work, leaves, budget)) {
        Block block = new Block();
        DocIdSource docIds = selection.docIds(filter);
        boolean runs = runs();
        while (runs && !selection.isComplete() && docIds.next(block)) {
          selection.add(block);
          docsMatched += block.count();
          entriesPostFilter += (long) block.count() * work.orderBy().size();
        }
        PartialResult rows = selection.finish();
        entriesPostFilter += (long) rows.rowCount() * work.columns().size();
        if (recorder.isPresent()) {
          recorder
              .get()
              .ran(
                  WorkTexts.name(work),
                  selection.how(),
                  WorkTexts.readFor(work),
                  filter,
                  docsMatched,
                  rows.rowCount(),
                  selection.heldBytes(),
                  started);
        }
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
      long started = now();
      SegmentFilter filter = filter(both(condition, callFilter));
      List<Integer> open = new ArrayList<>();
      List<AggregateCall> openCalls = new ArrayList<>();
      Set<String> sources = recorder.isPresent() ? new LinkedHashSet<>() : Set.of();
      for (int index : indexes) {
        AggregateCall call = calls.get(index).withoutFilter();
        Optional<MetadataAnswer.Known> known = MetadataAnswer.of(call, filter, leaves);
        if (known.isPresent()) {
          states[index] = runs() ? known.get().states().get() : noRows(call);
          if (recorder.isPresent()) {
            sources.add(known.get().source());
          }
        } else {
          open.add(index);
          openCalls.add(call);
        }
      }
      if (open.isEmpty() && filter.docCount().isPresent()) {
        docsMatched += runs() ? filter.docCount().getAsLong() : 0;
        if (recorder.isPresent()) {
          String name = WorkTexts.aggregate(indexes.stream().map(calls::get).toList());
          long rows = filter.docCount().getAsLong();
          recorder.get().known(name, String.join(", ", sources), filter, rows, 1, started);
        }
        return;
      }
      long before = docsMatched;
      try (SegmentAggregation aggregation = Aggregation.of(openCalls, leaves, budget)) {
        feed(filter, aggregation, List.of(), openCalls);
        if (recorder.isPresent()) {
          if (!sources.isEmpty()) {
            recorder.get().partlyKnown(sources);
          }
          recorder
              .get()
              .ran(
                  WorkTexts.aggregate(indexes.stream().map(calls::get).toList()),
                  aggregation,
                  WorkTexts.readFor(List.of(), openCalls),
                  filter,
                  docsMatched - before,
                  1,
                  started);
        }
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

    private static AggregateStates noRows(AggregateCall call) {
      AggregateStates states = AggregateStates.of(call);
      states.ensureGroups(1);
      return states;
    }

    private PartialResult groupBy(ServerWork.GroupBy work) {
      long started = now();
      SegmentFilter filter = filter(condition);
      Optional<Supplier<Groups>> known =
          filter.matchesAll() ? MetadataAnswer.ofGroups(work, leaves) : Optional.empty();
      if (known.isPresent()) {
        return known(work, known.get(), filter, started);
      }
      try (SegmentAggregation aggregation = Aggregation.of(work, leaves, budget)) {
        return groupBy(work, filter, aggregation, started);
      } catch (DenseOverflow manyValues) {
        docsMatched = 0;
        entriesPostFilter = 0;
        SegmentFilter again = filter(condition);
        try (SegmentAggregation aggregation = Aggregation.byValues(work, leaves, budget)) {
          return groupBy(work, again, aggregation, started);
        }
      }
    }

    private PartialResult known(
        ServerWork.GroupBy work, Supplier<Groups> known, SegmentFilter filter, long started) {
      PartialResult groups = runs() ? known.get() : PartialResults.empty(work);
      docsMatched = runs() ? leaves.segment().docCount() : 0;
      if (recorder.isPresent()) {
        recorder
            .get()
            .known(
                WorkTexts.name(work),
                "counts of an inverted index",
                filter,
                docsMatched,
                groups.rowCount(),
                started);
      }
      return groups;
    }

    private Groups groupBy(
        ServerWork.GroupBy work,
        SegmentFilter filter,
        SegmentAggregation aggregation,
        long started) {
      feed(filter, aggregation, work.keys(), work.aggregates());
      Groups groups = aggregation.finish();
      Groups given = work.leavesOut() ? GroupTrimmer.limit(work, groups) : groups;
      if (recorder.isPresent()) {
        recorder
            .get()
            .ran(
                WorkTexts.name(work),
                aggregation,
                WorkTexts.readFor(work.keys(), work.aggregates()),
                filter,
                docsMatched,
                given.groupCount(),
                started);
      }
      return given;
    }

    private void feed(
        SegmentFilter filter,
        SegmentAggregation aggregation,
        List<TypedExpression> keys,
        List<AggregateCall> calls) {
      Block block = new Block();
      int columns = keys.size() + calls.size();
      DocIdSource docIds = filter.docIds();
      if (!keys.isEmpty() || calls.stream().anyMatch(AggregateCall::readsValues)) {
        docIds = new GatheringSource(docIds);
      }
      boolean runs = runs();
      while (runs && docIds.next(block)) {
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
