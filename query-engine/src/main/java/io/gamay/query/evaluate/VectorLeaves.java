package io.gamay.query.evaluate;

import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.vector.Vector;
import java.util.Map;
import java.util.Objects;

/** Columns that stand in vectors: docId i is row i of each. One thread. */
public final class VectorLeaves implements Leaves {

  private final Map<String, Vector> columns;

  /**
   * @param columns by name, all of one length
   */
  public VectorLeaves(Map<String, Vector> columns) {
    this.columns = Map.copyOf(columns);
  }

  @Override
  public BlockExpression column(ColumnReference reference) {
    Vector values = Objects.requireNonNull(columns.get(reference.column()), reference::column);
    return new BlockExpression(reference.type()) {
      @Override
      protected void compute(Block block, Vector out) {
        out.clear();
        for (int row = 0; row < block.count(); row++) {
          out.appendRow(values, block.docId(row));
        }
      }
    };
  }

  @Override
  public BlockExpression virtual(VirtualColumn column) {
    throw new IllegalArgumentException("virtual column among vectors");
  }

  @Override
  public BlockExpression key(KeyReference key) {
    throw new IllegalArgumentException("group key among vectors");
  }

  @Override
  public BlockExpression aggregate(AggregateReference aggregate) {
    throw new IllegalArgumentException("aggregate among vectors");
  }
}
