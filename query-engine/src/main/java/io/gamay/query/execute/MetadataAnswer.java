package io.gamay.query.execute;

import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.ExtremeStates;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.AggregateFunction;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Aggregations over all rows of a segment that its counts and bounds answer. Bounds of a mutable
 * segment may be wider than the view's values, so only counts are taken from it.
 */
final class MetadataAnswer {

  private MetadataAnswer() {}

  /** Empty unless every aggregation is answered. */
  static Optional<Groups> of(ServerWork.Aggregate work, SegmentReader segment) {
    List<AggregateStates> states = new ArrayList<>();
    for (AggregateCall call : work.aggregates()) {
      Optional<AggregateStates> state = state(call, segment);
      if (state.isEmpty()) {
        return Optional.empty();
      }
      states.add(state.get());
    }
    return Optional.of(new Groups(1, List.of(), states));
  }

  private static Optional<AggregateStates> state(AggregateCall call, SegmentReader segment) {
    if (call.filter().isPresent()) {
      return Optional.empty();
    }
    if (call.function() == AggregateFunction.COUNT) {
      return countsRows(call) ? Optional.of(count(segment.docCount())) : Optional.empty();
    }
    boolean isExtreme =
        call.function() == AggregateFunction.MIN || call.function() == AggregateFunction.MAX;
    return isExtreme && call.argument().orElse(null) instanceof ColumnReference column
        ? extreme(call, column, segment)
        : Optional.empty();
  }

  private static boolean countsRows(AggregateCall call) {
    Optional<TypedExpression> argument = call.argument();
    return argument.isEmpty()
        || (argument.get() instanceof ColumnReference column
            && !column.isNullable()
            && !column.type().isArray());
  }

  private static AggregateStates count(int docCount) {
    CountStates states = new CountStates();
    states.ensureGroups(1);
    states.counts()[0] = docCount;
    return states;
  }

  private static Optional<AggregateStates> extreme(
      AggregateCall call, ColumnReference column, SegmentReader segment) {
    Optional<ColumnSpec> spec = segment.schema().column(column.column());
    if (segment.isMutable()
        || spec.isEmpty()
        || spec.get().storedType() != column.type().element().storedType()) {
      return Optional.empty();
    }
    ColumnStatistics statistics = segment.column(column.column()).statistics();
    boolean defaultsAreNull = column.isNullable() && statistics.nullCount() > 0;
    boolean isMax = call.function() == AggregateFunction.MAX;
    Optional<Value> bound = isMax ? statistics.max() : statistics.min();
    if (defaultsAreNull || bound.isEmpty()) {
      return Optional.empty();
    }
    Vector value = Vector.of(bound.get().storedType());
    value.append(bound.get());
    ExtremeStates states = new ExtremeStates(value.type(), isMax);
    states.ensureGroups(1);
    states.add(0, value, 0);
    return Optional.of(states);
  }
}
