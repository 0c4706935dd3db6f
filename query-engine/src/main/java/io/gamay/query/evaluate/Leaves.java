package io.gamay.query.evaluate;

import io.gamay.query.function.ScalarBody;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;

/** Where the leaves of expressions get their values: a segment, or a table of groups. */
public interface Leaves {

  BlockExpression column(ColumnReference column);

  BlockExpression virtual(VirtualColumn column);

  BlockExpression key(KeyReference key);

  BlockExpression aggregate(AggregateReference aggregate);

  /** Looks whether the query may go on, between rows of functions that may take long. */
  default ScalarBody.Watch watch() {
    return ScalarBody.Watch.NONE;
  }
}
