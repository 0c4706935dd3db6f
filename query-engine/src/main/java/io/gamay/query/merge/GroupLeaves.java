package io.gamay.query.merge;

import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.Leaves;
import io.gamay.query.function.ScalarBody;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.vector.Vector;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Groups as leaves of HAVING and ORDER BY, named by their numbers. The final values of an aggregate
 * are made when they are first asked for: for all groups, or for those of the answer only.
 */
final class GroupLeaves implements Leaves {

  private final Groups groups;
  private final List<AggregateCall> calls;
  private final ScalarBody.Watch watch;
  private final @Nullable Vector[] finished;

  GroupLeaves(Groups groups, List<AggregateCall> calls, ScalarBody.Watch watch) {
    this.groups = groups;
    this.calls = calls;
    this.watch = watch;
    this.finished = new Vector[calls.size()];
  }

  @Override
  public ScalarBody.Watch watch() {
    return watch;
  }

  @Override
  public BlockExpression key(KeyReference key) {
    return ResultLeaves.rowsOf(groups.groupKeys().get(key.index()).values(), key.type());
  }

  @Override
  public BlockExpression aggregate(AggregateReference aggregate) {
    return ResultLeaves.rowsOf(finished(aggregate.index()), aggregate.type());
  }

  @Override
  public BlockExpression column(ColumnReference column) {
    throw new IllegalArgumentException("column " + column.column() + " in work over groups");
  }

  @Override
  public BlockExpression virtual(VirtualColumn column) {
    throw new IllegalArgumentException("virtual column in work over groups");
  }

  /** The values of all groups if the expression is a plain reference. */
  Optional<GroupKey> valuesOf(TypedExpression expression) {
    if (expression instanceof KeyReference key) {
      return Optional.of(groups.groupKeys().get(key.index()));
    }
    return expression instanceof AggregateReference aggregate
        ? Optional.of(new GroupKey.Values(finished(aggregate.index())))
        : Optional.empty();
  }

  /** The final values of some groups, in the order given. */
  Vector finished(int aggregate, int[] of) {
    Vector all = finished[aggregate];
    return all != null
        ? VectorRows.of(all, of)
        : groups.states().get(aggregate).finish(calls.get(aggregate), of);
  }

  /** What {@link #finished(int, int[])} takes beside the values, roughly. */
  long finishBytes(int aggregate) {
    return finished[aggregate] != null
        ? 0
        : groups.states().get(aggregate).finishBytes(calls.get(aggregate));
  }

  /** Memory held beside the groups, roughly. */
  long sizeBytes() {
    long bytes = 0;
    for (Vector values : finished) {
      bytes += values == null ? 0 : values.sizeBytes();
    }
    return bytes;
  }

  private Vector finished(int aggregate) {
    Vector known = finished[aggregate];
    if (known != null) {
      return known;
    }
    Vector values = groups.states().get(aggregate).finish(calls.get(aggregate));
    finished[aggregate] = values;
    return values;
  }
}
