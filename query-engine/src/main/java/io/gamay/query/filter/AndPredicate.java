package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Clause;
import java.util.Comparator;
import java.util.List;

/**
 * All of several predicates, cheap ones first, of these the ones that leave few rows; each looks
 * only at what is left. Over a run of rows the masks of those that give one are joined before a
 * list is made.
 */
final class AndPredicate extends Predicate {

  private final List<Predicate> operands;
  private final boolean matchesRuns;
  private final Block spare = new Block();
  private final long[] mask = new long[RowMask.WORDS];
  private final long[] operandMask = new long[RowMask.WORDS];

  AndPredicate(List<Predicate> operands) {
    this.operands = inOrder(operands);
    this.matchesRuns = operands.stream().allMatch(Predicate::matchesRuns);
  }

  private record Ranked(Predicate operand, double passingShare) {}

  /** Of equal cost those first that leave few rows; what may fail the query keeps its place. */
  private static List<Predicate> inOrder(List<Predicate> operands) {
    if (operands.size() < 2) {
      return operands;
    }
    return operands.stream()
        .map(one -> new Ranked(one, one.cost() == Cost.EXPRESSION ? 1 : one.passingShare()))
        .sorted(
            Comparator.comparing((Ranked one) -> one.operand().cost())
                .thenComparingDouble(Ranked::passingShare))
        .map(Ranked::operand)
        .toList();
  }

  @Override
  boolean matchesRuns() {
    return matchesRuns;
  }

  /** It stops joining masks where few rows are left. */
  @Override
  boolean narrowsRuns() {
    return !operands.isEmpty();
  }

  @Override
  void match(int first, int count, long[] out) {
    RowMask.fill(out, count);
    for (Predicate operand : operands) {
      operand.match(first, count, operandMask);
      RowMask.and(out, operandMask, count);
      if (RowMask.cardinality(out, count) == 0) {
        return;
      }
    }
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    int next = 0;
    if (candidates.isRun() && operands.getFirst().matchesRuns()) {
      next = narrowRun(candidates.runFirst(), candidates.count(), out);
    } else {
      out.copyFrom(candidates);
    }
    for (; next < operands.size() && out.count() > 0; next++) {
      operands.get(next).select(out, spare);
      out.copyFrom(spare);
    }
  }

  /**
   * Joins masks until one predicate gives none, or few rows are left.
   *
   * @return the first operand that has not been asked
   */
  private int narrowRun(int first, int count, Block out) {
    RowMask.fill(mask, count);
    int next = 0;
    int left = count;
    while (next < operands.size()
        && operands.get(next).matchesRuns()
        && left > count / SPARSE_SHARE) {
      operands.get(next).match(first, count, operandMask);
      RowMask.and(mask, operandMask, count);
      left = RowMask.cardinality(mask, count);
      next++;
    }
    RowMask.select(mask, first, count, out);
    return next;
  }

  @Override
  ZoneVerdict verdict(int zone) {
    ZoneVerdict verdict = ZoneVerdict.ALL;
    for (Predicate operand : operands) {
      ZoneVerdict one = operand.verdict(zone);
      if (one == ZoneVerdict.NONE) {
        return one;
      }
      verdict = one == ZoneVerdict.SOME ? one : verdict;
    }
    return verdict;
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

  @Override
  boolean isEmpty() {
    return operands.stream().anyMatch(Predicate::isEmpty);
  }

  @Override
  List<Predicate> operands() {
    return operands;
  }

  @Override
  String way() {
    return "FILTER_AND";
  }

  @Override
  List<Clause> how() {
    return List.of();
  }
}
