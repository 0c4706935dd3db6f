package io.gamay.query.filter;

import io.gamay.query.explain.ExpressionText;
import io.gamay.query.plan.TypedExpression;
import java.util.Optional;

/**
 * What was written of a filter that a predicate tests.
 *
 * @param wanted whether rows are wanted for which it is true, or for which it is false
 * @param refused why the predicate looks at rows instead of asking an index; empty where no index
 *     would serve it
 */
record Condition(TypedExpression expression, boolean wanted, Optional<IndexUse.Refused> refused) {

  Condition refusedBy(IndexUse.Refused reason) {
    return new Condition(expression, wanted, Optional.of(reason));
  }

  String text() {
    String text = ExpressionText.of(expression);
    return wanted ? text : "NOT (" + text + ")";
  }
}
