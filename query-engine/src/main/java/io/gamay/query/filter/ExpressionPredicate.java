package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.explain.Clause;
import io.gamay.query.vector.Vector;
import java.util.List;

/** Where a boolean expression is true, or, if so wanted, where it is false. */
final class ExpressionPredicate extends Predicate {

  private final BlockExpression condition;
  private final int wanted;
  private final Cost cost;

  ExpressionPredicate(BlockExpression condition, boolean wanted, Cost cost) {
    this.condition = condition;
    this.wanted = wanted ? 1 : 0;
    this.cost = cost;
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    Vector met = condition.evaluate(candidates);
    int[] flags = met.ints();
    int[] docIds = out.list();
    int kept = 0;
    for (int row = 0; row < candidates.count(); row++) {
      docIds[kept] = candidates.docId(row);
      kept += flags[row] == wanted && !met.isNull(row) ? 1 : 0;
    }
    out.setList(kept);
  }

  @Override
  Cost cost() {
    return cost;
  }

  @Override
  String way() {
    return "FILTER_EXPRESSION";
  }

  @Override
  List<Clause> how() {
    return cost == Cost.EXPRESSION
        ? List.of(
            Clause.of("evaluated row by row"), Clause.of("behind cheaper conditions: it may fail"))
        : List.of(Clause.of("evaluated row by row"));
  }
}
