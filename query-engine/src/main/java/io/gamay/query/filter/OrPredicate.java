package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Clause;
import java.util.Comparator;
import java.util.List;

/** Any of several predicates, cheap ones first; each looks only at what is not in yet. */
final class OrPredicate extends Predicate {

  private final List<Predicate> operands;
  private final Block open = new Block();
  private final Block passed = new Block();
  private final Block merged = new Block();
  private final boolean matchesRuns;
  private final long[] operandMask = new long[RowMask.WORDS];

  OrPredicate(List<Predicate> operands) {
    this.operands = operands.stream().sorted(Comparator.comparing(Predicate::cost)).toList();
    this.matchesRuns = operands.stream().allMatch(Predicate::matchesRuns);
  }

  @Override
  boolean matchesRuns() {
    return matchesRuns;
  }

  @Override
  void match(int first, int count, long[] mask) {
    RowMask.clear(mask, count);
    for (Predicate operand : operands) {
      operand.match(first, count, operandMask);
      RowMask.or(mask, operandMask, count);
      if (RowMask.cardinality(mask, count) == count) {
        return;
      }
    }
  }

  @Override
  ZoneVerdict verdict(int zone) {
    ZoneVerdict verdict = ZoneVerdict.NONE;
    for (Predicate operand : operands) {
      ZoneVerdict one = operand.verdict(zone);
      if (one == ZoneVerdict.ALL) {
        return one;
      }
      verdict = one == ZoneVerdict.SOME ? one : verdict;
    }
    return verdict;
  }

  @Override
  protected void narrow(Block candidates, Block out) {
    open.copyFrom(candidates);
    out.setList(0);
    for (Predicate operand : operands) {
      if (open.count() == 0) {
        return;
      }
      operand.select(open, passed);
      if (passed.count() > 0) {
        union(out, passed, merged);
        out.copyFrom(merged);
        difference(open, passed, merged);
        open.copyFrom(merged);
      }
    }
  }

  private static void union(Block a, Block b, Block out) {
    int[] docIds = out.list();
    int left = 0;
    int right = 0;
    int count = 0;
    while (left < a.count() && right < b.count()) {
      docIds[count++] = a.docId(left) < b.docId(right) ? a.docId(left++) : b.docId(right++);
    }
    while (left < a.count()) {
      docIds[count++] = a.docId(left++);
    }
    while (right < b.count()) {
      docIds[count++] = b.docId(right++);
    }
    out.setList(count);
  }

  /** What is in {@code whole} and not in {@code part}, all of which is in {@code whole}. */
  private static void difference(Block whole, Block part, Block out) {
    int[] docIds = out.list();
    int next = 0;
    int count = 0;
    for (int index = 0; index < whole.count(); index++) {
      if (next < part.count() && part.docId(next) == whole.docId(index)) {
        next++;
      } else {
        docIds[count++] = whole.docId(index);
      }
    }
    out.setList(count);
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
    return !operands.isEmpty() && operands.stream().allMatch(Predicate::isEmpty);
  }

  @Override
  List<Predicate> operands() {
    return operands;
  }

  @Override
  String way() {
    return "FILTER_OR";
  }

  @Override
  List<Clause> how() {
    return List.of();
  }
}
