package io.gamay.query.aggregate;

import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.merge.RowStates;
import io.gamay.query.merge.ValueStates;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses how each aggregation of a plan is computed over one segment. */
final class Aggregators {

  private final SegmentLeaves leaves;
  private final ExpressionCompiler wholeBlock;

  Aggregators(SegmentLeaves leaves, ExpressionCompiler wholeBlock) {
    this.leaves = leaves;
    this.wholeBlock = wholeBlock;
  }

  List<Aggregator> of(List<AggregateCall> calls) {
    List<Aggregator> all = new ArrayList<>(calls.size());
    for (AggregateCall call : calls) {
      all.add(of(call));
    }
    return all;
  }

  private Aggregator of(AggregateCall call) {
    if (call.filter().isEmpty()) {
      return unfiltered(call, wholeBlock);
    }
    BlockExpression condition = wholeBlock.compile(call.filter().get());
    return new FilteredAggregator(condition, unfiltered(call, wholeBlock.newScope()));
  }

  private Aggregator unfiltered(AggregateCall call, ExpressionCompiler compiler) {
    if (call.function() == AggregateFunction.COUNT) {
      boolean countsRows =
          call.argument().isEmpty()
              || (!call.argument().get().isNullable() && !call.argument().get().type().isArray());
      return new CountAggregator(
          countsRows ? Optional.empty() : call.argument().map(compiler::compile));
    }
    TypedExpression argument = call.firstArgument();
    AggregateStates states = AggregateStates.of(call);
    if (states instanceof DistinctStates && argument instanceof ColumnReference reference) {
      Optional<ColumnReader> reader = leaves.reader(reference);
      Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
      if (dictionary.isPresent() && !DictionaryValues.mayHoldEqualValues(dictionary.get())) {
        return new DictionaryDistinctAggregator(
            new DictIds(reader.orElseThrow(), reference.isNullable()), dictionary.get());
      }
    }
    return switch (states) {
      case ValueStates values -> new ValueAggregator(compiler.compile(argument), values);
      case RowStates rows -> new RowAggregator(compiler.compileAll(call.arguments()), rows);
      case CountStates _ -> throw new IllegalStateException("counts are not made of values");
    };
  }
}
