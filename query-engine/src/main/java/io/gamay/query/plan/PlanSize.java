package io.gamay.query.plan;

/**
 * Counts the parts of one query's expressions while they are planned, what stands for another (an
 * alias, the operand of BETWEEN) each time that it is used: a short text can mean a very large
 * plan.
 */
final class PlanSize {

  static final int MAX_PARTS = 1_000_000;

  private int parts;

  void count() {
    if (++parts > MAX_PARTS) {
      throw Refusals.invalid(
          "query is too large: its expressions have more than %d parts once aliases, operands of"
                  .formatted(MAX_PARTS)
              + " BETWEEN, COALESCE and the like are written out");
    }
  }
}
