package io.gamay.query.merge;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.Leaves;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.vector.Vector;
import java.util.List;
import java.util.Optional;

/** Merged rows or groups as leaves of the expressions that make the answer's columns of them. */
final class ResultLeaves implements Leaves {

  private final List<Vector> keys;
  private final List<Vector> aggregates;

  ResultLeaves(List<Vector> keys, List<Vector> aggregates) {
    this.keys = keys;
    this.aggregates = aggregates;
  }

  /** The vector behind a plain reference, if the rows wanted are all of its rows in their order. */
  Optional<Vector> whole(TypedExpression expression, int[] rows) {
    if (expression instanceof KeyReference key && isWhole(keys.get(key.index()), rows)) {
      return Optional.of(keys.get(key.index()));
    }
    if (expression instanceof AggregateReference aggregate
        && isWhole(aggregates.get(aggregate.index()), rows)) {
      return Optional.of(aggregates.get(aggregate.index()));
    }
    return Optional.empty();
  }

  private static boolean isWhole(Vector vector, int[] rows) {
    if (vector.rowCount() != rows.length) {
      return false;
    }
    for (int row = 0; row < rows.length; row++) {
      if (rows[row] != row) {
        return false;
      }
    }
    return true;
  }

  @Override
  public BlockExpression key(KeyReference key) {
    return rowsOf(keys.get(key.index()), key.type());
  }

  @Override
  public BlockExpression aggregate(AggregateReference aggregate) {
    return rowsOf(aggregates.get(aggregate.index()), aggregate.type());
  }

  @Override
  public BlockExpression column(ColumnReference column) {
    throw new IllegalArgumentException("column " + column.column() + " in work over groups");
  }

  @Override
  public BlockExpression virtual(VirtualColumn column) {
    throw new IllegalArgumentException("virtual column in work over groups");
  }

  /** The rows of a vector that a block names by their numbers. */
  static BlockExpression rowsOf(Vector source, ResultType type) {
    if (source.type() != type.element().storedType() || source.isList() != type.isArray()) {
      throw new IllegalArgumentException(
          "reference of type %s to values of %s".formatted(type.displayName(), source.type()));
    }
    return new BlockExpression(type) {
      @Override
      protected void compute(Block block, Vector out) {
        VectorRows.copy(source, block, out);
      }
    };
  }
}
