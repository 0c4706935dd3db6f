package io.gamay.query.merge;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.PartialResult.FinishedGroups;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import java.util.List;

/** Partial results by the work that they are of. */
public final class PartialResults {

  private PartialResults() {}

  /** What is known of an answer when no row was seen. */
  public static PartialResult empty(ServerWork work) {
    return switch (work) {
      case ServerWork.Select select ->
          new SelectedRows(
              new BytesBlock(0, 0),
              select.columns().stream().map(column -> emptyVector(column.type())).toList());
      case ServerWork.Aggregate aggregate -> {
        List<AggregateStates> states = states(aggregate.aggregates());
        states.forEach(state -> state.ensureGroups(1));
        yield new Groups(1, List.of(), states);
      }
      case ServerWork.GroupBy groupBy ->
          new Groups(
              0,
              groupBy.keys().stream().map(PartialResults::emptyKey).toList(),
              states(groupBy.aggregates()));
    };
  }

  /**
   * Checks that a result, which may come from another process, is one of the work.
   *
   * @throws QueryException if it is not
   */
  public static void requireFits(ServerWork work, PartialResult result) {
    boolean fits =
        switch (work) {
          case ServerWork.Select select ->
              result instanceof SelectedRows rows
                  && haveTypes(
                      rows.columns(),
                      select.columns().stream().map(TypedExpression::type).toList());
          case ServerWork.Aggregate aggregate ->
              fitsGroups(result, List.of(), aggregate.aggregates())
                  && (result.rowCount() == 1
                      || result instanceof FinishedGroups && result.rowCount() == 0);
          case ServerWork.GroupBy groupBy ->
              fitsGroups(result, groupBy.keys(), groupBy.aggregates());
        };
    if (!fits) {
      throw new QueryException(
          QueryErrorCode.INTERNAL, "a partial result does not fit the plan it is said to be of");
    }
  }

  private static boolean fitsGroups(
      PartialResult result, List<TypedExpression> keys, List<AggregateCall> calls) {
    return switch (result) {
      case Groups groups ->
          haveKeyTypes(groups.groupKeys(), keys) && haveKinds(groups.states(), calls);
      case FinishedGroups groups ->
          haveTypes(groups.keys(), keys.stream().map(key -> ofOne(key.type())).toList())
              && haveTypes(groups.aggregates(), calls.stream().map(AggregateCall::type).toList());
      case SelectedRows _ -> false;
    };
  }

  /** A group has one element of a list as its key. */
  private static ResultType ofOne(ResultType type) {
    return ResultType.of(type.element());
  }

  /** The aggregations of work over groups; none of a selection. */
  static List<AggregateCall> calls(ServerWork work) {
    return switch (work) {
      case ServerWork.Aggregate aggregate -> aggregate.aggregates();
      case ServerWork.GroupBy groupBy -> groupBy.aggregates();
      case ServerWork.Select _ -> List.of();
    };
  }

  static List<AggregateStates> states(List<AggregateCall> calls) {
    return calls.stream().map(AggregateStates::of).toList();
  }

  private static boolean haveKeyTypes(List<GroupKey> keys, List<TypedExpression> expressions) {
    if (keys.size() != expressions.size()) {
      return false;
    }
    for (int index = 0; index < keys.size(); index++) {
      if (keys.get(index).type() != expressions.get(index).type().element().storedType()) {
        return false;
      }
    }
    return true;
  }

  private static boolean haveTypes(List<Vector> vectors, List<ResultType> types) {
    if (vectors.size() != types.size()) {
      return false;
    }
    for (int index = 0; index < types.size(); index++) {
      Vector vector = vectors.get(index);
      ResultType type = types.get(index);
      if (vector.type() != type.element().storedType() || vector.isList() != type.isArray()) {
        return false;
      }
    }
    return true;
  }

  private static boolean haveKinds(List<AggregateStates> states, List<AggregateCall> calls) {
    if (states.size() != calls.size()) {
      return false;
    }
    for (int index = 0; index < calls.size(); index++) {
      if (!AggregateStates.of(calls.get(index)).isSameKind(states.get(index))) {
        return false;
      }
    }
    return true;
  }

  private static Vector emptyKey(TypedExpression key) {
    return emptyVector(ResultType.of(key.type().element()));
  }

  private static Vector emptyVector(ResultType type) {
    return new Vector(type.element().storedType(), type.isArray());
  }
}
