package io.gamay.query.filter;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;

/** Looks at the query's budget before each block and counts the rows that are looked at. */
final class BudgetedSource implements DocIdSource {

  private final DocIdSource source;
  private final QueryBudget budget;

  BudgetedSource(DocIdSource source, QueryBudget budget) {
    this.source = source;
    this.budget = budget;
  }

  @Override
  public boolean next(Block out) {
    budget.check();
    if (!source.next(out)) {
      return false;
    }
    budget.addRows(out.count());
    return true;
  }
}
