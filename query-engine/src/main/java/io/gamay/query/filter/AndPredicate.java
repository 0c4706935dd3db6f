package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import java.util.Comparator;
import java.util.List;

/** All of several predicates, cheap ones first; each looks only at what is left. */
final class AndPredicate extends Predicate {

  private final List<Predicate> operands;
  private final Block spare = new Block();

  AndPredicate(List<Predicate> operands) {
    this.operands = operands.stream().sorted(Comparator.comparing(Predicate::cost)).toList();
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    out.copyFrom(candidates);
    for (Predicate operand : operands) {
      if (out.count() == 0) {
        return;
      }
      operand.select(out, spare);
      out.copyFrom(spare);
    }
  }

  @Override
  protected long entriesLookedAt(int rows) {
    return 0;
  }

  @Override
  long entriesScanned() {
    return operands.stream().mapToLong(Predicate::entriesScanned).sum();
  }

  @Override
  Cost cost() {
    return operands.stream().anyMatch(operand -> operand.cost() == Cost.EXPRESSION)
        ? Cost.EXPRESSION
        : Cost.COMBINED;
  }
}
